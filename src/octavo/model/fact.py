"""Facts: figures and properties of what a note is about, each with its source, and the tables that compare them."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec

from octavo.model.source import Span


class Kind(StrEnum):
    """What the value of a fact is, and so how it sorts."""

    QUANTITY = "quantity"
    DATE = "date"
    TEXT = "text"


class FactName(msgspec.Struct, frozen=True):
    """A fact that a note may give: what heads its column, and what its values are."""

    title: str
    kind: Kind


#: Every fact, by the name it has in a front matter. The README's table of facts is checked against this one.
FACTS: dict[str, FactName] = {
    "organization": FactName("Organisation", Kind.TEXT),
    "released": FactName("Released", Kind.DATE),
    "parameters": FactName("Parameters", Kind.QUANTITY),
    "layers": FactName("Layers", Kind.QUANTITY),
    "hidden_size": FactName("Hidden size", Kind.QUANTITY),
    "heads": FactName("Attention heads", Kind.QUANTITY),
    "attention": FactName("Attention", Kind.TEXT),
    "context": FactName("Context", Kind.QUANTITY),
    "tokenizer": FactName("Tokeniser", Kind.TEXT),
    "vocabulary": FactName("Vocabulary", Kind.QUANTITY),
    "objective": FactName("Objective", Kind.TEXT),
    "tokens": FactName("Training tokens", Kind.QUANTITY),
    "license": FactName("Licence", Kind.TEXT),
}


class FactState(StrEnum):
    """Whether there is a value: ``NOT_PUBLISHED`` if the source keeps it, ``UNKNOWN`` if nobody can tell."""

    GIVEN = "given"
    NOT_PUBLISHED = "not published"
    UNKNOWN = "unknown"


class Fact(msgspec.Struct, frozen=True, array_like=True):
    """One value of a fact, as written, and where it is from.

    ``order`` sorts it among others of its kind: a quantity is its number (of a range the lower end), a date its
    ordinal day; it is ``None`` for texts and for what is not given. ``of`` names the variant it is true of.
    """

    name: str
    text: str
    state: FactState
    order: float | None
    of: str
    source: str
    label: str
    locator: str
    span: Span


class FactColumn(msgspec.Struct, frozen=True, array_like=True):
    """A column of a table of facts: its title, and whether it sorts as numbers."""

    title: str
    is_number: bool


class FactValue(msgspec.Struct, frozen=True, array_like=True):
    """A value in a cell: ``note`` is the number of the note below the table that names its source."""

    text: str
    of: str
    order: float | None
    state: FactState
    note: int


class FactCell(msgspec.Struct, frozen=True, array_like=True):
    """The values of one fact of one note, none if it gives none; ``width`` counts the columns that it covers."""

    values: tuple[FactValue, ...]
    width: int = 1


class FactRow(msgspec.Struct, frozen=True, array_like=True):
    """A row of a table of facts: what it is about, and the URL of its page from the site's root, or nothing."""

    title: str
    url: str
    cells: tuple[FactCell, ...]


class FactPoint(msgspec.Struct, frozen=True, array_like=True):
    """A point of a chart: what it is about, and its place; a date is its ordinal day."""

    title: str
    x: float
    y: float


class ResolvedFacts(msgspec.Struct, frozen=True, array_like=True):
    """What a `FactTable` shows: ``notes`` are indices of the document's citations, one for each source.

    ``points`` are those of a chart, whose rows are the same facts in words.
    """

    columns: tuple[FactColumn, ...] = ()
    rows: tuple[FactRow, ...] = ()
    notes: tuple[int, ...] = ()
    points: tuple[FactPoint, ...] = ()


class FactTable(msgspec.Struct, frozen=True, array_like=True):
    """A table of facts: ``compare`` has a row for each note with the tag, ``facts`` a row for each of this note's own.

    A ``chart`` draws the second of its two columns against the first. No ``columns`` means all that are given;
    ``place`` counts the citations before it.
    """

    form: Literal["compare", "facts", "chart"]
    columns: tuple[str, ...]
    tag: str
    sort: str
    descending: bool
    place: int
    span: Span
