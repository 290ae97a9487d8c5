"""The files for machines: sitemap, Atom feed, robots.txt and llms.txt."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from octavo.model.rendering import FeedEntry, MachineFiles, RenderSettings, SiteContents
from octavo.render.addresses import FEED_URL, absolute_url
from octavo.render.llms import render_llms
from octavo.render.page import site_view
from octavo.render.templates import TemplateProblem, Templates, make_templates


class FeedItem(msgspec.Struct, frozen=True):
    """An entry as the feed's template sees it: absolute addresses, RFC 3339 times, and the page's own identifier.

    ``content`` is HTML as text, which the template escapes once more, or empty.
    """

    id: str
    title: str
    url: str
    published: str
    updated: str
    authors: tuple[str, ...]
    summary: str
    content: str


def make_machine_files_renderer(settings: RenderSettings) -> Callable[[SiteContents], MachineFiles]:
    """Return the function that renders the machines' files from what all pages are.

    The feed holds the newest dated pages (RFC 4287); the sitemap all of them (sitemaps.org). Both want absolute
    addresses, which they have if the configuration gives ``base_url``.
    """
    templates = make_templates(settings.templates)

    def render_machine_files(contents: SiteContents) -> MachineFiles:
        entries = contents.entries
        try:
            return MachineFiles(
                {
                    "sitemap.xml": _sitemap(entries, settings, templates).encode(),
                    FEED_URL[1:]: _feed(contents, settings, templates).encode(),
                    "robots.txt": _robots(settings, templates).encode(),
                    "llms.txt": render_llms(contents.sections, settings, templates).encode(),
                }
            )
        except TemplateProblem as problem:
            return MachineFiles({}, (problem.diagnostic,))

    return render_machine_files


def _sitemap(entries: Sequence[FeedEntry], settings: RenderSettings, templates: Templates) -> str:
    urls = tuple((absolute_url(entry.url, settings.config.base_url), entry.updated) for entry in entries)
    return templates.render("sitemap.xml.jinja", urls=urls)


def _feed(contents: SiteContents, settings: RenderSettings, templates: Templates) -> str:
    config = settings.config
    dated = sorted(
        (entry for entry in contents.entries if entry.date), key=lambda entry: (entry.date, entry.url), reverse=True
    )
    items = tuple(
        FeedItem(
            id=absolute_url(entry.url, config.base_url),
            title=entry.title,
            url=absolute_url(entry.url, config.base_url),
            published=_time(entry.date),
            updated=_time(entry.updated),
            authors=entry.authors,
            summary=entry.summary,
            content=contents.texts.get(entry.url, ""),
        )
        for entry in dated[: config.feed_entries]
    )
    updated = max((item.updated for item in items), default=_time("1970-01-01"))
    site = site_view(settings, absolute_url("/", config.base_url))
    return templates.render("feed.xml.jinja", site=site, updated=updated, entries=items)


def _robots(settings: RenderSettings, templates: Templates) -> str:
    sitemap_url = absolute_url("/sitemap.xml", settings.config.base_url) if settings.config.base_url else ""
    return templates.render("robots.txt.jinja", sitemap_url=sitemap_url)


def _time(date: str) -> str:
    """Complete an ISO 8601 date to the time that RFC 3339 wants; a time without zone is read as UTC."""
    day, _, time = date.replace(" ", "T").partition("T")
    time = time or "00:00:00"
    has_zone = time.endswith("Z") or "+" in time or "-" in time
    return f"{day}T{time}" if has_zone else f"{day}T{time}Z"
