"""The map of the notes: which link to each other, and which cite the same works."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from octavo.model.site import CitingPage, MapEdge, MapNode, Page, SiteMap
from octavo.resolve.links import link_targets
from octavo.resolve.navigation import section_of

#: How many notes a map shows; of more, those that have most to do with others.
MOST_NODES = 150

#: From each note at most so many lines lead to the notes with which it shares most.
MOST_SHARED = 3

#: A work that so many notes cite says nothing of any two of them.
TOO_COMMON = 20


class MapPoint(NamedTuple):
    """A note that may be on the map: its title, URL and section, and the URLs that it links to."""

    title: str
    url: str
    section: str
    targets: tuple[str, ...]


def map_point(page: Page) -> MapPoint:
    """Return what a map may show of a note."""
    return MapPoint(page.title, page.route.url, section_of(page.document), tuple(link_targets(page.links)))


def draw_up_map(pages: Sequence[MapPoint], citing: Mapping[str, tuple[CitingPage, ...]]) -> SiteMap:
    """Draw up the map of ``pages``, the notes in reading order; ``citing`` are the pages that cite each entry."""
    pages = [page for page in pages if page.url != "/"]  # it leads to all
    links = _links(pages)
    shared = _shared(pages, citing)
    degree = Counter(url for pair in (*links, *shared) for url in pair)
    kept = {page.url for page in sorted(pages, key=lambda page: -degree[page.url])[:MOST_NODES]}
    shown = [page for page in pages if page.url in kept and degree[page.url]]
    shown.sort(key=lambda page: page.section)
    places = {page.url: place for place, page in enumerate(shown)}
    pairs = [pair for pair in dict.fromkeys((*links, *shared)) if pair[0] in places and pair[1] in places]
    return SiteMap(
        nodes=tuple(MapNode(page.title, page.url, page.section) for page in shown),
        edges=tuple(MapEdge(places[a], places[b], (a, b) in links, shared.get((a, b), 0)) for a, b in pairs),
        left_out=len(pages) - len(shown),
    )


def _links(pages: Sequence[MapPoint]) -> dict[tuple[str, str], None]:
    """Return the pairs of pages of which one links to the other, in the order of the links, each in reading order."""
    order = {page.url: place for place, page in enumerate(pages)}
    found = ((page.url, target) for page in pages for target in page.targets if target in order)
    return dict.fromkeys((a, b) if order[a] < order[b] else (b, a) for a, b in found if a != b)


def _shared(pages: Sequence[MapPoint], citing: Mapping[str, tuple[CitingPage, ...]]) -> dict[tuple[str, str], int]:
    """Return how many works two pages both cite, for the pairs that share most; a rare work weighs more."""
    order = {page.url: place for place, page in enumerate(pages)}
    counts: Counter[tuple[str, str]] = Counter()
    weights: Counter[tuple[str, str]] = Counter()
    for citing_pages in citing.values():
        if len(citing_pages) > TOO_COMMON + 1:  # the home page may be one of them
            continue
        urls = sorted({one.url for one in citing_pages if one.url in order}, key=lambda url: order[url])
        if len(urls) <= TOO_COMMON:
            for pair in combinations(urls, 2):
                counts[pair] += 1
                weights[pair] += 1000 // (len(urls) - 1)
    nearest: dict[str, list[tuple[int, tuple[str, str]]]] = {}
    for pair, weight in weights.items():
        for url in pair:
            nearest.setdefault(url, []).append((-weight, pair))
    kept = {pair for found in nearest.values() for _, pair in sorted(found)[:MOST_SHARED]}
    return {pair: counts[pair] for pair in sorted(kept)}
