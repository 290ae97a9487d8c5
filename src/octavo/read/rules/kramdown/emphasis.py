"""Emphasis between stars or underscores, and text that is struck through.

https://kramdown.gettalong.org/syntax.html#emphasis
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from octavo.read.rules.kramdown.spans import Spans, read_until, spans_of

AFTER_WORD = re.compile(r"[^\W\d_]-?\Z")
CLOSING = {"*": re.compile(r"\S\*"), "_": re.compile(r"\S_")}
STRUCK = re.compile(r"~~(?!\s|~)(.*?[^\s~])~~", re.DOTALL)


def install(md: MarkdownIt) -> None:
    """Add emphasis to a parser."""
    md.inline.ruler.at("emphasis", emphasis)
    md.inline.ruler.at("strikethrough", struck)


def emphasis(state: StateInline, _silent: bool) -> bool:
    """Read emphasis; marks that neither begin nor end any are text."""
    spans, src, start = spans_of(state), state.src, state.pos
    sign = src[start]
    mark = sign * 2 if src.startswith(sign * 2, start) and start + 1 < state.posMax else sign
    name = "strong" if len(mark) == 2 else "em"
    after = src[start + len(mark) : start + len(mark) + 1]
    is_text = (
        after.isspace()
        or name in spans.inside
        or (sign == "_" and AFTER_WORD.search(src, max(0, start - 2), start))
        or state.level >= state.md.options["maxNesting"]
    )
    if not is_text and _read(spans, mark, name):
        return True
    if not is_text and name == "strong" and spans.inside[-1:] != ["em"] and _read(spans, sign, "em"):
        return True
    state.append_pending(mark)
    state.pos = start + len(mark)
    return True


def struck(state: StateInline, _silent: bool) -> bool:
    """Read text that is struck through."""
    found = STRUCK.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    spans = spans_of(state)
    inside, spans.inside = spans.inside, []
    state.push("s_open", "del", 1)
    end, state.posMax, state.pos = state.posMax, found.end(1), found.start(1)
    with spans.within("del"):
        read_until(spans)
    state.posMax, state.pos = end, found.end()
    state.push("s_close", "del", -1)
    spans.inside = inside
    return True


def _read(state: Spans, mark: str, name: str) -> bool:
    """Read emphasis up to its end; come back if it has none."""
    sign = mark[0]
    attempt = (state.pos, mark, tuple(sorted(set(state.inside))), state.posMax)
    if not state.may_try(attempt) or not CLOSING[sign].search(state.src, state.pos + len(mark), state.posMax):
        return False
    place = state.place()

    def ends(src: str, at: int, end: int) -> bool:
        if not src.startswith(mark, at) or at + len(mark) > end or src[at - 1].isspace() or state.is_empty():
            return False
        behind = at + len(mark)
        if name == "em" and src.startswith(mark * 2, at) and not src.startswith(mark, at + 2 * len(mark)):
            return False
        return sign != "_" or not src[behind : behind + 1].isalnum()

    state.push(f"{name}_open", name, 1).markup = mark
    state.pos += len(mark)
    with state.within(name):
        found = read_until(state, ends)
    if not found:
        state.back(place)
        state.failed.add(attempt)
        return False
    state.pos += len(mark)
    state.push(f"{name}_close", name, -1).markup = mark
    return True
