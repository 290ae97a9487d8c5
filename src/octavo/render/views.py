"""What templates see: frozen values, every HTML already safe (`Markup`), every address already relative to the page."""

from __future__ import annotations

import msgspec
from markupsafe import Markup


class SiteView(msgspec.Struct, frozen=True):
    """The site, seen from one page. ``root`` is the relative way to the site's root: ``./``, ``../../`` …

    ``indexes`` are the pages that list what is on others: bibliography, figures, tables, tags, map; ``stylesheet`` is
    the address of the site's own style sheet, or empty; ``search_url`` is empty if the site has no search of its own;
    ``top_links`` are those that the configuration wants at the top.
    """

    title: str
    description: str
    author: str
    language: str
    base_url: str
    root: str
    bibliography_url: str
    feed_url: str
    search_url: str
    version: str
    stylesheet: str = ""
    indexes: tuple[LinkView, ...] = ()
    top_links: tuple[LinkView, ...] = ()


class LinkView(msgspec.Struct, frozen=True):
    """A titled link; ``current`` if it leads to the page itself. ``pages`` are those below it in the navigation."""

    title: str
    url: str
    current: bool = False
    pages: tuple[LinkView, ...] = ()


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
    """An image. ``width`` and ``height`` in pixels, 0 if unknown; ``missing`` if the file does not exist.

    ``theme`` is "light" or "dark" if it is shown in that one alone; ``opens`` says that it leads to the whole picture.
    """

    url: str
    alt: str
    title: str
    width: int
    height: int
    sources: tuple[SourceView, ...]
    sizes: str
    missing: bool
    attributes: Markup
    theme: str = ""
    opens: bool = False


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


class CitingView(msgspec.Struct, frozen=True):
    """A page that cites a work: ``url`` leads to the first place; ``sections`` are those of the page that cite it."""

    title: str
    url: str
    sections: tuple[LinkView, ...]


class ReferenceView(msgspec.Struct, frozen=True):
    """A row of a list of references; ``number`` is the style's own mark ("[3]", "3.") or empty.

    ``here`` are addresses of the places on this page that cite it, ``elsewhere`` other pages that do, with
    ``has_more`` if there are still others; ``url`` is the entry's own page, or empty. ``topic`` and ``comment`` are
    what the page's ``readings`` say of the work, or empty; ``alias`` is another id, or empty. The rest is what the
    entry says: ``card`` is the id of its card on the page, ``links`` the ways to the work, ``coins`` the title of its
    span for reference managers.
    """

    citekey: str
    anchor: str
    number: Markup
    html: Markup
    here: tuple[str, ...]
    elsewhere: tuple[CitingView, ...]
    has_more: bool
    url: str
    card: str
    abstract: Markup
    links: tuple[LinkView, ...]
    bibtex: str
    coins: str
    topic: str = ""
    comment: str = ""
    alias: str = ""


class GroupView(msgspec.Struct, frozen=True):
    """The heading of a group in a list of references, its HTML tag, and the place of the row after it."""

    heading: str
    tag: str
    place: int


class FootnoteView(msgspec.Struct, frozen=True):
    """A footnote, with the ways back in its text."""

    anchor: str
    html: Markup


class EntryView(msgspec.Struct, frozen=True):
    """A page in a list of pages. ``date`` is ISO 8601 or empty; ``pages`` are those in it, if it is a section's.

    ``url`` is empty for a mere group; ``teaser`` is the address of an image, or empty.
    """

    title: str
    url: str
    description: str
    date: str
    pages: tuple[EntryView, ...] = ()
    teaser: str = ""


class BannerView(msgspec.Struct, frozen=True):
    """What stands above the text: an ``image``, or the title over an image or a colour; either may be empty.

    ``actions`` are buttons.
    """

    image: str
    description: str
    overlay_image: str
    overlay_color: str
    caption: Markup
    actions: tuple[LinkView, ...]

    @property
    def has_title(self) -> bool:
        """Tell whether the page's title stands in the banner."""
        return bool(self.overlay_image or self.overlay_color)


class AsideView(msgspec.Struct, frozen=True):
    """Words with an image beside the text: of an author, or the page's own; ``links`` lead to the author."""

    title: str
    text: Markup
    image: str
    image_alt: str = ""
    place: str = ""
    links: tuple[LinkView, ...] = ()
    is_author: bool = False


