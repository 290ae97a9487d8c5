"""``octavo check`` of a site written for Jekyll: what becomes of each construct that it uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from building import write_site
from octavo.model.survey import Construct, Support
from octavo.render.survey import render_survey
from octavo.world.surveying import survey_folder
from octavo.world.workspace import Workspace

SITE = {
    "_config.yml": "title: T\nplugins:\n  - jekyll-scholar\n  - jekyll-mentions\n  - jekyll-unheard-of\n",
    "_includes/box.html": "{{ include.text | upcase }}",
    "_layouts/page.html": "{{ content }}",
    "index.md": "---\nlayout: page\n---\nA {% cite x %} {% tweet 1 %} {% nonsense %}\n\n{% include box.html %}"
    "{% include gone.html %}\n\n* toc\n{:toc}\n\n{{ 'a | b' | shout }}\n\n$$x$$ and `{% code %}`{: .c}\n",
    "other.md": "---\nlayout: splash\n---\n{% cite y %} {% raw %}{% nothing %}{% endraw %}\n",
}


def surveyed(folder: Path, files: dict[str, str]) -> tuple[Construct, ...]:
    return survey_folder(folder, Workspace(write_site(folder, files)).read())


@pytest.fixture
def found(tmp_path: Path) -> dict[tuple[str, str], Construct]:
    return {(one.kind, one.name): one for one in surveyed(tmp_path, SITE)}


@pytest.mark.parametrize(
    ("kind", "name", "support"),
    [
        ("plug-in", "jekyll-scholar", Support.SUPPORTED),
        ("plug-in", "jekyll-mentions", Support.MISSING),
        ("plug-in", "jekyll-unheard-of", Support.MISSING),
        ("tag", "cite", Support.SUPPORTED),
        ("tag", "tweet", Support.MISSING),
        ("tag", "nonsense", Support.MISSING),
        ("filter", "upcase", Support.SUPPORTED),
        ("filter", "shout", Support.MISSING),
        ("include", "box.html", Support.SUPPORTED),
        ("include", "gone.html", Support.MISSING),
        ("layout", "page", Support.SUPPORTED),
        ("layout", "splash", Support.DIFFERS),
        ("kramdown", "table of contents {:toc}", Support.SUPPORTED),
        ("kramdown", "attribute list {: }", Support.SUPPORTED),
    ],
)
def test_a_construct_is_judged(found: dict[tuple[str, str], Construct], kind: str, name: str, support: Support) -> None:
    assert found[kind, name].support is support


SETTINGS = """octavo: {theme: THEME}
scholar:
  style: apa
  cite_class: c
  separate_links: true
  badges: {}
  stile: ieee
  bibtex_filters: [latex, markdown]
  bibtex_options:
    parse_months: false
    strip: true
"""


@pytest.mark.parametrize(
    ("theme", "expected"),
    [
        ("own", {"badges": 7, "stile": 8, "bibtex_filters": 9, "bibtex_options.strip": 12}),
        (
            "octavo",
            {"badges": 7, "stile": 8, "bibtex_filters": 9, "bibtex_options.strip": 12}
            | {"cite_class": 5, "separate_links": 6},
        ),
    ],
)
def test_each_setting_that_changes_nothing_is_told_at_its_line(
    tmp_path: Path, theme: str, expected: dict[str, int]
) -> None:
    config = "title: T\n" + SETTINGS.replace("THEME", theme)
    found = surveyed(tmp_path, {"_config.yml": config, "index.md": "---\n---\nHello\n"})
    told = [one for one in found if one.kind == "scholar" and one.support is not Support.SUPPORTED]
    assert {one.name: one.first.line for one in told} == expected
    assert all(one.note for one in told)


def test_what_the_sites_own_code_defines_is_told_with_its_place(tmp_path: Path) -> None:
    code = "module Loud\n  def shout(text) = text\nend\nLiquid::Template.register_filter Loud\n"
    files = {"_plugins/a.rb": code, "_plugins/b.rb": "\nLiquid::Template.register_tag('nonsense', Nonsense)\n"}
    notes = {one.name: one.note for one in surveyed(tmp_path, SITE | files)}
    assert notes["nonsense"] == "_plugins/b.rb:2 defines it; Octavo runs no code of a site: it prints nothing"
    assert notes["shout"].startswith("_plugins/a.rb:2 defines it;")


def test_uses_are_counted_and_the_first_is_named(found: dict[tuple[str, str], Construct]) -> None:
    cite = found["tag", "cite"]
    assert (cite.count, cite.first.path, cite.first.line, cite.first.column) == (2, "index.md", 4, 6)


def test_what_is_raw_or_quoted_is_no_construct(found: dict[tuple[str, str], Construct]) -> None:
    assert ("tag", "nothing") not in found and ("filter", "b") not in found


def test_what_will_be_missing_is_told_first(found: dict[tuple[str, str], Construct]) -> None:
    lines = render_survey(found.values()).splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["missing", "missing", "supported"]


def test_a_site_of_octavos_own_has_nothing_to_tell(tmp_path: Path) -> None:
    assert surveyed(tmp_path, {"content/index.md": "Hello"}) == ()


def test_includes_that_octavo_brings_are_no_texts_of_the_site(tmp_path: Path) -> None:
    found = surveyed(tmp_path, {"_config.yml": "theme: minimal-mistakes-jekyll\n", "index.md": "---\n---\nHello\n"})
    assert found == ()
