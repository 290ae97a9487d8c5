"""The whole site: every page with exactly its share of what the others say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import chain
from sys import intern
from typing import NamedTuple

import msgspec

from octavo.memo import Kept
from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Document, FrontMatter, Outline
from octavo.model.presentation import Author
from octavo.model.reference import FormattedCitations
from octavo.model.scholar import ScholarConfig
from octavo.model.site import (
    CitingPage,
    ListedPage,
    NavLink,
    Page,
    ResolvedImage,
    ResolvedLink,
    Route,
    Site,
    SiteConfig,
)
from octavo.model.source import Asset, Span
from octavo.read.macros import macros_in
from octavo.resolve import generated
from octavo.resolve.archives import archives_of
from octavo.resolve.citations import PageCitations, check_sources, near_citekeys, resolve_citations
from octavo.resolve.citing import (
    citing_by_folder,
    citing_page,
    entry_urls,
    list_site_references,
    name_other_pages,
    who_cites,
)
from octavo.resolve.details import attachments_of
from octavo.resolve.facts import PageFacts
from octavo.resolve.generated import BIBLIOGRAPHY, Generated, Kinds, details_pages, generated_pages, kinds_of, tags_of
from octavo.resolve.indexes import figure_index, table_index
from octavo.resolve.labels import (
    REFERENCES_ANCHOR,
    Label,
    figure_anchor,
    labels_of,
    number_document,
    resolve_cross_references,
    table_anchor,
)
from octavo.resolve.library import Library
from octavo.resolve.links import (
    Targets,
    collect_targets,
    link_targets,
    resolve_images,
    resolve_links,
    resolve_pictures,
    resolve_social_image,
)
from octavo.resolve.map import MapPoint, draw_up_map, map_point
from octavo.resolve.navigation import Navigation, missing_section_pages, resolve_navigation, title_of
from octavo.resolve.requests import PageRequests, formatted_page
from octavo.resolve.routes import CONTENT, find_collisions, is_note_path, resolve_routes, route_of
from octavo.resolve.search import list_headings

#: Names of layouts that other themes use for what this one calls otherwise.
LAYOUT_NAMES = {
    "single": "page",
    "default": "page",
    "post": "page",
    "minimal": "page",
    "about": "page",
    "archive": "section",
    "posts": "archive",
    "categories": "archive",
    "category": "archive",
    "collection": "archive",
}

#: Those of them that show the pages below a page.
WITH_CHILDREN = ("default", "minimal")

#: Stands for the template of a page that is whole without one.
WHOLE = "whole"

NO_FACTS = PageFacts()

#: What stands for the path of a page that no note makes: no file has a name that ends in a slash.
HOME = f"{CONTENT}/"


def published(documents: Iterable[Outline], config: SiteConfig, assets: Iterable[Asset] = ()) -> tuple[Outline, ...]:
    """Return the documents that become pages, with a home page and a page for each section where there is none.

    Where an asset or another note is published already, none is made.
    """
    kept = tuple(document for document in documents if config.drafts or not document.front_matter.draft)
    if not config.extras:
        return kept
    routes, _ = resolve_routes(kept)
    taken = {route.output for route in routes.values()} | {asset.url[1:] for asset in assets}
    home = Outline(HOME, FrontMatter(title=config.title, permalink="/", toc=False), ())
    made = (home, *missing_section_pages(kept))
    return (*kept, *(one for one in made if route_of(one.front_matter.permalink).output not in taken))


class Whole(NamedTuple):
    """What all pages share of what is known of the site; mappings are by the path of the document."""

    config: SiteConfig
    routes: Mapping[str, Route]
    titles: Mapping[str, str]
    targets: Targets
    labels: Mapping[str, Label]
    layouts: frozenset[str]
    tags: Mapping[str, NavLink]


class Seen:
    """What others see of the text of documents: every id and label, what they cite, and the kinds of what they have.

    ``anchors`` are by the path of the document; ``citing`` are the citekeys of each, with where it cites them.
    """

    def __init__(self) -> None:
        self.anchors: dict[str, tuple[str, ...]] = {}
        self.labels: list[tuple[str, Label]] = []
        self.citing: list[tuple[tuple[str, CitingPage], ...]] = []
        self.kinds: set[Kinds] = set()


def resolve_site(
    documents: Sequence[Outline],
    heads: Sequence[Outline],
    assets: tuple[Asset, ...],
    config: SiteConfig,
    library: Library,
    scholars: Mapping[str, ScholarConfig],
    requests: Mapping[str, PageRequests],
    formatted: Mapping[str, Sequence[FormattedCitations]],
    layouts: frozenset[str],
    facts: Mapping[str, PageFacts],
    kept: Kept,
) -> Site:
    """Resolve all that crosses the borders of a document.

    ``documents`` are the published ones, and ``heads`` theirs; by the path of each, ``scholars`` are their
    configurations, ``requests`` what is asked of their citations, and ``formatted`` what came of it, under
    `BIBLIOGRAPHY` for the whole site; ``layouts`` are the names of the templates; ``facts`` are the tables of facts of
    each by its path. A document and what came of its citations are looked at again and again, and need not be in
    memory meanwhile; so are pages, each of which is made when it is its turn.
    """
    own_routes = kept.same("own routes", resolve_routes(heads)[0])
    attachments = kept.same("attachments", attachments_of(assets, config.scholar))
    near = kept.same("near citekeys", near_citekeys(_doubtful(documents, heads, requests), library, scholars))
    cited = kept.aside(PageCitations)
    seen = Seen()
    for document in documents:
        path = document.path
        known = (library, scholars[path], requests[path], near, attachments)
        page = kept.call(("citations", path), resolve_citations, document, *known, *formatted[path])
        cited.add(page)
        seen.anchors[path] = kept.call(("anchors", path), _anchors, document, page)
        seen.labels += kept.call(("labels", path), labels_of, document)
        seen.citing.append(kept.call(("citing", path), citing_page, document, own_routes[path], page))
        seen.kinds.add(kinds_of(document))
    of_site = formatted[BIBLIOGRAPHY][0]
    citing = kept.same("citing", who_cites(seen.citing))
    order = kept.same("order", tuple(reference.citekey for reference in of_site.references))
    has_entries = config.scholar.own_markup or (config.entry_pages and config.extras)
    urls = kept.same("entry urls", entry_urls(order, config, library) if has_entries else {})
    tags = tags_of(heads, own_routes) if config.extras else ()
    taken = {route.url for route in own_routes.values()} | {asset.url for asset in assets}
    references = list_site_references(order, citing, urls)
    without_note: tuple[Generated, ...] = ()
    if config.extras:
        without_note = generated_pages(taken, references, of_site, library, tags, seen.kinds, config)
    elif config.scholar.has_details:
        without_note = details_pages(references, of_site, library, attachments)
    made = tuple(kept.same(("document", one.document.path), one.document) for one in without_note)
    found_routes, route_problems = resolve_routes((*heads, *made))
    routes = kept.same("routes", found_routes)
    assets = kept.same("assets", assets)
    shown = kept.same("heads", (*heads, *made))
    navigation = kept.call(
        "navigation",
        lambda _, routes, lists: resolve_navigation(heads, made, routes, lists),
        shown,
        routes,
        kept.same("configuration", config),
    )
    archives = archives_of(heads, tags, own_routes)
    listings = {head.path: archives.listing_for(head) for head in heads}
    listings |= {one.document.path: one.listing or None for one in without_note}
    anchors = seen.anchors | {
        one.document.path: kept.call(("anchors", one.document.path), _anchors, document, one.citations)
        for one, document in zip(without_note, made, strict=True)
    }
    whole = kept.same(
        "whole",
        Whole(
            config=config,
            routes=routes,
            titles=kept.same("titles", {document.path: title_of(document) for document in shown}),
            targets=_targets(shown, kept.same("anchors", anchors), routes, assets, config, kept),
            labels=kept.same("labels", dict(reversed(seen.labels))),
            layouts=layouts,
            tags=kept.same("tags", {tag.title.casefold(): NavLink(tag.title, tag.url) for tag in tags}),
        ),
    )
    links = {
        document.path: kept.call(
            ("links", document.path), resolve_links, document, routes[document.path], whole.targets
        )
        for document in chain(documents, made)
    }
    linked_from = _linked_from(heads, links, whole)
    by_folder = kept.call("citing by folder", citing_by_folder, citing)

    def page_of(document: Outline, citations: PageCitations, made_of_them: FormattedCitations) -> Page:
        path = document.path
        return kept.call(
            ("page", path),
            _page,
            document,
            citations,
            made_of_them,
            navigation[path],
            kept.same(("listing", path), _listing(listings[path], navigation[path])),
            facts.get(path, NO_FACTS),
            links[path],
            kept.same(("linked from", path), linked_from.get(path, ())),
            whole,
        )

    def pages_of_notes() -> Iterator[Page]:
        for document, page in zip(documents, cited, strict=True):
            path = document.path
            with_others = kept.call(("lists", path), name_other_pages, page, own_routes[path], by_folder, urls)
            merged = kept.call(("merged", path), formatted_page, requests[path], *formatted[path])
            yield page_of(document, with_others, merged)

    def pages_without_note() -> Iterator[Page]:
        for one, document in zip(without_note, made, strict=True):
            path = document.path
            yield page_of(document, *kept.same(("lists", path), (one.citations, one.formatted)))

    def headings() -> tuple[ListedPage, ...]:
        home = next((path for path, route in own_routes.items() if route.url == "/"), "")
        return list_headings(documents, own_routes, navigation[home].listing if home else ())

    return Site(
        pages=_with_indexes(pages_of_notes(), pages_without_note(), citing, headings, kept),
        diagnostics=(
            *route_problems,
            *kept.call("collisions", find_collisions, routes, assets),
            *check_sources(heads, library, config.scholar, requests.values(), near),
        ),
    )


def _doubtful(
    documents: Sequence[Outline], heads: Iterable[Outline], requests: Mapping[str, PageRequests]
) -> Iterator[Outline]:
    """Yield the documents that may name an entry that isn't there."""
    for place, head in enumerate(heads):
        named = head.front_matter.facts or any(listed.items or listed.files for listed in head.reference_lists)
        if named or any(None in keys for keys in requests[head.path].cited):
            yield documents[place]


