"""Footnotes as kramdown prints them, at the end of their text: for pages in layouts that know nothing of them.

https://kramdown.gettalong.org/syntax.html#footnotes
"""

from __future__ import annotations

import re

from octavo.model.document import FootnoteReference, Hole
from octavo.read.rules.draft import MARK, Draft
from octavo.read.rules.footnote import START

#: The way back to a reference, as notes of Octavo's have it.
WAY_BACK = re.compile(
    r' <a href="#fnref:\d+(?P<again>:(?P<time>\d+))?" class="footnote-backref" role="doc-backlink"[^>]*>[^<]*</a>'
)


def with_footnotes(html: str, draft: Draft) -> str:
    """Put the footnotes of a rendered text into a list at its end, and their numbers where they are referred to.

    Their ids are made of the names that they have in the text.
    """
    text, *notes = html.split(START)
    if not notes:
        return html
    # Of the texts of a draft this is the last, and some of its references are in tables.
    references: list[FootnoteReference] = draft.values[Hole.FOOTNOTE]
    labels = {one.footnote: one.label for one in references}
    items = "".join(_item(labels.get(place, str(place + 1)), note) for place, note in enumerate(notes))
    listed = f'<div class="footnotes" role="doc-endnotes">\n<ol>\n{items}</ol>\n</div>\n'

    def numbered(match: re.Match[str]) -> str:
        return kramdown_reference(draft.values[Hole.FOOTNOTE][int(match[2])]) if match[1] == Hole.FOOTNOTE else match[0]

    return MARK.sub(numbered, text + listed)


def _item(label: str, note: str) -> str:
    def way_back(found: re.Match[str]) -> str:
        sign = f"&#8617;<sup>{int(found['time']) + 1}</sup>" if found["time"] else "&#8617;"
        target = f"#fnref:{label}{found['again'] or ''}"
        return f'\N{NO-BREAK SPACE}<a href="{target}" class="reversefootnote" role="doc-backlink">{sign}</a>'

    return f'<li id="fn:{label}" role="doc-endnote">\n{WAY_BACK.sub(way_back, note.strip())}\n</li>\n'


def kramdown_reference(reference: FootnoteReference) -> str:
    """Return what kramdown prints where a text refers to a footnote."""
    link = f'<a href="#fn:{reference.label}" class="footnote" rel="footnote">{reference.footnote + 1}</a>'
    again = reference.anchor.removeprefix(f"fnref:{reference.footnote + 1}")
    return f'<sup id="fnref:{reference.label}{again}" role="doc-noteref">{link}</sup>'
