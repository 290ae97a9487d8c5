"""What all measurements are told."""

from __future__ import annotations

from typing import NamedTuple

from generators import Workshop
from pages import Size


class Settings(NamedTuple):
    """How much to measure: of so many pages, and of ``many``; so many runs, so many edits before a browser."""

    workshop: Workshop
    pages: int
    many: int
    runs: int
    edits: int

    @property
    def size(self) -> Size:
        """The site that most is measured by."""
        return Size(self.pages)
