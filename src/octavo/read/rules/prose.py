"""Paragraphs, before all other blocks: most lines begin with what can begin nothing else, so that no rule is tried."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock

#: What begins a line of a paragraph and no other block.
PLAIN = re.compile(
    r"""[^\W\d_] | \d+(?![\d.)]) | [("'@“‘] | \[\[ | \{\{ | \{%[ ](?!comment|highlight|quote|bibtex)\S | \*\*?[^\W_]
    | `(?!``)""",
    re.VERBOSE,
)

#: What begins a line that may make a heading, a table or a definition of what is above it.
UNDERLINE = re.compile(r"[:~]|[-=|: \t]*(?:\n|\Z)")


def install(md: MarkdownIt) -> None:
    """Add the rule to a parser, before all others that find blocks."""
    md.block.ruler.before("table", "prose", prose)


def prose(state: StateBlock, start_line: int, _end_line: int, silent: bool) -> bool:
    """Read a paragraph as CommonMark's rule does, unless it may be something else."""
    if silent or state.is_code_block(start_line) or not PLAIN.match(state.src, _start(state, start_line)):
        return False
    line = start_line + 1
    while line < state.lineMax and not state.isEmpty(line):
        start = _start(state, line)
        if not PLAIN.match(state.src, start):
            if UNDERLINE.match(state.src, start):
                return False
            if _begins_block(state, line):
                break
        line += 1
    if line == start_line + 1 and state.src.startswith((":", "~"), _start(state, min(line + 1, state.lineMax))):
        return False
    state.line = line
    _push(state, start_line, line)
    return True


def _start(state: StateBlock, line: int) -> int:
    return state.bMarks[line] + state.tShift[line]


def _begins_block(state: StateBlock, line: int) -> bool:
    """Tell whether a line ends the paragraph above it."""
    # One that is indented as code goes on with it, and so does one that a quotation has taken in without its mark.
    if not 0 <= state.sCount[line] <= state.blkIndent + 3:
        return False
    parent, state.parentType = state.parentType, "paragraph"
    found = any(rule(state, line, state.lineMax, True) for rule in state.md.block.ruler.getRules("paragraph"))
    state.parentType = parent
    return found


def _push(state: StateBlock, start_line: int, end_line: int) -> None:
    state.push("paragraph_open", "p", 1).map = [start_line, end_line]
    inline = state.push("inline", "", 0)
    inline.map, inline.children = [start_line, end_line], []
    inline.content = mdTrim(state.getLines(start_line, end_line, state.blkIndent, False))
    state.push("paragraph_close", "p", -1)
