"""jekyll-scholar's tags, case by case: each file in ``cases/scholar`` holds many cases."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from building import BuiltSite, build_folder, write_site
from case_files import CASES, Case, cases
from notes import page_at, problems, resolve_notes
from octavo.model.document import ListForm
from octavo.model.reference import BibliographySettings
from octavo.model.rendering import ReferenceLayouts
from octavo.model.scholar import NATIVE, ScholarConfig
from octavo.model.site import Page, Site
from octavo.model.source import Asset, SourceFile
from octavo.read.bibtex import parse_bibliography
from octavo.read.scholar.config import check_scholar, page_scholar, parse_scholar
from octavo.read.scholar.query import QueryProblem, parse_query
from octavo.render.entries import render_entry
from octavo.render.scholar_templates import ReferenceTemplates, Shown
from octavo.resolve.details import attached, attachments_of, details_url
from octavo.resolve.library import understand

FILES = {f"bibliography/{path.name}": path.read_text("utf-8") for path in sorted((CASES / "scholar").glob("*.bib"))}

TAG = re.compile(r"<[^>]*>")


def described(case: Case) -> str:
    """Write what becomes of a note, in which lines before the first tag are its ``scholar`` table."""
    head, tag, body = case.given.partition("{%")
    options = "".join(f"  {line}\n" for line in head.splitlines())
    front_matter = f"---\ntitle: Note\nscholar:\n{options}---\n\n" if head else "---\ntitle: Note\n---\n\n"
    site = resolve_notes({"note.md": front_matter + tag + body}, files=FILES)
    page = page_at(site, "/note/")
    found = [line for line in problems(site) if "content/note.md" in line]
    found += problems(Site((), page.document.diagnostics))
    lines = [*shown_citations(page), *shown_lists(page), *(re.sub(r" content/\S+", "", line) for line in found)]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def shown_citations(page: Page) -> list[str]:
    lines = []
    for place, cluster in enumerate(page.formatted.clusters):
        text = "".join(part if isinstance(part, str) else part.html for part in cluster.parts)
        if not page.document.citations[place].silent:
            targets = " ".join(item.reference or "-" for item in page.citations[place] if item.known)
            lines.append(f"cited: {TAG.sub('', text)} -> {targets}")
    return lines


def shown_lists(page: Page) -> list[str]:
    lines = []
    for place, (rows, look) in enumerate(zip(page.reference_lists, page.list_looks, strict=True)):
        lists = page.document.reference_lists
        form = lists[place].form if place < len(lists) else ListForm.LIST
        lines.append(f"{form}: {look.size}" if form is ListForm.COUNT else f"{form}:")
        headings = {row: [one for one in look.headings if one.place == row] for row in range(len(rows) + 1)}
        for number, row in enumerate(rows):
            lines += [f"{'#' * (one.level + 1)} {one.text}" for one in headings[number]]
            mark = TAG.sub("", page.formatted.references[row.number - 1].mark) if row.number else ""
            lines.append(f"  {f'{mark} ' if mark else ''}{row.citekey}")
    return lines


@pytest.mark.parametrize("case", cases("scholar", described), ids=lambda case: case.name)
def test_a_tag_shows_what_its_case_says(case: Case) -> None:
    assert described(case) == case.expected


@settings(deadline=None)
@given(st.one_of(st.text(), st.text("@*!book[]year=<>^~&|, 20")))
def test_any_text_is_a_query_or_a_problem(text: str) -> None:
    query = parse_query(text)
    assert isinstance(query, QueryProblem) or query


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)*b", "(?:a{1,9}){1,9}b", "a" * 201, "(", r"(.)\1*(.*.*.*.*)"])
def test_a_pattern_that_might_search_for_hours_is_no_pattern(pattern: str) -> None:
    assert isinstance(parse_query(f"@*[title ^= {pattern}]"), QueryProblem)


def test_a_table_is_read_as_yaml_has_it() -> None:
    given = {"sort_by": "year, month", "order": ["descending"], "group_by": ":type"}
    scholar, found = parse_scholar({**given, "details_link": False, "style": None}, NATIVE)
    assert not found
    assert (scholar.sort_by, scholar.order, scholar.group_by) == (("year", "month"), ("descending",), ("type",))
    assert (scholar.details_link, scholar.style) == ("", "")


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        ({"styl": "apa"}, "jekyll-scholar has no key 'styl'", "did you mean 'style'?"),
        ({"remove_duplicates": "often"}, "'remove_duplicates' must be true or false", ""),
        ({"type_names": ["a"]}, "'type_names' must be a table of texts", ""),
        ({"bibliography_list_tag": "script"}, "'script' is no tag for lists", None),
        ({"bibliography_list_attributes": {"onclick": "x"}}, "'onclick' is no attribute of a list", ""),
        ({"source": "../other"}, "'../other' leads out of the site", ""),
        ({"bibtex_filters": ["latexx"]}, "there is no filter 'latexx'", "did you mean 'latex'?"),
        ({"query": "book"}, "'query': 'book' is no type of entries", None),
        ({"order": "sideways"}, "'sideways' is no order", "write 'ascending' or 'descending'"),
        ([], "'scholar' must be a table of keys and values", ""),
    ],
)
def test_a_mistake_in_the_table_is_told(given: object, message: str, hint: str | None) -> None:
    values, found = check_scholar(given)
    assert not values
    assert [one.message for one in found] == [message]
    assert hint is None or found[0].hint == hint
    assert page_scholar(values, NATIVE) == NATIVE


LIBRARY = parse_bibliography((SourceFile("a.bib", FILES["bibliography/library.bib"]),))
ENTRIES = {entry.key: entry for entry in understand(LIBRARY.entries, BibliographySettings())}


def in_template(template: str, **settings: Any) -> str:
    layouts = ReferenceLayouts({"mine": "---\nx: 1\n---\n" + template}, site={"title": "Site"})
    templates = ReferenceTemplates(layouts)
    shown = Shown(Markup("<i>R</i>"), 2, {"pdf": "/papers/dune.pdf"}, "/bibliography/dune/")
    scholar = msgspec.structs.replace(ScholarConfig(), **settings)
    return templates.render(templates.source("mine"), shown, render_entry(ENTRIES["dune"]), {"x": "X"}, scholar)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ index }}. {{ reference }}", "2. <i>R</i>"),
        ("{{ key }} {{ type }} {{ link }} {{ details }}", "dune article /papers/dune.pdf /bibliography/dune/"),
        ("{{ links.pdf }}{{ links.ppt }}", "/papers/dune.pdf"),
        ("{{ entry.author_array[0].last }} {{ entry.author_0_first }}: {{ entry.author }}", "Dune Dora: Dune, Dora"),
        ("{{ entry.month }} {{ entry.month_numeric }} {{ entry.year }}", "jan 1 2001"),
        ("{{ site.title }} {{ page.x }} {{ entry.key | upcase }}", "Site X DUNE"),
        ("{% if entry.abstract %}yes{% else %}no{% endif %}", "no"),
    ],
)
def test_a_template_sees_the_entry(template: str, expected: str) -> None:
    assert in_template(template) == expected


def test_bibtex_is_written_as_it_is_configured() -> None:
    bibtex = in_template("{{ entry.bibtex }}", bibtex_skip_fields=("keywords", "journal"), bibtex_quotes=('"', '"'))
    lines = ["@article{dune,", '  title = "Sand in Motion",', '  author = "Dune, Dora",', '  year = "2001",']
    assert bibtex == "\n".join([*lines, "  month = jan", "}\n"])


def test_a_text_of_a_note_is_no_template_where_notes_make_no_html() -> None:
    assert not ReferenceTemplates(ReferenceLayouts()).source("<b>{{ reference }}</b>")
    assert ReferenceTemplates(ReferenceLayouts(trusts_notes=True)).source("<b>{{ reference }}</b>")


@pytest.mark.parametrize(
    ("permalink", "url"),
    [
        ("/:details_dir/:key:extension", "/bibliography/dune.html"),
        ("/works/:year/:title/", "/works/2001/sand-in-motion/"),
        ("/:doi:extension", "/dune.html"),
        ("/../:key:extension", "/dune.html"),
    ],
)
def test_the_page_of_an_entry_is_where_its_permalink_says(permalink: str, url: str) -> None:
    assert details_url(ENTRIES["dune"], ScholarConfig(details_permalink=permalink)) == url


def test_files_of_the_repository_belong_to_the_entries_that_begin_their_names() -> None:
    scholar = ScholarConfig(repository="./papers")
    names = ("papers/dune.pdf", "papers/dune.slides.pdf", "papers/elm.pdf", "other/dune.pdf")
    assets = [Asset(name, f"/{name}", "", 1) for name in names]
    found = attached(ENTRIES["dune"], attachments_of(assets, scholar))
    assert found == (("pdf", "/papers/dune.pdf"), ("slides.pdf", "/papers/dune.slides.pdf"))


def own_site(root: Path, config: str, page: str) -> BuiltSite:
    """Build a Jekyll site in its own layouts, with a layout for the pages of its two entries."""
    files = {
        "_config.yml": f"title: Trees\n{config}",
        "page.html": f"---\n---\n{page}",
        "_layouts/bibtex.html": "---\n---\n<h1>{{ page.entry.key }}</h1>",
        "_bibliography/references.bib": "@book{owl, title={Owls}, author={Oak, Olga}, year=1999}\n"
        "@book{yew, title={Yews}, author={Young, Ylva}, year=2003}\n",
    }
    return build_folder(write_site(root, files))


@pytest.mark.parametrize(
    ("tag", "html"),
    [
        ("{% cite owl %}", '<a class="citation" href="#owl">(Oak, 1999)</a>'),
        ("{% cite owl yew %}", '<a class="citation" href="#owl">(Oak, 1999; Young, 2003)</a>'),
        ("{% cite yew --prefix b %}", '<a class="citation" href="#b-yew">(Young, 2003)</a>'),
        ("{% cite_details yew --text More %}", '<a class="details" href="/n/bibliography/yew.html">More</a>'),
    ],
)
def test_in_its_own_layouts_a_site_has_the_links_of_jekyll_scholar(tmp_path: Path, tag: str, html: str) -> None:
    assert own_site(tmp_path, "baseurl: /n\n", tag).text("page.html").strip() == html


def test_entries_that_nothing_cites_have_pages_in_the_layout_for_them(tmp_path: Path) -> None:
    site = own_site(tmp_path, "", "none")
    assert site.text("bibliography/owl.html") == "<h1>owl</h1>"


def test_the_page_of_an_entry_shows_its_reference_as_if_there_were_no_other_and_its_files(tmp_path: Path) -> None:
    fields = "author={Oak, Olga}, year=1999"
    files = {
        "_config.yml": "scholar: {style: chicago-author-date, repository: papers}\n",
        "_layouts/bibtex.html": "---\n---\n{{ page.reference }} {{ page.link }} {{ page.links['slides.pdf'] }}",
        "_bibliography/references.bib": f"@book{{owl, title={{Owls}}, {fields}}}\n"
        f"@book{{elk, title={{Elks}}, {fields}}}\n",
        "papers/owl.pdf": "x",
        "papers/owl.slides.pdf": "x",
    }
    site = build_folder(write_site(tmp_path, files))
    assert site.text("bibliography/owl.html") == (
        '<span id="owl">Oak, Olga. 1999. <i>Owls</i>.</span> /papers/owl.pdf /papers/owl.slides.pdf'
    )
    assert site.text("bibliography/elk.html").startswith('<span id="elk">Oak, Olga. 1999. <i>Elks</i>.</span>')


@pytest.mark.parametrize("relative", ["/n/works.html", "/works.html"])
def test_a_citation_without_a_reference_on_its_page_leads_to_the_page_of_the_list(
    tmp_path: Path, relative: str
) -> None:
    files = {
        "_config.yml": f"baseurl: /n\noctavo: {{theme: octavo}}\nscholar: {{relative: {relative}}}\n",
        "page.html": "---\ntitle: Page\n---\n{% nocite owl %}{% cite owl %}{% bibliography --query @article %}",
        "works.html": "---\ntitle: Works\n---\n{% bibliography %}",
        "_bibliography/references.bib": "@book{owl, title={Owls}, author={Oak, Olga}, year=1999}\n",
    }
    assert 'href="./works.html#owl"' in build_folder(write_site(tmp_path, files)).text("page.html")


@pytest.mark.parametrize("tag", ["cite page.both", "cite {{ page.both }}", "cite {{ page.one }} {{page.two}}"])
def test_variables_may_hold_citekeys(tmp_path: Path, tag: str) -> None:
    page = f"---\nboth: owl, yew\none: owl\ntwo: yew\n---\n{{% {tag} %}}"
    files = {
        "_config.yml": "octavo: {theme: own}\n",
        "page.html": page,
        "_bibliography/references.bib": "@book{owl, title={Owls}, author={Oak, Olga}, year=1999}\n"
        "@book{yew, title={Yews}, author={Young, Ylva}, year=2003}\n",
    }
    assert "(Oak, 1999; Young, 2003)" in build_folder(write_site(tmp_path, files)).text("page.html")


@pytest.mark.parametrize("theme", ["own", "octavo"])
def test_names_keep_what_stands_before_them(tmp_path: Path, theme: str) -> None:
    template = "{{ entry.author_0_prefix }}|{{ reference }}"
    files = {
        "_config.yml": f"octavo: {{theme: {theme}}}\n",
        "page.html": f"---\ntitle: Page\n---\n{{% cite elk %}} {{% bibliography --template '{template}' %}}",
        "_bibliography/references.bib": "@book{elk, title={Elks}, author={van der Meer, Maaike}, year=1999}\n",
    }
    html = build_folder(write_site(tmp_path, files)).text("page.html")
    assert "(van der Meer, 1999)" in re.sub(r"<[^>]*>", "", html)
    assert "van der|" in html
    assert "van der Meer, M. (1999)" in html


def test_a_citation_that_no_list_of_its_page_shows_leads_to_the_page_of_the_work(tmp_path: Path) -> None:
    files = {
        "_config.yml": "octavo: {theme: octavo}\n",
        "page.html": "---\ntitle: Page\n---\n{% cite owl %}{% bibliography --query @article %}",
        "_bibliography/references.bib": "@book{owl, title={Owls}, author={Oak, Olga}, year=1999}\n",
    }
    page = build_folder(write_site(tmp_path, files)).text("page.html")
    assert 'class="cite" id="cite-owl-1" href="./bibliography/owl.html"' in page


def test_a_page_may_cite_from_a_folder_of_its_own(tmp_path: Path) -> None:
    files = {
        "_config.yml": "octavo: {theme: own}\n",
        "page.html": "---\nscholar: {source: _trees}\n---\n{% cite owl %}{% bibliography %}",
        "_bibliography/references.bib": "@book{owl, title={Owls}, author={Oak, Olga}, year=1999}\n",
        "_trees/references.bib": "@book{owl, title={The Owl Tree}, author={Elm, Eva}, year=2001}\n",
    }
    page = build_folder(write_site(tmp_path, files)).text("page.html")
    assert "(Elm, 2001)" in page and "The Owl Tree" in page and "1999" not in page
