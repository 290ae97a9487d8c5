"""Links by name: ``[[BERT]]``, ``[[bert#masked-language-modelling|MLM]]``."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from octavo.model.document import Hole, Link
from octavo.read.rules.draft import draft_of

#: It may be broken between two lines, as any text.
WIKILINK = re.compile(r"\[\[([^\[\]|]+)(?:\|([^\[\]]+))?\]\](?!\()")


def install(md: MarkdownIt) -> None:
    """Add links by name to a parser."""
    md.inline.ruler.before("link", "wikilink", wikilink)


def wikilink(state: StateInline, silent: bool) -> bool:
    """Read a link by name."""
    if not state.src.startswith("[[", state.pos):
        return False
    found = WIKILINK.match(state.src, state.pos, state.posMax)
    if not found or state.linkLevel or not found[1].strip(" \t\n\\"):
        return False
    if not silent:
        _push(state, found)
    state.pos = found.end()
    return True


def _push(state: StateInline, found: re.Match[str]) -> None:
    draft = draft_of(state.env)
    target = " ".join(found[1].split())
    span = draft.span(found.start(1), found.end(1))
    token = state.push("link_open", "a", 1)
    token.meta = {"kind": Hole.HREF, "value": Link(target, span, wiki=True)}
    text = state.push("text", "", 0)
    text.content = " ".join((found[2] or target.strip("#").replace("#", " › ")).split())
    state.push("link_close", "a", -1)
