"""Footnotes: ``[^1]`` and ``[^1]: text``, with the anchors that kramdown gives them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin

from octavo.model.document import Footnote, FootnoteReference, Hole
from octavo.read.rules.draft import Draft, draft_of, hole, is_hole, near_match, split_body

#: Where a footnote begins in the HTML of a note; CommonMark turns NUL into U+FFFD, so no text looks like it.
START = "\x00note\x00"

REFERENCE = re.compile(r"\[\^([^\[\]\s]+)\]")


def install(md: MarkdownIt) -> None:
    """Add footnotes to a parser."""
    footnote_plugin(md, inline=False)
    md.inline.ruler.after("footnote_ref", "footnote_unknown", unknown_footnote)
    md.core.ruler.after("footnote_tail", "footnote_order", link_notes)
    md.add_render_rule("footnote_ref", render_reference)
    md.add_render_rule("footnote_open", render_open)
    md.add_render_rule("footnote_anchor", render_way_back)
    for nothing in ("footnote_block_open", "footnote_block_close", "footnote_close"):
        md.add_render_rule(nothing, lambda *_: "")


def split_footnotes(html: str, draft: Draft) -> tuple[str, tuple[Footnote, ...]]:
    """Split a rendered note at the starts of its footnotes; return what comes before them, and the footnotes."""
    body, *notes = html.split(START)
    end = len(draft.values[Hole.CITATION])  # of a note that is referred to only where it is shown no more
    return body, tuple(
        Footnote(split_body(note.strip()), draft.footnotes.get(number, end)) for number, note in enumerate(notes)
    )


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
    if not state.env.get("footnotes", {}).get("list"):
        return
    notes: dict[int, list[Token]] = {}
    current: list[Token] = []
    for token in state.tokens:
        if token.type == "footnote_open":
            current = notes.setdefault(token.meta["id"], [])
        held = [child for child in token.children or () if is_hole(child, Hole.CITATION)]
        if notes:
            for child in held:
                child.meta["value"] = msgspec.structs.replace(child.meta["value"], in_footnote=True)
        current += held
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "footnote_ref" and child.meta["subId"] == 0:
                child.meta["citations"] = notes.get(child.meta["id"], [])


def render_reference(
    _renderer: object, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType
) -> str:
    """Leave a hole for a reference to a footnote, whose number depends on how the style cites."""
    token = tokens[index]
    draft = draft_of(env)
    draft.footnotes.setdefault(token.meta["id"], draft.cited)
    for citation in token.meta.get("citations", ()):
        draft.index(citation)
    anchor = _anchor(token.meta)
    draft.anchors[anchor] = None
    reference = FootnoteReference(token.meta["id"], anchor, str(token.meta.get("label", "")))
    return draft.mark(hole(Hole.FOOTNOTE, reference))


def render_open(_renderer: object, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType) -> str:
    """Mark the start of a footnote."""
    draft_of(env).anchors[f"fn:{tokens[index].meta['id'] + 1}"] = None
    return START


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
