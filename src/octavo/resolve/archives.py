"""What pages list whose layout promises a list: posts by year, notes by category or tag, a collection's notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from octavo.model.document import Document
from octavo.model.site import ListedPage, Route
from octavo.resolve.generated import Tag
from octavo.resolve.navigation import POSTS, listed_page, natural_order


class Archives(NamedTuple):
    """The notes of a site in all groups that a layout can name; categories and tags by their case-folded names."""

    years: tuple[ListedPage, ...]
    categories: Mapping[str, ListedPage]
    tags: Mapping[str, ListedPage]
    collections: Mapping[str, tuple[ListedPage, ...]]

    def listing_for(self, document: Document) -> tuple[ListedPage, ...] | None:
        """Return what a page lists because of its layout; nothing is known of other layouts."""
        front_matter = document.front_matter
        taxonomy = front_matter.taxonomy.casefold()
        match front_matter.layout:
            case "posts":
                return self.years
            case "categories":
                return tuple(self.categories.values())
            case "tags":
                return tuple(self.tags.values())
            case "category":
                return self.categories[taxonomy].pages if taxonomy in self.categories else ()
            case "tag":
                return self.tags[taxonomy].pages if taxonomy in self.tags else ()
            case "collection":
                return self.collections.get(front_matter.collection, ())
        return None


def archives_of(documents: Sequence[Document], tags: Iterable[Tag], routes: Mapping[str, Route]) -> Archives:
    """Put the notes of a site into groups; the newest come first, and those without a date in their order by title."""
    by_title = sorted(documents, key=lambda one: natural_order(listed_page(one, routes).title))
    ordered = sorted(by_title, key=lambda one: one.front_matter.date, reverse=True)
    listed = {document.path: listed_page(document, routes) for document in ordered}
    years: dict[str, list[ListedPage]] = {}
    categories: dict[str, list[ListedPage]] = {}
    collections: dict[str, list[ListedPage]] = {}
    names: dict[str, str] = {}
    for document in ordered:
        front_matter, one = document.front_matter, listed[document.path]
        if front_matter.date and front_matter.collection in ("", POSTS):
            years.setdefault(front_matter.date[:4], []).append(one)
        if front_matter.collection and front_matter.layout != "collection":
            collections.setdefault(front_matter.collection, []).append(one)
        for name in front_matter.categories:
            categories.setdefault(names.setdefault(name.casefold(), name), []).append(one)
    return Archives(
        years=tuple(_group(year, pages) for year, pages in years.items()),
        categories={name.casefold(): _group(name, categories[name]) for name in sorted(categories, key=natural_order)},
        tags={tag.title.casefold(): ListedPage(tag.title, tag.url, "", "", tag.pages) for tag in tags},
        collections={name: tuple(pages) for name, pages in collections.items()},
    )


def _group(title: str, pages: Iterable[ListedPage]) -> ListedPage:
    return ListedPage(title, "", "", "", tuple(pages))
