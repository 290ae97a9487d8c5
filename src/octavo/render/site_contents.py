"""What machines should know of a site, out of its pages; `feeds` and `llms` write it down."""

from __future__ import annotations

from collections.abc import Sequence

from octavo.model.rendering import FeedEntry, LinkedPage, LinkedSection
from octavo.model.site import ListedPage, Page, SiteConfig
from octavo.render.addresses import has_mirror, is_note, mirror_url
from octavo.resolve.generated import SEARCH


def in_feed(pages: Sequence[Page], number: int) -> tuple[Page, ...]:
    """Return the newest dated pages, the newest first: at most so many."""
    dated = [page for page in pages if page.document.front_matter.date and page.route.url != "/404.html"]
    dated.sort(key=lambda page: (page.document.front_matter.date, page.route.url), reverse=True)
    return tuple(dated[:number])


def list_entries(pages: Sequence[Page]) -> tuple[FeedEntry, ...]:
    """Return what machines should know of each page; the 404 page and the search are none of their business."""
    return tuple(
        FeedEntry(
            title=page.title,
            url=page.route.url,
            date=page.document.front_matter.date,
            updated=page.document.front_matter.updated or page.document.front_matter.date,
            summary=page.document.front_matter.description or page.document.summary,
            authors=page.document.front_matter.authors,
        )
        for page in pages
        if page.route.url != "/404.html" and page.document.path != SEARCH
    )


def list_sections(pages: Sequence[Page], config: SiteConfig) -> tuple[LinkedSection, ...]:
    """Return the notes in the order of the navigation; those with Markdown by its address."""
    by_url = {page.route.url: page for page in pages}
    home = by_url.get("/")
    if home is None:  # a Jekyll site may have no page there
        return ()
    loose = [page for page in home.listing if not page.pages]
    sections = [LinkedSection("", _linked([_listed(home), *loose], by_url, config))]
    sections += [
        LinkedSection(page.title, _linked([page, *page.pages], by_url, config)) for page in home.listing if page.pages
    ]
    return tuple(section for section in sections if section.pages)


def _listed(home: Page) -> ListedPage:
    front_matter = home.document.front_matter
    return ListedPage(home.title, home.route.url, front_matter.description or home.document.summary, "")


def _linked(listed: Sequence[ListedPage], pages: dict[str, Page], config: SiteConfig) -> tuple[LinkedPage, ...]:
    """Return pages as they are linked; without those that no note makes."""
    notes = [(one, pages[one.url]) for one in listed if one.url in pages and is_note(pages[one.url])]
    return tuple(
        LinkedPage(one.title, mirror_url(page.route) if has_mirror(page, config) else one.url, one.description)
        for one, page in notes
    )
