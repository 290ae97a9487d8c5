"""What a search is about: the notes with their headings, the section each is in, and the works it cites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from octavo.model.reference import Entry, Item
from octavo.model.site import ListedPage, Page
from octavo.resolve.generated import plain_text
from octavo.resolve.routes import is_content_path

#: In characters: what is shown of a work's title.
LONGEST_TITLE = 60


def list_headings(notes: Sequence[Page]) -> tuple[ListedPage, ...]:
    """List the notes by section, in reading order, each with its headings; those in no section come first."""
    by_url = {page.route.url: page for page in notes}
    home = by_url.get("/")
    if home is None:  # as in a Jekyll site without one
        return tuple(ListedPage(page.title, page.route.url, "", "") for page in notes)
    loose = [entry for entry in home.listing if not entry.pages]
    top = (ListedPage(home.title, home.route.url, "", ""), *loose)
    sections = [entry for entry in home.listing if entry.pages]
    groups = [("", "", top), *((one.title, one.url, (*_alone(one), *one.pages)) for one in sections)]
    return tuple(
        ListedPage(
            title, url, "", "", tuple(map(_with_headings, filter(_is_searched, (by_url[one.url] for one in pages))))
        )
        for title, url, pages in groups
    )


def searched(pages: Sequence[Page]) -> tuple[Page, ...]:
    """Return the pages that a search looks into: those that a note makes."""
    return tuple(
        page for page in pages if is_content_path(page.document.path) and page.template != "404" and _is_searched(page)
    )


def _is_searched(page: Page) -> bool:
    return not page.document.front_matter.search_exclude


def section_title(page: Page) -> str:
    """Return the title of the section that a page is in, or nothing."""
    return next((section.title for section in page.navigation if section.open and section.title), "")


def cited_works(page: Page, library: Mapping[str, Entry]) -> tuple[tuple[str, str], ...]:
    """Return the works that a page cites in its text, (citekey, label), each once."""
    keys = {item.citekey: None for items in page.citations for item in items if item.known}
    return tuple((key, label_of(library[key].item) or key) for key in keys)


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


def _with_headings(page: Page) -> ListedPage:
    headings = tuple(
        ListedPage(heading.text, f"{page.route.url}#{heading.anchor}", "", "")
        for heading in page.document.headings
        if heading.in_toc and heading.level > 1 and heading.anchor
    )
    return ListedPage(page.title, page.route.url, "", "", headings)
