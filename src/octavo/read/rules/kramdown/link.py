"""Links, images, and the addresses that links refer to by name.

https://kramdown.gettalong.org/syntax.html#links-and-images
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from octavo.model.document import Hole
from octavo.read.rules.draft import MARK, is_hole
from octavo.read.rules.kramdown.blocks import blocks_of
from octavo.read.rules.kramdown.spans import Place, Spans, read_until, spans_of
from octavo.read.rules.kramdown.typography import decoded
from octavo.read.rules.link import encode_address, push_image, push_link, render_link_open
from octavo.read.rules.variable import VARIABLE

DEFINITION = re.compile(
    r"""[ ]{0,3}\[([^\n\]]+)\]:[ \t]*(?:<(.*?)>|([^\n]*?\S[^\n]*?))
    (?:(?:[ \t]*?\n|[ \t]+?)[ \t]*?(["'])(.+?)\4)?[ \t]*?\n""",
    re.VERBOSE,
)
NAME = re.compile(r"\s*?\[([^\]]+)?\]")
ANGLED = re.compile(r"\(<(.*?)>")
STOP = re.compile(r"""\(|\)|\s(?=['"])""")
TITLE = re.compile(r"""\s*?(["'])(.+?)\1\s*?\)""", re.DOTALL)
ESCAPE = re.compile(r"\\([\\.*_+`<>()\[\]{}#!:|\"'$=~-])")
AUTOLINK = re.compile(r"<((mailto|https?|ftps?):.+?|[\w.-]+?@[\w.-]+?)>")
VARIABLE_LINK = re.compile(r"<(\{\{[^<>]*)>")


class Target(NamedTuple):
    """What a link leads to: its address, its title, and where the link ends."""

    address: str
    title: str
    end: int


def install(md: MarkdownIt) -> None:
    """Add links to a parser."""
    md.block.ruler.at("reference", definition)
    md.inline.ruler.at("link", link)
    md.inline.ruler.disable("image")  # which `link` reads
    md.inline.ruler.at("autolink", autolink)
    md.add_render_rule("link_open", render_link_open)


def definition(state: StateBlock, start_line: int, _end_line: int, _silent: bool) -> bool:
    """Read the address of a name."""
    found = DEFINITION.match(state.src, state.bMarks[start_line])
    if not found or found[1].startswith("^") or re.search(r"[ \t]+[\"']", found[3] or ""):
        return False
    references = state.env.setdefault("references", {})
    references[normalized(found[1])] = (found[2] if found[2] is not None else found[3].strip(), found[5] or "")
    blocks = blocks_of(state)
    blocks.add("definition", start_line + state.src.count("\n", found.start(), found.end()))
    return True


def normalized(name: str) -> str:
    """Return a name by which links are looked up."""
    return re.sub(r"\s+", " ", name).lower()


def autolink(state: StateInline, _silent: bool) -> bool:
    """Read an address between angle brackets."""
    found = AUTOLINK.match(state.src, state.pos, state.posMax)
    if not found:
        found = VARIABLE_LINK.match(state.src, state.pos, state.posMax)
        if not found:
            return False
        address = found[1]
    else:
        address = found[1] if found[2] else f"mailto:{found[1]}"
    encoded = encode_address(decoded(address))
    if not state.md.validateLink(encoded):
        return False
    opening = state.push("link_open", "a", 1)
    opening.markup = "autolink"
    push_link(opening, encoded, state, found.start(), found.end())
    state.append_pending(decoded(found[1].removeprefix("mailto:")))
    state.push("link_close", "a", -1).markup = "autolink"
    state.pos = found.end()
    return True


def link(state: StateInline, _silent: bool) -> bool:
    """Read a link or an image."""
    spans, start = spans_of(state), state.pos
    is_image = state.src[start] == "!"
    opening = "![" if is_image else "["
    if not state.src.startswith(opening, start):
        return False
    behind = start + len(opening)
    if behind >= state.posMax or state.src[behind] == "^":
        return False
    is_nested = not is_image and ("a" in spans.inside or "img" in spans.inside)
    if is_nested or state.level >= state.md.options["maxNesting"] or not _read(spans, opening):
        state.append_pending(opening)
        state.pos = behind
    return True


def _read(state: Spans, opening: str) -> bool:
    name = "img" if opening == "![" else "a"
    attempt = (state.pos, name, tuple(sorted(set(state.inside))), state.posMax)
    if not state.may_try(attempt) or state.src.find("]", state.pos, state.posMax) < 0:
        return False
    place = state.place()
    token = state.push("link_open", "a", 1)
    state.pos += len(opening)
    first = state.pos
    found = _read_text(state, name)
    target = _target(state, state.src[first : state.pos]) if found else None
    address = encode_address(target.address) if target else ""
    if not target or not state.md.validateLink(address):
        state.back(place)
        state.failed.add(attempt)
        return False
    end = state.pos
    state.pos = target.end
    if name == "img":
        _replace_by_image(state, place, target, state.src[first:end])
        return True
    push_link(token, address, state, place.position, target.end)
    if target.title:
        token.attrs["title"] = target.title
    state.push("link_close", "a", -1)
    return True


def _read_text(state: Spans, name: str) -> bool:
    """Read what stands between the brackets."""
    level, count = state.level, 1

    def ends(src: str, at: int, end: int) -> bool:
        nonlocal count
        if src[at] == "]":
            count -= 1
        elif src[at] == "[" or src.startswith("![", at):
            count += 1
        else:
            return False
        images = sum(1 for token in state.tokens[state.begin :] if token.level == level and is_hole(token, Hole.IMAGE))
        return count == images

    with state.within(name):
        return read_until(state, ends)


def _replace_by_image(state: Spans, place: Place, target: Target, alt: str) -> None:
    end = state.pos
    state.back(place)
    state.pos = end
    text = decoded(MARK.sub("", ESCAPE.sub(r"\1", alt)))
    push_image(state, encode_address(target.address), " ".join(text.split()), target.title, place.position)


def _target(state: Spans, text: str) -> Target | None:
    """Read what follows the bracket that ends a link's text."""
    found = _written_target(state, text)
    return Target(decoded(found.address), decoded(found.title), found.end) if found else None


def _written_target(state: Spans, text: str) -> Target | None:
    src, position = state.src, state.pos + 1
    named = NAME.match(src, position, state.posMax)
    if named or not src.startswith("(", position):
        name = (named[1] if named else None) or ESCAPE.sub(r"\1", text)
        known = state.env.get("references", {}).get(normalized(name))
        return Target(known[0], known[1], named.end() if named else position) if known else None
    return _in_parentheses(state, position)


def _in_parentheses(state: Spans, position: int) -> Target | None:
    src, end = state.src, state.posMax
    if angled := ANGLED.match(src, position, end):
        address, at = angled[1], angled.end()
        if src.startswith(")", at):
            return Target(address, "", at + 1)
    else:
        masked = _without_variables(src)
        depth, at = 0, position
        while found := STOP.search(masked, at, end):
            at = found.end()
            depth += {"(": 1, ")": -1}.get(found[0], 0)
            if depth == 0:
                return Target(src[position + 1 : at - 1].strip(), "", at)
            if found[0].isspace():
                break
        address = src[position + 1 : at].strip()
    title = TITLE.match(src, at, end)
    return Target(address, title[2], title.end()) if title else None


@lru_cache(maxsize=1)
def _without_variables(text: str) -> str:
    """Put letters in the place of variables, which may hold spaces, quotes and parentheses that don't count."""
    return VARIABLE.sub(lambda found: "x" * len(found[0]), text) if "{{" in text else text
