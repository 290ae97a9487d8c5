"""The site: its configuration, its pages with all that they need, and what a build makes of them."""

from __future__ import annotations

import msgspec

from octavo.model.diagnostic import Diagnostic, Severity
from octavo.model.document import Document
from octavo.model.fact import ResolvedFacts
from octavo.model.reference import FormattedCitations
from octavo.model.source import Asset, SourceFile


class SiteConfig(msgspec.Struct, frozen=True):
    r"""What ``octavo.toml`` or ``[tool.octavo]`` says; the README describes each key.

    ``base_url`` has no trailing slash, and is empty if the site doesn't know its address; ``variables`` are the
    site's own ``{{ site.x }}``; ``macros`` are definitions in TeX by name (``\R``); ``rules`` overrides the severity
    of rules; ``drafts`` publishes notes that say ``draft: true``.
    """

    title: str = "Notes"
    description: str = ""
    author: str = ""
    language: str = "en"
    base_url: str = ""
    output: str = "_site"
    style: str = "apa"
    bibliography_permalink: str = "/bibliography/"
    typographer: bool = True
    raw_html: bool = False
    drafts: bool = False
    image_widths: tuple[int, ...] = (480, 800, 1200, 1600)
    image_quality: int = 82
    feed_entries: int = 20
    exclude: tuple[str, ...] = ()
    macros: dict[str, str] = {}
    variables: dict[str, str] = {}
    rules: dict[str, Severity] = {}


class Inputs(msgspec.Struct, frozen=True, array_like=True):
    """All that a site is made of.

    ``templates`` are texts by name, the site's own laid over the theme's; ``assets`` likewise; ``styles``
    are the site's own CSL styles, XML by path; ``diagnostics`` are the problems met while
    reading; ``fingerprint`` identifies the program: its version, its source and the versions it depends on.
    """

    config: SiteConfig
    notes: tuple[SourceFile, ...]
    bibliographies: tuple[SourceFile, ...]
    templates: dict[str, str]
    assets: tuple[Asset, ...]
    styles: dict[str, str] = {}
    diagnostics: tuple[Diagnostic, ...] = ()
    fingerprint: str = ""


class Route(msgspec.Struct, frozen=True, array_like=True, order=True):
    """Where a page is: ``url`` from the site's root (``/a/b/``), ``output`` its file (``a/b/index.html``)."""

    url: str
    output: str


class NavLink(msgspec.Struct, frozen=True, array_like=True):
    """A titled link to a page of the site; ``url`` from the site's root."""

    title: str
    url: str


class NavSection(msgspec.Struct, frozen=True, array_like=True):
    """A group of the navigation: its own page and, if the reader is inside it, the pages in it.

    ``title`` and ``url`` are empty for the pages that belong to no section.
    """

    title: str
    url: str
    pages: tuple[NavLink, ...]
    open: bool


class ResolvedItem(msgspec.Struct, frozen=True, array_like=True):
    """One citekey of a citation: ``anchor`` is the id of this place, ``number`` its row in the page's list or 0."""

    citekey: str
    known: bool
    anchor: str
    number: int


class Backlink(msgspec.Struct, frozen=True, array_like=True):
    """A link from a reference to a place that cites it: ``href`` from the site's root or ``#anchor``."""

    href: str
    label: str


class ListedReference(msgspec.Struct, frozen=True, array_like=True):
    """A row of a list of references: ``anchor`` is its id, ``number`` its place in the page's order from 1."""

    citekey: str
    anchor: str
    number: int
    backlinks: tuple[Backlink, ...]


class ResolvedLink(msgspec.Struct, frozen=True, array_like=True):
    """Where a link leads: ``href`` from the site's root, an anchor of this page, or another site's address."""

    href: str
    broken: bool = False


class ResolvedImage(msgspec.Struct, frozen=True, array_like=True):
    """What an image shows: ``url`` from the site's root or of another site; ``digest`` of the asset's bytes.

    ``asset`` is the source path of the local file, empty if the image is remote or missing.
    """

    url: str
    asset: str = ""
    digest: str = ""
    missing: bool = False


class ResolvedCrossReference(msgspec.Struct, frozen=True, array_like=True):
    """The text of a cross-reference ("Figure 3") and where it leads; ``href`` is empty if its label is unknown."""

    text: str
    href: str


class ListedPage(msgspec.Struct, frozen=True, array_like=True):
    """A page as a list of pages shows it; on the home page a section comes with the pages in it."""

    title: str
    url: str
    description: str
    date: str
    pages: tuple[ListedPage, ...] = ()


class Page(msgspec.Struct, frozen=True, array_like=True):
    """One page and exactly its share of the site: all it takes to render it.

    The tuples run parallel to the document's lists of the same things, ``formatted.clusters`` too. ``listing`` are
    the pages in its section, if it is the section's own page; ``template`` is the name of the template without
    ``.html.jinja``; ``macros`` are those that its formulas use.
    """

    route: Route
    title: str
    template: str
    document: Document
    breadcrumbs: tuple[NavLink, ...] = ()
    navigation: tuple[NavSection, ...] = ()
    previous: NavLink | None = None
    next: NavLink | None = None
    listing: tuple[ListedPage, ...] = ()
    citations: tuple[tuple[ResolvedItem, ...], ...] = ()
    reference_lists: tuple[tuple[ListedReference, ...], ...] = ()
    links: tuple[ResolvedLink, ...] = ()
    images: tuple[ResolvedImage, ...] = ()
    figure_numbers: tuple[int, ...] = ()
    table_numbers: tuple[int, ...] = ()
    formula_numbers: tuple[int, ...] = ()
    cross_references: tuple[ResolvedCrossReference, ...] = ()
    formatted: FormattedCitations = FormattedCitations()
    fact_tables: tuple[ResolvedFacts, ...] = ()
    macros: tuple[tuple[str, str], ...] = ()


class Site(msgspec.Struct, frozen=True, array_like=True):
    """All pages in reading order, and what is wrong between them."""

    pages: tuple[Page, ...]
    diagnostics: tuple[Diagnostic, ...]


class Output(msgspec.Struct, frozen=True, array_like=True, order=True):
    """A file of the built site: ``path`` posix and relative to the output folder, ``digest`` of its bytes."""

    path: str
    digest: str


class Build(msgspec.Struct, frozen=True, array_like=True):
    """What a build makes: every file of the site, and every problem.

    ``publishable`` is false if it must not go out; ``pages`` counts the pages.
    """

    outputs: tuple[Output, ...]
    diagnostics: tuple[Diagnostic, ...]
    publishable: bool
    pages: int
