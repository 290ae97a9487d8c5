"""The sitemap of jekyll-sitemap (https://www.sitemaps.org/protocol.html), and the robots.txt that names it.

Of files that are copied it doesn't say when they were changed: a build doesn't depend on that.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from html import escape

from octavo.model.document import Json
from octavo.model.jekyll import PAGES, JekyllDocument, StaticFile
from octavo.read.jekyll.dates import moment_of
from octavo.read.jekyll.documents import default_values
from octavo.read.jekyll.permalinks import is_html
from octavo.read.liquid.urls import absolute_url

#: What is listed of the files that are copied.
LISTED = (".htm", ".html", ".xhtml", ".pdf")


def sitemap(
    documents: Iterable[JekyllDocument], files: Iterable[StaticFile], config: Mapping[str, Json], zone: tzinfo
) -> str:
    """Return the addresses of documents, then of pages, then of files, but of those with ``sitemap: false``."""
    all_documents = list(documents)
    settings = config.get("jekyll-sitemap")
    keeps_index = isinstance(settings, dict) and bool(settings.get("keep-index"))
    rows = [*_documents(all_documents, zone), *_pages(all_documents, zone), *_files(files, config)]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
        *(_row(url if keeps_index else url.replace("/index.html", "/"), changed, config) for url, changed in rows),
        "</urlset>",
    ]
    return "\n".join(lines) + "\n"


def robots(config: Mapping[str, Json]) -> str:
    """Return the line that tells robots of the sitemap."""
    return f"Sitemap: {absolute_url('sitemap.xml', {'site': config})}\n"


def _row(url: str, changed: str, config: Mapping[str, Json]) -> str:
    address = escape(absolute_url(url, {"site": config}))
    last = f"<lastmod>{changed}</lastmod>" if changed else ""
    return f"<url><loc>{address}</loc>{last}</url>"


def _documents(documents: Iterable[JekyllDocument], zone: tzinfo) -> Iterator[tuple[str, str]]:
    collected = [one for one in documents if one.collection != PAGES and one.output and _is_listed(one)]
    for one in sorted(collected, key=lambda one: one.collection):
        yield one.url, _changed(one, zone) or (one.date if one.is_dated else "")


def _pages(documents: Iterable[JekyllDocument], zone: tzinfo) -> Iterator[tuple[str, str]]:
    for one in documents:
        if one.collection == PAGES and is_html(one) and _is_listed(one) and one.url != "/404.html":
            yield one.url, _changed(one, zone)


def _files(files: Iterable[StaticFile], config: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for one in files:
        name = posixpath.basename(one.path)
        is_asked_for = default_values(one.path, one.collection, config).get("sitemap") is not False
        if posixpath.splitext(name)[1] in LISTED and name != "404.html" and is_asked_for:
            yield f"/{one.path}", ""


def _is_listed(document: JekyllDocument) -> bool:
    return document.data.get("sitemap") is not False and not document.redirect_to


def _changed(document: JekyllDocument, zone: tzinfo) -> str:
    moment = moment_of(document.data.get("last_modified_at"), zone)
    return moment.isoformat() if moment else ""
