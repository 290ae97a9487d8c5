"""The index of the full-text search: each part is made again only if a page has changed that it knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from octavo.model.diagnostic import Diagnostic
from octavo.model.reference import Bibliography
from octavo.model.site import Site, SiteConfig
from octavo.pipeline.runner import Runner
from octavo.pipeline.stages import SEARCH
from octavo.render.page import RenderedPage
from octavo.render.search import IndexedPage, IndexRequest, SearchSettings, join_parts, split_pages
from octavo.resolve import generated
from octavo.resolve.citations import library_of
from octavo.resolve.search import cited_works, searched, section_title


def index_pages(
    site: Site, rendered: Sequence[RenderedPage], bibliography: Bibliography, config: SiteConfig, runner: Runner
) -> tuple[dict[str, bytes], tuple[Diagnostic, ...]]:
    """Index the notes of a site that has a search and wants it to know their text; ``rendered`` are all its pages.

    Returns the files of the index by path, and why there are none.
    """
    has_search = any(page.document.path == generated.SEARCH for page in site.pages)
    if not (has_search and config.search_index):
        return {}, ()
    library = runner.kept.call("library", library_of, bibliography)
    made = {page.route.url: one for page, one in zip(site.pages, rendered, strict=True)}
    pages = tuple(
        IndexedPage(url, made[url].digest, page.title, section_title(page), cited_works(page, library))
        for page in searched(site.pages)
        if made[url := page.route.url].html
    )

    def expand(missing: Iterable[tuple[IndexedPage, ...]]) -> Iterable[IndexRequest]:
        return (IndexRequest(of, tuple(made[page.url].html for page in of)) for of in missing)

    parts = runner.run_expanded(SEARCH, SearchSettings(config.language), split_pages(pages), expand)
    problems = dict.fromkeys(
        Diagnostic("search-missing", part.problem, hint=part.hint) for part in parts if part.problem
    )
    return ({}, tuple(problems)) if problems else (join_parts(pages, parts), ())
