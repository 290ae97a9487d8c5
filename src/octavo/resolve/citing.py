"""Who cites what, across the site: by entry the pages that cite it, and where in them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from octavo.model.document import Document
from octavo.model.site import CitingPage, CitingPlace, ListedReference, Route
from octavo.resolve.citations import PageCitations, reference_anchor
from octavo.resolve.navigation import title_of
from octavo.resolve.routes import unique_urls

#: How many other pages a reference in a note names; the entry's own page names them all. A note would otherwise have
#: to be rendered again with every new citation anywhere.
MOST_ELSEWHERE = 3


def citing_page(document: Document, route: Route, page: PageCitations) -> tuple[tuple[str, CitingPage], ...]:
    """Return each citekey that a document cites in its text, with the first place in each section that cites it."""
    headings = [heading for heading in document.headings if heading.level > 1]
    lines = [heading.span.line for heading in headings]
    places: dict[str, dict[str, CitingPlace]] = {}
    for citation, resolved in zip(document.citations, page.citations, strict=True):
        for item, place in zip(citation.items, resolved, strict=True):
            if not place.known:
                continue
            above = 0 if citation.in_footnote else bisect_right(lines, item.span.line)
            section = headings[above - 1].text if above else ""
            places.setdefault(item.citekey, {}).setdefault(section, CitingPlace(place.anchor, section))
    title = title_of(document)
    return tuple((key, CitingPage(title, route.url, tuple(found.values()))) for key, found in places.items())


def who_cites(pages: Iterable[tuple[tuple[str, CitingPage], ...]]) -> dict[str, tuple[CitingPage, ...]]:
    """Return the pages that cite each entry by its citekey, in reading order."""
    found: dict[str, list[CitingPage]] = {}
    for cited in pages:
        for citekey, page in cited:
            found.setdefault(citekey, []).append(page)
    return {citekey: tuple(citing) for citekey, citing in found.items()}


def entry_urls(order: Sequence[str], bibliography_url: str) -> dict[str, str]:
    """Return the URL of each entry's own page by citekey; keys that differ in case alone get a number."""
    return unique_urls(sorted(order), bibliography_url.removesuffix(".html").rstrip("/") + "/")


def list_site_references(
    order: Sequence[str], citing: Mapping[str, tuple[CitingPage, ...]], urls: Mapping[str, str]
) -> tuple[ListedReference, ...]:
    """List every entry cited on the site, in the order of the style, with all pages and sections that cite it."""
    return tuple(
        ListedReference(key, reference_anchor(key), number, elsewhere=citing.get(key, ()), entry_url=urls.get(key, ""))
        for number, key in enumerate(order, start=1)
    )


def name_other_pages(
    page: PageCitations, route: Route, citing: Mapping[str, tuple[CitingPage, ...]], urls: Mapping[str, str]
) -> PageCitations:
    """Add to a page's lists of references a few of the other pages that cite the same, those beside it first."""

    def listed(reference: ListedReference) -> ListedReference:
        others = [other for other in citing.get(reference.citekey, ()) if other.url != route.url]
        near = sorted(others, key=lambda other: _folder(other.url) != _folder(route.url))[:MOST_ELSEWHERE]
        return msgspec.structs.replace(
            reference,
            elsewhere=tuple(CitingPage(one.title, one.url, (CitingPlace(one.places[0].anchor),)) for one in near),
            has_more=len(others) > MOST_ELSEWHERE,
            entry_url=urls.get(reference.citekey, ""),
        )

    return page._replace(
        reference_lists=tuple(tuple(listed(reference) for reference in rows) for rows in page.reference_lists)
    )


def _folder(url: str) -> str:
    return url.rstrip("/").rpartition("/")[0]
