"""The dialects of notes: which rules each is made of, and in which order. The rules themselves are in `read.rules`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from markdown_it import MarkdownIt

from octavo.model.dialect import NoteSettings
from octavo.read.rules import raw_html, scholar_block, tag, variable

#: What Liquid does, where it runs before Markdown.
LIQUID = (scholar_block.install, tag.install, variable.install, raw_html.install)


def install_rules(md: MarkdownIt, rules: Iterable[Callable[[MarkdownIt], None]], settings: NoteSettings) -> None:
    """Teach a parser rules, but for those whose work Liquid has done."""
    for install in rules:
        if not (settings.liquid_done and install in LIQUID):
            install(md)
