"""Typography: dashes and ellipses; the quotes are markdown-it's."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_core.smartquotes import process_inlines

SIGNS = {"---": "—", "--": "–", "...": "…", "'": "’"}

#: Two or three hyphens, three points, and the apostrophe of a decade ('80s). Each begins with a character, not with a
#: look behind it, so that the search may skip all others.
SIGN = re.compile(r"-(?<!--)--?(?!-)|\.\.\.|'(?=\d\ds\b)")


def install(md: MarkdownIt) -> None:
    """Add typography to a parser; it must see the text before escaped characters are joined to it."""
    md.options["typographer"] = True
    md.core.ruler.before("text_join", "signs", replace_signs)
    md.core.ruler.at("smartquotes", replace_quotes)
    md.core.ruler.enable("smartquotes")


def replace_quotes(state: StateCore) -> None:
    """Replace straight quotes by curly ones."""
    for block in state.tokens:
        if block.type == "inline" and ("'" in block.content or '"' in block.content):
            process_inlines(block.children or [], state)


def replace_signs(state: StateCore) -> None:
    """Replace hyphens and points by dashes and ellipses in all text but that of autolinks."""
    for block in state.tokens:
        if block.type != "inline" or not _may_hold_sign(block.content):
            continue
        in_autolink = False
        for token in block.children or ():
            if token.markup == "autolink":
                in_autolink = token.nesting > 0
            elif token.type == "text" and not in_autolink:
                token.content = SIGN.sub(lambda found: SIGNS[found[0]], token.content)


def _may_hold_sign(text: str) -> bool:
    # Most texts hold none, and this tells so much sooner than the pattern.
    return "--" in text or "..." in text or "'" in text
