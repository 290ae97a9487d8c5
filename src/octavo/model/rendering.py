"""What renderers are asked for and what they hand back: the values between the pipeline and `octavo.render`."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Attributes, CodeMarkup, Json
from octavo.model.fact import FactPoint, Kind
from octavo.model.reference import RenderedEntry
from octavo.model.site import NavLink, Page, SiteConfig


class FormulaRequest(msgspec.Struct, frozen=True, array_like=True):
    """A formula to convert: its TeX, whether it stands alone, and the macros in it."""

    tex: str
    display: bool
    macros: tuple[tuple[str, str], ...] = ()


class FormulaHtml(msgspec.Struct, frozen=True):
    """A formula as HTML; ``problem`` is empty if it is right, and ``hint`` says what was perhaps meant."""

    html: str
    problem: str = ""
    hint: str = ""


class CodeRequest(msgspec.Struct, frozen=True, array_like=True):
    """A block of code to highlight; the fields are those of `CodeBlock`."""

    text: str
    language: str
    title: str = ""
    first_line: int = 0
    highlighted: tuple[int, ...] = ()
    attributes: Attributes = Attributes()
    markup: CodeMarkup = CodeMarkup.OCTAVO


class CodeHtml(msgspec.Struct, frozen=True):
    """A block of code as HTML; ``problem`` is empty if its language is known, and ``hint`` the nearest known ones."""

    html: str
    problem: str = ""
    hint: str = ""


class ChartRequest(msgspec.Struct, frozen=True, array_like=True):
    """A chart: its points, and the title and kind of each axis. Quantities are drawn on a logarithmic axis."""

    points: tuple[FactPoint, ...]
    x_title: str
    x_kind: Kind
    y_title: str
    y_kind: Kind


class ChartSvg(msgspec.Struct, frozen=True, array_like=True):
    """A drawing, or why there is none."""

    svg: str = ""
    problem: str = ""
    hint: str = ""


class ImageSettings(msgspec.Struct, frozen=True):
    """The widths of variants in pixels, and their WebP quality from 0 to 100."""

    widths: tuple[int, ...]
    quality: int


class ImageSource(msgspec.Struct, frozen=True):
    """An image file: its address, whose ending says what it is, and its bytes."""

    url: str
    data: bytes


class ImageKind(StrEnum):
    """Whether an image is made of pixels or of shapes."""

    RASTER = "raster"
    VECTOR = "vector"


class ImageFacts(msgspec.Struct, frozen=True):
    """What an image says of itself: its size in CSS pixels as shown, 0 if it has none or is broken.

    ``problem`` is empty if the image can be shown.
    """

    width: int
    height: int
    kind: ImageKind
    problem: str = ""


class PublishedVariant(msgspec.Struct, frozen=True, array_like=True):
    """A variant of an image: its URL from the site's root, and its width in pixels."""

    url: str
    width: int


class PublishedImage(msgspec.Struct, frozen=True):
    """What is known of an image of the site: size in pixels (0 if unknown) and its WebP variants."""

    width: int = 0
    height: int = 0
    variants: tuple[PublishedVariant, ...] = ()
    problem: str = ""


class CardSettings(msgspec.Struct, frozen=True):
    """What all cards share: the title of the site, and the bytes of a font in any format of FreeType."""

    site: str
    font: bytes


class CardRequest(msgspec.Struct, frozen=True, array_like=True):
    """What a card says besides; ``section`` may be empty."""

    title: str
    section: str


class ReferenceLayouts(msgspec.Struct, frozen=True):
    """What templates of references can name: layouts and includes as texts by name, and what ``site`` holds.

    ``trusts_notes`` lets a template that a note brings along make HTML of its own.
    """

    layouts: dict[str, str] = {}
    includes: dict[str, str] = {}
    site: dict[str, Json] = {}
    trusts_notes: bool = False


class RenderSettings(msgspec.Struct, frozen=True):
    """What all pages share: configuration, templates by name, and the version in the generator tag."""

    config: SiteConfig
    templates: dict[str, str]
    version: str
    feed_url: str
    bibliography_url: str
    search_url: str = ""
    indexes: tuple[NavLink, ...] = ()
    top_links: tuple[NavLink, ...] = ()
    stylesheet: str = ""
    layouts: ReferenceLayouts = ReferenceLayouts()


class PageContent(msgspec.Struct, frozen=True):
    """A page with its parts rendered; each tuple runs parallel to the document's list of that thing.

    ``entries`` run parallel to the page's formatted references.
    """

    page: Page
    formulas: tuple[FormulaHtml, ...]
    code_blocks: tuple[CodeHtml, ...]
    images: tuple[PublishedImage, ...]
    charts: tuple[ChartSvg, ...]
    entries: tuple[RenderedEntry, ...] = ()
    social_image: PublishedImage = PublishedImage()


class FeedEntry(msgspec.Struct, frozen=True, array_like=True):
    """A page as machines list it; ``date`` and ``updated`` are ISO 8601 or empty, ``url`` from the site's root."""

    title: str
    url: str
    date: str
    updated: str
    summary: str
    authors: tuple[str, ...] = ()


class LinkedPage(msgspec.Struct, frozen=True, array_like=True):
    """A note, or its Markdown: ``url`` is from the site's root, ``description`` may be empty."""

    title: str
    url: str
    description: str


class LinkedSection(msgspec.Struct, frozen=True, array_like=True):
    """A section with its notes, its own first; ``title`` is empty for the notes that are in none."""

    title: str
    pages: tuple[LinkedPage, ...]


class SiteContents(msgspec.Struct, frozen=True):
    """What machines should know of the site: every page, and the notes by section.

    ``texts`` are those of the pages in the feed, HTML by their URLs, if the site knows its address.
    """

    entries: tuple[FeedEntry, ...]
    sections: tuple[LinkedSection, ...] = ()
    texts: dict[str, str] = {}


class MachineFiles(msgspec.Struct, frozen=True):
    """Files by their path in the output, and the problems of templates that failed."""

    files: dict[str, bytes]
    diagnostics: tuple[Diagnostic, ...] = ()


class FeedContent(msgspec.Struct, frozen=True):
    """A page's text as HTML, every address in it absolute; empty if a template failed."""

    html: str


class SearchSettings(msgspec.Struct, frozen=True):
    """The language whose stems are searched for (a BCP 47 tag), whatever language a page is in."""

    language: str


class IndexedPage(msgspec.Struct, frozen=True, array_like=True, order=True):
    """A page as the index has it: ``url`` from the site's root, ``digest`` of its HTML.

    ``section`` is the title of the section it is in, or empty; ``cites`` are the works it cites, (citekey, label).
    """

    url: str
    digest: str
    title: str
    section: str
    cites: tuple[tuple[str, str], ...]


class IndexRequest(msgspec.Struct, frozen=True, array_like=True):
    """The pages to index, in any order, and the HTML of each."""

    pages: tuple[IndexedPage, ...]
    html: tuple[bytes, ...]


class IndexPart(msgspec.Struct, frozen=True, array_like=True):
    """The files of a part of the index by their path in its folder, or why there are none.

    ``identifiers`` are the names by which a browser gets pages as results, by their URLs, percent-encoded.
    """

    files: dict[str, bytes] = {}
    identifiers: dict[str, str] = {}
    problem: str = ""
    hint: str = ""


class Encoding(msgspec.Struct, frozen=True):
    """How files are compressed: ``ending`` is `GZIP` or `BROTLI`."""

    ending: str
