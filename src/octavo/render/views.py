"""What templates see: frozen values, every HTML already safe (`Markup`), every address already relative to the page."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class SiteView:
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


@dataclass(frozen=True, slots=True)
class LinkView:
    """A titled link; ``current`` if it leads to the page itself."""

    title: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class SectionView:
    """A group of the navigation; ``open`` if the page is in it. ``title`` and ``url`` are empty for the top group."""

    title: str
    url: str
    pages: tuple[LinkView, ...]
    open: bool
    current: bool


@dataclass(frozen=True, slots=True)
class TocView:
    """An item of a table of contents, with the items below it."""

    text: Markup
    anchor: str
    children: tuple[TocView, ...]


@dataclass(frozen=True, slots=True)
class SourceView:
    """A ``<source>`` of a picture: a media type and a ``srcset`` value."""

    type: str
    srcset: str


@dataclass(frozen=True, slots=True)
class ImageView:
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


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure: ``number`` from 1 on its page, ``caption`` and ``credit`` as HTML, empty if there is none."""

    anchor: str
    number: int
    image: Markup
    caption: Markup
    credit: Markup
    classes: str


@dataclass(frozen=True, slots=True)
class TableView:
    """A table: ``number`` is 0 if it has none; ``content`` is the inside of its ``<table>``."""

    anchor: str
    number: int
    content: Markup
    caption: Markup
    credit: Markup
    columns: int
    classes: str


@dataclass(frozen=True, slots=True)
class BacklinkView:
    """A way back from a reference to a place that cites it."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class ReferenceView:
    """A row of a list of references; ``number`` is the style's own mark ("[3]", "3.") or empty."""

    anchor: str
    number: Markup
    html: Markup
    backlinks: tuple[BacklinkView, ...]


@dataclass(frozen=True, slots=True)
class FootnoteView:
    """A footnote, with the ways back in its text."""

    anchor: str
    html: Markup


@dataclass(frozen=True, slots=True)
class EntryView:
    """A page in a list of pages. ``date`` is ISO 8601 or empty; ``pages`` are those in it, if it is a section's."""

    title: str
    url: str
    description: str
    date: str
    pages: tuple[EntryView, ...] = ()


@dataclass(frozen=True, slots=True)
class PageView:
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
    extra: dict[str, object] = field(default_factory=dict)
