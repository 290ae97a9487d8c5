from __future__ import annotations

from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from building import build_folder, write_site
from notes import page_at, problems, resolve_notes
from octavo.resolve.generated import MOST_CITING

LIBRARY = """
@book{adams2001, title={First}, author={Adams, A.}, year=2001}
@book{brown2002, title={Second}, author={Brown, B.}, year=2002}
@book{clark2003, title={Third}, author={Clark, C.}, year=2003}
"""

#: A style that numbers in the order of citation.
NUMBERING = "ieee"


def test_numbers_follow_the_order_of_first_citation() -> None:
    site = resolve_notes({"a.md": "{% cite clark2003 %} {% cite adams2001 clark2003 %}"}, LIBRARY, style=NUMBERING)
    page = page_at(site, "/a/")
    assert [[(item.citekey, item.number) for item in items] for items in page.citations] == [
        [("clark2003", 1)],
        [("adams2001", 2), ("clark2003", 1)],
    ]
    assert [row.citekey for row in page.reference_lists[0]] == ["clark2003", "adams2001"]


def test_a_style_that_sorts_numbers_by_its_own_order() -> None:
    site = resolve_notes({"a.md": "{% cite clark2003 adams2001 %}"}, LIBRARY)
    page = page_at(site, "/a/")
    assert [(row.citekey, row.number) for row in page.reference_lists[0]] == [("adams2001", 1), ("clark2003", 2)]
    assert [item.number for item in page.citations[0]] == [2, 1]


def test_cited_in_order_overrules_the_style() -> None:
    text = "{% cite clark2003 adams2001 %}\n\n{% bibliography --cited_in_order %}"
    site = resolve_notes({"a.md": text}, LIBRARY)
    assert [row.citekey for row in page_at(site, "/a/").reference_lists[0]] == ["clark2003", "adams2001"]


def test_each_reference_leads_back_to_every_place_that_cites_it() -> None:
    site = resolve_notes({"a.md": "{% cite adams2001 %} and {% cite brown2002 adams2001 %}"}, LIBRARY)
    page = page_at(site, "/a/")
    rows = {row.citekey: [f"#{anchor}" for anchor in row.here] for row in page.reference_lists[0]}
    assert rows == {"adams2001": ["#cite-adams2001-1", "#cite-adams2001-2"], "brown2002": ["#cite-brown2002-1"]}
    anchors = [item.anchor for items in page.citations for item in items]
    assert anchors == ["cite-adams2001-1", "cite-brown2002-1", "cite-adams2001-2"]


def test_an_unknown_key_is_an_error_at_its_place_with_the_nearest_keys() -> None:
    site = resolve_notes({"a.md": "Text {% cite adams2001 brwon2002 %}."}, LIBRARY)
    found = [problem for problem in problems(site) if problem.startswith("cite-unknown")]
    assert found == ["cite-unknown content/a.md:1:24 no entry 'brwon2002' in bibliography/ | did you mean 'brown2002'?"]
    assert [item.known for item in page_at(site, "/a/").citations[0]] == [True, False]


def test_an_entry_that_nothing_cites_is_reported_at_its_line() -> None:
    site = resolve_notes({"a.md": "{% cite adams2001 brown2002 %}"}, LIBRARY)
    assert problems(site) == ["entry-uncited bibliography/test.bib:4:7 nothing cites 'clark2003' | "]


def test_very_many_entries_that_nothing_cites_are_reported_at_once() -> None:
    library = "\n".join(f"@book{{b{number}, title={{T}}, author={{A, B}}, year=2001}}" for number in range(40))
    site = resolve_notes({"a.md": "{% cite b0 %}"}, library)
    found = "nothing cites 'b1' and 38 other entries of this file"
    assert problems(site) == [f"entry-uncited bibliography/test.bib:2:7 {found} | "]


def test_an_author_in_the_sentence_leads_to_the_reference_where_a_style_cites_by_names_alone(tmp_path: Path) -> None:
    files = {
        "octavo.toml": 'style = "modern-language-association"',
        "content/a.md": "As @adams2001 and @brown2002 [p. 4] say.",
        "bibliography/works.bib": LIBRARY,
    }
    tree = LexborHTMLParser(build_folder(write_site(tmp_path, files)).text("a/index.html"))
    assert [one.text() for one in tree.css(".citation")] == ["Adams", "Brown (4)"]
    assert [one.text() for one in tree.css(".citation a.cite")] == ["Adams", "4"]
    assert tree.css(".citation a.cite")[0].attributes["id"] == "cite-adams2001-1"


def test_nocite_lists_an_entry_without_a_place() -> None:
    page = page_at(resolve_notes({"a.md": "Text{% nocite adams2001 %}"}, LIBRARY), "/a/")
    assert [(row.citekey, row.here) for row in page.reference_lists[0]] == [("adams2001", ())]


def test_a_bare_bibliography_lists_the_whole_library() -> None:
    site = resolve_notes({"a.md": "{% cite clark2003 %}\n\n{% bibliography %}"}, LIBRARY)
    assert [row.citekey for row in page_at(site, "/a/").reference_lists[0]] == ["adams2001", "brown2002", "clark2003"]
    assert problems(site) == []


