"""Paragraphs, rules between them, and the mark ``^`` that ends a block.

https://kramdown.gettalong.org/syntax.html#paragraphs
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from octavo.read.rules.kramdown.blocks import blocks_of, push_inline
from octavo.read.rules.kramdown.patterns import END, MAY_END, PARAGRAPH_END, RULE


def install(md: MarkdownIt) -> None:
    """Add paragraphs and rules to a parser."""
    md.block.ruler.at("hr", rule)
    md.block.ruler.before("paragraph", "end_of_block", end_of_block)
    md.block.ruler.at("paragraph", paragraph)


def paragraph(state: StateBlock, start_line: int, end_line: int, _silent: bool) -> bool:
    """Read a paragraph; what looked like the start of a block and was none goes on with the one above."""
    blocks = blocks_of(state)
    src, line = state.src, start_line + 1
    while line < end_line:
        start = state.bMarks[line]
        if MAY_END.match(src, start) and (src[start] == "\x00" or PARAGRAPH_END.match(src, start)):
            break
        line += 1
    text = src[state.bMarks[start_line] : state.eMarks[line - 1]].rstrip()
    if blocks.children and blocks.children[-1] == "paragraph":
        inline = state.tokens[-2]
        begin = state.bMarks[start_line]
        inline.content += ("  \n" if src.endswith("  \n", 0, begin) else "\n") + text
        inline.map = [(inline.map or [start_line])[0], line]
        state.line = line
        return True
    state.push("paragraph_open", "p", 1).map = [start_line, line]
    push_inline(state, text.lstrip(), start_line, line)
    state.push("paragraph_close", "p", -1)
    blocks.add("paragraph", line)
    return True


def rule(state: StateBlock, start_line: int, _end_line: int, _silent: bool) -> bool:
    """Read a rule: three or more stars, hyphens or underscores of one kind."""
    if not RULE.match(state.src, state.bMarks[start_line]):
        return False
    state.push("hr", "hr", 0).map = [start_line, start_line + 1]
    blocks_of(state).add("hr", start_line + 1)
    return True


def end_of_block(state: StateBlock, start_line: int, _end_line: int, _silent: bool) -> bool:
    """Read a ``^`` on a line of its own: what follows is another block."""
    if not END.match(state.src, state.bMarks[start_line]):
        return False
    blocks_of(state).add("end", start_line + 1)
    return True
