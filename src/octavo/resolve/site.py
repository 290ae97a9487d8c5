"""The whole site: every page with exactly its share of what the others say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from octavo.memo import Kept
from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Document, FrontMatter, Hole, Placeholder, ReferenceList
from octavo.model.fact import ResolvedFacts
from octavo.model.reference import Bibliography, FormattedCitations
from octavo.model.site import Page, Route, Site, SiteConfig
from octavo.model.source import Asset, Span
from octavo.read.macros import macros_in
from octavo.resolve.citations import (
    PageCitations,
    check_citations,
    first_cites,
    library_of,
    list_site_references,
    resolve_citations,
)
from octavo.resolve.labels import (
    Label,
    figure_anchor,
    labels_of,
    number_document,
    resolve_cross_references,
    table_anchor,
)
from octavo.resolve.links import Targets, collect_targets, resolve_images, resolve_links
from octavo.resolve.navigation import Navigation, missing_section_pages, resolve_navigation, title_of
from octavo.resolve.routes import CONTENT, find_collisions, resolve_routes, route_of

#: The id of the list of references that a page gets which has citations and no list of its own.
REFERENCES_ANCHOR = "references"

NO_CITATIONS = PageCitations()

#: Names of layouts that other themes use for what this one calls otherwise.
LAYOUT_NAMES = {"single": "page", "default": "page", "post": "page", "splash": "home", "archive": "section"}

#: What stands for the path of a page that no note makes: no file has a name that ends in a slash.
HOME = f"{CONTENT}/"
NOT_FOUND = "404/"
BIBLIOGRAPHY = "bibliography/"


def published(documents: Iterable[Document], config: SiteConfig) -> tuple[Document, ...]:
    """Return the documents that become pages, with a home page and a page for each section where there is none."""
    kept = tuple(document for document in documents if config.drafts or not document.front_matter.draft)
    routes, _ = resolve_routes(kept)
    has_home = any(route.url == "/" for route in routes.values())
    home = () if has_home else (Document(HOME, FrontMatter(title=config.title, permalink="/", toc=False), ()),)
    return (*kept, *home, *missing_section_pages(kept))


class Whole(NamedTuple):
    """What all pages share of what is known of the site; mappings are by the path of the document."""

    config: SiteConfig
    routes: Mapping[str, Route]
    titles: Mapping[str, str]
    targets: Targets
    labels: Mapping[str, Label]
    layouts: frozenset[str]


def resolve_site(
    documents: Sequence[Document],
    bibliography: Bibliography,
    assets: Sequence[Asset],
    config: SiteConfig,
    formatted: Mapping[str, FormattedCitations],
    layouts: frozenset[str],
    fact_tables: Mapping[str, tuple[ResolvedFacts, ...]],
    kept: Kept,
) -> Site:
    """Resolve all that crosses the borders of a document.

    ``documents`` are the published ones; ``formatted`` are the citations of each by its path, and under `BIBLIOGRAPHY`
    the references of the whole site; ``layouts`` are the names of the templates; ``fact_tables`` are those of each by
    its path, filled.
    """
    library = kept.call("library", library_of, bibliography)
    citations = {
        document.path: kept.call(
            ("citations", document.path), resolve_citations, document, library, formatted[document.path]
        )
        for document in documents
    }
    own_routes, _ = resolve_routes(documents)
    of_site = formatted[BIBLIOGRAPHY]
    listed = list_site_references(
        [
            (title_of(document), own_routes[document.path].url, kept.call(("cited", document.path), first_cites, one))
            for document, one in zip(documents, citations.values(), strict=True)
        ],
        [reference.citekey for reference in of_site.references],
    )
    generated = _generated(own_routes.values(), bool(listed), config)
    citations |= dict.fromkeys((document.path for document in generated), NO_CITATIONS)
    citations[BIBLIOGRAPHY] = PageCitations((), (listed,), of_site)
    everything = tuple(
        kept.same(("document", document.path), document) if document in generated else document
        for document in (*documents, *generated)
    )
    found_routes, route_problems = resolve_routes(everything)
    routes = kept.same("routes", found_routes)
    assets = kept.same("assets", tuple(assets))
    anchors = {
        document.path: kept.call(("anchors", document.path), _anchors, document, citations[document.path])
        for document in everything
    }
    labels = [kept.call(("labels", document.path), labels_of, document) for document in documents]
    heads = kept.same("heads", tuple(_head(document) for document in everything))
    navigation = kept.call(
        "navigation", lambda _, routes: resolve_navigation(documents, generated, routes), heads, routes
    )
    targets = kept.call(
        "targets",
        lambda _, *known: collect_targets(everything, known[0], known[1], known[2], config.base_url),
        heads,
        routes,
        kept.same("anchors", anchors),
        assets,
    )
    whole = kept.same(
        "whole",
        Whole(
            config=config,
            routes=routes,
            titles=kept.same("titles", {document.path: title_of(document) for document in everything}),
            targets=targets,
            labels=kept.same("labels", dict(reversed([label for of_document in labels for label in of_document]))),
            layouts=layouts,
        ),
    )
    shares = [
        kept.call(
            ("page", document.path),
            _page,
            document,
            citations[document.path],
            navigation[document.path],
            fact_tables.get(document.path, ()),
            whole,
        )
        for document in everything
    ]
    return Site(
        pages=tuple(page for page, _ in shares),
        diagnostics=(
            *route_problems,
            *kept.call("collisions", find_collisions, routes, assets),
            *check_citations(documents, bibliography),
            *(problem for _, problems in shares for problem in problems),
        ),
    )


def _head(document: Document) -> tuple[str, FrontMatter, str, str]:
    """Return what other pages can show of a document."""
    return document.path, document.front_matter, title_of(document), document.summary


def _generated(routes: Iterable[Route], has_references: bool, config: SiteConfig) -> tuple[Document, ...]:
    """Make the pages that every site has, unless a note takes their place."""
    taken = {route.url for route in routes}
    bibliography_url = route_of(config.bibliography_permalink).url
    pages = []
    if "/404.html" not in taken:
        front_matter = FrontMatter(title="Page not found", layout="404", permalink="/404.html", toc=False)
        pages.append(Document(NOT_FOUND, front_matter, ()))
    if has_references and bibliography_url not in taken:
        front_matter = FrontMatter(title="Bibliography", layout="bibliography", permalink=bibliography_url, toc=False)
        listed = (ReferenceList(cited_only=True, in_order=False, span=Span(BIBLIOGRAPHY, 1)),)
        pages.append(Document(BIBLIOGRAPHY, front_matter, (Placeholder(Hole.REFERENCES, 0),), reference_lists=listed))
    return tuple(pages)


def _anchors(document: Document, citations: PageCitations) -> frozenset[str]:
    """Return every id on a document's page."""
    numbers = number_document(document)
    return frozenset(
        (
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
    document: Document,
    citations: PageCitations,
    navigation: Navigation,
    fact_tables: tuple[ResolvedFacts, ...],
    whole: Whole,
) -> tuple[Page, tuple[Diagnostic, ...]]:
    """Give a page its share, and say what is wrong with it."""
    route = whole.routes[document.path]
    numbers = number_document(document)
    links, link_problems = resolve_links(document, route.url, whole.targets)
    images, image_problems = resolve_images(document, route.url, whole.targets)
    urls = {path: route.url for path, route in whole.routes.items()} if document.cross_references else {}
    cross_references, label_problems = resolve_cross_references(document, whole.labels, urls, whole.titles)
    template, layout_problems = _template(document, route, bool(navigation.listing), whole.layouts)
    page = Page(
        route=route,
        title=whole.titles[document.path],
        template=template,
        document=document,
        breadcrumbs=navigation.breadcrumbs,
        navigation=navigation.sections,
        previous=navigation.previous,
        next=navigation.next,
        listing=navigation.listing,
        citations=citations.citations,
        reference_lists=citations.reference_lists,
        links=links,
        images=images,
        figure_numbers=numbers.figures,
        table_numbers=numbers.tables,
        formula_numbers=numbers.formulas,
        cross_references=cross_references,
        formatted=citations.formatted,
        fact_tables=fact_tables,
        macros=tuple(macros_in((formula.tex for formula in document.formulas), whole.config.macros).items()),
    )
    return page, (*layout_problems, *link_problems, *image_problems, *label_problems)


def _template(
    document: Document, route: Route, has_listing: bool, layouts: frozenset[str]
) -> tuple[str, tuple[Diagnostic, ...]]:
    """Choose the template: the layout the front matter names, or one by the kind of page."""
    layout = document.front_matter.layout
    by_kind = "home" if route.url == "/" else "section" if has_listing else "page"
    name = LAYOUT_NAMES.get(layout, layout)
    if not layout or name in layouts:
        return name or by_kind, ()
    known = sorted(layouts | LAYOUT_NAMES.keys())
    near = get_close_matches(layout, known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"the layouts are {', '.join(known)}"
    problem = Diagnostic("layout-unknown", f"no template for the layout '{layout}'", Span(document.path, 1), "", hint)
    return by_kind, (problem,)
