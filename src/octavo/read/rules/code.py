"""Blocks of code, fenced or indented; and code spans, which end at the first run of as many backticks (kramdown)."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from octavo.model.document import Attributes, CodeBlock, Hole
from octavo.read.rules.attributes import attributes_of
from octavo.read.rules.draft import Draft, draft_of, hole

LANGUAGE_CLASS = "language-"


def install(md: MarkdownIt) -> None:
    """Let a parser's blocks of code leave holes."""
    md.inline.ruler.at("backticks", code_span)
    md.core.ruler.push("code", leave_holes)


def code_span(state: StateInline, silent: bool) -> bool:
    """Read a code span. Backticks that end it and are too many are text, and begin no other span."""
    start, text, end = state.pos, state.src, state.posMax
    if text[start] != "`":
        return False
    begin = _run_end(text, start, end)
    marker = text[start:begin]
    close = text.find(marker, begin, end)
    if close < 0:
        if not silent:
            state.append_pending(marker)
        state.pos = begin
        return True
    state.pos = _run_end(text, close, end)
    if not silent:
        token = state.push("code_inline", "code", 0)
        token.markup = marker
        token.content = _content(text[begin:close])
        state.append_pending(text[close + len(marker) : state.pos])
    return True


def leave_holes(state: StateCore) -> None:
    """Replace each block of code by a hole."""
    draft = draft_of(state.env)
    state.tokens = [_hole(token, draft) if token.type in ("fence", "code_block") else token for token in state.tokens]


def _run_end(text: str, start: int, end: int) -> int:
    while start < end and text[start] == "`":
        start += 1
    return start


def _content(text: str) -> str:
    text = text.replace("\n", " ")
    return text[1:-1] if text.startswith(" ") and text.endswith(" ") and text.strip(" ") else text


def _hole(token: Token, draft: Draft) -> Token:
    attributes = attributes_of(token)
    named = [name for name in attributes.classes if name.startswith(LANGUAGE_CLASS)]
    info = token.info.split()
    line = (token.map or [0])[0]
    source = draft.line(line)
    column = source.find(token.markup) if token.markup else len(source) - len(source.lstrip())
    span = draft.span_in_line(line, max(0, column))
    value = CodeBlock(
        text=token.content,
        language=(named[0].removeprefix(LANGUAGE_CLASS) if named else info[0] if info else "").lower(),
        attributes=Attributes(
            attributes.identifier, tuple(name for name in attributes.classes if name not in named), attributes.pairs
        ),
        span=span,
    )
    made = hole(Hole.CODE, value, block=True)
    made.map, made.level = token.map, token.level
    return made
