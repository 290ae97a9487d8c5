"""A text and where it stands in its file; it needs nothing of python-liquid."""

from __future__ import annotations

from typing import NamedTuple

from octavo.model.source import Span


class TemplateText(NamedTuple):
    """A text with Liquid: its path in the site, the line of the file it begins on, and the text."""

    path: str
    first_line: int
    text: str

    def span(self, index: int, width: int = 1) -> Span:
        """Return where a character of the text stands in the file."""
        index = min(max(index, 0), len(self.text))
        start = self.text.rfind("\n", 0, index) + 1
        line = self.first_line + self.text.count("\n", 0, index)
        return Span(self.path, line, index - start + 1, max(1, width))

    def excerpt(self, index: int) -> str:
        """Return the line that a character of the text is in."""
        start = self.text.rfind("\n", 0, index) + 1
        end = self.text.find("\n", index)
        return self.text[start : end if end >= 0 else None]
