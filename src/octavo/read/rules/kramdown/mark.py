"""Marks of blocks that Liquid has left: they stand where a block of HTML would."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from octavo.read.rules import mark
from octavo.read.rules.draft import HOLES, MARK, draft_of
from octavo.read.rules.kramdown.blocks import blocks_of


def install(md: MarkdownIt) -> None:
    """Let a parser read marks as the holes that they stand for."""
    mark.install(md)
    md.block.ruler.at("mark_block", mark_block)


def mark_block(state: StateBlock, start_line: int, _end_line: int, _silent: bool) -> bool:
    """Read the mark of a block at the start of a line; what is behind it begins another block."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    found = MARK.match(state.src, start)
    if not found or HOLES[found[1]] not in mark.BLOCKS:
        return False
    token = state.push("hole", "", 0)
    token.block, token.map = True, [start_line, start_line + 1]
    mark.fill(token, found, draft_of(state.env))
    blocks = blocks_of(state)
    blocks.children.append("html")
    rest = state.src[found.end() : state.eMarks[start_line]]
    blocks.go_to(found.end() if rest.strip() else state.eMarks[start_line] + 1)
    return True
