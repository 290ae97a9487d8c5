"""What templates see: frozen values, every HTML already safe (`Markup`), every address already relative to the page."""

from __future__ import annotations

import msgspec
from markupsafe import Markup


class SiteView(msgspec.Struct, frozen=True):
    """The site, seen from one page. ``root`` is the relative way to the site's root: ``./``, ``../../`` …"""

    title: str
    description: str
    author: str
    language: str
    base_url: str
    root: str
    bibliography_url: str
    feed_url: str
    version: str


class LinkView(msgspec.Struct, frozen=True):
    """A titled link; ``current`` if it leads to the page itself."""

    title: str
    url: str
    current: bool = False


class SectionView(msgspec.Struct, frozen=True):
    """A group of the navigation; ``open`` if the page is in it. ``title`` and ``url`` are empty for the top group."""

    title: str
    url: str
    pages: tuple[LinkView, ...]
    open: bool
    current: bool


class TocView(msgspec.Struct, frozen=True):
    """An item of a table of contents, with the items below it."""

    text: Markup
    anchor: str
    children: tuple[TocView, ...]


class SourceView(msgspec.Struct, frozen=True):
    """A ``<source>`` of a picture: a media type and a ``srcset`` value."""

    type: str
    srcset: str


class ImageView(msgspec.Struct, frozen=True):
    """An image. ``width`` and ``height`` in pixels, 0 if unknown; ``missing`` if the file does not exist."""

    url: str
    alt: str
    title: str
    width: int
    height: int
    sources: tuple[SourceView, ...]
    sizes: str
    missing: bool
    attributes: Markup


class PanelView(msgspec.Struct, frozen=True):
    """One of several panels of a figure: its ``mark`` is a letter; ``anchor`` and ``caption`` may be empty."""

    anchor: str
    mark: str
    image: Markup
    caption: str


class FigureView(msgspec.Struct, frozen=True):
    """A figure: ``number`` from 1 on its page, ``caption`` and ``credit`` as HTML, empty if there is none.

    ``image`` is all it shows; ``panels`` are empty if that is one image or chart.
    """

    anchor: str
    number: int
    image: Markup
    caption: Markup
    credit: Markup
    classes: str
    panels: tuple[PanelView, ...] = ()


class FactValueView(msgspec.Struct, frozen=True):
    """A value of a fact: ``of`` names the variant it is true of, ``note`` the note below that names its source."""

    text: str
    of: str
    state: str
    note: int
    anchor: str


class FactCellView(msgspec.Struct, frozen=True):
    """A cell of a table of facts: ``order`` is the number it sorts by, or empty; without values nobody filled it in."""

    values: tuple[FactValueView, ...]
    order: str
    width: int
    is_number: bool


class FactRowView(msgspec.Struct, frozen=True):
    """A row of a table of facts; ``url`` is empty where it isn't about a page."""

    title: str
    url: str
    cells: tuple[FactCellView, ...]


class FactColumnView(msgspec.Struct, frozen=True):
    """A column of a table of facts; ``is_number`` says that it sorts as numbers."""

    title: str
    is_number: bool


class FactNoteView(msgspec.Struct, frozen=True):
    """A note below a table of facts: the source of what bears its number."""

    anchor: str
    number: int
    source: Markup


class FactsView(msgspec.Struct, frozen=True):
    """Facts to compare (``form`` "compare"), of one note ("facts") or drawn ("chart", with the ``drawing`` as SVG).

    ``csv`` is the address of the same as a file.
    """

    form: str
    columns: tuple[FactColumnView, ...]
    rows: tuple[FactRowView, ...]
    notes: tuple[FactNoteView, ...]
    csv: str
    drawing: Markup


class TableView(msgspec.Struct, frozen=True):
    """A table: ``number`` is 0 if it has none; ``content`` is the inside of its ``<table>``.

    ``facts`` are what it shows, if it compares facts.
    """

    anchor: str
    number: int
    content: Markup
    caption: Markup
    credit: Markup
    columns: int
    classes: str
    facts: FactsView | None = None


class BacklinkView(msgspec.Struct, frozen=True):
    """A way back from a reference to a place that cites it."""

    url: str
    label: str


class ReferenceView(msgspec.Struct, frozen=True):
    """A row of a list of references; ``number`` is the style's own mark ("[3]", "3.") or empty.

    ``topic`` and ``comment`` are what the page's ``readings`` say of the work, or empty.
    """

    anchor: str
    number: Markup
    html: Markup
    backlinks: tuple[BacklinkView, ...]
    topic: str
    comment: str


class FootnoteView(msgspec.Struct, frozen=True):
    """A footnote, with the ways back in its text."""

    anchor: str
    html: Markup


class EntryView(msgspec.Struct, frozen=True):
    """A page in a list of pages. ``date`` is ISO 8601 or empty; ``pages`` are those in it, if it is a section's."""

    title: str
    url: str
    description: str
    date: str
    pages: tuple[EntryView, ...] = ()


class PageView(msgspec.Struct, frozen=True):
    """A page. ``url`` is from the site's root; ``canonical`` absolute, or empty if the site doesn't know its address.

    ``has_heading`` is true if the body brings its own ``<h1>``; ``social_image`` is absolute or empty;
    ``references`` counts those the page lists.
    """

    title: str
    url: str
    canonical: str
    description: str
    language: str
    date: str
    updated: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    body: Markup
    has_heading: bool
    toc: tuple[TocView, ...]
    breadcrumbs: tuple[LinkView, ...]
    previous: LinkView | None
    next: LinkView | None
    listing: tuple[EntryView, ...]
    minutes: int
    social_image: str = ""
    references: int = 0
    extra: dict[str, object] = {}
