"""One page while its Liquid runs: where its templates stand, what they print where, and what goes wrong."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from typing import Any, NamedTuple, Protocol

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import CodeBlock, Formula, Link
from octavo.model.source import Span
from octavo.read.liquid.scholar import scholar_tag
from octavo.read.liquid.text import TemplateText
from octavo.read.liquid.values import without_tags
from octavo.read.rules.draft import HOLES, MARK, Draft


class PrintScholar(Protocol):
    """Returns what a tag of jekyll-scholar prints; ``span`` is where its arguments begin."""

    def __call__(
        self, name: str, arguments: str, span: Span, draft: Draft, variables: Mapping[str, Any], content: str = ""
    ) -> str:
        """Return the text."""


class Printed(NamedTuple):
    """What was printed from one place: its offset in the output, its start in the text, and whether line by line."""

    offset: int
    start: int
    is_verbatim: bool


class LiquidPage:
    """What the tags and filters of one page share.

    ``payload`` is what its templates see; ``texts`` are templates by their text, to know places by; ``convert``
    renders Markdown into HTML, the values of its holes added to the ``draft``; ``relative`` are the texts that
    ``include_relative`` can read, by their path below the source; ``print_scholar`` runs tags of jekyll-scholar.
    """

    def __init__(
        self,
        draft: Draft,
        payload: Mapping[str, Any],
        convert: Callable[[str], str],
        relative: Mapping[str, TemplateText],
        folder: str,
        print_scholar: PrintScholar = scholar_tag,
    ) -> None:
        self.draft = draft
        self.payload = payload
        self.convert = convert
        self.relative = relative
        self.folder = folder
        self.print_scholar = print_scholar
        self.diagnostics: dict[Diagnostic, None] = {}
        self.texts: dict[str, TemplateText] = {}
        self.iterations = 0
        self.rendering: list[str] = []
        self.endless: set[str] = set()
        self.buffer: StringIO | None = None
        self.body = ""
        self.printed: list[Printed] = []

    @contextmanager
    def beside(self, relative: Mapping[str, TemplateText], folder: str) -> Iterator[None]:
        """While another text is rendered within this page, include what lies beside that one."""
        own = self.relative, self.folder
        self.relative, self.folder = relative, folder
        try:
            yield
        finally:
            self.relative, self.folder = own

    def plain_text(self, text: str) -> str:
        """Render Markdown, and return its words alone."""
        return " ".join(without_marks(without_tags(self.convert(text)), self.draft).split())

    def report(self, rule: str, message: str, source: str, index: int, hint: str = "", width: int = 1) -> None:
        """Report what is wrong at a place of a template."""
        text = self.texts.get(source)
        span = text.span(index, width) if text else Span(self.draft.path, 1)
        excerpt = text.excerpt(index) if text else ""
        self.diagnostics[Diagnostic(rule, message, span, excerpt, hint)] = None

    def span(self, source: str, index: int, width: int = 1) -> Span:
        """Return where a character of a template stands in its file."""
        text = self.texts.get(source)
        return text.span(index, width) if text else Span(self.draft.path, 1)

    def trace(self, buffer: object, source: str, index: int, is_verbatim: bool) -> None:
        """Note what the next characters of the output come from."""
        if buffer is self.buffer and source is self.body and self.buffer is not None:
            self.printed.append(Printed(self.buffer.tell(), index, is_verbatim))


def line_tracer(output: str, body: str, printed: Iterable[Printed]) -> Callable[[int], int]:
    """Return the function that tells which line of a body a line of its output comes from, both from 0."""
    if output == body:
        return lambda line: line
    places = list(printed)
    offsets = [one.offset for one in places]
    starts = [0, *(match.end() for match in re.finditer("\n", output))]
    first_lines = [body.count("\n", 0, place.start) for place in places]

    def line_of(line: int) -> int:
        start = starts[min(line, len(starts) - 1)]
        found = bisect_right(offsets, start) - 1
        if found < 0:
            return 0
        place = places[found]
        return first_lines[found] + (output.count("\n", place.offset, start) if place.is_verbatim else 0)

    return line_of


def without_marks(text: str, draft: Draft) -> str:
    """Return a text with its holes as plain text, for what is not HTML."""
    if "\0" not in text:
        return text

    def plain(match: re.Match[str]) -> str:
        kind, index = HOLES.get(match[1]), int(match[2])
        values = draft.values.get(kind, []) if kind else []
        return _plain(values[index]) if index < len(values) else ""

    return MARK.sub(plain, text).replace("\0", "")


def _plain(value: object) -> str:
    if isinstance(value, Formula):
        return f"\\[{value.tex}\\]" if value.display else f"\\({value.tex}\\)"
    if isinstance(value, CodeBlock):
        return value.text
    return value.target if isinstance(value, Link) else ""