def _listing(by_layout: tuple[ListedPage, ...] | None, navigation: Navigation) -> tuple[ListedPage, ...]:
    return navigation.listing if by_layout is None else by_layout


def _targets(
    heads: tuple[Document, ...],
    anchors: Mapping[str, tuple[str, ...]],
    routes: Mapping[str, Route],
    assets: tuple[Asset, ...],
    config: SiteConfig,
    kept: Kept,
) -> Targets:
    """Return what links can lead to; the pages of entries and tags have no names of their own to be linked by."""
    named = [one for one in heads if is_note_path(one.path) or one.path.count("/") == 1]
    return kept.call(
        "targets",
        lambda _, *known: collect_targets(named, known[0], known[1], known[2], config.base_url),
        heads,
        routes,
        anchors,
        assets,
    )


def _linked_from(
    documents: Sequence[Document], links: Mapping[str, tuple[ResolvedLink, ...]], whole: Whole
) -> dict[str, tuple[NavLink, ...]]:
    """Return the notes that link to each page, by the path of its document."""
    paths = {route.url: path for path, route in whole.routes.items()}
    found: dict[str, dict[str, NavLink]] = {}
    for document in documents:
        here = NavLink(whole.titles[document.path], whole.routes[document.path].url)
        for target in link_targets(links[document.path]):
            path = paths.get(target, document.path)
            if path != document.path:
                found.setdefault(path, {})[here.url] = here
    return {path: tuple(pages.values()) for path, pages in found.items()}


