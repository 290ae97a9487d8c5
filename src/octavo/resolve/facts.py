"""Facts of the notes: what tables of facts show, and the citations of their sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

import msgspec

from octavo.memo import Kept
from octavo.model.document import Citation, CitationItem, Document, Outline
from octavo.model.fact import (
    FACTS,
    Fact,
    FactCell,
    FactColumn,
    FactPoint,
    FactRow,
    FactTable,
    FactValue,
    Kind,
    ResolvedFacts,
)
from octavo.resolve.fact_citations import inserted, with_fact_citations
from octavo.resolve.navigation import title_of
from octavo.resolve.routes import resolve_routes

#: What comes after everything that can be sorted.
LAST = float("inf")


class Sources:
    """The notes below a table: each place in a source once, numbered from 1 in the order of the table's cells."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str, str], int] = {}
        self.citations: list[Citation] = []

    def number(self, fact: Fact) -> int:
        """Return the number of the note that names the source of a fact."""
        place = (fact.source, fact.label, fact.locator)
        if place not in self._numbers:
            self._numbers[place] = len(self._numbers) + 1
            self.citations.append(Citation((source_of(fact),), in_footnote=True))
        return self._numbers[place]


def source_of(fact: Fact) -> CitationItem:
    """Return the citation of a fact's source."""
    return CitationItem(fact.source, fact.span, fact.locator, fact.label)


class PageFacts(NamedTuple):
    """The tables of facts of a page, filled, and the citations that each adds to those of its document."""

    tables: tuple[ResolvedFacts, ...] = ()
    citations: tuple[tuple[Citation, ...], ...] = ()


def resolve_facts(
    documents: Sequence[Outline], heads: Sequence[Outline], kept: Kept
) -> tuple[Mapping[str, Outline], Mapping[str, PageFacts]]:
    """Fill the tables of facts of each document that has some, by its path; ``heads`` are those of all documents.

    Each of them comes back as if its author had cited the sources of the facts in the tables.
    """
    showing = [documents[place] for place, head in enumerate(heads) if head.fact_tables]
    urls = {path: route.url for path, route in resolve_routes(heads)[0].items()} if showing else {}
    cited: dict[str, Outline] = {}
    resolved: dict[str, PageFacts] = {}
    for document in showing:
        sources = [Sources() for _ in document.fact_tables]
        tables = [
            _fill(table, document, heads, urls, of_table)
            for table, of_table in zip(document.fact_tables, sources, strict=True)
        ]
        citations = tuple(tuple(of_table.citations) for of_table in sources)
        with_sources = _with_sections(with_fact_citations(document, citations), document, citations)
        cited[document.path] = kept.same(("facts", document.path), with_sources)
        facts = PageFacts(_with_notes(document, tables, citations), citations)
        resolved[document.path] = kept.same(("fact tables", document.path), facts)
    return cited, resolved


def _fill(
    table: FactTable, document: Document, documents: Sequence[Document], urls: Mapping[str, str], sources: Sources
) -> ResolvedFacts:
    if table.form == "facts":
        return _own_facts(document, table.columns, sources)
    giving = [note for note in documents if note.front_matter.facts]
    notes = [note for note in giving if not table.tag or table.tag in note.front_matter.tags]
    names = table.columns or _names(fact for note in notes for fact in note.front_matter.facts)
    ordered = sorted(notes, key=lambda note: _order(note, table))
    return ResolvedFacts(
        columns=tuple(FactColumn(FACTS[name].title, FACTS[name].kind is not Kind.TEXT) for name in names),
        rows=tuple(
            FactRow(title_of(note), urls[note.path], tuple(_cell(_named(note, name), sources) for name in names))
            for note in ordered
        ),
        points=tuple(_points(ordered, *names)) if table.form == "chart" else (),
    )


def _own_facts(document: Document, names: Sequence[str], sources: Sources) -> ResolvedFacts:
    """Put each fact of a note into a row, and each variant that it tells of into a column."""
    facts = document.front_matter.facts
    variants = tuple(dict.fromkeys(fact.of for fact in facts if fact.of))
    rows = []
    for name in names or _names(facts):
        given = _named(document, name)
        of_all = [fact for fact in given if not fact.of]
        if len(of_all) == len(given):
            cells = [_cell(given, sources, max(1, len(variants)))]
        else:
            cells = [_cell([fact for fact in given if fact.of == one] or of_all, sources) for one in variants]
        rows.append(FactRow(FACTS[name].title, "", tuple(cells)))
    return ResolvedFacts(tuple(FactColumn(variant, False) for variant in variants), tuple(rows))


def _names(facts: Iterable[Fact]) -> tuple[str, ...]:
    given = {fact.name for fact in facts}
    return tuple(name for name in FACTS if name in given)


def _named(note: Document, name: str) -> list[Fact]:
    return [fact for fact in note.front_matter.facts if fact.name == name]


def _cell(facts: Iterable[Fact], sources: Sources, width: int = 1) -> FactCell:
    """Put values into a cell; variants that share one share a line, and need no names if all of them do."""
    shared: dict[FactValue, list[str]] = {}
    for fact in facts:
        value = FactValue(fact.text, "", fact.order, fact.state, sources.number(fact))
        shared.setdefault(value, []).append(fact.of)
    values = tuple(
        msgspec.structs.replace(value, of=", ".join(name for name in variants if name != value.text))
        for value, variants in shared.items()
    )
    is_of_all = len(values) == 1 and len(shared[next(iter(shared))]) > 1
    return FactCell(tuple(msgspec.structs.replace(value, of="") for value in values) if is_of_all else values, width)


def _order(note: Document, table: FactTable) -> tuple[float, float, str]:
    orders = [fact.order for fact in _named(note, table.sort) if fact.order is not None]
    first = (-max(orders) if table.descending else min(orders)) if orders else LAST
    by_hand = note.front_matter.nav_order
    return first, by_hand if isinstance(by_hand, float) else LAST, title_of(note).casefold()


def _points(notes: Iterable[Document], x_name: str, y_name: str) -> Iterator[FactPoint]:
    """Yield a point for each value of ``y``, at the ``x`` of the same variant or else of the whole note."""
    for note in notes:
        at = {fact.of: fact.order for fact in reversed(_named(note, x_name))}
        for fact in _named(note, y_name):
            x = at.get(fact.of, at.get(""))
            if x is not None and fact.order is not None:
                yield FactPoint(_title_of_variant(title_of(note), fact.of), x, fact.order)


def _title_of_variant(title: str, of: str) -> str:
    return of if title.casefold() in of.casefold() else f"{title} {of}".rstrip()


def _with_sections(document: Outline, before: Outline, added: Sequence[Sequence[Citation]]) -> Outline:
    """Keep the sections of citations beside them; those in notes below a table are in none."""
    places = [table.place for table in before.fact_tables]
    nowhere = [[""] * len(of_table) for of_table in added]
    return msgspec.structs.replace(document, sections=inserted(before.sections, places, nowhere))


def _with_notes(
    document: Document, tables: Sequence[ResolvedFacts], added: Sequence[Sequence[Citation]]
) -> tuple[ResolvedFacts, ...]:
    """Tell each table where its citations are among those of the document."""
    # Tables are in the order of the text, and so are their places.
    before = accumulate(map(len, added), initial=0)
    starts = [table.place + moved for table, moved in zip(document.fact_tables, before, strict=False)]
    return tuple(
        msgspec.structs.replace(table, notes=tuple(range(start, start + len(of_table))))
        for table, start, of_table in zip(tables, starts, added, strict=True)
    )
