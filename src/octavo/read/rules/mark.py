"""Holes that a body has before it is read as Markdown: what Liquid has left in it is taken for a word."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from octavo.model.document import Hole
from octavo.read.rules.draft import HOLES, MARK, WORD, Draft, draft_of

#: The holes that are filled with blocks.
BLOCKS = frozenset({Hole.REFERENCES, Hole.TOC, Hole.FIGURE, Hole.TABLE, Hole.CODE, Hole.FACTS})

NUL = re.compile("\x00(?:[a-z-]+:[0-9]+\x00)?")


def install(md: MarkdownIt) -> None:
    """Let a parser read marks as the holes that they stand for."""
    md.core.ruler.at("normalize", keep_marks)
    md.block.ruler.before("table", "mark_block", mark_block, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    md.inline.ruler.before("escape", "mark", mark)


def keep_marks(state: StateCore) -> None:
    """Replace each NUL that does not belong to the mark of a hole of this note."""
    if "\x00" in state.src:
        draft = draft_of(state.env)
        state.src = NUL.sub(lambda found: _kept(found[0], draft), state.src)


def mark(state: StateInline, silent: bool) -> bool:
    """Read a mark within a text."""
    found = MARK.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        token = state.push("hole", "", 0)
        fill(token, found, draft_of(state.env))
    state.pos = found.end()
    return True


def mark_block(state: StateBlock, start_line: int, _end_line: int, silent: bool) -> bool:
    """Read the mark of a block at the start of a line; what is behind it begins another block."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    found = MARK.match(state.src, start, state.eMarks[start_line]) if state.src.startswith("\x00", start) else None
    if not found or HOLES[found[1]] not in BLOCKS or state.is_code_block(start_line):
        return False
    if silent:
        return True
    token = state.push("hole", "", 0)
    token.block, token.map = True, [start_line, start_line + 1]
    fill(token, found, draft_of(state.env))
    rest = state.src[found.end() : state.eMarks[start_line]]
    if rest.strip():
        indent = len(rest) - len(rest.lstrip())
        state.bMarks[start_line], state.tShift[start_line] = found.end(), indent
        state.sCount[start_line] = state.blkIndent
        any(rule(state, start_line, state.lineMax, False) for rule in state.md.block.ruler.getRules(""))
    else:
        state.line = start_line + 1
    return True


def _kept(text: str, draft: Draft) -> str:
    found = MARK.fullmatch(text)
    kind = HOLES.get(found[1]) if found else None
    is_known = found and kind and (kind is Hole.TOC or int(found[2]) < len(draft.values[kind]))
    return text if is_known else text.replace("\x00", "\ufffd")


def fill(token: Token, found: re.Match[str], draft: Draft) -> None:
    """Make a token the hole that a mark stands for."""
    kind, index = HOLES[found[1]], int(found[2])
    value = None if kind is Hole.TOC else draft.values[kind][index]
    token.content = WORD
    token.meta = {"kind": kind, "mark": True, "index": index, "value": value}
