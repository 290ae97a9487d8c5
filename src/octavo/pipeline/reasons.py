"""Why pages are made again: what a build was made of, compared with what the last one was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, partial

import msgspec

from octavo.memo import Memo, digest_of
from octavo.model.packing import decoded, encoded
from octavo.model.site import Inputs
from octavo.pipeline.plan import PlannedPage, SitePlan
from octavo.pipeline.results import ParsedBibliography, ParsedNote

#: Why a page is made, the first that holds.
NEW, PROGRAM, TEMPLATES, CONFIGURATION = "new", "Octavo changed", "templates changed", "configuration changed"
NOTE, ENTRIES, OTHERS, UNPUBLISHED = "note changed", "entries changed", "other pages changed", "not published"


#: Under which a memo has what the last build was made of.
KEY = digest_of(b"ingredients of the last build")


class Ingredients(msgspec.Struct, frozen=True, array_like=True):
    """What a site was made of, as digests; ``pages`` are those of each page's document and share, by its path."""

    program: str
    templates: str
    configuration: str
    entries: str
    pages: dict[str, tuple[str, str]]


class Comparison:
    """What a site is made of, beside what the last build was; the next one is compared with this."""

    def __init__(
        self,
        inputs: Inputs,
        notes: Mapping[str, ParsedNote],
        bibliography: ParsedBibliography,
        plan: SitePlan,
        memo: Memo,
    ) -> None:
        self._now = partial(_ingredients, inputs, notes, bibliography, plan)
        self._memo = memo

    def compare(self) -> object:
        """Look now what the last build was made of, and remember what this one is."""
        return self._both

    def reasons(self, pages: Sequence[PlannedPage]) -> list[str]:
        """Return why each of some pages is made."""
        before, now = self._both
        if before is None:
            return [NEW] * len(pages)
        if before.program != now.program:
            return [PROGRAM] * len(pages)
        if before.templates != now.templates:
            return [TEMPLATES] * len(pages)
        if before.configuration != now.configuration:
            return [CONFIGURATION] * len(pages)
        is_other_library = before.entries != now.entries
        return [_reason(before.pages.get(page.path), now.pages[page.path], is_other_library) for page in pages]

    @cached_property
    def _both(self) -> tuple[Ingredients | None, Ingredients]:
        now, known = self._now(), self._memo.get_many([KEY]).get(KEY)
        self._memo.put_many({KEY: encoded(now)})
        return decoded(known, Ingredients) if known else None, now


def _ingredients(
    inputs: Inputs, notes: Mapping[str, ParsedNote], bibliography: ParsedBibliography, plan: SitePlan
) -> Ingredients:
    return Ingredients(
        inputs.fingerprint,
        _digest(inputs.templates),
        _digest(inputs.config),
        bibliography.entries,
        {page.path: (notes[page.path].document if page.path in notes else "", page.share) for page in plan.pages},
    )


def _reason(before: tuple[str, str] | None, now: tuple[str, str], is_other_library: bool) -> str:
    if before is None:
        return NEW
    if before[0] != now[0]:
        return NOTE
    if before[1] != now[1]:
        return ENTRIES if is_other_library else OTHERS
    return UNPUBLISHED


def _digest(value: object) -> str:
    return digest_of(encoded(value))
