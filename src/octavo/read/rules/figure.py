"""Figures: an image alone in its paragraph, with a caption on the next lines or as its title."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from octavo.model.document import Attributes, Figure, Hole, Image
from octavo.read.rules.attributes import attributes_of, merge_attributes
from octavo.read.rules.caption import Caption, split_caption
from octavo.read.rules.draft import draft_of, hole, is_hole, split_body

#: "Fig. 3: ", "Figure 2.1. ", "Fig.  "
PREFIX = re.compile(r"(?:Fig|FIG)(?:ure|URE)?\b(?:\s*\.)?(?:\s*\d+(?:\.\d+)*[a-z]?\b)?\s*[.:]?(?:\s+|$)")

LABEL = "fig:"


def install(md: MarkdownIt) -> None:
    """Add figures to a parser."""
    md.core.ruler.push("figure", make_figures)
    md.add_render_rule("figure", render_figure)


def make_figures(state: StateCore) -> None:
    """Turn each paragraph that is an image with a caption into a figure."""
    kept: list[Token] = []
    skip = 0
    for place, token in enumerate(state.tokens):
        if skip:
            skip -= 1
            continue
        figure = _figure(token, state.tokens[place + 1]) if token.type == "paragraph_open" else None
        kept.append(figure or token)
        skip = 2 if figure else 0
    state.tokens = kept


def render_figure(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """Render the parts of a figure, and leave a hole for it."""
    token = tokens[index]
    draft = draft_of(env)
    image_token: Token = token.meta["image"]
    caption: Caption = token.meta["caption"]
    image: Image = image_token.meta["value"]
    attributes: Attributes = token.meta["attributes"]
    words = dict(attributes.pairs)
    label = words.get("label", attributes.identifier)
    value = Figure(
        image=draft.index(image_token),
        caption=split_body(renderer.renderInline(caption.text, options, env)),
        credit=split_body(renderer.renderInline(caption.credit, options, env)),
        attributes=attributes,
        label=label if label.startswith(LABEL) else "",
        span=image.span,
    )
    if value.label:
        draft.anchors[value.label] = None
    return draft.mark(hole(Hole.FIGURE, value)) + "\n"


def _figure(paragraph: Token, inline: Token) -> Token | None:
    children = inline.children or []
    if not children or not is_hole(children[0], Hole.IMAGE):
        return None
    caption = _caption(children[0], children[1:], attributes_of(paragraph))
    if caption is None:
        return None
    token = Token("figure", "figure", 0, block=True, map=paragraph.map, level=paragraph.level)
    token.meta = {"image": children[0], "caption": caption, "attributes": _take_attributes(paragraph, children[0])}
    return token


def _caption(image: Token, rest: list[Token], of_paragraph: Attributes) -> Caption | None:
    """Return the caption and credit of a lone image, or ``None`` if it has no caption."""
    value: Image = image.meta["value"]
    words = dict(of_paragraph.pairs) | dict(value.attributes.pairs)
    while rest and rest[0].type == "text" and not rest[0].content.strip():
        rest = rest[1:]
    caption: Caption | None = None
    if rest:
        caption = split_caption(rest[1:], PREFIX) if rest[0].type in ("softbreak", "hardbreak") else None
    elif text := words.get("caption", value.title):
        caption = Caption([_text(text)], [])
    elif "credit" in words:
        caption = Caption([], [])
    if caption and "credit" in words:
        return Caption(caption.text, [_text(words["credit"])])
    return caption


def _take_attributes(paragraph: Token, image: Token) -> Attributes:
    """Join the attributes of the paragraph and its image; what belongs to the figure is taken from the image."""
    value: Image = image.meta["value"]
    joined = merge_attributes(attributes_of(paragraph), value.attributes)
    image.meta["value"] = msgspec.structs.replace(value, attributes=Attributes(pairs=joined.pairs))
    return joined


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
