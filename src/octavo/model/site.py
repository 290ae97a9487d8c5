"""The site: its configuration, its pages with all that they need, and what a build makes of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from octavo.model.diagnostic import Diagnostic, Severity
from octavo.model.document import Citation, Dialect, Document
from octavo.model.fact import ResolvedFacts
from octavo.model.jekyll import JekyllFolder
from octavo.model.presentation import Author, Callout, NavEntry
from octavo.model.reference import FormattedCitations
from octavo.model.scholar import NATIVE, ScholarConfig
from octavo.model.source import Asset, Source

#: The style sheet of a site's own, which pages load after the theme's: ``static/site.css``.
STYLESHEET = "/site.css"


class SiteConfig(msgspec.Struct, frozen=True):
    r"""What ``octavo.toml`` or ``[tool.octavo]`` says; the README describes each key.

    ``base_url`` has no trailing slash, and is empty if the site doesn't know its address; ``variables`` are the
    site's own ``{{ site.x }}``; ``macros`` are definitions in TeX by name (``\R``); ``rules`` overrides the severity
    of rules; ``extras`` are the pages and files that no note makes; ``drafts`` publishes notes that say
    ``draft: true``; ``search_index`` says whether a search finds more than titles. ``navigation`` are lists of links by
    name, ``main`` those at the top of every page; ``authors`` are by the key or name that notes call them;
    ``callouts`` are classes that make one. ``math`` is "mathml", or "tex" if formulas are left to a script in the
    browser; ``dollars`` makes ``$…$`` one in the dialect kramdown, too. ``precompress`` are the formats, "gz" and "br",
    of the compressed files that stand beside the others.
    """

    title: str = "Notes"
    description: str = ""
    author: str = ""
    language: str = "en"
    base_url: str = ""
    output: str = "_site"
    style: str = "apa"
    bibliography_permalink: str = "/bibliography/"
    entry_pages: bool = True
    dialect: Dialect = Dialect.OCTAVO
    typographer: bool = True
    sentence_case: bool = True
    raw_html: bool = False
    math: str = "mathml"
    dollars: bool = False
    drafts: bool = False
    image_widths: tuple[int, ...] = (480, 800, 1200, 1600)
    image_quality: int = 82
    feed_entries: int = 20
    extras: bool = True
    search: bool = True
    search_index: bool = True
    markdown: bool = True
    social_cards: bool = True
    social_font: str = ""
    precompress: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    macros: dict[str, str] = {}
    variables: dict[str, str] = {}
    navigation: dict[str, tuple[NavEntry, ...]] = {}
    authors: dict[str, Author] = {}
    callouts: dict[str, Callout] = {}
    rules: dict[str, Severity] = {}
    scholar: ScholarConfig = NATIVE


class Inputs(msgspec.Struct, frozen=True, array_like=True):
    """All that a site is made of.

    ``templates`` are texts by name, the site's own laid over the theme's; ``assets`` likewise; ``styles`` are the
    site's own CSL styles, XML by path; ``diagnostics`` are the problems met while reading; ``fingerprint`` identifies
    the program: its version, its source and the versions it depends on; ``social_font`` is what the cards of pages are
    set in; ``jekyll`` is what a site written for Jekyll has besides.
    """

    config: SiteConfig
    notes: tuple[Source, ...]
    bibliographies: tuple[Source, ...]
    templates: dict[str, str]
    assets: tuple[Asset, ...]
    styles: dict[str, str] = {}
    diagnostics: tuple[Diagnostic, ...] = ()
    fingerprint: str = ""
    social_font: Asset | None = None
    jekyll: JekyllFolder | None = None


class Route(msgspec.Struct, frozen=True, array_like=True, order=True):
    """Where a page is: ``url`` from the site's root (``/a/b/``), ``output`` its file (``a/b/index.html``)."""

    url: str
    output: str


class NavLink(msgspec.Struct, frozen=True, array_like=True):
    """A titled link to a page of the site; ``url`` from the site's root.

    In the navigation, ``pages`` are those below it, if it is the page itself or above it.
    """

    title: str
    url: str
    pages: tuple[NavLink, ...] = ()


class NavSection(msgspec.Struct, frozen=True, array_like=True):
    """A group of the navigation: its own page and, if the reader is inside it, the pages in it.

    ``title`` and ``url`` are empty for the pages that belong to no section.
    """

    title: str
    url: str
    pages: tuple[NavLink, ...]
    open: bool


class ResolvedItem(msgspec.Struct, frozen=True, array_like=True):
    """One citekey of a citation: ``anchor`` is the id of this place, ``number`` its row in the page's list or 0.

    ``hint`` says what an unknown one may have been meant to be; ``reference`` is the id of the reference that it leads
    to, or a URL, or empty.
    """

    citekey: str
    known: bool
    anchor: str
    number: int
    hint: str = ""
    reference: str = ""


class ListHeading(msgspec.Struct, frozen=True, array_like=True):
    """The heading of a group in a list of references: it stands before the row ``place``, ``level`` counts from 0."""

    text: str
    level: int
    place: int


class ListLook(msgspec.Struct, frozen=True, array_like=True):
    """How a list of references looks: the headings of its groups, and what its style asks for.

    ``hanging`` and ``spacing`` are those of `FormattedCitations`; ``size`` is how many entries are chosen, which a
    count shows; ``missing`` are citekeys that the tag names and no entry has; ``file`` is one that it names and that
    is not there, with a ``hint``; ``is_pageless`` if it leads to the page of an entry and entries have none.
    """

    headings: tuple[ListHeading, ...] = ()
    hanging: bool = False
    spacing: int = 1
    size: int = 0
    missing: tuple[ResolvedItem, ...] = ()
    file: str = ""
    hint: str = ""
    is_pageless: bool = False


