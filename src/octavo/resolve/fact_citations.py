"""The citations that tables of facts add to a page: they stand in the document's list where the table stands in its
text, and those behind it move.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from octavo.model.document import Body, Citation, Document, Figure, Hole, Placeholder, Table
from octavo.model.site import Page

T = TypeVar("T", Figure, Table)
D = TypeVar("D", bound=Document)
Item = TypeVar("Item")

#: For each table of a document: how many citations come before it, and how many it adds.
Moves = Sequence[tuple[int, int]]


def with_note(page: Page, note: Document) -> Page:
    """Return a page with the note that makes it, where it had its outline or nothing."""
    return msgspec.structs.replace(page, document=with_fact_citations(note, page.fact_citations))


def with_fact_citations(document: D, added: Sequence[Sequence[Citation]]) -> D:
    """Return a document as if its author had cited the sources of its tables of facts in them: for each, ``added``."""
    if not document.fact_tables:
        return document
    places = [table.place for table in document.fact_tables]
    moves = list(zip(places, map(len, added), strict=True))
    return msgspec.structs.replace(
        document,
        citations=inserted(document.citations, places, added),
        body=_moved(document.body, moves),
        figures=tuple(_moved_captions(figure, moves) for figure in document.figures),
        tables=tuple(
            msgspec.structs.replace(_moved_captions(table, moves), content=_moved(table.content, moves))
            for table in document.tables
        ),
        reference_lists=tuple(
            msgspec.structs.replace(listed, place=_moved_place(listed.place, moves))
            for listed in document.reference_lists
        ),
        footnotes=tuple(
            msgspec.structs.replace(note, body=_moved(note.body, moves), place=_moved_place(note.place, moves))
            for note in document.footnotes
        ),
    )


def inserted(items: Sequence[Item], places: Sequence[int], added: Sequence[Sequence[Item]]) -> tuple[Item, ...]:
    """Insert items before those at the ``places``, which are in ascending order."""
    result = list(items)
    for place, of_place in reversed(list(zip(places, added, strict=True))):
        result[place:place] = of_place
    return tuple(result)


def _moved_place(place: int, moves: Moves) -> int:
    return place + sum(count for start, count in moves if start <= place)


def _moved(body: Body, moves: Moves) -> Body:
    return tuple(
        Placeholder(part.kind, _moved_place(part.index, moves))
        if isinstance(part, Placeholder) and part.kind is Hole.CITATION
        else part
        for part in body
    )


def _moved_captions(thing: T, moves: Moves) -> T:
    return msgspec.structs.replace(thing, caption=_moved(thing.caption, moves), credit=_moved(thing.credit, moves))
