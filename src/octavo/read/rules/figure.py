"""Figures: an image or chart alone in its paragraph, with a caption on the next lines or as an image's title.

Several images with a caption on the next lines are the panels of one figure, and their titles the panels' captions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from octavo.model.document import Attributes, Figure, Hole, Image, Panel, Placeholder
from octavo.model.source import Span
from octavo.read.rules.attributes import attributes_of, merge_attributes
from octavo.read.rules.caption import Caption, split_caption
from octavo.read.rules.draft import Draft, draft_of, hole, is_hole, split_body
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
        inline = state.tokens[place + 1] if token.type == "paragraph_open" else None
        figure = _figure(token, inline) if inline and _may_hold_picture(inline.content) else None
        kept.append(figure or token)
        skip = 2 if figure else 0
    state.tokens = kept


def render_figure(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """Render the parts of a figure, and leave a hole for it."""
    token = tokens[index]
    draft = draft_of(env)
    caption: Caption = token.meta["caption"]
    attributes: Attributes = token.meta["attributes"]
    words = dict(attributes.pairs)
    label = words.get("label", attributes.identifier)
    value = Figure(
        panels=tuple(_panel(images, len(token.meta["panels"]) > 1, draft) for images in token.meta["panels"]),
        caption=split_body(renderer.renderInline(caption.text, options, env)),
        credit=split_body(renderer.renderInline(caption.credit, options, env)),
        attributes=attributes,
        label=label if label.startswith(LABEL) else "",
        span=token.meta["panels"][0][0].meta["value"].span,
    )
    labels = (value.label, *(panel.label for panel in value.panels))
    draft.anchors.update(dict.fromkeys(filter(None, labels)))
    return draft.mark(hole(Hole.FIGURE, value)) + "\n"


def _may_hold_picture(text: str) -> bool:
    return "![" in text or "{%" in text  # a tag may be a chart


def _figure(paragraph: Token, inline: Token) -> Token | None:
    panels, rest = _panels(inline.children or [])
    if not panels:
        return None
    is_image, is_one = is_hole(panels[0][0], Hole.IMAGE), len(panels) == 1
    caption = _caption(_titled(panels[0]) if is_image and is_one else NO_IMAGE, rest, attributes_of(paragraph))
    if caption is None:
        return None
    token = Token("figure", "figure", 0, block=True, map=paragraph.map, level=paragraph.level)
    attributes = _take_attributes(paragraph, panels[0]) if is_image and is_one else attributes_of(paragraph)
    token.meta = {"panels": panels, "caption": caption, "attributes": attributes}
    return token


def _panels(children: list[Token]) -> tuple[list[list[Token]], list[Token]]:
    """Split what a paragraph holds into the chart or images it begins with, each with its twin, and the rest."""
    if children and is_hole(children[0], Hole.FACTS):
        return [[children[0]]], children[1:]
    panels: list[list[Token]] = []
    end = 0
    for place, token in enumerate(children, start=1):
        if is_hole(token, Hole.IMAGE):
            if panels and len(panels[-1]) == 1 and is_pair(panels[-1][0], token):
                panels[-1].append(token)
            else:
                panels.append([token])
            end = place
        elif not _is_blank(token):
            break
    return panels, children[end:]


def _panel(images: list[Token], is_one_of_many: bool, draft: Draft) -> Panel:
    """Make a panel; a label is an id of the panel, no more of its image."""
    span, caption, label = images[0].meta["value"].span, "", ""
    if is_one_of_many:
        own = _titled(images)
        words = dict(own.attributes.pairs)
        caption, label = words.get("caption", own.title), words.get("label", own.attributes.identifier)
    if label.startswith(LABEL):
        for image in images:
            value = image.meta["value"]
            image.meta["value"] = msgspec.structs.replace(
                value, attributes=msgspec.structs.replace(value.attributes, identifier="")
            )
    content = tuple(Placeholder(image.meta["kind"], draft.index(image)) for image in images)
    return Panel(content, span, caption, label if label.startswith(LABEL) else "")


def _titled(images: list[Token]) -> Image:
    """Return the one of two twins that has a title."""
    values: list[Image] = [image.meta["value"] for image in images]
    return next((value for value in values if value.title), values[0])


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
