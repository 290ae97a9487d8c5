"""The index of the full-text search, made again only if a page has changed that it knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from octavo.model.reference import Bibliography
from octavo.model.site import Site, SiteConfig
from octavo.pipeline.runner import Runner
from octavo.pipeline.stages import SEARCH
from octavo.render.page import RenderedPage
from octavo.render.search import IndexedPage, IndexRequest, SearchIndex, SearchSettings
from octavo.resolve import generated
from octavo.resolve.citations import library_of
from octavo.resolve.search import cited_works, searched, section_title


def index_pages(
    site: Site, rendered: Sequence[RenderedPage], bibliography: Bibliography, config: SiteConfig, runner: Runner
) -> SearchIndex:
    """Index the notes of a site that has a search and wants it to know their text; ``rendered`` are all its pages."""
    has_search = any(page.document.path == generated.SEARCH for page in site.pages)
    if not (has_search and config.search_index):
        return SearchIndex()
    library = runner.kept.call("library", library_of, bibliography)
    made = {page.route.url: one for page, one in zip(site.pages, rendered, strict=True)}
    pages = tuple(
        IndexedPage(url, made[url].digest, page.title, section_title(page), cited_works(page, library))
        for page in searched(site.pages)
        if made[url := page.route.url].html
    )

    def expand(missing: Iterable[tuple[IndexedPage, ...]]) -> Iterable[IndexRequest]:
        return (IndexRequest(of, tuple(made[page.url].html for page in of)) for of in missing)

    return runner.run_expanded(SEARCH, SearchSettings(config.language), [pages], expand)[0]