class LooksView(msgspec.Struct, frozen=True):
    """How a page wants to be shown: ``asides`` stand in the column of the navigation; texts may be empty."""

    banner: BannerView
    asides: tuple[AsideView, ...]
    tagline: str
    toc_label: str
    is_wide: bool
    is_grid: bool
    shows_date: bool
    shows_time: bool


class LinkedView(msgspec.Struct, frozen=True):
    """A page in llms.txt: a link to it and what it is about, both as Markdown."""

    link: Markup
    description: Markup


class LinkedSectionView(msgspec.Struct, frozen=True):
    """A section of llms.txt; ``title`` is Markdown, and empty for the pages that are in no section."""

    title: Markup
    pages: tuple[LinkedView, ...]


class IndexedView(msgspec.Struct, frozen=True):
    """A figure or table in an index of all: ``label`` "Figure 3", its page's title and its place's address.

    ``picture`` is a small picture of it or empty, ``columns`` are the names of a table's columns, as HTML.
    """

    label: str
    page: str
    url: str
    picture: Markup
    caption: Markup
    credit: Markup
    columns: tuple[Markup, ...] = ()


class NodeView(msgspec.Struct, frozen=True):
    """A note on the map: its place, the direction of its name in degrees, and the notes it has to do with.

    ``is_left`` says that the name runs to the left; ``linked`` are notes that link to it or that it links to, and
    ``shared`` those that cite the same works.
    """

    title: str
    url: str
    x: float
    y: float
    angle: float
    is_left: bool
    linked: tuple[LinkView, ...]
    shared: tuple[LinkView, ...]


class EdgeView(msgspec.Struct, frozen=True):
    """A line of the map between two notes, by their places in its list, as the ``d`` of an SVG path."""

    start: int
    end: int
    path: str
    is_linked: bool


class MapView(msgspec.Struct, frozen=True):
    """The map of the notes in a square of ``size`` units; ``left_out`` counts the notes that it doesn't show."""

    size: int
    nodes: tuple[NodeView, ...]
    edges: tuple[EdgeView, ...]
    left_out: int


class SocialImageView(msgspec.Struct, frozen=True):
    """An image that stands for a page: its absolute address, or nothing, its size in pixels, 0 if unknown, its text."""

    url: str
    width: int
    height: int
    alt: str


class PageView(msgspec.Struct, frozen=True):
    """A page. ``url`` is from the site's root; ``canonical`` absolute, or empty if the site doesn't know its address.

    ``looks`` are how it wants to be shown.
    ``is_note`` is false for pages that no note makes; ``has_notes`` says that there are footnotes; ``work`` is the
    citekey that an entry's page is about. ``has_heading`` is true if the body brings its own ``<h1>``; ``social_image``
    stands for the page where links to it are shown; ``references`` counts those the page lists; ``bibtex_file`` and
    ``csl_file`` are the addresses of the files that hold them, or empty, and ``markdown_file`` that of the page as
    Markdown. ``bibtex`` and ``coins`` are how to cite the page itself, ``linked_data`` is its JSON-LD. ``linked_from``
    are the pages that link to it; ``indexed`` is what an index of figures or tables lists, ``map`` what the map shows.
    """

    title: str
    url: str
    canonical: str
    description: str
    language: str
    date: str
    updated: str
    authors: tuple[str, ...]
    tags: tuple[LinkView, ...]
    body: Markup
    has_heading: bool
    toc: tuple[TocView, ...]
    breadcrumbs: tuple[LinkView, ...]
    previous: LinkView | None
    next: LinkView | None
    listing: tuple[EntryView, ...]
    minutes: int
    looks: LooksView
    social_image: SocialImageView = SocialImageView("", 0, 0, "")
    references: int = 0
    bibtex_file: str = ""
    csl_file: str = ""
    markdown_file: str = ""
    is_note: bool = False
    has_notes: bool = False
    work: str = ""
    bibtex: str = ""
    coins: str = ""
    linked_data: Markup = Markup("")
    linked_from: tuple[LinkView, ...] = ()
    indexed: tuple[IndexedView, ...] = ()
    map: MapView = MapView(0, (), (), 0)
    extra: dict[str, object] = {}
