"""Footnotes as kramdown prints them, at the end of their text: for pages in layouts that know nothing of them.

https://kramdown.gettalong.org/syntax.html#footnotes
"""

from __future__ import annotations

import re
from html import escape

from octavo.model.document import FootnoteReference, Hole
from octavo.read.rules.draft import MARK, Draft
from octavo.read.rules.footnote import START

#: The way back to a reference, as notes of Octavo's have it.
WAY_BACK = re.compile(
    r' <a href="#fnref:\d+(?P<again>:(?P<time>\d+))?" class="footnote-backref" role="doc-backlink"[^>]*>[^<]*</a>'
)


def with_footnotes(html: str, draft: Draft, backlink: str = "↩") -> str:
    """Put the footnotes of a rendered text into a list at its end, and their numbers where they are referred to.

    Their ids are made of the names that they have in the text; ``backlink`` is the sign that leads back to it.
    """
    text, *notes = html.split(START)
    if not notes:
        return html
    # Of the texts of a draft this is the last, and some of its references are in tables.
    references: list[FootnoteReference] = draft.values[Hole.FOOTNOTE]
    labels = {one.footnote: one.label for one in references}
    items = "".join(_item(labels.get(place, str(place + 1)), note, backlink) for place, note in enumerate(notes))
    listed = f'<div class="footnotes" role="doc-endnotes">\n<ol>\n{items}</ol>\n</div>\n'

    def numbered(match: re.Match[str]) -> str:
        return kramdown_reference(draft.values[Hole.FOOTNOTE][int(match[2])]) if match[1] == Hole.FOOTNOTE else match[0]

    return MARK.sub(numbered, text + listed)


def _item(label: str, note: str, backlink: str) -> str:
    sign_back = escape(backlink).replace("↩", "&#8617;")

    def way_back(found: re.Match[str]) -> str:
        if not backlink:
            return ""
        sign = f"{sign_back}<sup>{int(found['time']) + 1}</sup>" if found["time"] else sign_back
        target = f"#fnref:{label}{found['again'] or ''}"
        return f'\N{NO-BREAK SPACE}<a href="{target}" class="reversefootnote" role="doc-backlink">{sign}</a>'

    return f'<li id="fn:{label}" role="doc-endnote">\n{WAY_BACK.sub(way_back, note.strip())}\n</li>\n'


def kramdown_reference(reference: FootnoteReference) -> str:
    """Return what kramdown prints where a text refers to a footnote."""
    link = f'<a href="#fn:{reference.label}" class="footnote" rel="footnote">{reference.footnote + 1}</a>'
    again = reference.anchor.removeprefix(f"fnref:{reference.footnote + 1}")
    return f'<sup id="fnref:{reference.label}{again}" role="doc-noteref">{link}</sup>'
