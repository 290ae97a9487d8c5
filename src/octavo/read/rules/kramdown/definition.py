"""Lists of definitions: terms in a paragraph, and definitions below that begin with a colon.

https://kramdown.gettalong.org/syntax.html#definition-lists
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from octavo.read.rules.kramdown.blocks import Attached, attach, blocks_of, parse_inside, push_inline
from octavo.read.rules.kramdown.list import ITEM_ATTRIBUTES, Item, first_line, next_line
from octavo.read.rules.kramdown.patterns import DEFINITION, END

FIRST = re.compile(DEFINITION)


def install(md: MarkdownIt) -> None:
    """Add lists of definitions to a parser."""
    md.block.ruler.after("list", "definition_list", definition_list)


def definition_list(state: StateBlock, start_line: int, _end_line: int, _silent: bool) -> bool:
    """Read the definitions of the terms in the paragraph above, with a blank line between at most."""
    blocks = blocks_of(state)
    # The blank line between must hold no space.
    loose = blocks.children[-2:] == ["paragraph", "blank"] and state.src.endswith("\n\n", 0, state.bMarks[start_line])
    loose = loose and not state.isEmpty(start_line - 2)
    if not FIRST.match(state.src, state.bMarks[start_line]) or not (loose or blocks.children[-1:] == ["paragraph"]):
        return False
    opening, terms, _ = state.tokens[-3:]
    del state.tokens[-3:]
    del blocks.children[-2 if loose else -1 :]
    items, line = _gather(state, start_line, loose)
    list_opening = _continued(state, blocks.children)
    if list_opening is None:
        list_opening = state.push("dl_open", "dl", 1)
        list_opening.map = opening.map
        list_opening.meta = opening.meta
    _push_terms(state, terms)
    for item, as_paragraph in items:
        _push_definition(state, item, as_paragraph)
    state.push("dl_close", "dl", -1)
    blocks.add("definitions", line)
    if state.isEmpty(line - 1):
        blocks.children.append("blank")
    return True


def _continued(state: StateBlock, children: list[str]) -> Token | None:
    """Open the list above again, if there is nothing between."""
    above = children[:-1] if children[-1:] == ["blank"] else children
    if above[-1:] != ["definitions"]:
        return None
    del children[len(above) - 1 :]
    state.tokens.pop()
    state.level += 1
    return next(token for token in reversed(state.tokens) if token.type == "dl_open")


def _gather(state: StateBlock, line: int, loose: bool) -> tuple[list[tuple[Item, bool]], int]:
    start = FIRST
    items: list[tuple[Item, bool]] = []
    after_blank = False
    while line < state.lineMax:
        at = state.bMarks[line]
        if found := start.match(state.src, at):
            item = first_line(line, found["marker"], found["tail"])
            items.append((item, loose))
            least = min(item.indentation, 4) - 1
            start = re.compile(rf"(?P<marker>[ ]{{0,{least}}}:)(?P<tail>[\t |].*\n)")
            loose = after_blank = False
        elif END.match(state.src, at):
            break
        elif state.isEmpty(line):
            loose = after_blank = True
            items[-1][0].lines.append("\n")
        else:
            taken = next_line(state.src[at : state.eMarks[line] + 1], items[-1][0].indentation, after_blank)
            if taken is None:
                break
            items[-1][0].lines.append(taken[0])
            loose = after_blank = False
        line += 1
    return items, line


def _push_terms(state: StateBlock, terms: Token) -> None:
    first = (terms.map or [0])[0]
    for number, term in enumerate(terms.content.split("\n")):
        opening = state.push("dt_open", "dt", 1)
        opening.map = [first + number, first + number + 1]
        if found := ITEM_ATTRIBUTES.match(term):
            attach(opening, Attached([found[1]], first + number))
            term = term[found.end() :]
        push_inline(state, term.strip(), first + number, first + number + 1)
        state.push("dt_close", "dt", -1)


def _push_definition(state: StateBlock, item: Item, as_paragraph: bool) -> None:
    opening = state.push("dd_open", "dd", 1)
    opening.map = [item.line, item.line + len(item.lines)]
    if item.attributes:
        attach(opening, Attached([item.attributes], item.line))
    inner = parse_inside(state, "".join(item.lines), item.line + (not item.lines[0]))
    if inner.children[:1] == ["paragraph"] and not as_paragraph:
        inner.tokens[0].hidden = inner.tokens[2].hidden = True
    state.tokens += inner.tokens
    state.push("dd_close", "dd", -1)
