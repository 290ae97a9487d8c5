"""Notes written in a test, parsed and resolved as the build does it, but without disk, styles or templates."""

from __future__ import annotations

from typing import Any

from octavo.build import note_settings
from octavo.model.site import Page, Site, SiteConfig
from octavo.model.source import Asset, SourceFile
from octavo.read.bibtex import parse_bibliography
from octavo.read.markdown import make_parser
from octavo.resolve.site import published, resolve_site

LAYOUTS = frozenset({"page", "home", "section", "bibliography", "404"})


def resolve_notes(
    notes: dict[str, str],
    bibliography: str = "",
    assets: tuple[str, ...] = (),
    sort_keys: dict[str, Any] | None = None,
    **config: Any,
) -> Site:
    """Resolve notes given by their path below content/; without ``sort_keys`` the style keeps the order of citation."""
    settings = SiteConfig(**config)
    parse = make_parser(note_settings(settings))
    documents = published(
        [parse(SourceFile(f"content/{path}", text)) for path, text in sorted(notes.items())], settings
    )
    return resolve_site(
        documents,
        parse_bibliography((SourceFile("bibliography/test.bib", bibliography),)),
        [Asset(f"static{url}", url, f"digest of {url}", 1) for url in assets],
        settings,
        {settings.style: sort_keys or {}},
        LAYOUTS,
    )


def page_at(site: Site, url: str) -> Page:
    """Return the page at a URL."""
    return next(page for page in site.pages if page.route.url == url)


def problems(site: Site) -> list[str]:
    """Return each problem as ``rule path:line:column message | hint``."""
    return [
        f"{one.rule} {one.span.path}:{one.span.line}:{one.span.column} {one.message} | {one.hint}"
        for one in site.diagnostics
        if one.span
    ]
