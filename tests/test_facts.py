"""Facts: how they are read from a front matter, and what tables and charts make of them."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from urllib.parse import unquote

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from building import BuiltSite, build_folder, write_site
from notes import page_at, problems, resolve_notes
from octavo.model.fact import FACTS, Fact, FactState
from octavo.model.source import SourceFile
from octavo.read.facts import parse_date, parse_quantity
from octavo.read.frontmatter import parse_front_matter

LIBRARY = """
@book{adams2001, author={Adams, Ada}, title={One}, year={2001}}
@book{brown2002, author={Brown, Bob}, title={Two}, year={2002}}
@book{clark2003, author={Clark, Cid}, title={Three}, year={2003}}
"""

SMALL = """---
title: Small
tags: [recent]
facts:
  released: {value: 2020-05, source: brown2002}
  parameters:
    - {value: 110M, of: base, source: brown2002, label: table, locator: 1}
    - {value: 340M, of: large, source: brown2002, label: table, locator: 1}
  tokens: {value: not published, source: brown2002}
---
"""

LARGE = """---
title: Large
tags: [recent]
facts:
  released: {value: 2023, source: clark2003}
  parameters: {value: 1.5B, source: clark2003}
  context: {value: 128k, source: adams2001}
---
"""

COMPARE = """{% compare tag="recent" columns="parameters tokens context" sort="released" order="descending" %}"""


def facts_of(yaml: str) -> tuple[Fact, ...]:
    front_matter, _, found = parse_front_matter(SourceFile("note.md", f"---\nfacts:\n  {yaml}\n---\n"))
    assert found == ()
    return front_matter.facts


def problems_of(yaml: str) -> list[str]:
    _, _, found = parse_front_matter(SourceFile("note.md", f"---\nfacts:\n  {yaml}\n---\n"))
    return [f"{one.rule} {one.span.line}:{one.span.column} {one.message} | {one.hint}" for one in found if one.span]


def built(folder: Path, page: str, **config: str) -> BuiltSite:
    files = {
        "octavo.toml": "".join(f'{name} = "{value}"\n' for name, value in config.items()),
        "content/small.md": SMALL + "{% facts %}\n",
        "content/large.md": LARGE,
        "content/page.md": page,
        "bibliography/works.bib": LIBRARY,
    }
    return build_folder(write_site(folder, files))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("110M", 110e6),
        ("50257", 50257),
        ("50,257", 50257),
        ("1.5B", 1.5e9),
        ("15T", 15e12),
        ("128k", 128e3),
        ("8k–128k", 8e3),
        ("8-128k", 8e3),
        ("~ 7 B", 7e9),
        ("6.3T (server)", 6.3e12),
        ("3.3B words", 3.3e9),
        ("much", None),
        ("110X", None),
        ("1,5B", None),
        ("", None),
    ],
)
def test_a_quantity_is_a_number(text: str, number: float | None) -> None:
    assert parse_quantity(text) == number


@pytest.mark.parametrize(
    ("text", "day"),
    [("2018-10-11", "2018-10-11"), ("2018-10", "2018-10-01"), ("2018", "2018-01-01"), ("2018-13", ""), ("May", "")],
)
def test_a_date_may_lack_its_day_and_month(text: str, day: str) -> None:
    found = parse_date(text)
    assert (found.isoformat() if found else "") == day


def test_a_fact_has_a_value_a_variant_and_a_source() -> None:
    fact, other = facts_of("parameters: [{value: 110M, of: base, source: a, locator: 3}, {value: unknown, source: b}]")
    assert (fact.name, fact.text, fact.order, fact.of) == ("parameters", "110M", 110e6, "base")
    assert (fact.source, fact.label, fact.locator) == ("a", "page", "3")
    assert (fact.span.line, fact.span.column) == (3, 48)
    assert (other.state, other.order, other.source) == (FactState.UNKNOWN, None, "b")


@pytest.mark.parametrize(
    ("yaml", "problem"),
    [
        (
            "parameters: 110M",
            "fact-unsourced 3:15 'parameters' names no source | "
            "write it like this: parameters: {value: …, source: citekey}",
        ),
        (
            "parameters: {value: 110M}",
            "fact-unsourced 3:15 'parameters' names no source | "
            "write it like this: parameters: {value: …, source: citekey}",
        ),
        (
            "paramters: {value: 1, source: a}",
            "fact-unknown 3:3 there is no fact 'paramters' | did you mean 'parameters'?",
        ),
        (
            "layers: {value: a dozen, source: a}",
            "fact-invalid 3:11 'a dozen' is no quantity | "
            "write it like 110M, 50,257, 8k-128k, 6.3T (server), unknown or not published",
        ),
        (
            "released: {value: spring, source: a}",
            "fact-invalid 3:13 'spring' is no date | write it like 2018, 2018-10 or 2018-10-11",
        ),
        ("layers: {value: 12, sorce: a}", "fact-invalid 3:23 a fact has no 'sorce' | did you mean 'source'?"),
        (
            "layers: {value: , source: a}",
            "fact-invalid 3:11 'layers' has no value | if the source has none: not published",
        ),
        ("layers: {value: 1, source: a, label: pge}", "fact-invalid 3:11 'pge' is no locator term of CSL | "),
    ],
)
def test_a_fact_that_cannot_be_read_is_an_error_at_its_line(yaml: str, problem: str) -> None:
    assert problems_of(yaml) == [problem]


def test_facts_must_be_a_mapping() -> None:
    assert problems_of("- a")[0].startswith("fact-invalid 3:3 'facts' must be made of 'name: values' lines")


def test_an_unknown_source_is_an_unknown_citekey() -> None:
    site = resolve_notes({"a.md": SMALL}, LIBRARY.replace("brown2002", "brown2020"))
    assert next(one for one in problems(site) if "cite" in one).startswith(
        "cite-unknown content/a.md:5:38 no entry 'brown2002' in bibliography/ | did you mean 'brown2020'?"
    )


def test_a_source_is_no_uncited_entry() -> None:
    site = resolve_notes({"a.md": SMALL + "[@adams2001; @clark2003]"}, LIBRARY)
    assert problems(site) == []


def test_a_comparison_has_a_row_for_each_note_in_the_order_asked_for() -> None:
    site = resolve_notes({"a/small.md": SMALL, "large.md": LARGE, "c.md": COMPARE}, LIBRARY)
    (table,) = page_at(site, "/c/").fact_tables
    assert [column.title for column in table.columns] == ["Parameters", "Training tokens", "Context"]
    assert [(row.title, row.url) for row in table.rows] == [("Large", "/large/"), ("Small", "/a/small/")]
    texts = [[[f"{one.text} {one.of} {one.note}" for one in cell.values] for cell in row.cells] for row in table.rows]
    assert texts == [
        [["1.5B  1"], [], ["128k  2"]],
        [["110M base 3", "340M large 3"], ["not published  4"], []],
    ]


def test_sources_are_cited_where_the_table_stands() -> None:
    page = f"[@adams2001]\n\nTable: x. Credits: [@adams2001]\n\n{COMPARE}\n\nThen [@brown2002].\n"
    site = resolve_notes({"small.md": SMALL, "large.md": LARGE, "c.md": page}, LIBRARY, style="ieee")
    found = page_at(site, "/c/")
    keys = [[item.citekey for item in citation.items] for citation in found.document.citations]
    assert keys == [
        ["adams2001"],
        ["clark2003"],
        ["adams2001"],
        ["brown2002"],
        ["brown2002"],
        ["adams2001"],
        ["brown2002"],
    ]
    assert found.fact_tables[0].notes == (1, 2, 3, 4)
    assert [reference.citekey for reference in found.formatted.references] == ["adams2001", "clark2003", "brown2002"]


def test_a_comparison_of_nothing_is_an_error() -> None:
    site = resolve_notes({"a.md": '{% compare tag="recnt" %}', "b.md": "{% facts %}"})
    assert [one.split(" | ")[0] for one in problems(site)] == [
        "compare-malformed content/a.md:1:1 no note with the tag 'recnt' gives facts",
        "compare-malformed content/b.md:1:1 this note gives no facts",
    ]


def test_a_page_shows_each_value_with_a_mark_that_leads_to_its_source(tmp_path: Path) -> None:
    site = built(tmp_path, f"Table: Sizes.\n\n{COMPARE}\n")
    tree = LexborHTMLParser(site.text("page/index.html"))
    cell = tree.css("tbody tr")[1].css("td")[0]
    assert cell.text(strip=True) == "110M(base)3340M(large)3"
    assert cell.attributes["data-order"] == "3.4e+08"
    note = target_of(cell.css("sup a")[0], tree)
    assert note.text() == "(Brown, 2002, Table 1)"
    assert target_of(note.css("a")[0], tree).text(strip=True).startswith("Brown, B. (2002).")
    assert [one.text(deep=False) for one in tree.css("tbody .fact-absent")] == ["not published"]
    assert len(tree.css(".fact-missing")) == 2
    assert site.problems() == []


def target_of(link: LexborNode, tree: LexborHTMLParser) -> LexborNode:
    """Return what a link of a page leads to on the same page."""
    (found,) = tree.css(f"[id='{str(link.attributes['href'])[1:]}']")
    return found


def test_a_comparison_can_be_had_as_a_file(tmp_path: Path) -> None:
    tree = LexborHTMLParser(built(tmp_path, COMPARE).text("page/index.html"))
    address = str(tree.css("a[download]")[0].attributes["href"])
    assert list(csv.reader(io.StringIO(unquote(address.partition(",")[2])))) == [
        [
            "",
            "Parameters",
            "Parameters: source",
            "Training tokens",
            "Training tokens: source",
            "Context",
            "Context: source",
        ],
        ["Large", "1.5B", "clark2003", "", "", "128k", "adams2001"],
        ["Small", "110M (base); 340M (large)", "brown2002", "not published", "brown2002", "", ""],
    ]


def test_a_notes_own_facts_have_a_column_for_each_variant(tmp_path: Path) -> None:
    tree = LexborHTMLParser(built(tmp_path, COMPARE).text("small/index.html"))
    assert [head.text() for head in tree.css("thead th")] == ["base", "large"]
    rows = [[cell.text() for cell in row.css("th, td")] for row in tree.css("tbody tr")]
    assert rows == [
        ["Released", "2020-051"],
        ["Parameters", "110M2", "340M2"],
        ["Training tokens", "not published1"],
    ]


def test_a_chart_draws_facts_and_says_them_in_words(tmp_path: Path) -> None:
    pytest.importorskip("altair")
    pytest.importorskip("vl_convert")
    chart = '{% chart x="released" y="parameters" %}\nFig. Sizes.\n{: #fig:sizes}\n\nSee @fig:sizes.'
    site = built(tmp_path, chart, style="chicago-notes-bibliography")
    tree = LexborHTMLParser(site.text("page/index.html"))
    (figure,) = tree.css("figure[id='fig:sizes']")
    names = {text.text() for text in figure.css("svg text")}
    assert {"Small base", "Small large", "Large", "1B", "100M"} <= names
    assert "currentColor" in (figure.css("svg")[0].html or "")
    assert [head.text() for head in figure.css("tbody th")] == ["Large", "Small"]
    assert not tree.css(".footnotes li")
    assert site.problems() == []


def test_a_cell_of_a_file_is_no_formula(tmp_path: Path) -> None:
    note = LARGE.replace("released: {value: 2023,", "license: {value: '=HYPERLINK(1)',")
    site = build_folder(
        write_site(
            tmp_path,
            {"content/a.md": note, "content/c.md": '{% compare columns="license" %}', "bibliography/b.bib": LIBRARY},
        )
    )
    assert "%27%3DHYPERLINK" in site.text("c/index.html")


def test_the_readme_lists_every_fact() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    for name, fact in FACTS.items():
        assert f"| `{name}` | {fact.title} | {fact.kind} |" in readme


def test_no_facts_are_no_mistake() -> None:
    front_matter, _, found = parse_front_matter(SourceFile("note.md", "---\nfacts:\n---\n"))
    assert (front_matter.facts, found) == ((), ())
