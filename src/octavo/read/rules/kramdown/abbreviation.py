"""Abbreviations: ``*[HTML]: …`` explains every HTML in the text.

https://kramdown.gettalong.org/syntax.html#abbreviations
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from octavo.read.rules.kramdown.blocks import blocks_of

DEFINITION = re.compile(r"[ ]{0,3}\*\[(.+?)\]:(.*)\n")


def install(md: MarkdownIt) -> None:
    """Add abbreviations to a parser."""
    md.block.ruler.before("paragraph", "abbreviation", definition)
    md.core.ruler.after("inline", "abbreviations", mark_abbreviations)


def definition(state: StateBlock, start_line: int, _end_line: int, _silent: bool) -> bool:
    """Read what an abbreviation means."""
    found = DEFINITION.match(state.src, state.bMarks[start_line])
    if not found:
        return False
    state.env.setdefault("abbreviations", {})[found[1]] = found[2].strip()
    blocks_of(state).add("definition", start_line + 1)
    return True


def mark_abbreviations(state: StateCore) -> None:
    """Mark the abbreviations in all text."""
    meanings: dict[str, str] = state.env.get("abbreviations", {})
    if not meanings:
        return
    longest_first = sorted(meanings, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    for token in state.tokens:
        if token.children:
            token.children = [made for child in token.children for made in _marked(child, pattern, meanings)]


def _marked(token: Token, pattern: re.Pattern[str], meanings: dict[str, str]) -> Iterator[Token]:
    if token.type != "text" or not pattern.search(token.content):
        yield token
        return
    begin = 0
    for found in pattern.finditer(token.content):
        yield _text(token.content[begin : found.start()], token.level)
        title = meanings[found[0]]
        yield Token("abbreviation_open", "abbr", 1, level=token.level, attrs={"title": title} if title else {})
        yield _text(found[0], token.level + 1)
        yield Token("abbreviation_close", "abbr", -1, level=token.level)
        begin = found.end()
    yield _text(token.content[begin:], token.level)


def _text(content: str, level: int) -> Token:
    return Token("text", "", 0, content=content, level=level)
