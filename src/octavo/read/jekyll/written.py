"""Holes as Jekyll prints what they stand for: in a site's own layouts, and in texts that no page is."""

from __future__ import annotations

import re
from html import escape

import msgspec

from octavo.model.document import CodeBlock, CodeMarkup, Formula, Hole, Image, Link
from octavo.model.rouge import rouge_classes
from octavo.read.rules.draft import HOLES, MARK, Draft

#: What leads to a heading in Octavo's theme; other layouts have no place for it.
PERMALINK = re.compile(r'<a class="anchor" href="#[^"]*" aria-label="[^"]*"></a>')


def as_written(html: str, draft: Draft) -> str:
    """Print addresses and images as they are written, as Jekyll does; they are checked all the same."""

    def printed(match: re.Match[str]) -> str:
        kind, index = match[1], int(match[2])
        if kind == Hole.HREF:
            link: Link = draft.values[Hole.HREF][index]
            return match[0] if link.wiki else escape(link.target)
        if kind == Hole.IMAGE:
            return _image(draft.values[Hole.IMAGE][index])
        return match[0]

    return MARK.sub(printed, PERMALINK.sub("", html))


def with_markup(blocks: list[CodeBlock], is_own: bool) -> list[CodeBlock]:
    """Return blocks of code with the markup that the layouts around them know: a site's own or Octavo's."""
    others = CodeMarkup.KRAMDOWN if is_own else CodeMarkup.OCTAVO
    return [
        one if is_own and one.markup is CodeMarkup.JEKYLL else msgspec.structs.replace(one, markup=others)
        for one in blocks
    ]


def as_kept(html: str, draft: Draft) -> str:
    """Print all but citations as they are written, formulas as TeX for a script: for HTML that is kept elsewhere."""

    def printed(match: re.Match[str]) -> str:
        kind, index = HOLES.get(match[1]), int(match[2])
        if kind in (Hole.CITATION, Hole.REFERENCES, Hole.ENTRY):
            return match[0]
        value = draft.values[kind][index] if kind else None
        if isinstance(value, Formula):
            opening, closing = (r"\[", r"\]") if value.display else (r"\(", r"\)")
            return f"{opening}{escape(value.tex, quote=False)}{closing}"
        return _plain_code(value) if isinstance(value, CodeBlock) else ""

    return MARK.sub(printed, as_written(html, draft))


def _plain_code(block: CodeBlock) -> str:
    """Return a block of code without colours."""
    classes = escape(" ".join(rouge_classes(block.attributes.classes, block.language)))
    code = escape(block.text, quote=False)
    return f'<div class="{classes}"><div class="highlight"><pre class="highlight"><code>{code}</code></pre></div></div>'


def _image(image: Image) -> str:
    attributes = [("src", image.source), ("alt", image.alt), *((("title", image.title),) if image.title else ())]
    own = image.attributes
    attributes += [("id", own.identifier)] if own.identifier else []
    attributes += [("class", " ".join(own.classes))] if own.classes else []
    attributes += list(own.pairs)
    return "<img " + " ".join(f'{name}="{escape(value)}"' for name, value in attributes) + " />"
