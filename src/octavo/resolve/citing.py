"""Who cites what, across the site: by entry the pages that cite it, and where in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import msgspec

from octavo.model.document import Outline
from octavo.model.site import CitingPage, CitingPlace, ListedReference, ResolvedItem, Route, SiteConfig
from octavo.resolve.citations import PageCitations, reference_anchor
from octavo.resolve.details import details_url
from octavo.resolve.library import Library
from octavo.resolve.navigation import title_of
from octavo.resolve.routes import unique_urls

#: How many other pages a reference in a note names; the entry's own page names them all. A note would otherwise have
#: to be rendered again with every new citation anywhere.
MOST_ELSEWHERE = 3


def citing_page(document: Outline, route: Route, page: PageCitations) -> tuple[tuple[str, CitingPage], ...]:
    """Return each citekey that a document cites in its text, with the first place in each section that cites it."""
    places: dict[str, dict[str, CitingPlace]] = {}
    for section, resolved in zip(document.sections, page.citations, strict=True):
        for place in resolved:
            if place.known:
                places.setdefault(place.citekey, {}).setdefault(section, CitingPlace(place.anchor, section))
    title = title_of(document)
    return tuple((key, CitingPage(title, route.url, tuple(found.values()))) for key, found in places.items())


def who_cites(pages: Iterable[tuple[tuple[str, CitingPage], ...]]) -> dict[str, tuple[CitingPage, ...]]:
    """Return the pages that cite each entry by its citekey, in reading order."""
    found: dict[str, list[CitingPage]] = {}
    for cited in pages:
        for citekey, page in cited:
            found.setdefault(citekey, []).append(page)
    return {citekey: tuple(citing) for citekey, citing in found.items()}


def entry_urls(order: Sequence[str], config: SiteConfig, library: Library) -> dict[str, str]:
    """Return the URL of each entry's own page by citekey; keys that differ in case alone get a number."""
    if config.scholar.keeps_ids:
        found = {key: details_url(library.entries[key], config.scholar) for key in sorted(order)}
        first = {url.casefold(): key for key, url in reversed(found.items())}
        return {key: url for key, url in found.items() if first[url.casefold()] == key}
    bibliography_url = config.bibliography_permalink
    return unique_urls(sorted(order), bibliography_url.removesuffix(".html").rstrip("/") + "/")


def list_site_references(
    order: Sequence[str], citing: Mapping[str, tuple[CitingPage, ...]], urls: Mapping[str, str]
) -> tuple[ListedReference, ...]:
    """List every entry cited on the site, in the order of the style, with all pages and sections that cite it."""
    return tuple(
        ListedReference(key, reference_anchor(key), number, elsewhere=citing.get(key, ()), entry_url=urls.get(key, ""))
        for number, key in enumerate(order, start=1)
    )


class Citing(NamedTuple):
    """The pages that cite each entry, in reading order: as many as another page can name.

    ``pages`` are they with their folders by the citekey, ``in_folder`` those of one folder by both, if it has several.
    """

    pages: Mapping[str, tuple[tuple[str, CitingPage], ...]]
    in_folder: Mapping[tuple[str, str], tuple[CitingPage, ...]]


def citing_by_folder(pages: Mapping[str, tuple[CitingPage, ...]]) -> Citing:
    """Sort the pages that cite each entry by their folders."""
    in_folder: dict[tuple[str, str], tuple[CitingPage, ...]] = {}
    with_folders: dict[str, tuple[tuple[str, CitingPage], ...]] = {}
    for citekey, citing in pages.items():
        first: list[tuple[str, CitingPage]] = []
        found: dict[str, list[CitingPage]] = {}
        most = 0  # of the first ones in one folder
        for page in citing:
            folder = _folder(page.url)
            beside = found.setdefault(folder, [])
            beside.append(page)
            if len(first) - most <= MOST_ELSEWHERE:  # there is a folder that they are not enough for
                first.append((folder, _named(page)))
                most = max(most, len(beside))
        with_folders[citekey] = tuple(first)
        in_folder |= {
            (citekey, folder): tuple(map(_named, several[: MOST_ELSEWHERE + 2]))  # one may be the page that names them
            for folder, several in found.items()
            if len(several) > 1
        }
    return Citing(with_folders, in_folder)


def _named(page: CitingPage) -> CitingPage:
    """Return a page as others name it: by the first place that cites the entry."""
    return CitingPage(page.title, page.url, (CitingPlace(page.places[0].anchor),))


def name_other_pages(page: PageCitations, route: Route, citing: Citing, urls: Mapping[str, str]) -> PageCitations:
    """Add to a page's lists of references a few of the other pages that cite the same, those beside it first.

    A citation whose work no list of the page shows leads to the page of the work.
    """

    folder = _folder(route.url)

    def listed(reference: ListedReference) -> ListedReference:
        others = _other_pages(reference.citekey, route.url, folder, citing)
        near = tuple(islice(others, MOST_ELSEWHERE + 1))
        return msgspec.structs.replace(
            reference,
            elsewhere=near[:MOST_ELSEWHERE],
            has_more=len(near) > MOST_ELSEWHERE,
            entry_url=urls.get(reference.citekey, ""),
        )

    return page._replace(
        reference_lists=tuple(tuple(listed(reference) for reference in rows) for rows in page.reference_lists),
        citations=tuple(_led_on(items, urls) for items in page.citations),
    )


def _led_on(items: tuple[ResolvedItem, ...], urls: Mapping[str, str]) -> tuple[ResolvedItem, ...]:
    if all(one.reference or not one.known for one in items):
        return items
    return tuple(
        msgspec.structs.replace(one, reference=urls.get(one.citekey, "")) if one.known and not one.reference else one
        for one in items
    )


def _other_pages(citekey: str, url: str, folder: str, citing: Citing) -> Iterator[CitingPage]:
    """Yield the pages besides this one that cite an entry, those in the same folder first."""
    for page in citing.in_folder.get((citekey, folder), ()):
        if page.url != url:
            yield page
    for elsewhere, page in citing.pages.get(citekey, ()):
        if elsewhere != folder:
            yield page


def _folder(url: str) -> str:
    return url.rstrip("/").rpartition("/")[0]
