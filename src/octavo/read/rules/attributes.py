"""kramdown's attribute lists: ``{: #id .class key="value"}`` for a block, a span, a heading or a list item.

https://kramdown.gettalong.org/syntax.html#inline-attribute-lists
"""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from octavo.model.document import Attributes, Hole
from octavo.read.rules.draft import Draft, TocForm, draft_of, hole, is_hole, near_match

#: A whole attribute list on one line.
LIST = re.compile(r"""\{:(?:[^{}"'\n]|"[^"\n]*"|'[^'\n]*')*\}""")

#: One item of it.
ITEM = re.compile(
    r"""\s*(?:
        \#(?P<id>[\w][\w:-]*)
      | \.(?P<class>-?[\w][\w-]*)
      | (?P<key>[A-Za-z][\w-]*)=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'{}]+))
      | (?P<toc>toc)(?=[\s}])
    )""",
    re.VERBOSE,
)
REST = re.compile(r"\s*")
NEXT_WORD = re.compile(r"[^\s}]*")

#: At the end of a heading, Pandoc's form without the colon is read too.
AT_HEADING_END = re.compile(r"(?:^|\s+)(\{:[^{}]*\}|\{#[\w:-]+\})\s*$")

#: The attributes that may be set: none of them runs a script or changes the layout of the page.
ALLOWED = frozenset(
    "align alt caption class cols colspan credit dark decoding dir download headers height hl_lines hreflang id label "
    "lang linenos loading name rel reversed role rowspan scope start target title translate type value width".split()
)

BEFORE = ("bullet_list_open", "ordered_list_open")
SPAN_ENDS = ("link_close", "em_close", "strong_close", "s_close")
SPANS = ("code_inline", "html_inline")


class AttributeProblem(NamedTuple):
    """What is wrong with an item, and where in the list's text."""

    message: str
    start: int
    end: int
    hint: str = ""


class AttributeList(NamedTuple):
    """An attribute list, parsed; ``toc`` if it asks for a table of contents; ``problems`` are items left out."""

    attributes: Attributes
    toc: bool
    problems: tuple[AttributeProblem, ...]


