"""Headings, with the anchors that kramdown's parser for GFM gives them.

https://kramdown.gettalong.org/syntax.html#headers
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from octavo.model.document import Hole
from octavo.read.rules.attributes import attributes_of
from octavo.read.rules.draft import draft_of, is_hole
from octavo.read.rules.heading import render_heading_close, render_heading_open
from octavo.read.rules.kramdown.blocks import blocks_of, options_of, push_inline
from octavo.read.rules.kramdown.patterns import XML_NAME

ATX = re.compile(r"(#{1,6})[\t ]+(.*)\n")
SETEXT = re.compile(r"[ ]{0,3}([^ \t\n].*)\n([-=])[-=]*[^\S\n]*\n")
IDENTIFIER = re.compile(rf"[\t ]\{{#(?P<id>{XML_NAME})\}}\Z")
CLOSING = re.compile(r"[\t ]#+\Z")

#: The categories of characters that an anchor keeps.
KEPT = ("L", "M", "Nd", "Pc")


def install(md: MarkdownIt) -> None:
    """Add headings to a parser."""
    md.block.ruler.at("heading", atx)
    md.block.ruler.at("lheading", setext)
    md.core.ruler.push("heading", add_anchors)
    md.add_render_rule("heading_open", render_heading_open)
    md.add_render_rule("heading_close", render_heading_close)


def atx(state: StateBlock, start_line: int, _end_line: int, _silent: bool) -> bool:
    """Read a heading with number signs."""
    found = ATX.match(state.src, state.bMarks[start_line])
    if not found:
        return False
    text, identifier = _contents(found[2])
    text = CLOSING.sub("", text).rstrip()
    return bool(text) and _push(state, len(found[1]), text, identifier, start_line, start_line + 1, found[1])


def setext(state: StateBlock, start_line: int, _end_line: int, _silent: bool) -> bool:
    """Read a heading that is underlined, and has a blank line before it."""
    if not blocks_of(state).after_boundary():
        return False
    found = SETEXT.match(state.src, state.bMarks[start_line])
    if not found:
        return False
    text, identifier = _contents(found[1])
    return bool(text) and _push(state, 2 if found[2] == "-" else 1, text, identifier, start_line, start_line + 2, "-")


def add_anchors(state: StateCore) -> None:
    """Give each heading without an id its anchor."""
    draft, options = draft_of(state.env), options_of(state.env)
    prefix = options.auto_id_prefix
    counts: Counter[str] = Counter()
    plain_counts: Counter[str] = Counter()
    depth = 0
    for place, token in enumerate(state.tokens):
        depth += token.meta.get("depth", 0)
        if token.type != "heading_open":
            continue
        inline = state.tokens[place + 1]
        anchor = attributes_of(token).identifier or token.meta.get("id", "")
        if not anchor and depth:
            text = "".join(map(_text, inline.children or []))
            anchor = prefix + _numbered(_ascii(text) or "section", plain_counts)
        elif not anchor:
            anchor = prefix + (_numbered(anchor_of(inline.children or []), counts) or "section")
        draft.anchors[anchor] = None
        others = {name: value for name, value in token.attrs.items() if name != "id"}
        token.attrs = {"id": anchor, **others}
        draft.enter(inline, token.markup if token.markup.startswith("#") else "")
        level = int(token.tag[1:]) - options.header_offset
        token.meta = {
            **token.meta,
            "in_toc": level in options.toc_levels,
            "anchor": anchor,
            "span": draft.span(0, len(inline.content)),
        }


def anchor_of(tokens: list[Token]) -> str:
    """Make an anchor of a heading's text: letters, digits, ``_`` and hyphens; a blank is a hyphen."""
    text = "".join(map(_text, tokens)).lower()
    if any(is_hole(token, Hole.CITATION, Hole.REFERENCES) for token in tokens):
        text = " ".join(text.split())  # without its citation it would end in a hyphen
    return "".join(
        "-" if char in " \t" else char for char in text if char in " \t-" or unicodedata.category(char).startswith(KEPT)
    )


def _text(token: Token) -> str:
    if token.type in ("text", "code_inline"):
        return token.content
    if is_hole(token, Hole.FORMULA):
        tex: str = token.meta["value"].tex
        return tex
    text: str = token.meta.get("text", "")
    return text


def _ascii(text: str) -> str:
    """Make an anchor as kramdown does where its parser for GFM does not: of headings inside HTML."""
    kept = re.sub(r"[^a-zA-Z0-9 -]", "", re.sub(r"\A[^a-zA-Z]+", "", text))
    return kept.replace(" ", "-").lower()


def _numbered(anchor: str, counts: Counter[str]) -> str:
    counts[anchor] += 1
    return f"{anchor}-{counts[anchor] - 1}" if counts[anchor] > 1 else anchor


def _contents(text: str) -> tuple[str, str]:
    text = text.rstrip()
    found = IDENTIFIER.search(text)
    return (text[: found.start()].rstrip(), found["id"]) if found else (text, "")


def _push(state: StateBlock, level: int, text: str, identifier: str, line: int, end: int, markup: str) -> bool:
    tag = f"h{min(6, max(1, level + options_of(state.env).header_offset))}"
    opening = state.push("heading_open", tag, 1)
    opening.map, opening.markup = [line, end], markup
    if identifier:
        opening.meta = {"id": identifier}
    push_inline(state, text, line, line + 1)
    state.push("heading_close", tag, -1).markup = markup
    blocks_of(state).add("heading", end)
    return True
