"""Attribute lists of blocks and spans, lists that others refer to by name, and kramdown's extensions.

https://kramdown.gettalong.org/syntax.html#attribute-list-definitions
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from octavo.model.document import Attributes, Hole
from octavo.read.rules.attributes import ALLOWED, add_attributes, merge_attributes, place_above, with_toc
from octavo.read.rules.draft import Draft, draft_of, is_hole, near_match
from octavo.read.rules.kramdown.blocks import Attached, attach, blocks_of, options_of
from octavo.read.rules.kramdown.html import with_attributes
from octavo.read.rules.kramdown.options import parse_options
from octavo.read.rules.kramdown.patterns import ANY, ATTRIBUTES
from octavo.read.rules.kramdown.spans import Spans, spans_of

NAME = r"\w[\w-]*"
NAMED_LIST = re.compile(rf"[ ]{{0,3}}\{{:({NAME}):({ANY}+)\}}[^\S\n]*\n")
EXTENSION = re.compile(rf"\{{::(?P<name>\w+)(?:\s(?P<options>{ANY}*?))?(?P<closed>/)?\}}")
BLOCK_EXTENSION = re.compile(rf"[ ]{{0,3}}{EXTENSION.pattern}[^\S\n]*\n")
SPAN = re.compile(rf"\{{:({ANY}+)\}}")

#: One item of a list; what is none is passed over.
ITEM = re.compile(
    rf"""(?:\A|(?<=\s))(?:
        (?P<key>{NAME})=(?P<quote>["'])(?P<value>(?:\\\}}|\\(?P=quote)|(?!(?P=quote)).)*?)(?P=quote)
      | (?P<reference>{NAME})
      | (?P<names>(?:\#[A-Za-z][\w:-]*|\.[^\s.#]+)+)
    )(?=\s|\Z)""",
    re.VERBOSE | re.DOTALL,
)
ID_OR_CLASS = re.compile(r"#([A-Za-z][\w:-]*)|\.([^\s.#]+)")

SIGNS = frozenset("“”‘’—–…«»\u00a0")
SPAN_ENDS = ("link_close", "em_close", "strong_close", "s_close", "html_span_close")
SPANS = ("code_inline", "html_inline", "html_void", "footnote_ref")
LISTS = ("bullet_list_open", "ordered_list_open")


class Parsed(msgspec.Struct):
    """An attribute list, parsed: its attributes, and the names of the lists that it refers to."""

    attributes: Attributes
    references: list[str]


def install(md: MarkdownIt) -> None:
    """Add attribute lists and extensions to a parser."""
    md.block.ruler.before("paragraph", "attributes", attributes_block)
    md.core.ruler.after("block", "attributes", give_blocks)
    md.inline.ruler.before("escape", "attributes", attributes_span)


def parse_list(text: str) -> Parsed:
    """Parse what stands between the braces, without the colon."""
    identifier, classes, pairs, references = "", [], {}, []
    for found in ITEM.finditer(text):
        if found["reference"]:
            references.append(found["reference"])
        elif found["names"]:
            for one in ID_OR_CLASS.finditer(found["names"]):
                identifier = one[1] or identifier
                classes += [one[2]] if one[2] else []
        else:
            value = re.sub(rf"\\([}}{found['quote']}])", r"\1", found["value"])
            if found["key"] == "id":
                identifier = value
            elif found["key"] == "class":
                classes += value.split()
            else:
                pairs[found["key"]] = value
    return Parsed(Attributes(identifier, tuple(classes), tuple(pairs.items())), references)


def attributes_block(state: StateBlock, start_line: int, _end_line: int, _silent: bool) -> bool:
    """Read a list or an extension on a line of its own."""
    at, blocks = state.bMarks[start_line], blocks_of(state)
    if found := NAMED_LIST.match(state.src, at):
        named = state.env.setdefault("named_lists", {})
        named.setdefault(found[1], []).append(found[2])
        blocks.add("definition", start_line + found[0].count("\n"))
        return True
    if found := BLOCK_EXTENSION.match(state.src, at):
        return _read_extension(state, found, start_line)
    found = ATTRIBUTES.match(state.src, at)
    if not found:
        return False
    line = start_line + found[0].count("\n")
    if blocks.children and blocks.children[-1] not in ("blank", "end", "attributes"):
        token = blocks.element if blocks.children[-1] == "html" else _block_above(state)
        if token is not None and blocks.children[-1] != "definition":
            attach(token, Attached([found[1]], start_line))
        if not ATTRIBUTES.match(state.src, found.end()):
            blocks.children.append("attributes")
    elif blocks.waiting:
        blocks.waiting = Attached([*blocks.waiting.texts, found[1]], blocks.waiting.line)
    else:
        blocks.waiting = Attached([found[1]], start_line)
    state.line = line
    return True


def give_blocks(state: StateCore) -> None:
    """Give each block the attributes of its lists."""
    if not any("lists" in token.meta for token in state.tokens):
        return
    draft = draft_of(state.env)
    for token in state.tokens:
        for attached in token.meta.get("lists", ()):
            for text in attached.texts:
                _give_block(token, text, attached.line, state, draft)
    state.tokens = with_toc(state.tokens)


def attributes_span(state: StateInline, _silent: bool) -> bool:
    """Read a list that stands right behind a span, or an extension within a text."""
    if found := EXTENSION.match(state.src, state.pos, state.posMax):
        return _read_span_extension(spans_of(state), found)
    found = SPAN.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    spans = spans_of(state)
    if not spans.is_empty() and _ends_in_sign(spans):
        state.pos = found.end()
        return True
    token = None if state.pending else _span_before(spans)
    if token is None:
        return False
    draft = draft_of(state.env)
    parsed = _resolved(found[1], state.env.get("named_lists", {}))
    kept, refused = _allowed(parsed, state.md.options["html"])
    for key in refused:
        _report(draft, key, draft.span(found.start(), found.end()))
    add_attributes(token, kept, draft)
    state.pos = found.end()
    return True


def _give_block(token: Token, text: str, line: int, state: StateCore, draft: Draft) -> None:
    named = state.env.get("named_lists", {})
    kept, refused = _allowed(_resolved(text, named), state.md.options["html"])
    column = max(0, draft.line(line).find("{:"))
    for key in refused:
        _report(draft, key, draft.span_in_line(line, column))
    if token.type == "html_block":
        token.content = with_attributes(token.content, kept)
    add_attributes(token, kept, draft)
    token.meta["toc"] = token.meta.get("toc") or "toc" in parse_list(text).references


def _report(draft: Draft, key: str, span: Any) -> None:
    draft.report("attributes-malformed", f"the attribute '{key}' is not allowed", span, near_match(key, ALLOWED))


def _resolved(text: str, named: dict[str, list[str]], depth: int = 0) -> Attributes:
    """Return the attributes of a list and of those it refers to."""
    parsed = parse_list(text)
    found = Attributes()
    for name in parsed.references if depth < 10 else ():
        for one in named.get(name, ()):
            found = merge_attributes(found, _resolved(one, named, depth + 1))
    return merge_attributes(found, parsed.attributes)


def _allowed(attributes: Attributes, everything: bool) -> tuple[Attributes, list[str]]:
    """Leave out the attributes that a note may not set, unless it may hold any HTML."""
    if everything:
        return attributes, []
    refused = [
        key for key, _ in attributes.pairs if key.lower() not in ALLOWED and not key.startswith(("data-", "aria-"))
    ]
    pairs = tuple((key, value) for key, value in attributes.pairs if key not in refused)
    return msgspec.structs.replace(attributes, pairs=pairs), refused


def _block_above(state: StateBlock) -> Token | None:
    """Return the token that opens the block which ends the tokens so far."""
    place = place_above(state.tokens)
    return None if place is None else state.tokens[place]


def _span_before(state: Spans) -> Token | None:
    if len(state.tokens) == state.begin:
        return None
    last = state.tokens[-1]
    if last.type in SPANS or is_hole(last, *Hole):
        return last
    if last.type not in SPAN_ENDS:
        return None
    return next(token for token in reversed(state.tokens[:-1]) if token.level == last.level and token.nesting > 0)


def _ends_in_sign(state: Spans) -> bool:
    """Tell whether a typographic sign or an entity is right before, which takes a list and shows nothing of it."""
    before = state.src[state.pos - 1]
    is_sign = state.pending[-1:] in SIGNS and state.pending[-1:] != before
    return bool(state.pending) and (is_sign or (before == ";" and state.unit == state.pos))


def _read_extension(state: StateBlock, found: re.Match[str], start_line: int) -> bool:
    body, end = "", found.end()
    if not found["closed"]:
        name = re.escape(found["name"])
        closing = re.compile(rf"^[ ]{{0,3}}\{{:/(?:{name})?\}}[^\S\n]*\n", re.MULTILINE).search(state.src, end)
        if not closing:
            return False
        body, end = state.src[end : closing.start()].removesuffix("\n"), closing.end()
    content = _extension(state, found, body)
    if content is None:
        return False
    if content:
        block = state.push("html_block", "", 0)
        block.content, block.map = content + "\n", [start_line + 1, start_line + 2]
    blocks_of(state).add("definition", start_line + state.src.count("\n", found.start(), end))
    return True


def _read_span_extension(state: Spans, found: re.Match[str]) -> bool:
    body, end = "", found.end()
    if not found["closed"]:
        closing = re.compile(rf"\{{:/(?:{re.escape(found['name'])})?\}}").search(state.src, end, state.posMax)
        if not closing:
            return False
        body, end = state.src[end : closing.start()], closing.end()
    content = _extension(state, found, body)
    if content is None:
        return False
    if content:
        state.push("html_inline", "", 0).content = content
    state.pos = end
    return True


def _extension(state: StateBlock | Spans, found: re.Match[str], body: str) -> str | None:
    """Return the HTML that an extension makes; ``None`` if there is no such extension."""
    options = dict(parse_list(found["options"] or "").attributes.pairs)
    if found["name"] == "comment":
        return ""
    if found["name"] == "nomarkdown":
        kinds = options.get("type", "").split()
        return body if state.md.options["html"] and (not kinds or "html" in kinds) else ""
    if found["name"] == "options":
        state.env["options"] = parse_options(options, options_of(state.env))
        return ""
    return None
