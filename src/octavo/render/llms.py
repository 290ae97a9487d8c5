"""llms.txt: what the site holds, for language models, as links to its Markdown. Source: https://llmstxt.org."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from markupsafe import Markup

from octavo.model.site import ListedPage, Page, SiteConfig
from octavo.render.addresses import absolute_url, mirror_url, quote_url
from octavo.render.markdown_writer import escape_markdown, markdown_link
from octavo.render.page import RenderSettings, has_mirror, is_note
from octavo.render.templates import Templates
from octavo.render.views import LinkedSectionView, LinkedView


class LinkedPage(msgspec.Struct, frozen=True, array_like=True):
    """A note, or its Markdown: ``url`` is from the site's root, ``description`` may be empty."""

    title: str
    url: str
    description: str


class LinkedSection(msgspec.Struct, frozen=True, array_like=True):
    """A section with its notes, its own first; ``title`` is empty for the notes that are in none."""

    title: str
    pages: tuple[LinkedPage, ...]


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


def render_llms(sections: Sequence[LinkedSection], settings: RenderSettings, templates: Templates) -> str:
    """Render llms.txt; its addresses are absolute if the site knows its own, and relative to the file otherwise."""
    base_url = settings.config.base_url
    return templates.render(
        "llms.txt.jinja",
        title=_markdown(settings.config.title),
        description=_markdown(settings.config.description),
        sections=tuple(
            LinkedSectionView(
                _markdown(section.title),
                tuple(_view(one.title, one.url, one.description, base_url) for one in section.pages),
            )
            for section in sections
        ),
        optional=tuple(_view(link.title, link.url, "", base_url) for link in settings.indexes),
    )


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


def _view(title: str, url: str, description: str, base_url: str) -> LinkedView:
    address = absolute_url(url, base_url) if base_url else quote_url(url)[1:] or "./"
    return LinkedView(Markup(markdown_link(escape_markdown(title), address)), _markdown(description))


def _markdown(text: str) -> Markup:
    """Write plain text as Markdown, which is not HTML: a template shall not escape it again."""
    return Markup(escape_markdown(text))
