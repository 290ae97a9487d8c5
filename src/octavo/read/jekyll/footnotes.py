"""Footnotes as kramdown prints them, at the end of their text: for pages in layouts that know nothing of them.

https://kramdown.gettalong.org/syntax.html#footnotes
"""

from __future__ import annotations

import re

from octavo.model.document import FootnoteReference, Hole
from octavo.read.rules.draft import MARK, Draft
from octavo.read.rules.footnote import START

#: The way back to a reference, as notes of Octavo's have it and as kramdown has it.
WAY_BACK = ' class="footnote-backref" role="doc-backlink" aria-label="Back to the text">↩︎</a>'
KRAMDOWNS_WAY_BACK = ' class="reversefootnote" role="doc-backlink">&#8617;</a>'


def with_footnotes(html: str, draft: Draft) -> str:
    """Put the footnotes of a rendered text into a list at its end, and their numbers where they are referred to."""
    text, *notes = html.split(START)
    if not notes:
        return html
    items = "".join(
        f'<li id="fn:{number}" role="doc-endnote">\n{_note(note)}\n</li>\n'
        for number, note in enumerate(notes, start=1)
    )
    listed = f'<div class="footnotes" role="doc-endnotes">\n<ol>\n{items}</ol>\n</div>\n'

    def numbered(match: re.Match[str]) -> str:
        return _number(draft.values[Hole.FOOTNOTE][int(match[2])]) if match[1] == Hole.FOOTNOTE else match[0]

    return MARK.sub(numbered, text + listed)


def _note(html: str) -> str:
    return html.strip().replace(WAY_BACK, KRAMDOWNS_WAY_BACK)


def _number(reference: FootnoteReference) -> str:
    number = reference.footnote + 1
    link = f'<a href="#fn:{number}" class="footnote" rel="footnote">{number}</a>'
    return f'<sup id="{reference.anchor}" role="doc-noteref">{link}</sup>'
