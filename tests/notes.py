"""Notes written in a test, parsed and resolved as the build does it, but without disk or templates."""

from __future__ import annotations

from typing import Any

from octavo.memo import DictSpool, Kept, NullMemo
from octavo.model.site import Inputs, Page, Site, SiteConfig
from octavo.model.source import Asset, SourceFile
from octavo.pipeline.account import Account
from octavo.pipeline.citations import format_citations
from octavo.pipeline.planning import published_documents
from octavo.pipeline.runner import Runner
from octavo.pipeline.settings import note_settings
from octavo.read.bibtex import parse_bibliography
from octavo.read.markdown import make_parser
from octavo.read.outline import outline_of
from octavo.resolve.fact_citations import with_note
from octavo.resolve.problems import page_problems
from octavo.resolve.site import resolve_site
from octavo.world.pool import SerialPool

LAYOUTS = frozenset(
    "page home section archive splash bibliography entry figures tables tags tag map search 404".split()
)


def resolve_notes(
    notes: dict[str, str],
    bibliography: str = "",
    assets: tuple[str, ...] = (),
    files: dict[str, str] | None = None,
    **config: Any,
) -> Site:
    """Resolve notes given by their path below content/; ``files`` are bibliographies by their paths."""
    settings = SiteConfig(**config)
    parse = make_parser(note_settings(settings))
    parsed = [parse(SourceFile(f"content/{path}", text)) for path, text in sorted(notes.items())]
    kept = Kept()
    sources = files or {"bibliography/test.bib": bibliography}
    library = parse_bibliography(tuple(SourceFile(path, text) for path, text in sources.items()))
    runner = Runner(NullMemo(), DictSpool(), SerialPool(), "", Account(), kept)
    inputs = Inputs(settings, (), (), {}, ())
    outlines = {document.path: runner.pack(outline_of(document)) for document in parsed}
    documents, heads, facts = published_documents(outlines, inputs, runner)
    citations, _ = format_citations(documents, heads, library, inputs, runner)
    site = resolve_site(
        documents,
        heads,
        tuple(Asset(f"static{url}", url, f"digest of {url}", 1) for url in assets),
        settings,
        *citations,
        LAYOUTS,
        facts,
        kept,
    )
    by_path = {document.path: document for document in parsed}
    pages = tuple(
        with_note(page, by_path[page.document.path]) if page.document.path in by_path else page for page in site.pages
    )
    found = (problem for page in pages if page.document.path in by_path for problem in page_problems(page))
    return Site(pages, (*site.diagnostics, *found))


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
