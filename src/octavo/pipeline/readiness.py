"""What a process does to be ready for the stages that nearly every build runs, before it has anything to run.

It imports what they run on, and lets msgspec look at the types that they read. Nothing of it shows in a result.
"""

from __future__ import annotations

from collections.abc import Callable

from octavo.model.dialect import NoteSettings
from octavo.model.document import Document
from octavo.model.packing import decoder, encoded
from octavo.model.rendering import RenderSettings
from octavo.model.site import Page
from octavo.model.source import SourceFile
from octavo.pipeline.packed_page import PackedContent
from octavo.pipeline.stages import JEKYLL_TEXT, PAGE, PARSE, run_batch

AN_EMPTY_NOTE = SourceFile("content/index.md", "")


def preparations(is_jekyll: bool) -> dict[str, Callable[[], None]]:
    """Return how to get ready for the stage that reads a note and for the one that renders a page, by their names."""
    reading = {JEKYLL_TEXT.name: _get_ready_for_liquid} if is_jekyll else {PARSE.name: _get_ready_to_parse}
    return {**reading, PAGE.name: _get_ready_to_render}


def _get_ready_to_parse() -> None:
    run_batch(PARSE.name, encoded(NoteSettings()), encoded([AN_EMPTY_NOTE]))


def _get_ready_for_liquid() -> None:
    import octavo.read.jekyll.render  # noqa: F401  # to have it imported


def _get_ready_to_render() -> None:
    import octavo.render.page  # noqa: F401  # to have it imported

    for kind in (RenderSettings, list[PackedContent], Page, Document):
        decoder(kind)
