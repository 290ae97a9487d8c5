"""Lists of links that the configuration or the site's data names: at the top of every page, and beside some."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Document
from octavo.model.presentation import NavEntry
from octavo.model.site import NavLink, NavSection, SiteConfig
from octavo.model.source import Span
from octavo.resolve.nearest import did_you_mean

#: The list that is shown at the top of every page.
MAIN = "main"

REMOTE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")


def top_links(config: SiteConfig, urls: Collection[str]) -> tuple[NavLink, ...]:
    """Return the links at the top of every page; ``urls`` are those of all pages."""
    return tuple(_link(entry, urls, config.base_url) for entry in config.navigation.get(MAIN, ()) if entry.url)


def listed_sections(config: SiteConfig, urls: Collection[str]) -> dict[str, tuple[NavSection, ...]]:
    """Return each list as sections of the navigation, by its name; all sections are open."""
    return {name: tuple(_sections(entries, urls, config.base_url)) for name, entries in config.navigation.items()}


def names_of_lists(document: Document) -> tuple[str, ...]:
    """Return the names of the lists that a note wants beside it."""
    return tuple(name for part in document.front_matter.presentation.sidebar for name in part.nav)


def check_lists(document: Document, known: Mapping[str, Sequence[NavSection]]) -> Iterator[Diagnostic]:
    """Report each list that a note names and that nobody gives."""
    for name in names_of_lists(document):
        if name not in known:
            message = f"there is no list '{name}' in the navigation"
            yield Diagnostic("navigation-unknown", message, Span(document.path, 1), hint=did_you_mean(name, known))


def _sections(entries: Iterable[NavEntry], urls: Collection[str], base_url: str) -> Iterator[NavSection]:
    for entry in entries:
        link = _link(entry, urls, base_url)
        yield NavSection(entry.title, link.url, tuple(_link(one, urls, base_url) for one in entry.children), True)


def _link(entry: NavEntry, urls: Collection[str], base_url: str) -> NavLink:
    below = tuple(_link(one, urls, base_url) for one in entry.children)
    return NavLink(entry.title, _address(entry.url, urls, base_url), below)


def _address(written: str, urls: Collection[str], base_url: str) -> str:
    """Return where an address leads: from the site's root, if it is one of the site."""
    if not written or REMOTE.match(written):
        return written
    base = urlsplit(base_url).path
    path, mark, fragment = written.removeprefix(base if written.startswith(f"{base}/") else "").partition("#")
    path = "/" + path.lstrip("/")
    stem = path.removesuffix(".html")
    forms = (path, path + "/", path.removesuffix("index.html"), stem, stem + "/", path + ".html")
    return next((form for form in forms if form in urls), path) + mark + fragment
