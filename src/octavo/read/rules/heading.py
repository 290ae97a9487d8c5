"""Headings: their anchors (kramdown's rule), and what a table of contents needs of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from octavo.model.document import Heading, Hole
from octavo.read.rules.attributes import attributes_of
from octavo.read.rules.draft import Draft, draft_of, is_hole, plain_text, split_body

#: Typography makes a dash of these, which an anchor doesn't keep; it shall not depend on whether typography is on.
DASHES = re.compile(r"(?<!-)---?(?!-)")

#: What an anchor may lack of a text.
NOT_KEPT = re.compile(r"[^\w-]")

NO_TOC = "no_toc"
DROPPED = ("link_open", "link_close", "footnote_ref")
DROPPED_HOLES = (Hole.CITATION, Hole.CROSS_REFERENCE, Hole.REFERENCES, Hole.IMAGE)


def install(md: MarkdownIt) -> None:
    """Add anchors to the headings of a parser."""
    md.core.ruler.push("heading", add_anchors)
    md.add_render_rule("heading_open", render_heading_open)
    md.add_render_rule("heading_close", render_heading_close)


def slug(text: str) -> str:
    """Make an anchor of a heading's text by kramdown's rule; ``section`` if nothing is left.

    >>> slug("BART:  Bidirectional and AutoRegressive Transformer")
    'bart--bidirectional-and-autoregressive-transformer'
    """
    return NOT_KEPT.sub(_replaced, DASHES.sub("", text.lower())) or "section"


def add_anchors(state: StateCore) -> None:
    """Give each heading without an id its anchor, unlike all others on the page."""
    draft = draft_of(state.env)
    taken = set(draft.anchors)
    for place, token in enumerate(state.tokens):
        if token.type != "heading_open":
            continue
        inline = state.tokens[place + 1]
        anchor = attributes_of(token).identifier or _unique(slug(_text(inline)), taken)
        taken.add(anchor)
        draft.anchors[anchor] = None
        others = {name: value for name, value in token.attrs.items() if name != "id"}
        token.attrs = {"id": anchor, **others}
        draft.enter(inline, token.markup if token.markup.startswith("#") else "")
        token.meta = {**token.meta, "anchor": anchor, "span": draft.span(0, len(inline.content))}


def render_heading_open(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """Render the start of a heading, and list it."""
    token, inline = tokens[index], tokens[index + 1]
    children = inline.children or ()
    bare = [child for child in children if child.type not in DROPPED and not is_hole(child, *DROPPED_HOLES)]
    heading = Heading(
        level=int(token.tag[1:]),
        text=" ".join(_text(inline).split()),
        body=split_body(renderer.renderInline(bare, options, env).strip()),
        anchor=token.meta["anchor"],
        in_toc=token.meta.get("in_toc", True) and NO_TOC not in attributes_of(token).classes,
        span=token.meta["span"],
    )
    draft_of(env).headings.append(heading)
    return renderer.renderToken(tokens, index, options, env)


def render_heading_close(
    _renderer: object, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType
) -> str:
    """Render a link to the heading, and its end."""
    anchor = escapeHtml(_last(draft_of(env)).anchor)
    link = f'<a class="anchor" href="#{anchor}" aria-label="Permalink to this heading"></a>'
    return f"{link}</{tokens[index].tag}>\n"


def _last(draft: Draft) -> Heading:
    return draft.headings[-1]


def _text(inline: Token) -> str:
    # Without its citation, "BERT [@devlin] model" would have two spaces.
    children = inline.children or ()
    words = plain_text(children)
    return (" ".join(words.split()) if any(is_hole(child, *DROPPED_HOLES) for child in children) else words).strip()


def _unique(anchor: str, taken: set[str]) -> str:
    if anchor not in taken:
        return anchor
    number = 1
    while f"{anchor}-{number}" in taken:
        number += 1
    return f"{anchor}-{number}"


def _replaced(found: re.Match[str]) -> str:
    """Return what takes the place of a character that is no letter or digit; marks on letters stay."""
    char = found[0]
    return "-" if char.isspace() else char if unicodedata.category(char)[0] in "MN" else ""
