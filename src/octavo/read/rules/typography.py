"""Typography: dashes and ellipses; the quotes are markdown-it's."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

SIGNS = {"---": "—", "--": "–", "...": "…", "'": "’"}

#: Two or three hyphens, three points, and the apostrophe of a decade ('80s).
SIGN = re.compile(r"(?<!-)---?(?!-)|\.\.\.|'(?=\d\ds\b)")


def install(md: MarkdownIt) -> None:
    """Add typography to a parser; it must see the text before escaped characters are joined to it."""
    md.options["typographer"] = True
    md.core.ruler.before("text_join", "signs", replace_signs)
    md.core.ruler.enable("smartquotes")


def replace_signs(state: StateCore) -> None:
    """Replace hyphens and points by dashes and ellipses in all text but that of autolinks."""
    for block in state.tokens:
        if block.type != "inline" or not SIGN.search(block.content):
            continue
        in_autolink = False
        for token in block.children or ():
            if token.markup == "autolink":
                in_autolink = token.nesting > 0
            elif token.type == "text" and not in_autolink:
                token.content = SIGN.sub(lambda found: SIGNS[found[0]], token.content)