def test_a_page_without_citations_has_no_list() -> None:
    assert page_at(resolve_notes({"a.md": "Text"}, ""), "/a/").reference_lists == ()


def test_a_reading_list_comments_on_its_works_in_its_own_order(tmp_path: Path) -> None:
    note = """---
readings:
  - {entry: clark2003, topic: Surveys, comment: The longest.}
  - {entry: adams2001, topic: Surveys}
  - {entry: brown2002, comment: Short <b>.}
---
{% bibliography --cited_in_order --template readings %}

{% bibliography --cited --template nothing %}
"""
    site = build_folder(write_site(tmp_path, {"content/a.md": note, "bibliography/works.bib": LIBRARY}))
    tree = LexborHTMLParser(site.text("a/index.html"))
    (readings,) = tree.css(".readings")
    assert [one.text() for one in readings.css("h2")] == ["Surveys"]
    rows = [one.text(separator="|") for one in readings.css("li")]
    assert [row.partition("|")[0][:5] for row in rows] == ["Clark", "Adams", "Brown"]
    assert [one.text() for one in readings.css(".comment")] == ["The longest.", "Short <b>."]
    assert site.problems() == ["layout-unknown content/a.md:9:1 there is no templates/nothing.html.jinja for this list"]


def test_the_site_wide_bibliography_says_who_cites_what() -> None:
    notes = {
        "a.md": "---\ntitle: A\n---\n{% cite brown2002 %} {% cite brown2002 %}",
        "b.md": "---\ntitle: B\n---\n{% cite adams2001 brown2002 %}",
    }
    rows = page_at(resolve_notes(notes, LIBRARY), "/bibliography/").reference_lists[0]
    assert [(row.citekey, [(page.title, page.url) for page in row.elsewhere]) for row in rows] == [
        ("adams2001", [("B", "/b/")]),
        ("brown2002", [("A", "/a/"), ("B", "/b/")]),
    ]


def test_the_bibliography_leads_to_the_first_citation_in_each_section_of_a_page() -> None:
    note = """{% cite adams2001 %}

# Title

## Methods

{% cite adams2001 %} and {% cite adams2001 %}[^1]

### Data {#data}

{% cite brown2002 adams2001 %}

[^1]: Besides {% cite brown2002 %}.
"""
    row = page_at(resolve_notes({"a.md": note}, LIBRARY), "/bibliography/").reference_lists[0][0]
    assert [(place.section, place.anchor) for place in row.elsewhere[0].places] == [
        ("", "cite-adams2001-1"),
        ("Methods", "cite-adams2001-2"),
        ("Data", "cite-adams2001-4"),
    ]


def test_a_reference_names_a_few_other_pages_that_cite_it_and_says_if_there_are_more() -> None:
    notes = {f"{name}.md": f"---\ntitle: {name}\n---\n{{% cite adams2001 %}}" for name in "abcdef"}
    site = resolve_notes(notes, LIBRARY)
    row = page_at(site, "/b/").reference_lists[0][0]
    assert [page.title for page in row.elsewhere] == ["a", "c", "d"]
    assert row.has_more
    assert row.entry_url == "/bibliography/adams2001/"
    assert [page.title for page in page_at(site, row.entry_url).reference_lists[0][0].elsewhere] == list("abcdef")


def test_the_bibliography_leads_to_an_entrys_own_page_for_very_many_pages_that_cite_it() -> None:
    notes = {f"{place:02}.md": "{% cite adams2001 %}" for place in range(MOST_CITING + 1)}
    (row,) = page_at(resolve_notes(notes, LIBRARY), "/bibliography/").reference_lists[0]
    assert (len(row.elsewhere), row.has_more, row.entry_url) == (MOST_CITING, True, "/bibliography/adams2001/")
    (row,) = page_at(resolve_notes(notes, LIBRARY, entry_pages=False), "/bibliography/").reference_lists[0]
    assert (len(row.elsewhere), row.has_more) == (MOST_CITING + 1, False)


def test_entries_whose_keys_differ_in_case_alone_have_pages_of_their_own() -> None:
    library = "@book{Adams, title={One}, author={A}}\n@book{adams, title={Two}, author={B}}"
    site = resolve_notes({"a.md": "{% cite Adams adams %}"}, library)
    urls = {page.route.url for page in site.pages if page.template == "entry"}
    assert urls == {"/bibliography/Adams/", "/bibliography/adams-2/"}
    assert problems(site) == []


def test_a_site_can_do_without_pages_for_its_entries() -> None:
    site = resolve_notes({"a.md": "{% cite adams2001 %}"}, LIBRARY, entry_pages=False)
    assert not [page for page in site.pages if page.template == "entry"]
    assert page_at(site, "/a/").reference_lists[0][0].entry_url == ""


def test_a_note_can_take_the_place_of_the_bibliography_page() -> None:
    notes = {"bibliography.md": "---\ntitle: Works\n---\n{% bibliography %}", "a.md": "{% cite adams2001 %}"}
    assert page_at(resolve_notes(notes, LIBRARY), "/bibliography/").title == "Works"
