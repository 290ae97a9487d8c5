"""Emphasis of plain words: ``*word*`` and ``**two words**``.

CommonMark finds out which stars belong together when it has seen all of a text. These do, whatever stands around them:
the first can only begin emphasis, the second only end it, and nothing is between them but text.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

#: Signs that are no part of a word, before and after the stars.
BEFORE = " \n(["
EMPHASIS = re.compile(r"(\*\*?)([^\W_](?:[^\n!$&*<@\[\]\\_`{~]*[^\W_])?)\1(?=[ \n.,;:!?)\]]|\Z)")

TAGS = {"*": "em", "**": "strong"}


def install(md: MarkdownIt) -> None:
    """Add the rule to a parser."""
    md.inline.ruler.before("emphasis", "plain_emphasis", emphasis)


def emphasis(state: StateInline, silent: bool) -> bool:
    """Read words between stars."""
    start = state.pos
    if silent or (start and state.src[start - 1] not in BEFORE):
        return False
    found = EMPHASIS.match(state.src, start, state.posMax)
    if not found:
        return False
    marker, words = found.groups()
    tag = TAGS[marker]
    state.push(f"{tag}_open", tag, 1).markup = marker
    state.append_pending(words)
    state.push(f"{tag}_close", tag, -1).markup = marker
    state.pos = found.end()
    return True
