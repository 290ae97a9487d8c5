"""Figures: an image or chart alone in its paragraph, with a caption on the next lines or as an image's title."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from octavo.model.document import Attributes, Figure, Hole, Image, Placeholder
from octavo.model.source import Span
from octavo.read.rules.attributes import attributes_of, merge_attributes
from octavo.read.rules.caption import Caption, split_caption
from octavo.read.rules.draft import draft_of, hole, is_hole, split_body
from octavo.read.rules.theme import is_pair

#: "Fig. 3: ", "Figure 2.1. ", "Fig.  "
PREFIX = re.compile(r"(?:Fig|FIG)(?:ure|URE)?\b(?:\s*\.)?(?:\s*\d+(?:\.\d+)*[a-z]?\b)?\s*[.:]?(?:\s+|$)")

LABEL = "fig:"

BREAKS = ("softbreak", "hardbreak")

#: What takes the place of an image's own words in a figure that has none.
NO_IMAGE = Image("", "", "", Attributes(), Span("", 0))


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
    content: list[Token] = token.meta["content"]
    caption: Caption = token.meta["caption"]
    attributes: Attributes = token.meta["attributes"]
    words = dict(attributes.pairs)
    label = words.get("label", attributes.identifier)
    value = Figure(
        content=tuple(Placeholder(part.meta["kind"], draft.index(part)) for part in content),
        caption=split_body(renderer.renderInline(caption.text, options, env)),
        credit=split_body(renderer.renderInline(caption.credit, options, env)),
        attributes=attributes,
        label=label if label.startswith(LABEL) else "",
        span=content[0].meta["value"].span,
    )
    if value.label:
        draft.anchors[value.label] = None
    return draft.mark(hole(Hole.FIGURE, value)) + "\n"


def _figure(paragraph: Token, inline: Token) -> Token | None:
    content, rest = _content(inline.children or [])
    if not content:
        return None
    is_image = is_hole(content[0], Hole.IMAGE)
    images: list[Image] = [token.meta["value"] for token in content] if is_image else [NO_IMAGE]
    own = next((image for image in images if image.title), images[0])
    caption = _caption(own, rest, attributes_of(paragraph))
    if caption is None:
        return None
    token = Token("figure", "figure", 0, block=True, map=paragraph.map, level=paragraph.level)
    attributes = _take_attributes(paragraph, content) if is_image else attributes_of(paragraph)
    token.meta = {"content": content, "caption": caption, "attributes": attributes}
    return token


def _content(children: list[Token]) -> tuple[list[Token], list[Token]]:
    """Split what a paragraph holds into the image or chart it begins with, twins counting as one, and the rest."""
    if not children or not is_hole(children[0], Hole.IMAGE, Hole.FACTS):
        return [], children
    second = next((place for place, token in enumerate(children[1:], 1) if not _is_blank(token)), 0)
    if second and is_pair(children[0], children[second]):
        return [children[0], children[second]], children[second + 1 :]
    return children[:1], children[1:]


def _is_blank(token: Token) -> bool:
    return token.type in BREAKS or (token.type == "text" and not token.content.strip())


def _caption(image: Image, rest: list[Token], of_paragraph: Attributes) -> Caption | None:
    """Return the caption and credit of a lone image or chart, or ``None`` if it has no caption."""
    words = dict(of_paragraph.pairs) | dict(image.attributes.pairs)
    while rest and rest[0].type == "text" and not rest[0].content.strip():
        rest = rest[1:]
    caption: Caption | None = None
    if rest:
        caption = split_caption(rest[1:], PREFIX) if rest[0].type in BREAKS else None
    elif text := words.get("caption", image.title):
        caption = Caption([_text(text)], [])
    elif "credit" in words:
        caption = Caption([], [])
    if caption and "credit" in words:
        return Caption(caption.text, [_text(words["credit"])])
    return caption


def _take_attributes(paragraph: Token, images: list[Token]) -> Attributes:
    """Join the attributes of the paragraph and its image; what belongs to the figure is taken from the image."""
    joined = attributes_of(paragraph)
    for image in images:
        joined = merge_attributes(joined, image.meta["value"].attributes)
    for image in images:
        image.meta["value"] = msgspec.structs.replace(image.meta["value"], attributes=Attributes(pairs=joined.pairs))
    return joined


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
