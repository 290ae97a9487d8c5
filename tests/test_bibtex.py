"""Bibliographies, case by case: each file in ``cases/bibtex`` holds many cases; ``entries.md`` explains the format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database.input.bibtex import LowLevelParser

from case_files import Case, cases
from octavo.model.diagnostic import RULES, Diagnostic
from octavo.model.reference import Bibliography, BibliographySettings, Entry
from octavo.model.source import SourceFile, Span
from octavo.read.bibtex import parse_bibliography, read_plain
from octavo.read.csl_json import entry_of

NAMES = ("author", "editor", "translator", "container-author")
DATES = ("issued", "accessed")

BEFORE = "@book{before, title={Before}, author={{NASA} and others}, year=2001}\n"
AFTER = """
@article{after, title={After {GPU}s in $O(n^2)$}, author={van Last, Jr., First}, journaltitle={Journal}, date={2002-03}}
"""
VALID = r"""
@string{acl = "Proc. ACL"}
@string{press = {Some} # " Press"}
@inproceedings{part,
  author    = {Ludwig van Beethoven and King, Jr., Martin Luther and {NASA} and others},
  title     = {{GPU} kernels: na\"{\i}ve, caf\'e and \emph{Homo sapiens} in $O(n \log n)$},
  booktitle = acl # " (" # 2001 # ")",
  crossref  = {whole},
  xdata     = {shared},
  pages     = {101--120},
  year      = 2001,
  month     = "10~" # jan,
}
@proceedings(whole, title = "Whole {"}truth{"}", editor = {E. Ditor}, publisher = press, date = {2001-05-03/2002})
@misc{preprint, title = {Preprint}, author = {A. Author}, eprint = {1810.04805}, eprinttype = {arxiv}}
@xdata{shared, location = {Vienna}, url = {https://example.org/\~a}, doi = {10.1000/182}}
@comment{ @book{hidden, title = {Hidden}} }
"""
FRAGMENTS = (
    *"{}()\"'@,=#$\\%~&<>;:-`^_ \n\t\x00a",
    *r"@book{ @comment{ @xdata{ crossref={part}, xdata={part}, title={ {\ {{ }} $$ `` -- \\ \" \emph \emph{".split(),
    *("@string{", "@preamble{", "1", "é"),
    *("@article(x, ", "}\n@misc{b,\n", "\\c ", "\\em ", "\\textsc", "\\href{", "\\url{", " # ", "\ud7ff", "\u0301"),
    *(" and ", "and", " others ", ", Jr.,", " van ", "{" * 120, "}" * 120, "\\emph{" * 120),
)


def described(case: Case) -> str:
    return describe(parse(case.given))


def parse(*texts: str) -> Bibliography:
    """Parse the texts of ``works.bib``, ``works2.bib`` and so on."""
    paths = ["works.bib", *(f"works{number}.bib" for number in range(2, len(texts) + 1))]
    return parse_bibliography(tuple(map(SourceFile, paths, texts)))


def understood(bibliography: Bibliography) -> list[Entry]:
    return [entry_of(one.written, BibliographySettings()) for one in bibliography.entries]


def describe(bibliography: Bibliography) -> str:
    """Write a bibliography the way the case files do."""
    spans = [one.span for one in bibliography.entries]
    entries = zip(understood(bibliography), spans, strict=True)
    lines = [line for entry, span in entries for line in shown_entry(entry, span)]
    lines += map(shown_diagnostic, bibliography.diagnostics)
    return "".join(f"{line}\n" for line in lines)


def shown_entry(entry: Entry, span: Span) -> Iterator[str]:
    assert entry.item["id"] == entry.citekey
    yield f"{entry.citekey}: {entry.item['type']} {at(span)}"
    for variable, value in entry.item.items():
        if variable in NAMES:
            yield from (f"  {variable}: {shown_name(name)}" for name in value)
        elif variable in DATES:
            yield f"  {variable}: {shown_date(value)}"
        elif variable not in ("id", "type"):
            yield f"  {variable}: {value}".replace("\N{NO-BREAK SPACE}", "⍽")


def shown_name(name: dict[str, str]) -> str:
    return "; ".join(f"{part} {text}" for part, text in name.items())


def shown_date(date: dict[str, Any]) -> str:
    if "literal" in date:
        return f"'{date['literal']}'"
    ends = ["-".join(map(str, parts)) for parts in date["date-parts"]]
    return " to ".join(ends) + (" (circa)" if date.get("circa") else "")


def at(span: Span) -> str:
    return f"@{span.line}:{span.column}+{span.width}"


def shown_diagnostic(found: Diagnostic) -> str:
    assert found.span
    hint = f" ({found.hint})" if found.hint else ""
    return f"! {found.rule} {at(found.span)}: {found.message}{hint}"


@pytest.mark.parametrize("case", cases("bibtex", described), ids=lambda case: case.name)
def test_a_bibliography_is_read_as_its_case_says(case: Case) -> None:
    assert described(case) == case.expected


def test_an_abbreviation_that_is_not_defined_is_told_at_its_line_and_costs_its_field_only() -> None:
    bibliography = parse(
        "@book{a,\n  title = {A},\n  author = {B. Author},\n  publisher = nowhere,\n  year = 2001}" + AFTER
    )
    assert [(one.rule, one.span and one.span.line) for one in bibliography.diagnostics] == [("bibtex-invalid", 4)]
    items = {entry.citekey: entry.item for entry in understood(bibliography)}
    assert items["a"].keys() == {"id", "type", "title", "author", "issued"}
    assert "after" in items


def test_abbreviations_and_inheritance_reach_from_file_to_file() -> None:
    bibliography = parse(
        "@string{acl = {Proc. ACL}}\n@inproceedings{part, title={Part}, author={A. Author}, crossref={whole}}",
        "@proceedings{whole, title=acl, editor={E. Ditor}, year=2001}",
    )
    assert bibliography.diagnostics == ()
    part, whole = understood(bibliography)
    assert (part.item["container-title"], whole.item["title"]) == ("Proc. ACL", "Proc. ACL")
    assert tuple(one.span.path for one in bibliography.entries) == ("works.bib", "works2.bib")


def test_files_are_read_in_the_order_of_their_paths_and_the_first_keeps_a_key_for_itself() -> None:
    sources = [SourceFile(f"{name}.bib", f"\n@book{{a, title={{{name}}}, author={{B. Author}}}}") for name in "zyx"]
    bibliography = parse_bibliography(tuple(sources))
    assert [(entry.item["title"], entry.citekey, entry.key) for entry in understood(bibliography)] == [
        ("x", "a", "a"),
        ("y", "a@y", "a"),
        ("z", "a@z", "a"),
    ]
    assert not bibliography.diagnostics  # a tag may look into one file alone


def test_an_entry_keeps_its_source_as_it_is_written() -> None:
    source = "@Book(a,\n  Title = {A}, % first\n  author = {B. Author})"
    assert [one.written.bibtex for one in parse(f"Text\n{source} text\n{AFTER}").entries] == [source, AFTER.strip()]


@pytest.mark.parametrize("text", ["", "\n", "No entries, but an @ sign", "% nothing\n@comment{nothing}"])
def test_a_file_without_entries_is_empty(text: str) -> None:
    assert parse(text) == Bibliography()


def test_a_long_circle_of_entries_ends() -> None:
    keys = [f"k{number}" for number in range(100)]
    entries = zip(keys, [*keys[1:], keys[0]], strict=True)
    bibliography = parse("".join(f"@book{{{a}, title={{T}}, author={{A}}, crossref={{{b}}}}}\n" for a, b in entries))
    assert [one.written.citekey for one in bibliography.entries] == keys
    assert [(one.rule, one.span and one.span.line) for one in bibliography.diagnostics] == [
        ("entry-incomplete", line) for line in range(1, 101)
    ]


@pytest.mark.parametrize("opening", ["{", "\\emph{", "\\textbf{\\emph ", "{\\em "])
@pytest.mark.parametrize("field", ["title", "author", "note"])
def test_braces_too_deep_to_read_cost_one_entry_at_most(opening: str, field: str) -> None:
    deep = opening * 5000 + "x" + "}" * 5000
    bibliography = parse(f"{BEFORE}@misc{{deep, key={{k}}, title={{T}}, {field}={{{deep}}}}}{AFTER}")
    assert {"before", "after"} <= {one.written.citekey for one in bibliography.entries}
    assert {one.span and one.span.line for one in bibliography.diagnostics} <= {2}


@st.composite
def mutations(draw: st.DrawFn, text: str) -> str:
    """Return a text in which a few places are overwritten with what makes trouble in BibTeX."""
    for _ in range(draw(st.integers(1, 8))):
        start = draw(st.integers(0, len(text)))
        end = start + draw(st.sampled_from((0, 0, 1, 2, 10, 40)))
        text = text[:start] + draw(st.sampled_from(("", *FRAGMENTS))) + text[end:]
    return text


def check(bibliography: Bibliography, text: str) -> None:
    """Prove that all entries have keys of their own, and that each problem is one of the known, at a place there is."""
    keys = [one.written.citekey for one in bibliography.entries]
    assert len(set(keys)) == len(keys)
    lines = text.split("\n")
    for place in (*(entry.span for entry in bibliography.entries), *(one.span for one in bibliography.diagnostics)):
        assert place
        assert 1 <= place.line <= len(lines)
        assert 1 <= place.column <= place.column + place.width - 1 <= max(1, len(lines[place.line - 1]))
    for one in bibliography.diagnostics:
        assert one.rule in RULES
        assert one.message


@given(mutations(VALID))
@settings(max_examples=300, deadline=None)
def test_whatever_happens_to_a_file_it_is_read(text: str) -> None:
    bibliography = parse(text)
    assert isinstance(bibliography, Bibliography)
    check(bibliography, text)
    describe(bibliography)


@given(mutations("@book{middle,\n  title = {The {Middle}},\n  author = {A. Author},\n  year = 2001,\n}\n"))
@settings(max_examples=300, deadline=None)
def test_whatever_happens_to_an_entry_its_neighbours_stay(middle: str) -> None:
    neighbours = {entry.citekey: entry.item for entry in understood(parse(BEFORE + AFTER))}
    text = BEFORE + middle + AFTER
    bibliography = parse(text)
    check(bibliography, text)
    found = {entry.citekey: entry.item for entry in understood(bibliography)}
    assert {key: found.get(key) for key in neighbours} == neighbours


def test_titles_stay_as_written_where_they_are_not_put_into_the_case_of_a_sentence() -> None:
    book = SourceFile("a.bib", "@book{a, title={The Ruby Language}, subtitle={A {LaTeX} Way}, author={A, B}}")
    [one] = parse_bibliography((book,)).entries
    entry = entry_of(one.written, BibliographySettings(in_sentence_case=False))
    assert entry.item["title"] == 'The Ruby Language: A <span class="nocase">LaTeX</span> Way'


PLAIN = """@Article{a:1,
  Title = {A {Title {in}} parts, = # "},
  year=2001, note = {}, title = {Again}, file = {a % b},
}"""


def test_an_entry_without_parts_and_macros_is_plain() -> None:
    assert read_plain(PLAIN)


@given(mutations(PLAIN))
@settings(max_examples=500, deadline=None)
def test_a_plain_entry_is_read_as_pybtex_does(text: str) -> None:
    if plain := read_plain(text):
        [(_, parsed)] = LowLevelParser(text)
        assert plain == parsed
