"""How a site is planned: all of it is resolved, out of the outlines of its notes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from sys import intern
from typing import NamedTuple

import msgspec

from octavo.memo import digest_of
from octavo.model.document import Document, FrontMatter, Outline
from octavo.model.packing import decoded, encoded
from octavo.model.reference import Bibliography, ListedEntry
from octavo.model.rendering import IndexedPage
from octavo.model.site import Inputs, NavLink, Page, SiteConfig
from octavo.pipeline.citations import format_citations
from octavo.pipeline.plan import PlannedCard, PlannedPage, SitePlan
from octavo.pipeline.results import ParsedBibliography
from octavo.pipeline.runner import Runner
from octavo.read.outline import head_of
from octavo.render.site_contents import in_feed, list_entries, list_sections
from octavo.render.social_card import card_request, card_url, needs_card
from octavo.resolve.facts import PageFacts, resolve_facts
from octavo.resolve.generated import INDEXES
from octavo.resolve.library import Library
from octavo.resolve.link_lists import top_links
from octavo.resolve.routes import route_of
from octavo.resolve.search import cited_citekeys, cited_works, is_searched, section_title
from octavo.resolve.site import published, resolve_site

#: In pages.
KEPT_AT_ONCE = 64

#: Stands in the share of a page for the note, which changes more often.
NO_NOTE = Document("", FrontMatter(), ())


def make_plan(
    outlines: Mapping[str, str],
    parsed: ParsedBibliography,
    inputs: Inputs,
    layouts: frozenset[str],
    runner: Runner,
    begin: Callable[[Sequence[Outline]], None],
) -> SitePlan:
    """Resolve the site of which the digests of the outlines are given, by path; ``begin`` is told its heads first."""
    config, kept = inputs.config, runner.kept
    bibliography = _read_bibliography(parsed, runner)
    documents, heads, facts = published_documents(outlines, inputs, runner)
    begin(heads)
    citations, style_problems = format_citations(documents, heads, bibliography, inputs, runner)
    site = resolve_site(documents, heads, inputs.assets, config, *citations, layouts, facts, kept)
    planned, pages, cited, images = _planned(site.pages, outlines, runner)
    social = {page.social_image.asset: None for page in pages if page.social_image and page.social_image.asset}
    bibliography_url = route_of(config.bibliography_permalink).url
    return SitePlan(
        pages=tuple(planned),
        images=tuple(images),
        social_images=tuple(source for source in social if source not in images),
        cards=tuple(PlannedCard(card_url(page), card_request(page)) for page in pages if needs_card(page)),
        in_feed=_in_feed(pages, config),
        entries=list_entries(pages),
        sections=list_sections(pages, config),
        searched=tuple(_searched(pages, cited, citations.library)),
        bibliography_url=next((page.route.url for page in pages if page.route.url == bibliography_url), ""),
        search_url=next((page.route.url for page in pages if page.template == "search"), ""),
        indexes=tuple(NavLink(page.title, page.route.url) for page in pages if page.document.path in INDEXES),
        top_links=top_links(config, {page.route.url for page in pages}),
        diagnostics=(*style_problems, *site.diagnostics),
    )


def _read_bibliography(bibliography: ParsedBibliography, runner: Runner) -> Bibliography:
    def decode(digest: str) -> Bibliography:
        return Bibliography(decoded(runner.parts((digest,))[digest], tuple[ListedEntry, ...]))

    return runner.kept.call("bibliography", decode, bibliography.entries)


def published_documents(
    outlines: Mapping[str, str], inputs: Inputs, runner: Runner
) -> tuple[Sequence[Outline], tuple[Outline, ...], Mapping[str, PageFacts]]:
    """Return the documents that become pages, their heads, and what their tables of facts show."""
    kept = runner.kept
    runner.hold(tuple(outlines.values()))
    of_notes = runner.packed(tuple(outlines.values()), Outline)
    heads = published((kept.call(("head", one.path), head_of, one) for one in of_notes), inputs.config, inputs.assets)
    digests = {head.path: outlines.get(head.path) or runner.pack(head) for head in heads}
    documents = runner.packed(tuple(digests.values()), Outline)
    with_sources, facts = resolve_facts(documents, heads, kept)
    if with_sources:
        digests |= {path: runner.pack(document) for path, document in with_sources.items()}
        documents = runner.packed(tuple(digests.values()), Outline)
    return documents, heads, facts


class Planned(NamedTuple):
    """Pages without their shares, and what else the plan says of them.

    ``asked`` are the pages without what is large, ``cited`` the citekeys of each; ``images`` are assets by their
    sources.
    """

    pages: list[PlannedPage]
    asked: list[Page]
    cited: list[tuple[str, ...]]
    images: dict[str, None]


def _planned(pages: Iterable[Page], with_notes: Collection[str], runner: Runner) -> Planned:
    """Keep the share of each page; all of them together might not fit into memory."""
    planned = Planned([], [], [], {})
    rest = iter(pages)
    new: dict[str, bytes] = {}

    def share_of(page: Page) -> str:
        share = _share(page, page.document.path in with_notes)
        digest = digest_of(share)
        new[digest] = share
        return digest

    while some := list(islice(rest, KEPT_AT_ONCE)):
        kept = [runner.kept.same(("whole page", page.document.path), page) for page in some]
        digests = [runner.kept.call(("share", page.document.path), share_of, page) for page in kept]
        runner.keep(new)
        new.clear()
        for page, digest in zip(some, digests, strict=True):
            planned.pages.append(PlannedPage(page.document.path, page.route, digest))
            planned.asked.append(_asked(page))
            planned.cited.append(tuple(map(intern, cited_citekeys(page))))
            planned.images.update((image.asset, None) for image in page.images if image.asset)
    return planned


def _share(page: Page, has_note: bool) -> bytes:
    share = msgspec.structs.replace(page, document=NO_NOTE) if has_note else page
    return encoded(share)


def _asked(page: Page) -> Page:
    """Return a page without what is of no interest but to itself."""
    return Page(
        route=page.route,
        title=page.title,
        template=page.template,
        document=head_of(page.document),
        breadcrumbs=page.breadcrumbs,
        navigation=page.navigation,
        listing=page.listing,
        social_image=page.social_image,
    )


def _in_feed(pages: Sequence[Page], config: SiteConfig) -> tuple[int, ...]:
    places = {page.route.url: place for place, page in enumerate(pages)}
    newest = in_feed(pages, config.feed_entries) if config.base_url else ()
    return tuple(places[page.route.url] for page in newest)


def _searched(pages: Sequence[Page], cited: Sequence[tuple[str, ...]], library: Library) -> Iterator[IndexedPage]:
    """Yield the pages that a search looks into; ``cited`` are the citekeys that each page cites."""
    if any(page.template == "search" for page in pages):
        for page, citekeys in zip(pages, cited, strict=True):
            if is_searched(page):
                works = cited_works(citekeys, library.entries)
                yield IndexedPage(page.route.url, "", page.title, section_title(page), works)
