"""Formulas between ``$$``: displayed if they stand alone between blank lines, and part of the text if not.

A formula may define macros for all of its page, as MathJax has it; one that does nothing else shows nothing.

https://kramdown.gettalong.org/syntax.html#math-blocks
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from octavo.model.document import Formula, Hole
from octavo.read.macros import split_definitions
from octavo.read.rules.draft import Draft, draft_of, hole, push_hole
from octavo.read.rules.kramdown.blocks import blocks_of

BLOCK = re.compile(r"[ ]{0,3}(\\)?\$\$(.*?)\$\$(\s*?\n)?", re.DOTALL)
SPAN = re.compile(r"\$\$(.*?)\$\$", re.DOTALL)


def install(md: MarkdownIt) -> None:
    """Add formulas to a parser."""
    md.block.ruler.before("table", "formula", formula_block)
    md.inline.ruler.before("escape", "formula", formula)


def formula_block(state: StateBlock, start_line: int, _end_line: int, _silent: bool) -> bool:
    """Read a formula that stands alone."""
    blocks = blocks_of(state)
    found = BLOCK.match(state.src, state.bMarks[start_line]) if blocks.after_boundary() else None
    if found and found[1] and found[3]:  # the backslash only makes a formula part of its paragraph
        blocks.go_to(found.end(1))
    if not found or found[1] or not blocks.before_boundary(found.end()):
        return False
    draft = draft_of(state.env)
    line = start_line + state.src.count("\n", found.start(), found.end())
    span = draft.span_in_line(start_line, state.tShift[start_line])
    if (tex := _without_definitions(draft, found[2])) is not None:
        token = hole(Hole.FORMULA, Formula(tex, True, "", span), block=True)
        token.map, token.level = [start_line, line], state.level
        state.tokens.append(token)
    blocks.add("formula", line if found[3] else line + 1)
    return True


def formula(state: StateInline, _silent: bool) -> bool:
    """Read a formula within a text."""
    found = SPAN.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    draft = draft_of(state.env)
    if (tex := _without_definitions(draft, found[1])) is not None:
        push_hole(state, Hole.FORMULA, Formula(tex, False, "", draft.span(found.start(), found.end())))
    state.pos = found.end()
    return True


def _without_definitions(draft: Draft, written: str) -> str | None:
    """Put the macros that a formula defines into the draft; return what else is in it, nothing if that is all."""
    macros, tex = split_definitions(written)
    draft.macros.update(macros)
    return None if macros and not tex.strip() else tex.strip()
