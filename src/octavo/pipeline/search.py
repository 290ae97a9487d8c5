"""The index of the full-text search: each part is made again only if a page has changed that it knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from octavo.model.diagnostic import Diagnostic
from octavo.model.rendering import IndexedPage, IndexRequest, SearchSettings
from octavo.model.site import SiteConfig
from octavo.pipeline.plan import SitePlan
from octavo.pipeline.results import MadePage
from octavo.pipeline.runner import Runner
from octavo.pipeline.stages import SEARCH


def index_pages(
    plan: SitePlan,
    rendered: Mapping[str, MadePage],
    config: SiteConfig,
    read_page: Callable[[str], bytes],
    runner: Runner,
) -> tuple[dict[str, bytes], tuple[Diagnostic, ...]]:
    """Index the notes of a site that has a search and wants it to know their text; ``rendered`` are its pages by URL.

    ``read_page`` returns the HTML of a page by its digest. Returns the files of the index by path, and why there are
    none.
    """
    if not (plan.searched and config.search_index):
        return {}, ()
    from octavo.render.search import join_parts, split_pages

    pages = tuple(
        msgspec.structs.replace(page, digest=rendered[page.url].digest)
        for page in plan.searched
        if rendered[page.url].digest
    )

    def expand(missing: Iterable[tuple[IndexedPage, ...]]) -> Iterable[IndexRequest]:
        return (IndexRequest(of, tuple(read_page(page.digest) for page in of)) for of in missing)

    parts = runner.run_expanded(SEARCH, SearchSettings(config.language), split_pages(pages), expand)
    problems = dict.fromkeys(
        Diagnostic("search-missing", part.problem, hint=part.hint) for part in parts if part.problem
    )
    return ({}, tuple(problems)) if problems else (join_parts(pages, parts), ())
