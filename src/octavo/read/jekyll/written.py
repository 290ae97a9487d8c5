"""Holes as Jekyll prints what they stand for: in a site's own layouts, and in texts that no page is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

import msgspec

from octavo.model.document import Attributes, CodeBlock, CodeMarkup, Formula, Heading, Hole, Image, Link, Table
from octavo.model.rouge import rouge_classes
from octavo.read.rules.draft import HOLES, MARK, Draft, join_body

#: What leads to a heading in Octavo's theme; other layouts have no place for it.
PERMALINK = re.compile(r'<a class="anchor" href="#[^"]*" aria-label="[^"]*"></a>')


#: An attribute of a cell of a table, as Octavo's theme styles it.
CELL = re.compile(r'<(t[hd])(?: scope="col")?(?: class="align-(left|center|right)")?>')

#: A line of a table, and how far kramdown indents it.
TABLE_LINE = re.compile(r"^</?(thead|tbody|tfoot|tr|th|td)\b", re.MULTILINE)
INDENTATION = {**dict.fromkeys(("thead", "tbody", "tfoot"), "  "), "tr": "    ", "th": " " * 6, "td": " " * 6}


def as_written(html: str, draft: Draft, first_heading: int = 0) -> str:
    """Print addresses, images, tables and contents as kramdown does; links and images are checked all the same.

    A table of contents leads to the draft's headings from the first that is given.
    """
    if "\0" not in html:
        return PERMALINK.sub("", html)

    def printed(match: re.Match[str]) -> str:
        kind, index = match[1], int(match[2])
        if kind == Hole.HREF:
            link: Link = draft.values[Hole.HREF][index]
            return match[0] if link.wiki else escape(link.target)
        if kind == Hole.IMAGE:
            return _image(draft.values[Hole.IMAGE][index])
        if kind == Hole.TABLE:
            return MARK.sub(printed, _table(draft.values[Hole.TABLE][index]))
        return _contents(draft, first_heading) if kind == Hole.TOC else match[0]

    return MARK.sub(printed, PERMALINK.sub("", html))


def _table(table: Table) -> str:
    def cell(found: re.Match[str]) -> str:
        return f'<{found[1]} style="text-align: {found[2]}">' if found[2] else f"<{found[1]}>"

    content = CELL.sub(cell, TABLE_LINE.sub(lambda found: INDENTATION[found[1]] + found[0], join_body(table.content)))
    below = "".join(f"\n<p>{join_body(text)}</p>" for text in (table.caption, table.credit) if text)
    return f"<table{_attributes(table.attributes)}>\n{content}</table>{below}"


def _contents(draft: Draft, first_heading: int) -> str:
    """Return a table of contents (https://kramdown.gettalong.org/converter/html.html#toc)."""
    tag, attributes = draft.toc
    name = attributes.identifier or "markdown-toc"
    shown = [heading for heading in draft.headings[first_heading:] if heading.in_toc]
    inside = _contents_of(shown, tag, name)
    return inside.replace(f"<{tag}>", f"<{tag}{_attributes(attributes, name)}>", 1)


def _contents_of(headings: Sequence[Heading], tag: str, name: str) -> str:
    items: list[str] = []
    rest = list(headings)
    while rest:
        first = rest.pop(0)
        below = next((place for place, one in enumerate(rest) if one.level <= first.level), len(rest))
        anchor = escape(first.anchor)
        link = f'<a href="#{anchor}" id="{escape(name)}-{anchor}">{join_body(first.body)}</a>'
        items.append(f"<li>{link}{_contents_of(rest[:below], tag, name)}</li>\n")
        rest = rest[below:]
    return f"<{tag}>\n{''.join(items)}</{tag}>\n" if items else ""


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
        if kind in (Hole.CITATION, Hole.CITATION_TEXT, Hole.REFERENCES, Hole.ENTRY):
            return match[0]
        value = draft.values[kind][index] if kind else None
        if isinstance(value, Formula):
            opening, closing = (r"\[", r"\]") if value.display else (r"\(", r"\)")
            return f"{opening}{escape(value.tex, quote=False)}{closing}"
        return _plain_code(value) if isinstance(value, CodeBlock) else ""

    return MARK.sub(printed, as_written(html, draft)) if "\0" in html else html


def as_words(html: str, draft: Draft) -> str:
    """Print all as it is written, citations as text alone: for what is escaped, or is no HTML."""

    def printed(match: re.Match[str]) -> str:
        is_text = match[1] in (Hole.CITATION, Hole.CITATION_TEXT)
        return f"\0{Hole.CITATION_TEXT}:{match[2]}\0" if is_text else ""

    return MARK.sub(printed, as_kept(html, draft)) if "\0" in html else html


def without_holes(html: str, draft: Draft) -> str:
    """Print all as it is written but for citations, which are left out: for what is cut or encoded."""
    return MARK.sub("", as_kept(html, draft)) if "\0" in html else html


def _plain_code(block: CodeBlock) -> str:
    """Return a block of code without colours."""
    classes = escape(" ".join(rouge_classes(block.attributes.classes, block.language)))
    code = escape(block.text, quote=False)
    return f'<div class="{classes}"><div class="highlight"><pre class="highlight"><code>{code}</code></pre></div></div>'


def _image(image: Image) -> str:
    named = [("src", image.source), ("alt", image.alt), *((("title", image.title),) if image.title else ())]
    written = "".join(f' {name}="{escape(value)}"' for name, value in named)
    return f"<img{written}{_attributes(image.attributes)} />"


def _attributes(own: Attributes, identifier: str = "") -> str:
    named = [("id", own.identifier or identifier), ("class", " ".join(own.classes)), *own.pairs]
    return "".join(f' {name}="{escape(value)}"' for name, value in named if value or (name, value) in own.pairs)
