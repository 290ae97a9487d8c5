"""``octavo import``: a site written for Jekyll becomes one of Octavo's own that reads the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from building import BuiltSite, build_folder, build_inputs, write_site
from octavo.model.translation import Fate, TranslatedSite
from octavo.world.importing import REPORT, NoJekyllSiteError, import_folder
from octavo.world.workspace import Workspace

SITE = {
    "_config.yml": "title: Notes\nurl: https://example.org\nbaseurl: /n\nplugins: [jekyll-scholar]\nexclude: [x]\n"
    "scholar:\n  style: ieee\n  source: _bib\ncollections:\n  models:\n    output: true\n",
    "_bib/references.bib": "@book{knuth, title={Digital Typography}, author={Donald Knuth}, year={1999},"
    " publisher={CSLI}}\n"
    "@book{beethoven, title={Letters}, author={van Beethoven, Ludwig}, year={1810}, publisher={A}}\n",
    "_bib/other.bib": "@book{other, title={Others}, author={A. Other}, year={2000}, publisher={B}}\n",
    "_includes/box.html": '<div class="box">{{ include.text }}</div>',
    "_data/sizes.yml": "base: 110M\n",
    "_layouts/default.html": "<html><body>{{ content }}</body></html>",
    "index.md": "---\ntitle: Start\nlayout: default\n---\n"
    'See [GPT]({{ site.baseurl }}/models/gpt.html), {{ site.data.sizes.base }} "large".\n',
    "_models/gpt.md": "---\ntitle: GPT\ntags: [a, b]\nredirect_from: /old/\n---\n"
    "A claim {% cite knuth -l 12 %}.\n\n{% include box.html text='framed' %}\n\n"
    "{% if page.tags contains 'a' %}Tagged.{% endif %}\n{: .lead}\n\n"
    "{% highlight python %}\nprint(1)\n{% endhighlight %}\n\n"
    "{% raw %}{{ braces }}{% endraw %} and `{{ code }}`\n\n{% bibliography --cited %}\n",
    "_posts/2024-05-31-news.md": "---\ntitle: News\n---\nText\n",
    "page.html": "---\ntitle: Raw\n---\n<p>Some <b>HTML</b> of {{ page.title }} {% cite beethoven %}</p>\n"
    "<div>{% bibliography %}</div>\n",
    "quoted.md": "---\n# a comment\ntitle: Quoted # another\ntoc: [a, b]\n---\n"
    '<p class="x">Of {% cite knuth %} {% cite other --file other %} and {{ page.title }}</p>\n\n'
    "{% quote beethoven --locator 3 %}\nMust it be?\n{% endquote %}\n\nIt must.\n",
    "headed.md": "---\ntitle: Nav\n---\n# A heading\n\nText.\n",
    "style.css": "---\n---\n.a { content: '{{ site.title }}' }\n",
    "pixel.txt": "as it is",
}


def imported(folder: Path) -> tuple[TranslatedSite, Path]:
    target = folder / "new"
    return import_folder(write_site(folder / "old", SITE), target)[0], target


def words(site: BuiltSite, path: str) -> str:
    """Return what a page says, without the marks that only Octavo's own sites have at their headings."""
    article = LexborHTMLParser(site.text(path)).css_first("article")
    assert article
    for part in article.css("nav, header, footer, .page-meta, [popover]"):
        part.decompose()
    return " ".join(article.text(separator=" ").split())


@pytest.mark.parametrize(
    "path",
    ["index.html", "models/gpt.html", "2024/05/31/news.html", "page.html", "quoted.html", "headed.html"],
)
def test_an_imported_page_says_what_it_said(tmp_path: Path, path: str) -> None:
    _, target = imported(tmp_path)
    workspace = Workspace(tmp_path / "old", {"theme": "octavo"})
    assert words(build_folder(target), path) == words(build_inputs(workspace.read(), workspace), path)


def test_an_imported_site_has_no_problem_that_it_had_not(tmp_path: Path) -> None:
    assert build_folder(imported(tmp_path)[1]).problems() == []


def test_tags_of_jekyll_scholar_stay_and_other_liquid_has_run(tmp_path: Path) -> None:
    note = (imported(tmp_path)[1] / "content/models/gpt.md").read_text(encoding="utf-8")
    assert "{% cite knuth -l 12 %}" in note and "{% bibliography --cited %}" in note
    assert '<div class="box">framed</div>' in note and "```python\nprint(1)\n```" in note
    assert "include" not in note and "{% if" not in note