def _with_indexes(
    notes: Iterable[Page],
    generated_ones: Iterable[Page],
    citing: Mapping[str, tuple[CitingPage, ...]],
    headings: Callable[[], tuple[ListedPage, ...]],
    kept: Kept,
) -> Iterator[Page]:
    """Yield all pages, and fill those that show pieces of the notes; ``headings`` returns those of all notes."""
    figures, tables = figure_index(), table_index()
    points: list[MapPoint] = []
    for page in notes:
        figures.add(page)
        tables.add(page)
        points.append(map_point(page))
        yield _with_headings(page, headings)
    for page in generated_ones:
        match page.document.path:
            case generated.FIGURES:
                filled = figures.fill(page)
            case generated.TABLES:
                filled = tables.fill(page)
            case generated.MAP:
                filled = msgspec.structs.replace(page, map=draw_up_map(points, citing))
            case _:
                filled = _with_headings(page, headings)
        yield kept.same(("index", page.document.path), filled)


def _with_headings(page: Page, headings: Callable[[], tuple[ListedPage, ...]]) -> Page:
    return msgspec.structs.replace(page, listing=headings()) if page.template == "search" else page


def _anchors(document: Document, citations: PageCitations) -> tuple[str, ...]:
    """Return every id on a document's page; most are on many pages, and in memory once."""
    numbers = number_document(document)
    return tuple(
        intern(anchor)
        for anchor in (
            *document.anchors,
            *(item.anchor for items in citations.citations for item in items if item.anchor),
            *(reference.anchor for listed in citations.reference_lists for reference in listed),
            *(figure_anchor(figure, number) for figure, number in zip(document.figures, numbers.figures, strict=True)),
            *(table_anchor(table, number) for table, number in zip(document.tables, numbers.tables, strict=True)),
            *(formula.label for formula in document.formulas if formula.label),
            *((REFERENCES_ANCHOR,) if len(citations.reference_lists) > len(document.reference_lists) else ()),
        )
    )


