"""Pages, rendered: each is determined by its note and its share of the site, and made of parts rendered before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from typing import NamedTuple

from octavo.model.rendering import PublishedImage, RenderSettings, SiteContents
from octavo.pipeline.packed_page import PackedContent, PackedPage
from octavo.pipeline.parts import page_contents
from octavo.pipeline.plan import PlannedPage, SitePlan
from octavo.pipeline.results import MadeMachineFiles, MadePage, ParsedNote
from octavo.pipeline.runner import Pool, Runner
from octavo.pipeline.stages import FEED_CONTENT, MACHINE_FILES, PAGE, PAGE_ALONE


class PageIdentity(NamedTuple):
    """What determines a page: the digests of its document, empty if no note makes it, and of its share of the site.

    ``path`` is that of the document.
    """

    document: str
    share: str
    path: str


class Pages:
    """Renders pages of a plan, each only if it isn't known."""

    def __init__(
        self,
        plan: SitePlan,
        notes: Mapping[str, ParsedNote],
        images: Mapping[str, PublishedImage],
        settings: RenderSettings,
        runner: Runner,
    ) -> None:
        self._plan = plan
        self._notes = notes
        self._images = images
        self._settings = settings
        self._runner = runner

    def using(self, pool: Pool) -> Pages:
        """Return the same pages, to be rendered in another pool."""
        pages = copy(self)
        pages._runner = self._runner.using(pool)
        return pages

    def render(self, pages: Sequence[PlannedPage], is_enough: Callable[[MadePage], bool]) -> list[MadePage]:
        """Render pages; one that is known is rendered again if it ``is_enough`` to know it doesn't hold."""
        identities = [self._identity(page) for page in pages]
        return self._runner.run_expanded(PAGE, self._settings, identities, self._expand, is_enough)

    def render_alone(self, page: PlannedPage, is_enough: Callable[[MadePage], bool]) -> MadePage:
        """Render a page without the files beside it, which whoever looks at it does not see."""
        identities = [self._identity(page)]
        return self._runner.run_expanded(PAGE_ALONE, self._settings, identities, self._expand, is_enough)[0]

    def machine_files(self, is_enough: Callable[[MadeMachineFiles], bool]) -> MadeMachineFiles:
        """Render the files for machines, like the pages."""
        entries, sections = self._plan.entries, self._plan.sections
        in_feed = [self._plan.pages[place] for place in self._plan.in_feed]
        identities = [self._identity(page) for page in in_feed]

        def expand(_: object) -> Iterator[SiteContents]:
            texts = self._runner.run_expanded(FEED_CONTENT, self._settings, identities, self._expand)
            by_url = {page.route.url: text.html for page, text in zip(in_feed, texts, strict=True)}
            yield SiteContents(entries, sections, by_url)

        identity = (entries, sections, identities)
        return self._runner.run_expanded(MACHINE_FILES, self._settings, [identity], expand, is_enough)[0]

    def _identity(self, page: PlannedPage) -> PageIdentity:
        note = self._notes.get(page.path)
        return PageIdentity(note.document if note else "", page.share, page.path)

    def _expand(self, identities: Sequence[PageIdentity]) -> list[PackedContent]:
        parts = self._runner.parts(one for page in identities for one in (page.document, page.share) if one)
        return page_contents(
            [PackedPage(parts[page.share], parts.get(page.document, b"")) for page in identities],
            self._images,
            self._settings.config,
            self._runner,
        )
