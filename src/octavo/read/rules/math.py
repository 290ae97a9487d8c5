"""Formulas: kramdown's ``$$…$$``, Pandoc's ``$…$``, and LaTeX's ``\\(…\\)`` and ``\\[…\\]``."""

from __future__ import annotations

import re

import msgspec
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

from octavo.model.document import Formula, Hole
from octavo.read.rules.attributes import attributes_of
from octavo.read.rules.draft import draft_of, hole, is_hole, push_hole

#: https://pandoc.org/MANUAL.html#math: no space inside the dollars, no digit after the closing one.
DOLLAR = re.compile(r"\$(?![\s$])((?:[^$\\]|\\.)+)(?<!\s)\$(?![\d$])", re.DOTALL)
DOLLARS = re.compile(r"\$\$(?!\$)((?:[^$\\]|\\.|\$(?!\$))+)\$\$", re.DOTALL)

#: Closing delimiter by opening one. Notes written for kramdown double the backslash.
DELIMITERS = {"\\\\(": "\\\\)", "\\\\[": "\\\\]", "\\(": "\\)", "\\[": "\\]"}
BLOCK_DELIMITERS = {"$$": "$$", "\\\\[": "\\\\]", "\\[": "\\]"}

BLOCK_OPENINGS = tuple(BLOCK_DELIMITERS)

#: What may follow a displayed formula on its line: the label, in Pandoc's form.
LABEL = re.compile(r"\s*(?:\{:?\s*#(?P<label>[\w:-]+)\s*\})?\s*")


def install(md: MarkdownIt) -> None:
    """Add formulas to a parser."""
    md.block.ruler.before("code", "formula", formula_block)
    md.inline.ruler.before("escape", "formula", formula)
    md.core.ruler.after("attributes", "formula_label", label_formulas)


def formula(state: StateInline, silent: bool) -> bool:
    """Read a formula within a text."""
    found = _find(state)
    if not found:
        return False
    tex, end = found
    if not silent:
        draft = draft_of(state.env)
        span = draft.span(state.pos, end)
        display = state.src.startswith("\\[", state.pos) or state.src.startswith("\\\\[", state.pos)
        token = push_hole(state, Hole.FORMULA, Formula(tex.strip(), False, "", span))
        token.meta["may_display"] = display or state.src.startswith("$$", state.pos)
    state.pos = end
    return True


def formula_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a formula that stands alone; any line of it may look like another block, and be blank."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    if silent or not state.src.startswith(BLOCK_OPENINGS, start):
        return False
    opening = next(mark for mark in BLOCK_OPENINGS if state.src.startswith(mark, start))
    if state.is_code_block(start_line) or _begins_item(state, start_line):
        return False
    closing = BLOCK_DELIMITERS[opening]
    last = _closing_line(state, start_line, end_line, start + len(opening), closing)
    if last is None or _glued_below(state, last, end_line):
        return False
    text = state.getLines(start_line, last + 1, state.blkIndent, False).strip()
    tex, _, rest = text[len(opening) :].rpartition(closing)
    label = LABEL.fullmatch(rest)
    if not label or not tex.strip() or (opening == "$$" and "$$" in tex):
        return False
    draft = draft_of(state.env)
    span = draft.span_in_line(start_line, start - (state.src.rfind("\n", 0, start) + 1))
    value = Formula(tex.strip(), True, label["label"] or "", span)
    if value.label:
        draft.anchors[value.label] = None
    token = hole(Hole.FORMULA, value, block=True)
    token.map, token.level = [start_line, last + 1], state.level
    state.tokens.append(token)
    state.line = last + 1
    return True


def label_formulas(state: StateCore) -> None:
    """Take the label of a displayed formula from its attribute list."""
    for token in state.tokens:
        if token.type == "hole" and is_hole(token, Hole.FORMULA) and (label := attributes_of(token).identifier):
            token.meta["value"] = msgspec.structs.replace(token.meta["value"], label=label)


def _find(state: StateInline) -> tuple[str, int] | None:
    """Return the TeX of the formula that begins here, and where it ends."""
    char = state.src[state.pos]
    if char == "$" and not state.src.endswith("$", 0, state.pos):
        found = DOLLARS.match(state.src, state.pos, state.posMax) or DOLLAR.match(state.src, state.pos, state.posMax)
        return (found[1], found.end()) if found and found[1].strip() else None
    if char != "\\":
        return None
    for opening, closing in DELIMITERS.items():
        if state.src.startswith(opening, state.pos):
            start = state.pos + len(opening)
            end = state.src.find(closing, start, state.posMax)
            return (state.src[start:end], end + len(closing)) if state.src[start:end].strip() and end > 0 else None
    return None


def _begins_item(state: StateBlock, line: int) -> bool:
    """Tell whether a line has a list marker before its text: then the list decides how its formula is shown."""
    return bool(state.src[state.bMarks[line] : state.bMarks[line] + state.tShift[line]].strip(" \t>"))


def _closing_line(state: StateBlock, start_line: int, end_line: int, position: int, closing: str) -> int | None:
    for line in range(start_line, end_line):
        if line > start_line and state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return None
        begin = position if line == start_line else state.bMarks[line]
        if state.src.find(closing, begin, state.eMarks[line]) >= 0:
            return line
    return None


def _glued_below(state: StateBlock, line: int, end_line: int) -> bool:
    """Tell whether text follows on the next line: then the formula is part of a sentence."""
    below = line + 1
    if below >= end_line or state.isEmpty(below) or state.sCount[below] < state.blkIndent:
        return False
    return not state.src.startswith("{:", state.bMarks[below] + state.tShift[below])
