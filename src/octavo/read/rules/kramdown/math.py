r"""Formulas between ``$$``: displayed if they stand alone between blank lines, and part of the text if not.

A formula may define macros for all of its page, as MathJax has it; one that does nothing else shows nothing. What
kramdown leaves to such a script is a formula here, too: ``\\(…\\)``, ``\\[…\\]`` and, where it is told to, ``$…$``.

https://kramdown.gettalong.org/syntax.html#math-blocks,
https://docs.mathjax.org/en/latest/input/tex/delimiters.html
"""

from __future__ import annotations

import re

import msgspec
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

from octavo.model.document import CrossReference, Formula, Hole
from octavo.read.macros import split_definitions
from octavo.read.rules.draft import Draft, draft_of, hole, is_hole, push_hole
from octavo.read.rules.kramdown import typography
from octavo.read.rules.kramdown.blocks import blocks_of

BLOCK = re.compile(r"[ ]{0,3}(\\)?\$\$(.*?)\$\$(\s*?\n)?", re.DOTALL)
SPAN = re.compile(r"\$\$(.*?)\$\$", re.DOTALL)

#: Between delimiters of a script, whose backslashes are escaped; two escaped ones are a new line of the formula.
BETWEEN = r"((?:\\{4}(?=[][()])|\\\\(?![][()])|\\(?!\\)|\n(?![ \t]*\n)|[^\\\n])+?)"
BRACKETS = re.compile(rf"(?<!\\)\\\\(?:\({BETWEEN}\\\\\)|\[{BETWEEN}\\\\\])")
BRACKETS_BLOCK = re.compile(rf"[ ]{{0,3}}\\\\\[{BETWEEN}\\\\\](\s*?\n)?")
DOLLARS = re.compile(r"\$((?:\\.|[^$\\`])+)\$(?!\d)", re.DOTALL)

LABEL = re.compile(r"\\label\s*\{\s*([\w:.-]+)\s*\}")
REFERENCE = re.compile(r"\\(eqref|ref)\s*\{\s*([\w:.-]+)\s*\}")

#: How a reference shows the number of an equation, as amsmath does.
FORMS = {"eqref": "({})", "ref": "{}"}

#: What is in a formula, and in no price.
TEX = re.compile(r"[\\^_={}]")

#: https://kramdown.gettalong.org/syntax.html#escaping
ESCAPED = re.compile(rf"\\([{re.escape(typography.ESCAPED)}])")


def install(md: MarkdownIt) -> None:
    """Add formulas to a parser."""
    md.block.ruler.before("table", "formula", formula_block)
    md.inline.ruler.before("escape", "formula", formula)
    md.inline.ruler.before("escape", "brackets", formula_in_brackets)
    md.inline.ruler.before("escape", "equation_reference", reference)
    md.core.ruler.push("equation_references", resolve_references)


def install_dollars(md: MarkdownIt) -> None:
    """Add formulas between single dollars to a parser."""
    md.inline.ruler.before("escape", "dollars", formula_in_dollars)


def formula_block(state: StateBlock, start_line: int, _end_line: int, _silent: bool) -> bool:
    """Read a formula that stands alone."""
    blocks = blocks_of(state)
    found = BLOCK.match(state.src, state.bMarks[start_line]) if blocks.after_boundary() else None
    if found and found[1] and found[3]:  # the backslash only makes a formula part of its paragraph
        blocks.go_to(found.end(1))
    if not found:
        return _brackets_block(state, start_line)
    if found[1] or not blocks.before_boundary(found.end()):
        return False
    _push_block(state, start_line, found.end(), found[2], bool(found[3]), "")
    return True


def _brackets_block(state: StateBlock, start_line: int) -> bool:
    blocks = blocks_of(state)
    found = BRACKETS_BLOCK.match(state.src, state.bMarks[start_line]) if blocks.after_boundary() else None
    if not found or not blocks.before_boundary(found.end()):
        return False
    tex = _unescaped(found[1])
    _push_block(state, start_line, found.end(), tex, bool(found[2]), rf"\[{tex}\]")
    return True


def _push_block(state: StateBlock, start_line: int, end: int, tex: str, ends_line: bool, written: str) -> None:
    draft = draft_of(state.env)
    line = start_line + state.src.count("\n", state.bMarks[start_line], end)
    span = draft.span_in_line(start_line, state.tShift[start_line])
    if (shown := _without_definitions(draft, tex)) is not None:
        labels = [label for label in LABEL.findall(shown) if label not in draft.equations]
        draft.equations |= dict.fromkeys(labels, labels[0] if labels else "")
        draft.anchors |= dict.fromkeys(labels[:1])
        value = Formula(shown, True, labels[0] if labels else "", span, written)
        token = hole(Hole.FORMULA, value, block=True)
        token.map, token.level = [start_line, line], state.level
        state.tokens.append(token)
    blocks_of(state).add("formula", line if ends_line else line + 1)


def formula(state: StateInline, _silent: bool) -> bool:
    """Read a formula within a text."""
    found = SPAN.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    _push(state, found.end(), found[1], "")
    return True


def formula_in_brackets(state: StateInline, _silent: bool) -> bool:
    r"""Read a formula between ``\\(`` and ``\\)``, or ``\\[`` and ``\\]``."""
    found = BRACKETS.match(state.src, state.pos, state.posMax)
    if not found or not (found[1] or found[2]).strip():
        return False
    _push(state, found.end(), _unescaped(found[1] or found[2]), _unescaped(found[0]))
    return True


def formula_in_dollars(state: StateInline, _silent: bool) -> bool:
    """Read a formula between single dollars, which prices are not: $5 and $6."""
    found = DOLLARS.match(state.src, state.pos, state.posMax)
    if not found or not found[1].strip() or (found[1].strip() != found[1] and not TEX.search(found[1])):
        return False
    _push(state, found.end(), _unescaped(found[1]), _unescaped(found[0]))
    return True


def reference(state: StateInline, _silent: bool) -> bool:
    r"""Read what names an equation by the label that its formula has: ``\eqref{eq:x}``."""
    found = REFERENCE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    _push(state, found.end(), found[0], "")
    return True


def resolve_references(state: StateCore) -> None:
    """Let references lead to the first label of a formula; one to none stays as it is, for a script."""
    equations = draft_of(state.env).equations
    for block in state.tokens:
        for token in block.children or ():
            if is_hole(token, Hole.CROSS_REFERENCE):
                value: CrossReference = token.meta["value"]
                if value.label in equations:
                    token.meta["value"] = msgspec.structs.replace(value, label=equations[value.label])
                else:
                    token.type, token.content = "text", token.meta["text"]


def _push(state: StateInline, end: int, tex: str, written: str) -> None:
    draft = draft_of(state.env)
    span = draft.span(state.pos, end)
    if found := REFERENCE.fullmatch(tex.strip()):
        token = push_hole(state, Hole.CROSS_REFERENCE, CrossReference(found[2], span, FORMS[found[1]]))
        token.meta["text"] = state.src[state.pos : end]
    elif (shown := _without_definitions(draft, tex)) is not None:
        push_hole(state, Hole.FORMULA, Formula(shown, False, "", span, written))
    state.pos = end


def _unescaped(text: str) -> str:
    return ESCAPED.sub(r"\1", typography.decoded(text))


def _without_definitions(draft: Draft, written: str) -> str | None:
    """Put the macros that a formula defines into the draft; return what else is in it, nothing if that is all."""
    macros, tex = split_definitions(written)
    draft.macros.update(macros)
    return None if macros and not tex.strip() else tex.strip()
