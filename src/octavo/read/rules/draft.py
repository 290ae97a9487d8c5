"""What a run over one note gathers: where its text stands, what fills its holes, and what is wrong with it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeVar

import msgspec
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Attributes, Body, Formula, Heading, Hole, Placeholder, ReferenceList
from octavo.model.fact import FactTable
from octavo.model.source import SourceFile, Span

#: A hole in rendered HTML. CommonMark turns NUL into U+FFFD, so no text of a note can look like one.
MARK = re.compile("\x00([a-z-]+):([0-9]+)\x00")

NEWLINE = re.compile("\n")

#: What typography takes a hole for: a letter of a word, so that a quote after it closes.
WORD = "x"

HOLES = {hole.value: hole for hole in Hole}

T = TypeVar("T")


class TocForm(NamedTuple):
    """The list that a table of contents stands for: its tag and its attributes."""

    tag: str
    attributes: Attributes


class Draft:
    """A note while it is parsed and rendered.

    ``variables`` are the ``{{ names }}`` known in it; ``values`` what its holes stand for, by kind, in the order they
    are rendered; ``cited`` counts the citations rendered so far; ``footnotes`` tells of each, by its index, how many
    citations come before it; ``equations`` are the labels in formulas, each with the first of its formula; ``raw`` is
    where a ``{% raw %}`` was opened, until it is closed; ``toc`` is the list whose place a table of contents takes.
    """

    def __init__(self, source: SourceFile, body_line: int, body: str, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.values: dict[Hole, list[Any]] = {hole: [] for hole in Hole}
        self.values[Hole.ENTRY] = self.values[Hole.REFERENCES]
        self.values[Hole.CITATION_TEXT] = self.values[Hole.CITATION]
        self.toc = TocForm("ul", Attributes())
        self.headings: list[Heading] = []
        self.cited = 0
        self.footnotes: dict[int, int] = {}
        self.anchors: dict[str, None] = {}
        self.macros: dict[str, str] = {}
        self.equations: dict[str, str] = {}
        self.diagnostics: list[Diagnostic] = []
        self.summary = ""
        self.words = 0
        self.raw: Span | None = None
        self.muted = False
        self.html_reported = False
        self.path = source.path
        self._body_line = body_line
        self._lines = body.split("\n")
        self._line_of: Callable[[int], int] | None = None
        self._block = Token("inline", "", 0)
        self._content, self._newlines = "", list[int]()
        self._marker = ""

    # Where things are

    @property
    def block(self) -> Token:
        """The block whose text the inline rules read."""
        return self._block

    def trace(self, line_of: Callable[[int], int]) -> None:
        """Say that the text to be read was made of the body, by Liquid; both count lines from 0.

        ``line_of`` returns the body's line that a line of the text comes from.
        """
        self._line_of = line_of

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Read a text that is none of the body: it stands nowhere in the file, and doesn't begin the note."""
        line_of, summary = self._line_of, self.summary
        self.trace(lambda _: 0)
        try:
            yield
        finally:
            self._line_of, self.summary = line_of, summary

    def enter(self, block: Token, marker: str = "") -> None:
        """Go to the block whose text the inline rules read next; ``marker`` are the number signs of a heading."""
        self._block = block
        self._marker = marker
        self.html_reported = False

    def span(self, start: int, end: int) -> Span:
        """Return where a stretch of the current block's text stands in the file; it ends with its line."""
        content = self._block.content
        if content is not self._content:  # or each of many links would count the lines from the first
            self._content, self._newlines = content, [found.start() for found in NEWLINE.finditer(content)]
        before = bisect_left(self._newlines, start)
        line_start = content.rfind("\n", 0, start) + 1
        line_end = content.find("\n", start)
        line_end = len(content) if line_end < 0 else line_end
        line = (self._block.map or [0])[0] + before
        column = self._column(line, content[line_start:line_end], start - line_start)
        return self.span_in_line(line, column, min(end, line_end) - start)

    def span_in_line(self, line: int, column: int, width: int = 0) -> Span:
        """Return a span from a line and column of the body, counted from 0; without width, up to the line's end."""
        column = min(column, len(self.line(line)))  # it may be that of another line, in a block that goes on lazily
        line = self._line_of(line) if self._line_of else line
        width = width or len(self._written(line).rstrip()) - column
        return Span(self.path, self._body_line + line, column + 1, max(1, width))

    def line(self, line: int) -> str:
        """Return the line of the body, as written, that a line of the text comes from, counted from 0."""
        if self._line_of:
            line = self._line_of(line)
        return self._lines[line] if 0 <= line < len(self._lines) else ""

    def excerpt(self, span: Span) -> str:
        """Return the line that a span of the body is in."""
        return self._written(span.line - self._body_line)

    def _written(self, line: int) -> str:
        return self._lines[line] if 0 <= line < len(self._lines) else ""

    def _column(self, line: int, text: str, at: int) -> int:
        """Find the column of a character of a line of text that had its indentation, markers and escapes removed."""
        if "column" in self._block.meta:  # a table cell: its rule knows where it is, and has unescaped its pipes
            cell: int = self._block.meta["column"]
            return cell + at + (text.count("|", 0, at) if self._block.meta["escaped"] else 0)
        source = self.line(line)
        stripped = text.strip(" \t")
        indent = len(text) - len(text.lstrip(" \t"))
        if source.rstrip(" \t").endswith(stripped) and not self._marker:
            return len(source.rstrip(" \t")) - len(stripped) - indent + at
        after_marker = source.find(self._marker) + len(self._marker)
        return max(0, source.find(stripped, after_marker) - indent) + at

    # What is wrong

    def report(self, rule: str, message: str, span: Span, hint: str = "") -> None:
        """Add a diagnostic, unless the text at hand is only read for its words."""
        if not self.muted:
            self.diagnostics.append(Diagnostic(rule, message, span, self.excerpt(span), hint))

    # What fills the holes

    def index(self, token: Token) -> int:
        """Return the index of a hole's value in the list of its kind, into which it is put when first asked for."""
        kind: Hole = token.meta["kind"]
        if kind is Hole.TOC:
            self.toc = token.meta["value"] or self.toc
            return 0
        if "index" not in token.meta:
            token.meta["index"] = len(self.values[kind])
            self.values[kind].append(self._placed(token.meta["value"]))
        elif "mark" in token.meta:  # what Markdown made of a value may differ from what Liquid has left
            self.values[kind][token.meta["index"]] = token.meta["value"]
        index: int = token.meta["index"]
        if kind is Hole.CITATION:
            self.cited = max(self.cited, index + 1)
        return index

    def _placed(self, value: object) -> object:
        """Tell what depends on the citations before it how many there are."""
        if isinstance(value, FactTable | ReferenceList):
            return msgspec.structs.replace(value, place=self.cited)
        return value

    def mark(self, token: Token) -> str:
        """Return the mark that stands for a hole in rendered HTML."""
        return f"\x00{token.meta['kind'].value}:{self.index(token)}\x00"


