"""Links, images and autolinks of CommonMark: their addresses may hold variables, and are left as holes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml, unescapeAll
from markdown_it.helpers import parseLinkDestination, parseLinkLabel, parseLinkTitle
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import autolink as commonmark_autolink
from markdown_it.rules_inline import image as commonmark_image
from markdown_it.rules_inline import link as commonmark_link
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from octavo.model.document import Attributes, Hole, Image, Link
from octavo.read.rules.draft import Draft, draft_of, hole, plain_text, push_hole
from octavo.read.rules.variable import VARIABLE, substitute

#: Characters that no address may hold: browsers drop some of them, so that ``java\nscript:`` would be a scheme.
UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0<>\"`\\^|{}]")

AUTOLINK = re.compile(r"<(\{\{[^<>]*)>")


def install(md: MarkdownIt) -> None:
    """Let the parser's links, images and autolinks leave holes."""
    helpers: Any = SimpleNamespace(
        parseLinkLabel=parseLinkLabel, parseLinkTitle=parseLinkTitle, parseLinkDestination=parse_destination
    )
    md.helpers = helpers
    md.inline.ruler.at("link", link)
    md.inline.ruler.at("image", image)
    md.inline.ruler.at("autolink", autolink)
    md.add_render_rule("link_open", render_link_open)


def encode_address(address: str) -> str:
    """Percent-encode what no address may hold; a variable stays for later."""
    return address if "{{" in address else UNSAFE.sub(lambda found: quote(found[0]), address)


def parse_destination(text: str, start: int, end: int) -> Any:
    """Parse the address of a link; a variable in it may hold spaces. Returns what markdown-it's own helper does."""
    if "{{" not in text:
        return parseLinkDestination(text, start, end)
    found = parseLinkDestination(VARIABLE.sub(lambda variable: "x" * len(variable[0]), text), start, end)
    if found.ok:
        written = text[start : found.pos]
        found.str = unescapeAll(written[1:-1] if written.startswith("<") else written)
    return found


def link(state: StateInline, silent: bool) -> bool:
    """Parse a link."""
    start, first = state.pos, len(state.tokens)
    if not commonmark_link(state, silent):
        return False
    if not silent:
        _leave_hole(state, first, start)
    return True


def autolink(state: StateInline, silent: bool) -> bool:
    """Parse an autolink; one that begins with a variable too."""
    start, first = state.pos, len(state.tokens)
    if state.src.startswith("<{{", start) and (found := AUTOLINK.match(state.src, start, state.posMax)):
        state.pos = found.end()
        if not silent:
            _push_autolink(state, found[1])
    elif not commonmark_autolink(state, silent):
        return False
    if not silent:
        _leave_hole(state, first, start)
    return True


def image(state: StateInline, silent: bool) -> bool:
    """Parse an image. Its alternative text is plain, so what is wrong within it doesn't matter."""
    start = state.pos
    draft = draft_of(state.env)
    muted, draft.muted = draft.muted, True
    try:
        if not commonmark_image(state, silent):
            return False
    finally:
        draft.muted = muted
    if not silent:
        state.tokens[-1] = _image_hole(state, start)
    return True


def render_link_open(
    _renderer: object, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType
) -> str:
    """Render the start of a link: the value of ``href`` is a hole."""
    token = tokens[index]
    others = "".join(
        f' {escapeHtml(name)}="{escapeHtml(str(value))}"' for name, value in token.attrItems() if name != "href"
    )
    return f'<a href="{token.meta.get("mark") or draft_of(env).mark(token)}"{others}>'


def push_link(opening: Token, address: str, state: StateInline, start: int, end: int) -> None:
    """Leave a hole for the address of a link that is written from ``start`` to ``end``."""
    draft = draft_of(state.env)
    mark = address.replace("%00", "\x00")
    if "\x00" in mark and mark in state.src[start:end]:  # what Liquid has left is the address
        opening.meta = {"mark": mark}
        return
    span_start, span_end = _target_span(state.src, start, end, address)
    target = _filled(address, state, draft, span_start, span_end)
    opening.attrs["href"] = address
    opening.meta = {"kind": Hole.HREF, "value": Link(target, draft.span(span_start, span_end))}


def push_image(state: StateInline, source: str, alt: str, title: str, start: int) -> None:
    """Leave a hole for an image that is written from ``start`` up to here."""
    push_hole(state, Hole.IMAGE, _image(state, source, alt, title, start))


def _push_autolink(state: StateInline, address: str) -> None:
    for name, nesting in (("link_open", 1), ("text", 0), ("link_close", -1)):
        token = state.push(name, "a" if nesting else "", nesting)  # type: ignore[arg-type]  # mypy widens the literals
        token.markup = "autolink"
        if name == "link_open":
            token.attrs = {"href": address}
        elif name == "text":
            token.content = substitute(address, draft_of(state.env), state.pos, state.pos)


def _leave_hole(state: StateInline, first: int, start: int) -> None:
    token = next(token for token in state.tokens[first:] if token.type == "link_open")
    push_link(token, str(token.attrs["href"]), state, start, state.pos)


def _image_hole(state: StateInline, start: int) -> Token:
    token = state.tokens[-1]
    alt = " ".join(plain_text(token.children or ()).split())
    made = hole(Hole.IMAGE, _image(state, str(token.attrs["src"]), alt, str(token.attrs.get("title", "")), start))
    made.level = token.level
    return made


def _image(state: StateInline, source: str, alt: str, title: str, start: int) -> Image:
    draft = draft_of(state.env)
    span_start, span_end = _target_span(state.src, start, state.pos, source)
    filled = _filled(source, state, draft, span_start, span_end)
    if not alt:
        hint = "say what it shows between the square brackets"
        draft.report("image-alt-missing", "the image has no alternative text", draft.span(start, state.pos), hint)
    return Image(filled, alt, title, Attributes(), draft.span(span_start, span_end))


def _filled(address: str, state: StateInline, draft: Draft, start: int, end: int) -> str:
    if "{{" not in address:
        return address
    filled = encode_address(substitute(address, draft, start, end).replace("{{", "%7B%7B"))
    if state.md.validateLink(filled):
        return filled
    draft.report("variable-unknown", "the variable makes an address that is not allowed", draft.span(start, end))
    return ""


def _target_span(text: str, start: int, end: int, target: str) -> tuple[int, int]:
    """Find an address within its link; the whole link, if it is written otherwise or elsewhere."""
    at = text.rfind(target, start, end) if target else -1
    return (at, at + len(target)) if at >= 0 else (start, end)
