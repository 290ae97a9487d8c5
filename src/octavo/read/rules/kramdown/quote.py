"""Quotations: the lines up to the next blank one, with or without the mark.

https://kramdown.gettalong.org/syntax.html#blockquotes
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from octavo.read.rules import scholar_block
from octavo.read.rules.kramdown.blocks import blocks_of, parse_inside
from octavo.read.rules.kramdown.patterns import LAZY_END

MARK = re.compile(r"[ ]{0,3}> ?")


def install(md: MarkdownIt) -> None:
    """Add quotations to a parser."""
    md.block.ruler.at("blockquote", quotation)


def install_scholar(md: MarkdownIt) -> None:
    """Add the blocks of jekyll-scholar to a parser."""
    scholar_block.install_with(md, _parse_quoted)


def _parse_quoted(state: StateBlock, text: str, line: int) -> None:
    before = 1 if text.startswith("\n") else 0
    state.tokens += parse_inside(state, text.strip() + "\n", line + before).tokens


def quotation(state: StateBlock, start_line: int, end_line: int, _silent: bool) -> bool:
    """Read a quotation."""
    if not MARK.match(state.src, state.bMarks[start_line]):
        return False
    line = start_line + 1
    while line < end_line and not LAZY_END.match(state.src, state.bMarks[line]):
        line += 1
    lines = (state.src[state.bMarks[at] : state.eMarks[at]] for at in range(start_line, line))
    text = "\n".join(MARK.sub("", one, count=1) if MARK.match(one) else one for one in lines)
    state.push("blockquote_open", "blockquote", 1).map = [start_line, line]
    state.tokens += parse_inside(state, text + "\n", start_line).tokens
    state.push("blockquote_close", "blockquote", -1)
    blocks_of(state).add("blockquote", line)
    return True
