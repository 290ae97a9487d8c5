"""How the text of a block is read: at each character only the rules are tried that may begin with it.

markdown-it tries all of its rules in turn wherever one may begin, and looks for pairs in texts that have none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

#: A rule of markdown-it; the second argument tells whether it only looks, and adds no token.
Rule = Callable[[StateInline, bool], bool]
PairRule = Callable[[StateInline], None]

#: The characters at which each rule may begin.
BEGINNINGS = {
    "newline": "\n",
    "mark": "\x00",
    "tag": "{",
    "variable": "{",
    "attributes": "{",
    "formula": "$\\",
    "escape": "\\",
    "backticks": "`",
    "strikethrough": "~",
    "plain_emphasis": "*",
    "emphasis": "*_",
    "citation": "[",
    "narrative_citation": "@",
    "wikilink": "[",
    "link": "[",
    "image": "!",
    "footnote_ref": "[",
    "footnote_unknown": "[",
    "autolink": "<",
    "html_inline": "<",
    "entity": "&",
}

#: Where a text may end: at a beginning, and at the bracket for which the rule of links looks.
MARK = re.compile(f"[{re.escape(']'.join(BEGINNINGS.values()))}]")


def install(md: MarkdownIt) -> None:
    """Let a parser that has got all its rules find the ones to try by the character at hand."""
    ruler, pairs = md.inline.ruler, md.inline.ruler2
    ruler.disable("text")
    by_name = dict(zip(ruler.get_active_rules(), ruler.getRules(), strict=True))
    ruler.push("by_character", _by_character(by_name))
    ruler.enableOnly("by_character")
    pairs.push("if_any", _if_any(pairs.getRules()))
    pairs.enableOnly("if_any")


def parse_text(text: str, md: MarkdownIt, env: EnvType) -> list[Token]:
    """Parse the text of a block, which may be without any mark."""
    if MARK.search(text):
        return md.inline.parse(text, md, env, [])
    return [Token("text", "", 0, content=text)] if text else []


def _by_character(rules: Mapping[str, Rule]) -> Rule:
    """Make one rule of many, that takes what is before the next mark as text."""
    at_mark = {
        mark: [rule for name, rule in rules.items() if mark in BEGINNINGS[name]]
        for mark in "".join(BEGINNINGS.values())
    }

    def read(state: StateInline, silent: bool) -> bool:
        start, source = state.pos, state.src
        found = MARK.search(source, start)
        end = found.start() if found else state.posMax
        if end == start:
            return any(rule(state, silent) for rule in at_mark.get(source[start], ()))
        if not silent:
            state.append_pending(source[start:end])
        state.pos = end
        return True

    return read


def _if_any(rules: Sequence[PairRule]) -> PairRule:
    """Make one rule of those that find pairs and spans with attributes, for texts with a mark of either."""

    def pair(state: StateInline) -> None:
        inner = (meta["delimiters"] for meta in state.tokens_meta if meta)
        if state.delimiters or "{:" in state.src or any(inner):
            for rule in rules:
                rule(state)

    return pair
