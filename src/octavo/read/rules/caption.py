"""Captions: the words of a figure or table, and the credit that ends them."""

from __future__ import annotations

import copy
import re
from typing import NamedTuple

from markdown_it.token import Token

#: Where the credit begins: "Credits: From Weng (2019)", "Source: …", at the start of a sentence.
CREDIT = re.compile(r"(?:^|(?<=[.!?…)”\"’'\]])\s+|^\s+|\n)(?:Image\s+)?(?:Credits?|Source)\s*:\s*", re.IGNORECASE)


class Caption(NamedTuple):
    """The inline tokens of a caption and of its credit."""

    text: list[Token]
    credit: list[Token]


def split_caption(tokens: list[Token], prefix: re.Pattern[str]) -> Caption | None:
    """Split inline tokens into caption and credit, without the prefix; ``None`` if they don't begin with it."""
    body = without_prefix(tokens, prefix)
    if body is None:
        return None
    for place, token in enumerate(body):
        found = CREDIT.search(token.content) if token.type == "text" and token.level == body[0].level else None
        if found:
            before = [*body[:place], _with_text(token, token.content[: found.start()])]
            after = [_with_text(token, token.content[found.end() :]), *body[place + 1 :]]
            return Caption(_trimmed(before), _trimmed(after))
    return Caption(_trimmed(body), [])


def without_prefix(tokens: list[Token], prefix: re.Pattern[str]) -> list[Token] | None:
    """Return inline tokens without the words a caption begins with, which may be emphasised; ``None`` without them."""
    place = 0
    while (
        place < len(tokens)
        and tokens[place].type in ("em_open", "strong_open", "text")
        and (tokens[place].nesting or not tokens[place].content.strip())
    ):
        place += 1
    if place == len(tokens) or tokens[place].type != "text":
        return None
    found = prefix.match(tokens[place].content)
    if not found:
        return None
    rest = [*tokens[:place], _with_text(tokens[place], tokens[place].content[found.end() :]), *tokens[place + 1 :]]
    return _without_empty_pairs(rest)


def _with_text(token: Token, text: str) -> Token:
    changed = copy.copy(token)
    changed.content = text
    return changed


def _without_empty_pairs(tokens: list[Token]) -> list[Token]:
    kept: list[Token] = []
    for token in tokens:
        if token.type == "text" and not token.content:
            continue
        if token.nesting < 0 and kept and kept[-1].nesting > 0:
            kept.pop()
        else:
            kept.append(token)
    return kept


def _trimmed(tokens: list[Token]) -> list[Token]:
    """Drop white space and line breaks at both ends."""
    trimmed = [token for token in tokens if token.type != "text" or token.content]
    while trimmed and _is_blank(trimmed[0]):
        trimmed.pop(0)
    while trimmed and _is_blank(trimmed[-1]):
        trimmed.pop()
    if trimmed and trimmed[0].type == "text":
        trimmed[0] = _with_text(trimmed[0], trimmed[0].content.lstrip())
    if trimmed and trimmed[-1].type == "text":
        trimmed[-1] = _with_text(trimmed[-1], trimmed[-1].content.rstrip())
    return trimmed


def _is_blank(token: Token) -> bool:
    return token.type in ("softbreak", "hardbreak") or (token.type == "text" and not token.content.strip())
