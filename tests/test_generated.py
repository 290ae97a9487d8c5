"""Pages that no note makes: tags, indexes of figures and tables, the map, and what leads back to a page."""

from __future__ import annotations

import json
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from building import build_folder, write_site
from notes import page_at, resolve_notes

LIBRARY = """
@article{adams, author={Adams, Ann}, title={First & {Foremost} of $n^2$}, journal={Journal}, year={2001},
  doi={10.1/x}, abstract={On $a < b$ and \\emph{more}.}, eprint={2001.00001}, eprinttype={arXiv}}
@book{brown, author={Brown, Bo}, title={Second}, publisher={Press}, year={2002}}
"""

FIGURE = """---
title: With a figure
tags: [Vision, language models]
---
Text {% cite adams %}.

![A square](square.svg)
Fig. A square with $x^2$ {% cite brown %} and [a link](#there).

## There {#there}

Table: Sizes @adams.

| Model | Size |
| --- | ---: |
| A | 1 |
"""


def built(tmp_path: Path) -> dict[str, bytes]:
    files = {
        "octavo.toml": 'base_url = "https://example.org"\ntitle = "Notes"\nauthor = "Ann Other"',
        "content/a.md": FIGURE,
        "content/b.md": "---\ntitle: B\ntags: [vision]\n---\nSee [[With a figure]] {% cite brown adams %}.",
        "content/square.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>',
        "bibliography/works.bib": LIBRARY,
    }
    return build_folder(write_site(tmp_path, files)).files()


def test_tags_differ_in_more_than_case() -> None:
    notes = {
        "a.md": "---\ntitle: A\ntags: [Vision, C]\n---\n",
        "b.md": "---\ntitle: B\ntags: [vision, C++]\n---\n",
    }
    site = resolve_notes(notes)
    assert [(tag.title, tag.url, len(tag.pages)) for tag in page_at(site, "/tags/").listing] == [
        ("C", "/tags/c/", 1),
        ("C++", "/tags/c-2/", 1),
        ("Vision", "/tags/vision/", 2),
    ]
    assert [tag.url for tag in page_at(site, "/b/").tags] == ["/tags/vision/", "/tags/c-2/"]
    assert [page.title for page in page_at(site, "/tags/vision/").listing] == ["A", "B"]


def test_a_note_can_take_the_place_of_a_generated_page() -> None:
    site = resolve_notes({"tags.md": "---\ntitle: My tags\ntags: [x]\n---\n"})
    assert page_at(site, "/tags/").title == "My tags"


def test_a_page_names_those_that_link_to_it() -> None:
    notes = {
        "a.md": "---\ntitle: A\n---\n[[B]] and [again](b.md#x) and [self](a.md)\n\n{% cite gone %}",
        "b.md": "---\ntitle: B\n---\n## X {#x}\n",
    }
    site = resolve_notes(notes)
    assert [link.title for link in page_at(site, "/b/").linked_from] == ["A"]
    assert page_at(site, "/a/").linked_from == ()


def test_the_map_joins_notes_that_link_or_cite_the_same() -> None:
    notes = {
        "a.md": "---\ntitle: A\n---\n[[B]] {% cite adams %}",
        "b.md": "---\ntitle: B\n---\n{% cite brown %}",
        "c.md": "---\ntitle: C\n---\n{% cite adams %}",
        "d.md": "---\ntitle: D\n---\n",
    }
    of_site = page_at(resolve_notes(notes, LIBRARY), "/map/").map
    titles = [node.title for node in of_site.nodes]
    edges = {(titles[edge.start], titles[edge.end], edge.is_linked, edge.shared) for edge in of_site.edges}
    assert edges == {("A", "B", True, 0), ("A", "C", False, 1)}
    assert of_site.left_out == 1


def test_the_index_of_figures_shows_each_with_its_caption_and_leads_to_its_place(tmp_path: Path) -> None:
    tree = LexborHTMLParser(built(tmp_path)["figures/index.html"])
    (figure,) = tree.css(".gallery li")
    assert [one.attributes["href"] for one in figure.css("a")] == ["../a/#figure-1", "../a/#figure-1", "../a/#there"]
    assert figure.css("img")[0].attributes["src"] == "../square.svg"
    assert "A square with" in figure.text()
    assert "(Brown, 2002)" in figure.text()
    assert figure.css("math")


def test_the_index_of_tables_shows_what_their_columns_are_called(tmp_path: Path) -> None:
    tree = LexborHTMLParser(built(tmp_path)["tables/index.html"])
    (table,) = tree.css(".table-index li")
    assert [column.text() for column in table.css(".columns span")] == ["Model", "Size"]
    assert "Sizes Adams (2001)." in table.text()


def test_an_entry_has_a_page_with_its_abstract_links_and_citing_sections(tmp_path: Path) -> None:
    tree = LexborHTMLParser(built(tmp_path)["bibliography/adams/index.html"])
    assert tree.css("h1")[0].text() == "First & Foremost of n^2"
    links = {one.text(): one.attributes["href"] for one in tree.css(".work-links a")}
    assert links == {
        "DOI": "https://doi.org/10.1/x",
        "arXiv": "https://arxiv.org/abs/2001.00001",
        "PDF": "https://arxiv.org/pdf/2001.00001",
    }
    assert tree.css(".abstract i")[0].text() == "more"
    assert tree.css(".abstract math")
    assert [one.text() for one in tree.css(".citing-pages a")] == ["With a figure", "§\xa0There", "B"]
    assert "eprinttype={arXiv}" in tree.css("code.language-bibtex")[0].text()


def test_a_page_offers_its_references_as_files(tmp_path: Path) -> None:
    files = built(tmp_path)
    tree = LexborHTMLParser(files["a/index.html"])
    assert [one.attributes["href"] for one in tree.css(".downloads a")] == [
        "../a/references.bib",
        "../a/references.json",
    ]
    assert files["a/references.bib"].decode().count("@") == 2
    items = {item["id"]: item for item in json.loads(files["a/references.json"])}
    assert items["adams"]["title"] == 'First & <span class="nocase">Foremost</span> of $n^2$'
    assert items["brown"]["author"] == [{"family": "Brown", "given": "Bo"}]


def test_reference_managers_find_the_page_and_its_references(tmp_path: Path) -> None:
    tree = LexborHTMLParser(built(tmp_path)["a/index.html"])
    spans = [one.attributes["title"] or "" for one in tree.css("span.Z3988")]
    assert "rft.atitle=First%20%26%20Foremost%20of%20n%5E2" in spans[0]
    assert "rft.genre=book" in spans[1]
    assert "rft.type=webpage" in spans[2]
    assert "rft.identifier=https%3A%2F%2Fexample.org%2Fa%2F" in spans[2]
    data = json.loads(tree.css('script[type="application/ld+json"]')[0].text())
    assert data["headline"] == "With a figure"
    assert {"@type": "CreativeWork", "name": "Second"} in data["citation"]


def test_a_page_says_how_to_cite_it(tmp_path: Path) -> None:
    tree = LexborHTMLParser(built(tmp_path)["a/index.html"])
    bibtex = tree.css(".cite-page code")[0].text()
    assert bibtex.startswith("@online{otherwith,")
    assert "author = {Ann Other}" in bibtex
    assert "url = {https://example.org/a/}" in bibtex
