"""The plan of a site: all its pages with what each needs of the others, before any of them is rendered.

It depends on the outlines of notes only. While a note's outline stays as it is, nothing is resolved anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from octavo.memo import digest_of
from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Document, FrontMatter, Outline
from octavo.model.packing import decoded, encoded
from octavo.model.reference import Bibliography, ListedEntry
from octavo.model.site import Inputs, NavLink, Page, Route, Site, SiteConfig
from octavo.pipeline.citations import format_citations
from octavo.pipeline.results import ParsedBibliography, ParsedNote
from octavo.pipeline.runner import Runner
from octavo.render.feeds import FeedEntry, in_feed, list_entries
from octavo.render.llms import LinkedSection, list_sections
from octavo.render.search import IndexedPage
from octavo.render.social_card import CardRequest, card_request, card_url, needs_card
from octavo.render.templates import layouts_of
from octavo.resolve.facts import resolve_facts
from octavo.resolve.generated import INDEXES
from octavo.resolve.library import Library
from octavo.resolve.link_lists import top_links
from octavo.resolve.routes import route_of
from octavo.resolve.search import cited_works, searched, section_title
from octavo.resolve.site import published, resolve_site

#: In pages.
KEPT_AT_ONCE = 256

#: Stands in the share of a page for the note, which changes more often.
NO_NOTE = Document("", FrontMatter(), ())


class PlannedPage(msgspec.Struct, frozen=True, array_like=True):
    """A page: the path of its document, where it is published, and the digest of its share of the site.

    The share is its `Page` as MessagePack; if a note makes it, without the document.
    """

    path: str
    route: Route
    share: str


class PlannedCard(msgspec.Struct, frozen=True, array_like=True):
    """A card for links to a page: its URL from the site's root, and what it says."""

    url: str
    request: CardRequest


class SitePlan(msgspec.Struct, frozen=True, array_like=True):
    """The plan of a site. Pages are in reading order.

    ``images`` are the assets that pages show, by their sources, ``social_images`` those that only stand for pages;
    ``in_feed`` are the indices of the newest pages, ``entries`` and ``sections`` what machines should know of all;
    ``searched`` are the pages that a search looks into, without the digest of their HTML, or none without a search.
    """

    pages: tuple[PlannedPage, ...]
    images: tuple[str, ...]
    social_images: tuple[str, ...]
    cards: tuple[PlannedCard, ...]
    in_feed: tuple[int, ...]
    entries: tuple[FeedEntry, ...]
    sections: tuple[LinkedSection, ...]
    searched: tuple[IndexedPage, ...]
    bibliography_url: str
    search_url: str
    indexes: tuple[NavLink, ...]
    top_links: tuple[NavLink, ...]
    diagnostics: tuple[Diagnostic, ...]


def plan_site(
    notes: Mapping[str, ParsedNote], bibliography: ParsedBibliography, inputs: Inputs, runner: Runner
) -> SitePlan:
    """Resolve the site, unless the outlines of its notes (by path) and all else is known together."""
    layouts = layouts_of(inputs.templates)
    outlines = [(path, note.outline) for path, note in notes.items()]
    identity = (outlines, bibliography.entries, inputs.config, inputs.assets, inputs.styles, sorted(layouts))

    def make() -> SitePlan:
        planner = runner.in_room("plan")
        documents = planner.values([note.outline for note in notes.values()], Outline)
        return _plan(documents, _read_bibliography(bibliography, planner), inputs, layouts, planner)

    return runner.recall("plan", identity, SitePlan, make)


def _read_bibliography(bibliography: ParsedBibliography, runner: Runner) -> Bibliography:
    def decode(digest: str) -> Bibliography:
        return Bibliography(decoded(runner.parts((digest,))[digest], tuple[ListedEntry, ...]))

    return runner.kept.call("bibliography", decode, bibliography.entries)


def _plan(
    outlines: Sequence[Outline], bibliography: Bibliography, inputs: Inputs, layouts: frozenset[str], runner: Runner
) -> SitePlan:
    config, kept = inputs.config, runner.kept
    documents, facts = resolve_facts(published(outlines, config, inputs.assets), kept)
    citations, style_problems = format_citations(documents, bibliography, inputs, runner)
    site = resolve_site(documents, inputs.assets, config, *citations, layouts, facts, kept)
    with_notes = {outline.path for outline in outlines}
    images = {image.asset: None for page in site.pages for image in page.images if image.asset}
    social = {page.social_image.asset: None for page in site.pages if page.social_image and page.social_image.asset}
    bibliography_url = route_of(config.bibliography_permalink).url
    return SitePlan(
        pages=tuple(_planned(site.pages, with_notes, runner)),
        images=tuple(images),
        social_images=tuple(source for source in social if source not in images),
        cards=tuple(PlannedCard(card_url(page), card_request(page)) for page in site.pages if needs_card(page)),
        in_feed=_in_feed(site, config),
        entries=list_entries(site.pages),
        sections=list_sections(site.pages, config),
        searched=tuple(_searched(site, citations.library)),
        bibliography_url=next((page.route.url for page in site.pages if page.route.url == bibliography_url), ""),
        search_url=next((page.route.url for page in site.pages if page.template == "search"), ""),
        indexes=tuple(NavLink(page.title, page.route.url) for page in site.pages if page.document.path in INDEXES),
        top_links=top_links(config, {page.route.url for page in site.pages}),
        diagnostics=(*style_problems, *site.diagnostics),
    )


def _planned(pages: Sequence[Page], with_notes: Collection[str], runner: Runner) -> Iterator[PlannedPage]:
    """Keep the share of each page, and yield the page without it; together they might not fit into memory."""
    for start in range(0, len(pages), KEPT_AT_ONCE):
        some = pages[start : start + KEPT_AT_ONCE]
        shares = [_share(page, page.document.path in with_notes) for page in some]
        digests = [digest_of(share) for share in shares]
        runner.keep(dict(zip(digests, shares, strict=True)))
        yield from (
            PlannedPage(page.document.path, page.route, digest) for page, digest in zip(some, digests, strict=True)
        )


def _share(page: Page, has_note: bool) -> bytes:
    share = msgspec.structs.replace(page, document=NO_NOTE) if has_note else page
    return encoded(share)


def _in_feed(site: Site, config: SiteConfig) -> tuple[int, ...]:
    places = {page.route.url: place for place, page in enumerate(site.pages)}
    newest = in_feed(site.pages, config.feed_entries) if config.base_url else ()
    return tuple(places[page.route.url] for page in newest)


def _searched(site: Site, library: Library) -> tuple[IndexedPage, ...]:
    if not any(page.template == "search" for page in site.pages):
        return ()
    return tuple(
        IndexedPage(page.route.url, "", page.title, section_title(page), cited_works(page, library.entries))
        for page in searched(site.pages)
    )