class CitingPlace(msgspec.Struct, frozen=True, array_like=True):
    """A place that cites an entry: its id on its page, and the title of the section it is in or nothing."""

    anchor: str
    section: str = ""


class CitingPage(msgspec.Struct, frozen=True, array_like=True):
    """A page that cites an entry: its title and URL, and the first place in each of its sections that cite it."""

    title: str
    url: str
    places: tuple[CitingPlace, ...]


class ListedReference(msgspec.Struct, frozen=True, array_like=True):
    """A row of a list of references: ``anchor`` is its id, ``number`` its place in the page's order from 1.

    ``here`` are the ids of the places on this page that cite it; ``elsewhere`` other pages that do, with ``has_more``
    if there are others still; ``entry_url`` is the entry's own page, or empty. ``alias`` is another id that old links
    know it by; ``files`` are what is attached to it, each with what comes behind its citekey, and its URL.
    """

    citekey: str
    anchor: str
    number: int
    here: tuple[str, ...] = ()
    elsewhere: tuple[CitingPage, ...] = ()
    has_more: bool = False
    entry_url: str = ""
    alias: str = ""
    files: tuple[tuple[str, str], ...] = ()


class ResolvedLink(msgspec.Struct, frozen=True, array_like=True):
    """Where a link leads: ``href`` from the site's root, an anchor of this page, or another site's address.

    ``problem`` says why it leads nowhere, if it doesn't.
    """

    href: str
    problem: str = ""
    hint: str = ""


class ResolvedImage(msgspec.Struct, frozen=True, array_like=True):
    """What an image shows: ``url`` from the site's root or of another site; ``digest`` of the asset's bytes.

    ``asset`` is the source path of the local file, empty if the image is remote or missing; then ``problem`` says so.
    """

    url: str
    asset: str = ""
    digest: str = ""
    problem: str = ""
    hint: str = ""


class ResolvedCrossReference(msgspec.Struct, frozen=True, array_like=True):
    """The text of a cross-reference ("Figure 3") and where it leads; ``href`` is empty if its label is unknown."""

    text: str
    href: str
    hint: str = ""


class ListedPage(msgspec.Struct, frozen=True, array_like=True):
    """A page as a list of pages shows it; on the home page a section comes with the pages in it.

    ``url`` is empty for a mere group of pages; ``teaser`` is the address of an image that stands for the page.
    """

    title: str
    url: str
    description: str
    date: str
    pages: tuple[ListedPage, ...] = ()
    teaser: str = ""


class MapNode(msgspec.Struct, frozen=True, array_like=True):
    """A note on the map; ``section`` is its section's key or empty."""

    title: str
    url: str
    section: str


class MapEdge(msgspec.Struct, frozen=True, array_like=True):
    """Two notes on the map, by their places in its list: whether one links to the other, and the works both cite."""

    start: int
    end: int
    is_linked: bool
    shared: int


class SiteMap(msgspec.Struct, frozen=True, array_like=True):
    """The notes that have to do with each other, section by section; ``left_out`` counts those it doesn't show."""

    nodes: tuple[MapNode, ...] = ()
    edges: tuple[MapEdge, ...] = ()
    left_out: int = 0


class Page(msgspec.Struct, frozen=True, array_like=True):
    """One page and exactly its share of the site: all it takes to render it.

    Resolving the site knows of a note only the outline; ``document`` is the note itself when the page is rendered.
    The tuples run parallel to the document's lists of the same things, ``formatted.clusters`` too; ``entries`` are
    the digests of what ``formatted.references`` refer to. ``linked_from`` are the pages that link to it; ``origins``,
    on an index of figures or tables, the place of each, and ``map`` what the map shows. ``listing`` are
    the pages in its section, if it is the section's own page; ``template`` is the name of the template without
    ``.html.jinja``; ``macros`` are those that its formulas use. ``social_image`` stands for the page where links to it
    are shown, if the note names one. ``fact_citations`` are those that each of the ``fact_tables`` adds to the
    document's; ``author`` is who the page tells about, if it does; ``pictures`` are the addresses from the site's root
    of what its front matter shows, by those written. ``problems`` are those of the page as a whole.
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
    list_looks: tuple[ListLook, ...] = ()
    entries: tuple[str, ...] = ()
    links: tuple[ResolvedLink, ...] = ()
    images: tuple[ResolvedImage, ...] = ()
    figure_numbers: tuple[int, ...] = ()
    table_numbers: tuple[int, ...] = ()
    formula_numbers: tuple[int, ...] = ()
    cross_references: tuple[ResolvedCrossReference, ...] = ()
    formatted: FormattedCitations = FormattedCitations()
    fact_tables: tuple[ResolvedFacts, ...] = ()
    tags: tuple[NavLink, ...] = ()
    linked_from: tuple[NavLink, ...] = ()
    origins: tuple[NavLink, ...] = ()
    map: SiteMap = SiteMap()
    macros: tuple[tuple[str, str], ...] = ()
    social_image: ResolvedImage | None = None
    fact_citations: tuple[tuple[Citation, ...], ...] = ()
    author: Author | None = None
    pictures: dict[str, str] = {}
    problems: tuple[Diagnostic, ...] = ()


class Site(NamedTuple):
    """All pages in reading order, to be gone through once, and what is wrong between them."""

    pages: Iterable[Page]
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
