"""Paragraphs that are none: all they hold are blocks, or things that print nothing."""

from __future__ import annotations

import msgspec
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from octavo.model.document import Hole
from octavo.read.rules.draft import hole, is_hole


def install(md: MarkdownIt) -> None:
    """Take the ``<p>`` from around what stands alone."""
    md.core.ruler.push("paragraph", unwrap_paragraphs)


def unwrap_paragraphs(state: StateCore) -> None:
    """Replace each paragraph that holds nothing to read but blocks by these."""
    tokens = state.tokens
    kept: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        blocks = _blocks(token, tokens[place + 1]) if token.type == "paragraph_open" else None
        kept += [token] if blocks is None else blocks
        place += 1 if blocks is None else 3
    state.tokens = kept


def _blocks(paragraph: Token, inline: Token) -> list[Token] | None:
    """Return what stands alone in a paragraph, as blocks; ``None`` if there is something to read in it."""
    first = inline.children[0] if inline.children else None
    if first and first.type == "text" and not _is_blank(first):  # as in most paragraphs
        return None
    children = [child for child in inline.children or () if not _is_blank(child)]
    if len(children) == 1 and children[0].meta.get("may_display") and not paragraph.hidden:
        formula = msgspec.structs.replace(children[0].meta["value"], display=True)
        return [hole(Hole.FORMULA, formula, block=True)]
    if paragraph.hidden or not all(map(_stands_alone, children)):
        return None
    for child in children:
        child.block = True
    return children


def _is_blank(token: Token) -> bool:
    return token.type in ("softbreak", "hardbreak") or (token.type == "text" and not token.content.strip())


def _stands_alone(token: Token) -> bool:
    return is_hole(token, Hole.REFERENCES, Hole.FACTS) or (is_hole(token, Hole.CITATION) and token.meta["value"].silent)
