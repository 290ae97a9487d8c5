"""Addresses as a page writes them: relative to itself, so that a site works wherever it is put."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

from octavo.model.site import Page, Route, SiteConfig
from octavo.resolve.routes import is_note_path

FEED_URL = "/feed.xml"


def root_of(route: Route, base_url: str) -> str:
    """Return the way from a page to the site's root, ending in a slash: ``./``, ``../../``.

    The 404 page is shown under any address, so it alone goes by the path of ``base_url``.
    """
    if route.url == "/404.html":
        return urlsplit(base_url).path.rstrip("/") + "/"
    return "../" * route.output.count("/") or "./"


@lru_cache(maxsize=4096)  # a page names the same addresses again and again, and its neighbours do
def relative_url(href: str, root: str) -> str:
    """Turn an address from the site's root into one from the page; others stay as they are.

    >>> relative_url("/models/bert/#training", "../")
    '../models/bert/#training'
    """
    if not href.startswith("/") or href.startswith("//"):
        return "#" + _quote(href[1:]) if href.startswith("#") else href
    return root + quote_url(href)[1:]


def absolute_url(url: str, base_url: str) -> str:
    """Return a page's full address; without ``base_url``, from the root of whatever host serves it."""
    return base_url + quote_url(url)


def url_beside(route: Route, name: str) -> str:
    """Return the URL of a file that belongs to a page: in the page's folder, or named after the page.

    >>> url_beside(Route("/models/bert/", "models/bert/index.html"), "references.bib")
    '/models/bert/references.bib'
    >>> url_beside(Route("/models/bert", "models/bert.html"), "references.bib")
    '/models/bert.references.bib'
    """
    folder, _, file = route.output.rpartition("/")
    stem = file.rpartition(".")[0]
    return "/" + (f"{folder}/" if folder else "") + (name if stem == "index" else f"{stem}.{name}")


def mirror_url(route: Route) -> str:
    """Return the URL of a page's Markdown: the page's file with another ending.

    >>> mirror_url(Route("/models/bert/", "models/bert/index.html"))
    '/models/bert/index.md'
    """
    return f"/{route.output.removesuffix('.html')}.md"


def quote_url(url: str) -> str:
    """Percent-encode what may not stand in an address; its path, query and fragment keep their borders."""
    path, mark, rest = url.partition("?") if "?" in url else url.partition("#")
    return _quote(path) + mark + (_quote(rest, "?&=#%") if rest else "")


def _quote(text: str, safe: str = "") -> str:
    # Hardly any address needs it, and looking takes a fifth of the time.
    return text if PLAIN.fullmatch(text) else quote(text, safe=SAFE + safe)


#: Characters that stand for themselves in the path or fragment of an address (RFC 3986, pchar and "/").
SAFE = "/:@!$&'()*+,;=~.-_"

PLAIN = re.compile(rf"[A-Za-z0-9{re.escape(SAFE)}]*")


def is_note(page: Page) -> bool:
    """Tell whether a note makes the page; others are made of what the notes say."""
    return is_note_path(page.document.path)


def has_mirror(page: Page, config: SiteConfig) -> bool:
    """Tell whether a page is published as Markdown, too."""
    return (
        config.markdown
        and config.extras
        and is_note(page)
        and not page.document.is_whole
        and page.route.url != "/404.html"
    )