def install(md: MarkdownIt) -> None:
    """Add attribute lists to a parser."""
    md.block.ruler.before(
        "code", "attributes", attributes_block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    md.core.ruler.after("block", "attributes", attach_blocks)
    md.inline.ruler.before("escape", "attributes", attributes_span)
    md.inline.ruler2.before("fragments_join", "attributes", attach_spans)


def parse_attributes(text: str) -> AttributeList | AttributeProblem:
    """Parse a whole list, braces included; the problem is the first thing that isn't an item."""
    position = 2 if text.startswith("{:") else 1
    identifier, classes, pairs, toc = "", [], {}, False
    problems: list[AttributeProblem] = []
    while found := ITEM.match(text, position):
        position = found.end()
        identifier = found["id"] or identifier
        toc = toc or bool(found["toc"])
        if found["class"]:
            classes.append(found["class"])
        elif key := found["key"]:
            value = next(filter(None, (found["double"], found["single"], found["bare"])), "")
            start = found.start("key")
            if not _is_allowed(key):
                message = f"the attribute '{key}' is not allowed"
                problems.append(AttributeProblem(message, start, start + len(key), near_match(key, ALLOWED)))
            elif key.lower() == "id":
                identifier = value
            elif key.lower() == "class":
                classes += value.split()
            else:
                pairs[key.lower()] = value
    end = REST.match(text, position).end()  # type: ignore[union-attr]  # it matches the empty string
    if text[end : end + 1] != "}" or end + 1 != len(text):
        word = NEXT_WORD.match(text, end)
        stop = max(end + 1, word.end() if word else 0)
        hint = 'an attribute list is made of #id, .class and key="value"'
        return AttributeProblem(f"'{text[end:stop]}' is no attribute", end, stop, hint)
    attributes = Attributes(identifier, tuple(dict.fromkeys(classes)), tuple(pairs.items()))
    return AttributeList(attributes, toc, tuple(problems))


def merge_attributes(old: Attributes, new: Attributes) -> Attributes:
    """Join two lists: classes add up, an id or value replaces an earlier one."""
    return Attributes(
        identifier=new.identifier or old.identifier,
        classes=tuple(dict.fromkeys((*old.classes, *new.classes))),
        pairs=tuple((dict(old.pairs) | dict(new.pairs)).items()),
    )


def attributes_of(token: Token) -> Attributes:
    """Return the attributes that lists gave to a block or span."""
    found: Attributes = token.meta.get("attributes", Attributes())
    return found


def add_attributes(token: Token, new: Attributes, draft: Draft) -> None:
    """Give a token attributes, beside those it has."""
    merged = merge_attributes(attributes_of(token), new)
    token.meta = {**token.meta, "attributes": merged}
    if merged.identifier:
        token.attrSet("id", merged.identifier)
        draft.anchors[merged.identifier] = None
    if new.classes:
        token.attrJoin("class", " ".join(new.classes))
    for name, value in merged.pairs:
        token.attrSet(name, value)
    if is_hole(token, Hole.IMAGE):
        token.meta["value"] = msgspec.structs.replace(token.meta["value"], attributes=merged)


def attributes_block(state: StateBlock, start_line: int, _end_line: int, silent: bool) -> bool:
    """Read an attribute list on a line of its own."""
    start, end = state.bMarks[start_line] + state.tShift[start_line], state.eMarks[start_line]
    if not state.src.startswith("{:", start) or state.is_code_block(start_line):
        return False
    text = state.src[start:end].rstrip()
    parsed = parse_attributes(text) if LIST.fullmatch(text) else None
    if not isinstance(parsed, AttributeList):
        return False
    if not silent:
        token = state.push("attributes", "", 0)
        token.map = [start_line, start_line + 1]
        column = start - (state.src.rfind("\n", 0, start) + 1)
        glued = start_line > 0 and not state.isEmpty(start_line - 1)
        token.meta = {"list": parsed, "column": column, "width": len(text), "glued": glued}
        state.line = start_line + 1
    return True


def attach_blocks(state: StateCore) -> None:
    """Give each attribute list to the block above it, or after a blank line to the block below it."""
    if not any(token.type == "attributes" for token in state.tokens):
        return
    draft = draft_of(state.env)
    kept: list[Token] = []
    waiting: list[Token] = []
    for token in state.tokens:
        if token.type != "attributes":
            if waiting and token.nesting >= 0:
                _give_all(waiting, token, draft)
            elif waiting:
                _report_stray(waiting, draft)
            kept.append(token)
            continue
        _report_problems(token, draft)
        above = _block_above(kept) if token.meta["glued"] and not waiting else None
        if above:
            _give(token, above, draft)
        else:
            waiting.append(token)
    _report_stray(waiting, draft)
    state.tokens = with_toc(kept)


def attributes_span(state: StateInline, silent: bool) -> bool:
    """Read an attribute list within a text; `attach_spans` finds what it belongs to."""
    start = state.pos
    if not state.src.startswith("{:", start):
        return False
    draft = draft_of(state.env)
    found = LIST.match(state.src, start, state.posMax)
    parsed = (
        parse_attributes(found[0])
        if found
        else AttributeProblem("'{:' is never closed by '}' on its line", 0, 2, "write \\{: to show it as text")
    )
    if isinstance(parsed, AttributeProblem):
        if not silent:
            span = draft.span(start + parsed.start, start + parsed.end)
            draft.report("attributes-malformed", parsed.message, span, parsed.hint)
        return False
    end = start + len(found[0]) if found else start
    if not silent:
        token = state.push("attributes", "", 0)
        token.content = state.src[start:end]
        glued = start > 0 and not state.src[start - 1].isspace()
        token.meta = {"list": parsed, "span": draft.span(start, end), "glued": glued}
        for problem in parsed.problems:
            span = draft.span(start + problem.start, start + problem.end)
            draft.report("attributes-malformed", problem.message, span, problem.hint)
    state.pos = end
    return True


def attach_spans(state: StateInline) -> None:
    """Give each attribute list within a text to the span right before it."""
    if not any(token.type == "attributes" for token in state.tokens):
        return
    draft = draft_of(state.env)
    kept: list[Token] = []
    for token in state.tokens:
        if token.type != "attributes":
            kept.append(token)
        elif (span := _span_before(kept)) and token.meta["glued"]:
            add_attributes(span, token.meta["list"].attributes, draft)
        else:
            _show_stray(token, draft)
            kept.append(token)
    state.tokens[:] = kept


def take_from_heading(token: Token, heading: Token, draft: Draft) -> None:
    """Move an attribute list at the end of a heading's text to the heading."""
    found = AT_HEADING_END.search(token.content) if "}" in token.content else None
    parsed = parse_attributes(found[1]) if found else None
    if found and isinstance(parsed, AttributeList):
        _give_list(parsed, found.start(1), heading, draft)
        token.content = token.content[: found.start()]


def take_from_item(token: Token, item: Token, draft: Draft) -> None:
    """Move an attribute list at the start of a list item's text to the item."""
    found = LIST.match(token.content)
    parsed = parse_attributes(found[0]) if found else None
    if found and isinstance(parsed, AttributeList):
        _give_list(parsed, 0, item, draft)
        token.content = token.content[found.end() :].lstrip(" \t")


def _is_allowed(key: str) -> bool:
    key = key.lower()
    return key in ALLOWED or key.startswith(("data-", "aria-"))


def _give_list(parsed: AttributeList, start: int, token: Token, draft: Draft) -> None:
    for problem in parsed.problems:
        span = draft.span(start + problem.start, start + problem.end)
        draft.report("attributes-malformed", problem.message, span, problem.hint)
    add_attributes(token, parsed.attributes, draft)


def _give_all(waiting: list[Token], block: Token, draft: Draft) -> None:
    for token in waiting:
        _give(token, block, draft)
    waiting.clear()


def _give(token: Token, block: Token, draft: Draft) -> None:
    parsed: AttributeList = token.meta["list"]
    add_attributes(block, parsed.attributes, draft)
    if parsed.toc:
        block.meta["toc"] = True


def _report_problems(token: Token, draft: Draft) -> None:
    for problem in token.meta["list"].problems:
        line, column = (token.map or [0])[0], token.meta["column"] + problem.start
        span = draft.span_in_line(line, column, problem.end - problem.start)
        draft.report("attributes-malformed", problem.message, span, problem.hint)


def _report_stray(waiting: list[Token], draft: Draft) -> None:
    for token in waiting:
        span = draft.span_in_line((token.map or [0])[0], token.meta["column"], token.meta["width"])
        draft.report("attributes-malformed", "no block follows that the attribute list could belong to", span)
    waiting.clear()


def place_above(tokens: list[Token]) -> int | None:
    """Return the place of the token that opens the block which ends the tokens so far."""
    if not tokens or tokens[-1].nesting > 0:
        return None
    place = len(tokens) - 1
    if tokens[place].nesting < 0:
        level = tokens[place].level
        place -= 1
        while tokens[place].level != level:
            place -= 1
    return place


def _block_above(kept: list[Token]) -> Token | None:
    """Return the token that opens the block which ends the tokens so far; a tight paragraph's is its list item's."""
    place = place_above(kept)
    if place is None:
        return None
    if kept[place].hidden and place and kept[place - 1].type == "list_item_open":
        place -= 1
    return kept[place]


def _span_before(kept: list[Token]) -> Token | None:
    # Matching ** leaves behind empty text tokens.
    place = len(kept) - 1
    while place >= 0 and kept[place].type == "text" and not kept[place].content:
        place -= 1
    if place < 0:
        return None
    last = kept[place]
    if last.type in SPANS or is_hole(last, Hole.IMAGE):
        return last
    if last.type not in SPAN_ENDS:
        return None
    opens = (last.type.replace("close", "open"), last.level)
    return next((token for token in reversed(kept[:place]) if (token.type, token.level) == opens), None)


def _show_stray(token: Token, draft: Draft) -> None:
    message = "the attribute list follows nothing it could belong to"
    hint = "put it right behind an image, a link, code or emphasis; or on a line of its own below a block"
    draft.report("attributes-malformed", message, token.meta["span"], hint)
    token.type = "text"


def with_toc(tokens: list[Token]) -> list[Token]:
    """Replace the lists that were marked with ``{:toc}`` by the place of a table of contents."""
    kept: list[Token] = []
    inside: int | None = None
    for token in tokens:
        if inside is None and token.meta.get("toc") and token.type in BEFORE:
            inside = token.level
            kept.append(hole(Hole.TOC, TocForm(token.tag, attributes_of(token)), block=True))
        elif inside is None:
            kept.append(token)
        elif token.nesting < 0 and token.level == inside:
            inside = None
    return kept
