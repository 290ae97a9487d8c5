"""The full-text search: what its index knows, and that a site does without one."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from building import BuiltSite, build_folder, write_site
from notes import page_at, resolve_notes
from octavo.model.rendering import IndexedPage, IndexRequest, SearchSettings
from octavo.preview.session import Session
from octavo.render.search import join_parts, make_indexer, split_pages
from octavo.resolve.search import label_of
from octavo.world.pool import SerialPool
from octavo.world.store import Store

SITE = {
    "octavo.toml": 'title = "Small"\nbase_url = "https://example.org/notes"\n',
    "content/index.md": "---\ntitle: Home\n---\nWelcome.\n",
    "content/models/index.md": "---\ntitle: Models\n---\nAll about models.\n",
    "content/models/alpha.md": "---\ntitle: Alpha <1>\nauthors: [Zadie Unindexed]\n---\n## How it learns\n\n"
    "It predicts tokens {% cite adams %}.[^1]\n\n[^1]: A footnote on entropy.\n\n### In depth\n\n"
    "More {% cite brown %}.\n",
    "content/über uns.md": "---\ntitle: About\nlanguage: de\n---\nWir schreiben {% cite adams %}.\n",
    "bibliography/works.bib": "@book{adams, title={The {First} Book}, year=2001,\n"
    "  author={Adams, A. and B, C. and D, E.}}\n"
    "@book{brown, title={Second}, author={Brown, B.}, year=2002}\n",
}


def index_of(site: BuiltSite) -> dict[str, dict[str, Any]]:
    """Return what the index has of each page, by URL."""
    texts = [content for path, content in site.files().items() if path.endswith(".pf_fragment")]
    pages = [json.loads(gzip.decompress(text).removeprefix(b"pagefind_dcd")) for text in texts]
    return {page["url"]: page for page in pages}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    return build_folder(write_site(tmp_path_factory.mktemp("site"), SITE))


def test_notes_are_indexed_and_generated_pages_are_not(site: BuiltSite) -> None:
    assert index_of(site).keys() == {"/", "/models/", "/models/alpha/", "/%C3%BCber%20uns/"}


def test_the_text_of_a_note_is_indexed_without_what_stands_around_it(site: BuiltSite) -> None:
    page = index_of(site)["/models/alpha/"]
    assert page["meta"]["title"] == "Alpha <1>"
    assert page["content"] == (
        "Alpha <1> How it learns. It predicts tokens (Adams et al., 2001). In depth. More (Brown, 2002). "
        "A footnote on entropy."
    )


def test_headings_are_places_that_a_result_leads_to(site: BuiltSite) -> None:
    anchors = index_of(site)["/models/alpha/"]["anchors"]
    assert [(one["element"], one["id"], one["text"]) for one in anchors] == [
        ("h2", "how-it-learns", "How it learns"),
        ("h3", "in-depth", "In depth"),
    ]


def test_pages_of_all_languages_are_in_one_index(site: BuiltSite) -> None:
    languages = json.loads(site.text("pagefind/0/pagefind-entry.json"))["languages"]
    assert {language: one["page_count"] for language, one in languages.items()} == {"en": 4}
    assert "pagefind/0/wasm.en.pagefind" in site.files()


def test_pages_can_be_filtered_by_section_and_by_work(site: BuiltSite) -> None:
    filters = json.loads(site.text("pagefind/filters.json"))
    assert filters["sections"] == ["Models"]
    assert filters["works"] == [["adams", "Adams et al. (2001). The First book"], ["brown", "Brown (2002). Second"]]
    pages = {page["url"]: (page["section"], page["works"]) for page in filters["pages"].values()}
    assert pages == {"/": (-1, []), "/models/": (0, []), "/models/alpha/": (0, [0, 1]), "/%C3%BCber%20uns/": (-1, [0])}
    assert {f"pagefind/0/fragment/{identifier}.pf_fragment" for identifier in filters["pages"]} <= site.files().keys()


def test_the_interface_of_pagefind_is_left_out(site: BuiltSite) -> None:
    names = [path for path in site.files() if path.startswith("pagefind/") and path.endswith((".js", ".css"))]
    assert names == ["pagefind/0/pagefind.js"]


def test_the_same_pages_make_the_same_bytes() -> None:
    works = tuple((f"key{number}", f"Work {number}") for number in range(50))
    pages = [IndexedPage(f"/{number}/", "", f"Page {number}", f"Section {number % 5}", works) for number in range(20)]
    html = [f"<main><h1>Page {one.url}</h1><p>Some words {one.title}.</p></main>".encode() for one in pages]
    index = make_indexer(SearchSettings("en"))
    forwards = index(IndexRequest(tuple(pages), tuple(html)))
    backwards = index(IndexRequest(tuple(pages[::-1]), tuple(html[::-1])))
    assert len(forwards.files) > 20
    assert forwards == backwards


def test_the_index_of_a_large_site_is_in_parts_of_which_a_change_concerns_one() -> None:
    pages = [IndexedPage(f"/{number}/", "", f"Page {number}", "", ()) for number in range(450)]
    parts = split_pages(pages)
    assert sorted(page for part in parts for page in part) == sorted(pages)
    assert [100 < len(part) < 200 for part in parts] == [True] * 3
    changed = [*pages[:7], IndexedPage("/7/", "changed", "Page 7", "", ()), *pages[8:]]
    assert sum(one != other for one, other in zip(parts, split_pages(changed), strict=True)) == 1
    index = make_indexer(SearchSettings("en"))
    made = [index(IndexRequest(part, tuple(b"<main>Words.</main>" for _ in part))) for part in parts]
    files = join_parts(pages, made)
    filters = json.loads(files["pagefind/filters.json"])
    assert filters["parts"] == 3
    assert {page["url"] for page in filters["pages"].values()} == {page.url for page in pages}
    assert [path for path in files if path.endswith((".js", ".pagefind"))] == [
        "pagefind/0/pagefind.js",
        "pagefind/0/wasm.en.pagefind",
    ]


def test_a_template_without_a_main_part_is_indexed_whole() -> None:
    page = IndexedPage("/a/", "", "A", "", ())
    made = make_indexer(SearchSettings("en"))(IndexRequest((page,), (b"<p>Only words.</p>",)))
    (text,) = [content for path, content in made.files.items() if path.endswith(".pf_fragment")]
    assert json.loads(gzip.decompress(text).removeprefix(b"pagefind_dcd"))["content"] == "Only words."


@pytest.mark.parametrize("program", ["/bin/false", "/bin/cat", "/nowhere/pagefind"])
def test_a_program_that_fails_is_told_of(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGEFIND_BINARY_PATH", program)
    page = IndexedPage("/a/", "", "A", "", ())
    made = make_indexer(SearchSettings("en"))(IndexRequest((page,), (b"<main>A</main>",)))
    assert made.files == {}
    assert made.problem.startswith("readers can search titles only, because Pagefind failed: ")


def test_without_pagefind_a_site_is_built_and_the_search_lists_its_pages(tmp_path: Path) -> None:
    write_site(tmp_path, SITE)
    block = "import sys; sys.modules['pagefind'] = None; from octavo.cli import main; main()"
    command = [sys.executable, "-c", block, "build", str(tmp_path), "--strict", "--json"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    result = subprocess.run(command, capture_output=True, text=True, env=environment)
    report = json.loads(result.stdout)
    assert [(one["rule"], one["severity"]) for one in report["diagnostics"]] == [("search-missing", "note")]
    assert "octavo[search]" in report["diagnostics"][0]["hint"]
    assert result.returncode == 0
    assert not (tmp_path / "_site/pagefind").exists()
    assert "How it learns" in (tmp_path / "_site/search/index.html").read_text(encoding="utf-8")


def test_the_page_of_the_search_lists_all_notes_with_their_headings(site: BuiltSite) -> None:
    tree = LexborHTMLParser(site.text("search/index.html"))
    links = [(one.text(), one.attributes["href"]) for one in tree.css("[data-search] a")]
    assert links == [
        ("Home", "../"),
        ("About", "../%C3%BCber%20uns/"),
        ("Models", "../models/"),
        ("Alpha <1>", "../models/alpha/"),
        ("How it learns", "../models/alpha/#how-it-learns"),
        ("In depth", "../models/alpha/#in-depth"),
    ]
    assert [one.text() for one in tree.css("[data-search] h2")] == ["Models"]
    assert tree.css('meta[name="robots"][content="noindex"]')
    assert "/search/" not in site.text("sitemap.xml")


def test_every_page_leads_to_the_search_and_an_entry_to_the_notes_that_cite_it(site: BuiltSite) -> None:
    note = LexborHTMLParser(site.text("models/alpha/index.html"))
    assert note.css('header a.search-link[href="../../search/"]')
    entry = LexborHTMLParser(site.text("bibliography/adams/index.html"))
    assert entry.css('.work-search a[href="../../search/?cites=adams"]')


def test_a_site_can_do_without_a_search_or_without_its_index(tmp_path: Path) -> None:
    without_index = build_folder(write_site(tmp_path / "a", {**SITE, "octavo.toml": "search_index = false"})).files()
    assert "search/index.html" in without_index
    without = build_folder(write_site(tmp_path / "b", {**SITE, "octavo.toml": "search = false"})).files()
    assert "search/index.html" not in without
    assert b"search-link" not in without["index.html"]
    assert not any(path.startswith("pagefind/") for path in (*without, *without_index))


def test_the_preview_makes_no_index(tmp_path: Path) -> None:
    with Session(write_site(tmp_path, SITE), Store(None)) as session:
        session.rebuild(SerialPool())
        assert session.respond("/notes/search/").status == 200
        assert session.respond("/notes/pagefind/filters.json").status == 404


def test_a_note_can_take_the_place_of_the_search() -> None:
    site = resolve_notes({"search.md": "---\ntitle: My search\n---\n"})
    assert page_at(site, "/search/").title == "My search"


@pytest.mark.parametrize(
    ("item", "label"),
    [
        ({"author": [{"family": "Lee"}, {"literal": "A &amp; B"}], "title": "T"}, "Lee & A & B. T"),
        ({"issued": {"date-parts": [[1999, 1]]}, "title": "A <i>b</i> c"}, "(1999). A b c"),
        ({"author": [{"family": "Lee"}], "issued": {"literal": "soon"}}, "Lee"),
        ({"title": "word " * 20}, " ".join(["word"] * 12) + "…"),
    ],
)
def test_a_work_is_named_by_its_authors_year_and_title(item: dict[str, Any], label: str) -> None:
    assert label_of(item) == label


def test_nothing_to_index_is_no_problem() -> None:
    made = make_indexer(SearchSettings("en"))(IndexRequest((), ()))
    assert made.problem == ""
