"""Citations and cross-references in Pandoc's form: ``[@key, p. 12; see @other]``, ``@key [p. 12]``, ``@fig:masking``.

https://pandoc.org/MANUAL.html#citation-syntax
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from octavo.model.document import Citation, CitationItem, CrossReference, Hole
from octavo.read.rules.draft import draft_of, push_hole, push_marked
from octavo.read.rules.locator import parse_locator

#: A citekey: letters, digits and ``_``, with single marks between them; or anything in braces.
KEY = re.compile(r"(?P<suppress>-?)@(?:\{(?P<braced>[^{}\s]+)\}|(?P<plain>\w(?:\w|[:.#$%&\-+?<>~/](?=\w))*))")
ITEM = re.compile(rf"(?:(?<=[\s(\[;])|^){KEY.pattern}")
BRACKETS = re.compile(r"\[([^\[\]`\\]*@[^\[\]`\\]*)\](?!\()")
LOCATOR = re.compile(r"[ ]?\[([^\[\]^@`\\][^\[\]`\\]*)\](?![(\[:])")

CROSS_REFERENCE = ("fig:", "tbl:", "eq:", "sec:")


def install(md: MarkdownIt) -> None:
    """Add citations to a parser."""
    md.inline.ruler.before("link", "citation", citation)
    md.inline.ruler.before("link", "narrative_citation", narrative_citation)


def citation(state: StateInline, silent: bool) -> bool:
    """Read a citation in brackets."""
    if state.src[state.pos] != "[":
        return False
    found = BRACKETS.match(state.src, state.pos, state.posMax)
    if not found or not ITEM.search(found[1]):
        return False
    if not silent:
        _push_bracketed(state, found)
    state.pos = found.end()
    return True


def narrative_citation(state: StateInline, silent: bool) -> bool:
    """Read a citation that is part of the sentence, or a cross-reference."""
    start = state.pos
    if state.src[start] != "@" or (start and (state.src[start - 1].isalnum() or state.src[start - 1] in "_/@.")):
        return False
    found = KEY.match(state.src, start, state.posMax)
    if not found:
        return False
    key = found["braced"] or found["plain"]
    state.pos = found.end()
    if key.startswith(CROSS_REFERENCE):
        if not silent:
            _push_cross_reference(state, key, start, found.end())
        return True
    locator = LOCATOR.match(state.src, found.end(), state.posMax)
    after = locator if locator and parse_locator(locator[1]).label else None
    if after:
        state.pos = after.end()
    if not silent:
        item = _item(state, found, 0, "", after[1] if after else "")
        push_hole(state, Hole.CITATION, Citation((item,), narrative=True))
    return True


def _push_bracketed(state: StateInline, found: re.Match[str]) -> None:
    offset = found.start(1)
    parts: list[tuple[re.Match[str] | None, str, int]] = []
    for text in found[1].split(";"):
        parts.append((ITEM.search(text), text, offset))
        offset += len(text) + 1
    problem = _problem(parts)
    if problem:
        draft = draft_of(state.env)
        _, text, start = problem
        message = f"'{text.strip()}' names no citekey" if text.strip() else "a citation without a citekey"
        draft.report("cite-malformed", message, draft.span(start, start + len(text)), "separate citations by ';'")
        push_marked(state, found[0], message)
        return
    keys = [(key, text, start) for key, text, start in parts if key]
    if all(_name(key).startswith(CROSS_REFERENCE) for key, _, _ in keys):
        _push_cross_references(state, keys)
        return
    items = tuple(_item(state, key, start, text[: key.start()], text[key.end() :]) for key, text, start in keys)
    push_hole(state, Hole.CITATION, Citation(items))


def _problem(parts: list[tuple[re.Match[str] | None, str, int]]) -> tuple[None, str, int] | None:
    return next(((None, text, start) for key, text, start in parts if not key), None)


def _push_cross_references(state: StateInline, keys: list[tuple[re.Match[str], str, int]]) -> None:
    for number, (key, text, start) in enumerate(keys):
        state.append_pending((", " if number else "") + text[: key.start()].lstrip())
        _push_cross_reference(state, _name(key), start + key.start(), start + key.end())
        state.append_pending(text[key.end() :].rstrip())


def _push_cross_reference(state: StateInline, label: str, start: int, end: int) -> None:
    draft = draft_of(state.env)
    span = draft.span(start, end)
    push_hole(state, Hole.CROSS_REFERENCE, CrossReference(label, span))


def _item(state: StateInline, key: re.Match[str], offset: int, prefix: str, after: str) -> CitationItem:
    """Make an item of a key, its place in the block's text, and what stands around it."""
    draft = draft_of(state.env)
    group = "braced" if key["braced"] else "plain"
    span = draft.span(offset + key.start(group), offset + key.end(group))
    locator = parse_locator(after)
    return CitationItem(
        citekey=_name(key),
        span=span,
        locator=locator.number,
        label=locator.label,
        prefix=" ".join(prefix.split()),
        suffix=" ".join(locator.rest.split()),
        suppress_author=bool(key["suppress"]),
    )


def _name(key: re.Match[str]) -> str:
    return key["braced"] or key["plain"]