def draft_of(env: EnvType) -> Draft:
    """Return the draft that a parser's environment carries."""
    draft: Draft = env["draft"]
    return draft


def split_body(html: str) -> Body:
    """Split rendered HTML at the marks of its holes."""
    parts = MARK.split(html)
    body: list[str | Placeholder] = []
    for text, kind, index in zip(parts[::3], parts[1::3], parts[2::3], strict=False):
        body += (text, Placeholder(HOLES[kind], int(index))) if text else (Placeholder(HOLES[kind], int(index)),)
    return (*body, parts[-1]) if parts[-1] else tuple(body)


def hole(kind: Hole, value: object, *, block: bool = False) -> Token:
    """Make a token that leaves a hole."""
    return Token("hole", "", 0, content=WORD, meta={"kind": kind, "value": value}, block=block)


def push_hole(state: StateInline, kind: Hole, value: object) -> Token:
    """Add a hole to the text being parsed."""
    token = state.push("hole", "", 0)
    token.content = WORD
    token.meta = {"kind": kind, "value": value}
    return token


def push_marked(state: StateInline, source: str, message: str) -> None:
    """Add a piece of source text that could not be understood, to be shown as written."""
    token = state.push("marked", "", 0)
    token.content = source
    token.meta = {"message": message}


def join_body(body: Body) -> str:
    """Return rendered HTML with the marks of its holes, as `split_body` found it."""
    return "".join(one if isinstance(one, str) else f"\x00{one.kind.value}:{one.index}\x00" for one in body)


def is_hole(token: Token, *kinds: Hole) -> bool:
    """Tell whether a token leaves a hole of one of some kinds."""
    return token.type == "hole" and token.meta["kind"] in kinds


def plain_text(tokens: Iterable[Token]) -> str:
    """Return the words of inline tokens: no markup, no citations; a formula counts as its TeX."""
    return "".join(map(_plain, tokens))


def _plain(token: Token) -> str:
    if token.type in ("text", "text_special", "code_inline", "marked"):
        return token.content
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if is_hole(token, Hole.FORMULA):
        formula: Formula = token.meta["value"]
        return formula.tex
    return ""


def near_match(word: str, known: Iterable[str], form: str = "{}") -> str:
    """Return a hint that names the known word most like a given one, or nothing."""
    near = get_close_matches(word, list(known), n=1)
    return f"did you mean '{form.format(near[0])}'?" if near else ""


def render_hole(_renderer: object, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType) -> str:
    """Render a hole as its mark."""
    token = tokens[index]
    return draft_of(env).mark(token) + ("\n" if token.block else "")


def render_marked(_renderer: object, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
    """Render source text that could not be understood, visibly."""
    token = tokens[index]
    message, source = escapeHtml(token.meta["message"]), escapeHtml(token.content)
    return f'<span class="diagnostic" title="{message}">{source}</span>'