def test_files_settings_and_old_addresses_come_along(tmp_path: Path) -> None:
    target = imported(tmp_path)[1]
    config = (target / "octavo.toml").read_text(encoding="utf-8")
    assert 'base_url = "https://example.org/n"' in config and 'style = "ieee"' in config
    assert (target / "static/pixel.txt").read_text(encoding="utf-8") == "as it is"
    assert "content: 'Notes'" in (target / "static/style.css").read_text(encoding="utf-8")
    assert (target / "bibliography/references.bib").is_file()
    assert "/models/gpt.html" in (target / "static/old/index.html").read_text(encoding="utf-8")


def test_the_report_tells_of_each_piece_what_became_of_it(tmp_path: Path) -> None:
    site, target = imported(tmp_path)
    report = (target / REPORT).read_text(encoding="utf-8").splitlines()
    assert "_models/gpt.md:6: kept: {% cite %}" in report
    assert "_models/gpt.md:8: translated: {% include %} (what it prints stands in its place)" in report
    assert any(re.match(r"_layouts/default\.html:1: dropped: ", line) for line in report)
    assert {piece.fate for piece in site.pieces} == set(Fate)


def test_a_folder_without_a_configuration_of_jekyll_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoJekyllSiteError):
        import_folder(write_site(tmp_path / "old", {"content/index.md": "Hello"}), tmp_path / "new")


def test_texts_below_a_source_bring_their_bibliography_and_styles(tmp_path: Path) -> None:
    files = {
        "_config.yml": "source: docs\n",
        "docs/index.md": "---\ntitle: T\n---\nText\n",
        "docs/_bibliography/references.bib": "@book{a, title={T}}\n",
        "docs/_bibliography/own.csl": "<style/>\n",
    }
    import_folder(write_site(tmp_path / "old", files), tmp_path / "new")
    assert {path.name for path in (tmp_path / "new/bibliography").iterdir()} == {"references.bib", "own.csl"}


def test_the_report_tells_of_files_of_the_site_alone(tmp_path: Path) -> None:
    files = {"_config.yml": "title: T\n", "index.md": "---\ntitle: T\n---\nText\n"}
    site, _ = import_folder(write_site(tmp_path / "old", files), tmp_path / "new")
    assert {piece.span.path for piece in site.pieces} == {"_config.yml"}


def test_a_style_beside_the_bibliography_and_keys_of_other_plug_ins_make_no_problem(tmp_path: Path) -> None:
    style = (
        '<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text"><info><title>T</title><id>t</id>'
        "<updated>2024-01-01T00:00:00Z</updated></info><citation><layout><text value='cited'/></layout></citation>"
        "<bibliography><layout><text variable='title'/></layout></bibliography></style>"
    )
    config = SITE["_config.yml"].replace("style: ieee", "style: _bib/own.csl\n  last_name: [Knuth]")
    old = write_site(tmp_path / "old", SITE | {"_config.yml": config, "_bib/own.csl": style})
    import_folder(old, tmp_path / "new")
    assert build_folder(tmp_path / "new").problems() == []


def test_an_imported_site_has_the_formulas_that_scripts_made_and_no_keys_that_mean_another_thing(
    tmp_path: Path,
) -> None:
    files = {
        "_config.yml": "title: T\nscholar:\n  bibtex_filters: [latex, own]\n",
        "_includes/head.html": "<script>MathJax = { tex: { inlineMath: [['$', '$']] } }</script>",
        "index.md": "---\ntitle: T\nstyle: cover\n---\nFor $x_1$ and \\\\(x_2\\\\).\n",
    }
    import_folder(write_site(tmp_path / "old", files), tmp_path / "new")
    site = build_folder(tmp_path / "new")
    assert site.problems() == []
    assert site.text("index.html").count("<math") == 2


@pytest.mark.parametrize(("key", "names"), [("tag: two words", ["two words"]), ("tags: two words", ["two", "words"])])
def test_tags_come_along_however_they_are_written(tmp_path: Path, key: str, names: list[str]) -> None:
    files = {"_config.yml": "title: T\n", "index.md": f"---\ntitle: T\n{key}\n---\nText.\n"}
    old = write_site(tmp_path / "old", files)
    import_folder(old, tmp_path / "new")
    note = (tmp_path / "new/content/index.md").read_text(encoding="utf-8")
    assert "".join(f"\n- {name}" for name in names) in note
    assert "\ntag:" not in note
