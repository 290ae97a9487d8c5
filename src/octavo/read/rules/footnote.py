"""Footnotes: ``[^1]`` and ``[^1]: text``, with the anchors that kramdown gives them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin

from octavo.model.document import Hole
from octavo.read.rules.draft import draft_of, is_hole, near_match

REFERENCE = re.compile(r"\[\^([^\[\]\s]+)\]")


def install(md: MarkdownIt) -> None:
    """Add footnotes to a parser."""
    footnote_plugin(md, inline=False)
    md.inline.ruler.after("footnote_ref", "footnote_unknown", unknown_footnote)
    md.core.ruler.after("footnote_tail", "footnote_order", link_notes)
    md.add_render_rule("footnote_ref", render_reference)
    md.add_render_rule("footnote_open", render_open)
    md.add_render_rule("footnote_anchor", render_way_back)
    md.add_render_rule("footnote_block_open", lambda *_: '<section class="footnotes" role="doc-endnotes">\n<ol>\n')


def unknown_footnote(state: StateInline, silent: bool) -> bool:
    """Report a reference to a footnote that isn't defined; it stays text."""
    if silent or not state.src.startswith("[^", state.pos):
        return False
    found = REFERENCE.match(state.src, state.pos, state.posMax)
    if found:
        draft = draft_of(state.env)
        known = [label.removeprefix(":") for label in state.env.get("footnotes", {}).get("refs", {})]
        message = f"the footnote '{found[1]}' is not defined"
        hint = near_match(found[1], known, "[^{}]")
        draft.report("footnote-unknown", message, draft.span(found.start(), found.end()), hint)
    return False


def link_notes(state: StateCore) -> None:
    """Give each first reference the citations of its note, so that they are numbered where the note is read."""
    notes: dict[int, list[Token]] = {}
    current: list[Token] = []
    for token in state.tokens:
        if token.type == "footnote_open":
            current = notes.setdefault(token.meta["id"], [])
        current += [child for child in token.children or () if is_hole(child, Hole.CITATION)]
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "footnote_ref" and child.meta["subId"] == 0:
                child.meta["citations"] = notes.get(child.meta["id"], [])


def render_reference(
    _renderer: object, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType
) -> str:
    """Render a reference to a footnote."""
    meta = tokens[index].meta
    draft = draft_of(env)
    for citation in meta.get("citations", ()):
        draft.index(citation)
    number, anchor = meta["id"] + 1, _anchor(meta)
    draft.anchors[anchor] = None
    return f'<sup class="footnote-ref" id="{anchor}"><a href="#fn:{number}" role="doc-noteref">{number}</a></sup>'


def render_open(_renderer: object, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType) -> str:
    """Render the start of a footnote."""
    number = tokens[index].meta["id"] + 1
    draft_of(env).anchors[f"fn:{number}"] = None
    return f'<li id="fn:{number}" role="doc-endnote">'


def render_way_back(
    _renderer: object, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    """Render the way back from a footnote to a reference."""
    anchor = _anchor(tokens[index].meta)
    return f' <a href="#{anchor}" class="footnote-backref" role="doc-backlink" aria-label="Back to the text">↩︎</a>'


def _anchor(meta: dict[str, int]) -> str:
    """Return the id of a reference: ``fnref:1``, and ``fnref:1:1`` for the next one to the same footnote."""
    again = f":{meta['subId']}" if meta["subId"] else ""
    return f"fnref:{meta['id'] + 1}{again}"
