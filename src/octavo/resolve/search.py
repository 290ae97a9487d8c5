"""What a search is about: the notes with their headings, the section each is in, and the works it cites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from octavo.model.document import Document
from octavo.model.reference import Entry, Item
from octavo.model.site import ListedPage, Page, Route
from octavo.resolve.generated import plain_text
from octavo.resolve.navigation import title_of
from octavo.resolve.routes import is_content_path

#: In characters: what is shown of a work's title.
LONGEST_TITLE = 60


def list_headings(
    notes: Iterable[Document], routes: Mapping[str, Route], listing: Sequence[ListedPage]
) -> tuple[ListedPage, ...]:
    """List the notes by section, in reading order, each with its headings; those in no section come first.

    ``routes`` are those of the notes by their paths, ``listing`` is that of the home page.
    """
    listed = {routes[note.path].url: (_with_headings(note, routes[note.path]), _is_searched(note)) for note in notes}
    home = listed.get("/")
    if home is None:  # as in a Jekyll site without one
        return tuple(ListedPage(one.title, one.url, "", "") for one, _ in listed.values())
    loose = [entry for entry in listing if not entry.pages]
    sections = [entry for entry in listing if entry.pages]
    groups = [("", "", (home[0], *loose)), *((one.title, one.url, (*_alone(one), *one.pages)) for one in sections)]
    return tuple(
        ListedPage(title, url, "", "", tuple(listed[one.url][0] for one in pages if listed[one.url][1]))
        for title, url, pages in groups
    )


def is_searched(page: Page) -> bool:
    """Tell whether a search looks into a page: into those that a note makes."""
    return is_content_path(page.document.path) and page.template != "404" and _is_searched(page.document)


def _is_searched(document: Document) -> bool:
    return not document.front_matter.search_exclude


def section_title(page: Page) -> str:
    """Return the title of the section that a page is in, or nothing."""
    return next((section.title for section in page.navigation if section.open and section.title), "")


def cited_citekeys(page: Page) -> tuple[str, ...]:
    """Return what a page cites in its text, each once."""
    return tuple({item.citekey: None for items in page.citations for item in items if item.known})


def cited_works(citekeys: Iterable[str], library: Mapping[str, Entry]) -> tuple[tuple[str, str], ...]:
    """Return the works that a page cites in its text, (citekey, label)."""
    return tuple((key, label_of(library[key].item) or key) for key in citekeys)


def label_of(item: Item) -> str:
    """Return what a reader knows a work by: "Devlin et al. (2019). BERT: Pre-training of Deep Bidirectional…"."""
    names = [plain_text(str(name.get("family") or name.get("literal") or "")) for name in item.get("author", [])]
    authors = f"{names[0]} et al." if len(names) > 2 else " & ".join(names)
    issued = item.get("issued", {}).get("date-parts") or [[""]]
    year = f"({issued[0][0]})" if issued[0][0] else ""
    title = plain_text(item.get("title", ""))
    shown = title if len(title) <= LONGEST_TITLE else title[:LONGEST_TITLE].rpartition(" ")[0] + "…"
    return ". ".join(part for part in (f"{authors} {year}".strip(), shown) if part)


def _alone(section: ListedPage) -> tuple[ListedPage, ...]:
    return (msgspec.structs.replace(section, pages=()),) if section.url else ()


def _with_headings(note: Document, route: Route) -> ListedPage:
    headings = tuple(
        ListedPage(heading.text, f"{route.url}#{heading.anchor}", "", "")
        for heading in note.headings
        if heading.in_toc and heading.level > 1 and heading.anchor
    )
    return ListedPage(title_of(note), route.url, "", "", headings)
