"""Lists: the children of an item may stand two columns in from its marker, however wide the marker is (kramdown)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

MARKER = re.compile(r"(?:[-+*]|\d{1,9}[.)])(?=[ \t])")
INDENT = 2


def install(md: MarkdownIt) -> None:
    """Add the rule to a parser; it must run before any other looks at the start of an item."""
    md.block.ruler.before("table", "list_indent", accept_children)
    md.add_render_rule("list_item_open", render_item)


def render_item(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """Render the start of an item, or of its paragraph; the box of a task says in words whether the task is done."""
    token = tokens[index]
    item = renderer.renderToken(tokens, index, options, env)
    if "checked" not in token.meta:
        return item
    state = 'aria-label="done" checked' if token.meta["checked"] else 'aria-label="to do"'
    return f'{item}<input class="task-list-item-checkbox" type="checkbox" disabled {state}> '


def accept_children(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """At the start of an item, lower the indentation it asks for, if a list below needs that.

    CommonMark asks for the column of the item's text. The list restores what is changed here when the item ends.
    """
    if silent or not state.tokens or state.tokens[-1].type != "list_item_open":
        return False
    column = _marker_column(state, start_line)
    if column is not None and _has_child(state, start_line, end_line, column + INDENT):
        state.blkIndent = state.sCount[start_line] = column + INDENT
        # The text begins after the marker, even if that is wider than the indentation now.
        state.bMarks[start_line] += state.tShift[start_line]
        state.tShift[start_line] = 0
    return False


def _marker_column(state: StateBlock, line: int) -> int | None:
    """Return the column of the marker a line begins with; ``None`` if it begins with something else."""
    begin, end = state.bMarks[line], state.eMarks[line]
    column = 0
    while begin < end and state.src[begin] in " \t":
        column += 4 - (column + state.bsCount[line]) % 4 if state.src[begin] == "\t" else 1
        begin += 1
    found = MARKER.match(state.src, begin, end)
    # In "- 1. text" the second item begins on the first one's line: nothing is known of its column.
    return column if found and not MARKER.match(state.src, found.end() + 1, end) else None


def _has_child(state: StateBlock, start_line: int, end_line: int, least: int) -> bool:
    for line in range(start_line + 1, end_line):
        if state.isEmpty(line):
            continue
        if state.sCount[line] < least:
            return False
        begin = state.bMarks[line] + state.tShift[line]
        if state.sCount[line] < state.blkIndent and MARKER.match(state.src, begin, state.eMarks[line]):
            return True
    return False
