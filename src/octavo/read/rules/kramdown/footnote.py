"""Footnotes: ``[^name]`` and ``[^name]: text``, whose further lines are indented.

https://kramdown.gettalong.org/syntax.html#footnotes
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

from octavo.read.rules import footnote as octavo_footnote
from octavo.read.rules.draft import draft_of, near_match
from octavo.read.rules.kramdown.blocks import blocks_of, parse_inside
from octavo.read.rules.kramdown.code import end_of_indented, without_indent

DEFINITION = re.compile(r"[ ]{0,3}\[\^(\w[\w-]*)\]:[^\S\n]*(.*)\n")
REFERENCE = re.compile(r"\[\^(\w[\w-]*)\]")


def install(md: MarkdownIt) -> None:
    """Add footnotes to a parser."""
    octavo_footnote.install(md)
    md.block.ruler.at("footnote_def", definition)
    md.inline.ruler.at("footnote_ref", reference)
    md.inline.ruler.disable("footnote_unknown")  # which `reference` reports
    md.core.ruler.before("footnote_tail", "footnote_numbers", number_references)


def definition(state: StateBlock, start_line: int, _end_line: int, _silent: bool) -> bool:
    """Read a footnote."""
    found = DEFINITION.match(state.src, state.bMarks[start_line])
    if not found:
        return False
    end = end_of_indented(state, start_line + 1)
    following = state.src[found.end() : state.eMarks[end - 1] + 1] if end > start_line + 1 else ""
    state.env.setdefault("footnotes", {"refs": {}, "list": {}})["refs"][f":{found[1]}"] = -1
    opening = state.push("footnote_reference_open", "", 1)
    opening.map, opening.meta = [start_line, end], {"label": found[1]}
    state.tokens += parse_inside(state, without_indent(f"{found[2]}\n{following}"), start_line).tokens
    state.push("footnote_reference_close", "", -1)
    blocks_of(state).add("definition", end)
    return True


def reference(state: StateInline, _silent: bool) -> bool:
    """Read a reference to a footnote; if there is none of that name it is text."""
    found = REFERENCE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    known = state.env.get("footnotes", {}).get("refs", {})
    state.pos = found.end()
    if f":{found[1]}" in known:
        state.push("footnote_ref", "", 0).meta = {"label": found[1]}
        return True
    draft = draft_of(state.env)
    names = [label.removeprefix(":") for label in known]
    message = f"the footnote '{found[1]}' is not defined"
    draft.report(
        "footnote-unknown", message, draft.span(found.start(), found.end()), near_match(found[1], names, "[^{}]")
    )
    state.append_pending(found[0])
    return True


def number_references(state: StateCore) -> None:
    """Number the footnotes in the order in which the text refers to them."""
    footnotes = state.env.get("footnotes")
    if not footnotes:
        return
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "footnote_ref":
                label = child.meta["label"]
                number = footnotes["refs"][f":{label}"]
                if number < 0:
                    number = footnotes["refs"][f":{label}"] = len(footnotes["list"])
                    footnotes["list"][number] = {"label": label, "count": 0}
                child.meta |= {"id": number, "subId": footnotes["list"][number]["count"]}
                footnotes["list"][number]["count"] += 1
