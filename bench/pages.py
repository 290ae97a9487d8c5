"""What a made-up site is made of: values, from which each generator's site is written."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, NamedTuple, TypeAlias

#: So many pages share a folder, which is a section of the site.
PAGES_IN_FOLDER = 25


class Scope(StrEnum):
    """What of the site is made: all that Octavo makes by itself, only what Hugo makes too, or all but the formulas."""

    WHOLE = "whole"
    SAME = "same"
    TEX = "tex"


class Size(NamedTuple):
    """How large a site is: each page has ``citations``, of the first ``cited`` of the ``entries`` works."""

    pages: int = 1000
    entries: int = 500
    cited: int = 500
    citations: int = 16


class Citation(NamedTuple):
    """What one place cites: citekeys, each with a page or 0. A narrative one is part of the sentence: as Cho (1996)."""

    form: Literal["tag", "brackets", "narrative"]
    works: tuple[tuple[str, int], ...]


class Formula(NamedTuple):
    """A formula within a sentence."""

    tex: str


class Link(NamedTuple):
    """A link to the page of that number."""

    page: int


Insert: TypeAlias = Citation | Formula | Link


class Sentence(NamedTuple):
    """A sentence without its full stop, and what follows it."""

    text: str
    insert: Insert | None = None


class Paragraph(NamedTuple):
    """Some sentences."""

    sentences: tuple[Sentence, ...]


class Heading(NamedTuple):
    """A heading of the second or third level."""

    level: int
    text: str


class Figure(NamedTuple):
    """The figure of the page of that number."""

    page: int


class Verbatim(NamedTuple):
    """A table or a block of code, which all dialects of Markdown write alike."""

    markdown: str


Block: TypeAlias = Paragraph | Heading | Figure | Verbatim


class Page(NamedTuple):
    """A note."""

    number: int
    title: str
    date: str
    blocks: tuple[Block, ...]


Kind: TypeAlias = Literal["article", "inproceedings", "book", "misc"]


class Work(NamedTuple):
    """An entry of the bibliography; ``authors`` are family and given names, ``fields`` those of its kind in BibTeX."""

    kind: Kind
    citekey: str
    authors: tuple[tuple[str, str], ...]
    title: str
    year: int
    fields: dict[str, str]
    pages: tuple[int, int]
    doi: str


def page_path(number: int) -> str:
    """Return the path of a page within ``content/``."""
    return f"part-{number // PAGES_IN_FOLDER:03}/note-{number:05}.md"


def page_url(number: int) -> str:
    """Return the address of a page within the site."""
    return f"/{page_path(number).removesuffix('.md')}/"