def _page(
    document: Outline,
    citations: PageCitations,
    formatted: FormattedCitations,
    navigation: Navigation,
    listing: tuple[ListedPage, ...],
    facts: PageFacts,
    links: tuple[ResolvedLink, ...],
    linked_from: tuple[NavLink, ...],
    whole: Whole,
) -> Page:
    """Give a page its share, and say what is wrong with it."""
    route = whole.routes[document.path]
    numbers = number_document(document)
    social_image = resolve_social_image(document, route.url, whole.targets)
    author = _author(document, whole.config)
    pictures = resolve_pictures(_pictures(document, author), document, route.url, whole.targets)
    template, layout_problems = _template(document, route, bool(listing), whole.layouts)
    return Page(
        route=route,
        title=whole.titles[document.path],
        template=template,
        document=document,
        breadcrumbs=navigation.breadcrumbs,
        navigation=navigation.sections,
        previous=navigation.previous,
        next=navigation.next,
        listing=listing,
        citations=citations.citations,
        reference_lists=citations.reference_lists,
        list_looks=citations.list_looks,
        links=links,
        images=resolve_images(document, route.url, whole.targets),
        figure_numbers=numbers.figures,
        table_numbers=numbers.tables,
        formula_numbers=numbers.formulas,
        cross_references=resolve_cross_references(document, whole.labels, whole.routes, whole.titles),
        entries=citations.entries,
        formatted=formatted,
        fact_tables=facts.tables,
        tags=tuple(whole.tags[tag.casefold()] for tag in document.front_matter.tags if whole.config.extras),
        linked_from=linked_from,
        macros=_macros(document, whole.config.macros),
        social_image=social_image if social_image and not social_image.problem else None,
        fact_citations=facts.citations,
        author=author,
        pictures={written: picture.url for written, picture in pictures.items()},
        problems=(
            *layout_problems,
            *navigation.problems,
            *_image_problems(document, (*((social_image,) if social_image else ()), *pictures.values())),
        ),
    )


def _macros(document: Document, macros: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the macros that the formulas of a document use: its own, and else those of the site."""
    return tuple(macros_in((formula.tex for formula in document.formulas), {**macros, **dict(document.macros)}).items())


def _author(document: Document, config: SiteConfig) -> Author | None:
    """Return who a page tells about: its first author that the configuration knows, by key or by name."""
    if not document.front_matter.presentation.shows_profile:
        return None
    names = document.front_matter.authors or (config.author,)
    by_name = {author.name: author for author in config.authors.values()} | config.authors
    return next((by_name[name] for name in names if name in by_name), None)


def _pictures(document: Document, author: Author | None) -> Iterable[str]:
    """Yield the addresses of the images that a page shows around its text."""
    shown = document.front_matter.presentation
    yield from (shown.banner.image, shown.banner.overlay_image, author.avatar if author else "")
    yield from (part.image for part in shown.sidebar)


def _image_problems(document: Document, images: Iterable[ResolvedImage]) -> Iterable[Diagnostic]:
    for image in images:
        if image.problem:
            yield Diagnostic("image-missing", image.problem, Span(document.path, 1), hint=image.hint)


def _template(
    document: Document, route: Route, has_listing: bool, layouts: frozenset[str]
) -> tuple[str, tuple[Diagnostic, ...]]:
    """Choose the template: the layout the front matter names, or one by the kind of page."""
    if document.is_whole:
        return WHOLE, ()
    layout = document.front_matter.layout
    by_kind = "home" if route.url == "/" else "section" if has_listing else "page"
    name = LAYOUT_NAMES.get(layout, layout)
    if layout in WITH_CHILDREN and by_kind == "section":
        name = by_kind
    if not layout or name in layouts:
        return name or by_kind, ()
    known = sorted(layouts | LAYOUT_NAMES.keys())
    near = get_close_matches(layout, known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"the layouts are {', '.join(known)}"
    problem = Diagnostic("layout-unknown", f"no template for the layout '{layout}'", Span(document.path, 1), "", hint)
    return by_kind, (problem,)
