"""What a note is about, in a sentence or two, and how long it is."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from octavo.model.document import Hole
from octavo.read.rules.draft import draft_of, is_hole, plain_text

#: Length of a summary in characters, at most.
LENGTH = 240

#: What a citation leaves behind when it is taken out: "as shown in .", "( )".
SPACE_BEFORE_MARK = re.compile(r"\s+(?=[.,;:!?)\]])")
EMPTY_BRACKETS = re.compile(r"\s*[(\[]\s*[)\]]")


def install(md: MarkdownIt) -> None:
    """Let a parser count and sum up."""
    md.core.ruler.after("text_join", "summary", sum_up)


def sum_up(state: StateCore) -> None:
    """Count the words of all text, and take the first paragraph as summary."""
    draft = draft_of(state.env)
    for place, token in enumerate(state.tokens):
        children = token.children if token.type == "inline" else None
        if not children:
            continue
        text = plain_text(children)
        draft.words += len(text.split())
        is_paragraph = token.level == 1 and state.tokens[place - 1].type == "paragraph_open"
        if is_paragraph and not draft.summary and not is_hole(children[0], Hole.IMAGE):
            draft.summary = shorten(text)


def shorten(text: str) -> str:
    """Cut a text at the end of a word, and tidy up where citations were."""
    text = EMPTY_BRACKETS.sub("", " ".join(text.split()))
    text = SPACE_BEFORE_MARK.sub("", text).strip()
    if len(text) <= LENGTH:
        return text
    return text[:LENGTH].rpartition(" ")[0].rstrip(" ,;:.(–—") + "…"
