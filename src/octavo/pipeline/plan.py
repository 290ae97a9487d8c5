"""The plan of a site: all its pages with what each needs of the others, before any of them is rendered.

It depends on the outlines of notes only. While a note's outline stays as it is, nothing is resolved anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Outline
from octavo.model.rendering import CardRequest, FeedEntry, IndexedPage, LinkedSection
from octavo.model.site import Inputs, NavLink, Route
from octavo.pipeline.results import ParsedBibliography, ParsedNote
from octavo.pipeline.runner import Runner
from octavo.render.layouts import layouts_of


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
    notes: Mapping[str, ParsedNote],
    bibliography: ParsedBibliography,
    inputs: Inputs,
    runner: Runner,
    begin: Callable[[Sequence[Outline]], None] = lambda heads: None,
) -> SitePlan:
    """Resolve the site, unless the outlines of its notes (by path) and all else is known together.

    Before it is resolved, ``begin`` is told the heads of the notes that become pages.
    """
    kept = runner.kept
    outlines = kept.same("outlines", {path: note.outline for path, note in notes.items()})

    def recall(outlines: Mapping[str, str], templates: Mapping[str, str], *known: object) -> SitePlan:
        layouts = layouts_of(templates)

        def make() -> SitePlan:
            from octavo.pipeline.planning import make_plan  # most edits leave the plan as it is

            return make_plan(outlines, bibliography, inputs, layouts, runner.in_room("plan"), begin)

        return runner.recall("plan", (list(outlines.items()), *known, sorted(layouts)), SitePlan, make)

    entries = kept.same("entries", bibliography.entries)
    return kept.call("plan", recall, outlines, inputs.templates, entries, inputs.config, inputs.assets, inputs.styles)
