"""Images for the light and the dark theme: ``{: dark="x-dark.png"}``, and addresses that end in ``#only-dark``.

https://squidfunk.github.io/mkdocs-material/reference/images/#light-and-dark-mode
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import msgspec
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from octavo.model.document import Attributes, Hole, Image
from octavo.model.source import Span
from octavo.read.rules.attributes import attributes_of, merge_attributes
from octavo.read.rules.draft import Draft, draft_of, hole, is_hole
from octavo.read.rules.link import encode_address
from octavo.read.rules.variable import VARIABLE, evaluate

DARK = "dark"

#: The theme by what an address ends in: the convention of Material for MkDocs, and that of GitHub.
FRAGMENTS = {
    "#only-light": "light",
    "#only-dark": "dark",
    "#gh-light-mode-only": "light",
    "#gh-dark-mode-only": "dark",
}


def install(md: MarkdownIt) -> None:
    """Let a parser's images be of one theme, or have a twin for the dark one."""
    md.core.ruler.push("theme", make_themed)


def make_themed(state: StateCore) -> None:
    """Tell each image its theme, and put the twin for the dark theme behind it."""
    for opening, inline in pairwise(state.tokens):
        if inline.type == "inline" and inline.children and "![" in inline.content:
            if opening.type == "paragraph_open" and is_hole(inline.children[0], Hole.IMAGE):
                _take_dark(opening, inline.children[0])
            inline.children = [made for child in inline.children for made in _themed(child, inline, state)]


def is_pair(one: Token, other: Token) -> bool:
    """Tell whether one of two tokens is an image for the light theme, and the other for the dark one."""
    themes = {token.meta["value"].theme for token in (one, other) if is_hole(token, Hole.IMAGE)}
    return themes == {"light", "dark"}


def _take_dark(paragraph: Token, image: Token) -> None:
    """Move the attribute from a paragraph's list to the image it begins with."""
    found, rest = _split(attributes_of(paragraph))
    if found:
        paragraph.attrs.pop(DARK)
        paragraph.meta["attributes"] = rest
        value: Image = image.meta["value"]
        own = merge_attributes(Attributes(pairs=((DARK, found),)), value.attributes)
        image.meta["value"] = msgspec.structs.replace(value, attributes=own)


def _split(attributes: Attributes) -> tuple[str, Attributes]:
    pairs = dict(attributes.pairs)
    found = pairs.pop(DARK, "")
    return found, msgspec.structs.replace(attributes, pairs=tuple(pairs.items()))


def _themed(token: Token, inline: Token, state: StateCore) -> Iterator[Token]:
    yield token
    if not is_hole(token, Hole.IMAGE):
        return
    value: Image = token.meta["value"]
    fragment = next((one for one in FRAGMENTS if value.source.endswith(one)), "")
    written, attributes = _split(value.attributes)
    draft = draft_of(state.env)
    span = (_place(written, inline, draft) if written else None) or value.span
    dark = _address(written, state, draft, span) if written else ""
    token.meta["value"] = msgspec.structs.replace(
        value,
        source=value.source.removesuffix(fragment),
        attributes=attributes,
        theme="light" if dark else FRAGMENTS.get(fragment, ""),
    )
    if dark:
        own = msgspec.structs.replace(attributes, identifier="")  # the id is that of its twin
        twin = hole(Hole.IMAGE, Image(dark, value.alt, value.title, own, span, "dark"))
        twin.level = token.level
        yield twin


def _address(written: str, state: StateCore, draft: Draft, span: Span) -> str:
    def fill(found: re.Match[str]) -> str:
        value = evaluate(found["expression"], draft)
        if value.text is None:
            draft.report("variable-unknown", value.problem, span, value.hint)
        return value.text or ""

    address = encode_address(VARIABLE.sub(fill, written).replace("{{", "%7B%7B"))
    if state.md.validateLink(address):
        return address
    draft.report("attributes-malformed", f"'{written}' is no address of an image", span)
    return ""


def _place(dark: str, inline: Token, draft: Draft) -> Span | None:
    """Find the address in the text, or in an attribute list below or above it."""
    first, last = inline.map or (0, 1)
    written = re.compile(rf"""dark=["']?({re.escape(dark)})""", re.IGNORECASE)
    for line in (*range(first, last + 2), first - 1, first - 2):
        if found := written.search(draft.line(line)):
            return draft.span_in_line(line, found.start(1), len(dark))
    return None
