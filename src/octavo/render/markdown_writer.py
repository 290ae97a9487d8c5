"""HTML into Markdown (CommonMark, with tables, footnotes and definition lists), for what reads text and not pages.

What only serves the eye or the hand (buttons, drawings, links without text) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from octavo.render.elements import DisorderError, Element, Reading, put_right, read_html
from octavo.render.markdown_text import (
    BREAK,
    SIGNS_IN_HTML,
    SPACE,
    cell_text,
    code_span,
    escape_markdown,
    fenced,
    indented,
    link_destination,
    list_items,
    markdown_link,
    settled,
    table_rows,
    with_backslash,
)

#: Elements with all that is in them that text can't show, or that says nothing.
LEFT_OUT = frozenset("audio button iframe object script select style svg template textarea video".split())

#: Elements that Markdown takes as HTML, because it has no sign for them.
KEPT_AS_HTML = frozenset(("ins", "kbd", "mark", "sub", "sup"))

MARKS = {"em": "*", "i": "*", "strong": "**", "b": "**", "del": "~~", "s": "~~"}

#: Other elements of a line.
PHRASES = frozenset("abbr cite dfn q samp small span time u var wbr".split())

#: The attributes that are written, or say how an element is.
ATTRIBUTES = frozenset(("alt", "checked", "class", "colspan", "href", "src", "start", "title", "type"))

PREFORMATTED = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL)
LANGUAGE = re.compile(r"(?:^|\s)language-(\S+)")
WEB_ADDRESS = re.compile(r"https?:[^\s<>]+")
ALIGNMENTS = {"align-left": ":---", "align-center": ":---:", "align-right": "---:"}


def write_markdown(html: str, here: str, kept: Sequence[str] = ()) -> str:
    """Write HTML as Markdown, without a last line end.

    ``here`` is the address of the page itself, for links to its own anchors. ``kept`` is Markdown that has its places
    in the HTML already: ``<markdown>2</markdown>`` stands for the third of them.
    """
    if not html:
        return ""
    escaped, writer = _escaped(html), _Writer(here, kept)
    try:
        root = read_html(escaped, writer, IN_BLOCKS)
    except DisorderError:
        root = read_html(put_right(escaped, ATTRIBUTES), writer, IN_BLOCKS, is_right=True)
    return "\n\n".join(writer.blocks(root))


def _escaped(html: str) -> str:
    """Escape all text at once, with single spaces: piece by piece that takes several times as long."""
    if "<pre" not in html:
        return _escape(html)
    parts = PREFORMATTED.split(html)
    return "".join(part if place % 2 else _escape(part) for place, part in enumerate(parts))


def _escape(html: str) -> str:
    spaced = html.replace("\n", " ")
    if any(other in spaced for other in ("  ", "\t", "\r", "\f", "\v")):
        spaced = SPACE.sub(" ", spaced)
    # A last tag of any name, so that the text before it is seen to stand outside of tags.
    return SIGNS_IN_HTML.sub(with_backslash, f"{spaced.strip(' ')}<").removesuffix("<")


class _Writer:
    """Writes the elements of one page, each when all in it is written."""

    def __init__(self, here: str, kept: Sequence[str]) -> None:
        self._here = here
        self._kept = kept

    def blocks(self, element: Element) -> list[str]:
        """Return what is in an element as blocks."""
        _end_line(element)
        return element.parts

    def heading(self, element: Element) -> Iterable[str]:
        text = element.text().replace(BREAK, " ").strip()
        return (f"{'#' * int(element.tag[1])} {text}",) if text else ()

    def quotation(self, element: Element) -> Iterable[str]:
        blocks = self.blocks(element)
        if blocks and element.children and "notice-title" in element.children[0].classes():
            blocks[0] = f"**{blocks[0]}**"
        return ("> " + "\n\n".join(blocks).replace("\n", "\n> ").replace("> \n", ">\n"),) if blocks else ()

    def items(self, element: Element) -> Iterable[str]:
        items: list[Element] = element.parts
        between = "\n\n" if any(item.has("p") for item in items) else "\n"
        start = _whole(element.named().get("start"), 1) if element.tag == "ol" else None
        return (list_items([between.join(self.blocks(item)) for item in items], start, between),)

    def definitions(self, element: Element) -> Iterable[str]:
        """Write each term and, below it, its definitions: https://michelf.ca/projects/php-markdown/extra/#def-list."""
        group: list[str] = []
        for child in element.parts:
            text = "\n\n".join(self.blocks(child))
            if child.tag == "dt" and group and group[-1].startswith(": "):
                yield "\n".join(group)
                group = []
            group.append(f": {indented(text, '  ')}" if child.tag == "dd" else text)
        yield "\n".join(group)

    def code_block(self, element: Element) -> Iterable[str]:
        code = next((child for child in element.children if child.tag == "code"), element)
        found = LANGUAGE.search(code.named().get("class", ""))
        return (fenced(element.text(), found[1] if found and found[1] != "text" else ""),)

    def table(self, element: Element) -> Iterable[str]:
        rows: list[list[tuple[str, str]]] = element.parts
        if not rows:
            return ()
        columns = max(map(len, rows))
        filled = [row + [("", "---")] * (columns - len(row)) for row in rows]
        texts = [[text for text, _ in row] for row in filled]
        if not element.has("thead"):
            texts.insert(0, [""] * columns)
        return (table_rows(texts, [alignment for _, alignment in filled[0]]),)

    def cells(self, element: Element) -> Iterable[tuple[str, str]]:
        """Return text and alignment of a cell; a wide one is followed by empty ones."""
        alignment = next((ALIGNMENTS[name] for name in element.classes() if name in ALIGNMENTS), "---")
        wide = _whole(element.named().get("colspan"), 1) if "colspan" in element.attributes else 1
        text = cell_text(" ".join(self.blocks(element)))
        return ((text, alignment), *[("", alignment)] * (min(wide, 100) - 1))

    def marked(self, element: Element) -> str:
        text = element.text()
        inside = text.strip()
        if not inside:
            return text
        before, _, after = text.partition(inside)
        mark = MARKS[element.tag]
        return f"{before}{mark}{inside}{mark}{after}"

    def kept_as_html(self, element: Element) -> str:
        text = element.text()
        if "footnote-ref" in element.classes():
            return f"[^{element.children[0].text() if element.children else text}]"
        return f"<{element.tag}>{text}</{element.tag}>" if text.strip(" ,") else ""

    def link(self, element: Element) -> str:
        """Write a link; of one that leads nowhere, or to the page's own figures and references, its text."""
        text, attributes = element.text(), element.named()
        href, classes = attributes.get("href", ""), attributes.get("class", "").split()
        if not text.strip() or "footnote-backref" in classes or href.startswith("data:"):
            return ""
        if not href or "broken" in classes or (href.startswith("#") and "cross-reference" in classes):
            return text
        if href.startswith("#"):
            href = self._here + href
        if href == text and WEB_ADDRESS.fullmatch(href):
            return f"<{href}>"
        return markdown_link(text.strip(), href)

    def image(self, element: Element) -> str:
        attributes = element.named()
        alt = escape_markdown(attributes.get("alt", "")).replace("]", "\\]")
        title = SPACE.sub(" ", attributes.get("title", "")).replace('"', '\\"')
        quoted = f' "{title}"' if title else ""
        return f"![{alt}]({link_destination(attributes.get('src', ''))}{quoted})"

    def box(self, element: Element) -> str:
        attributes = element.named()
        if attributes.get("type") != "checkbox":
            return ""
        return "[x]" if "checked" in attributes else "[ ]"

    def kept(self, element: Element) -> str:
        place = _whole(element.text(), -1)
        return self._kept[place] if 0 <= place < len(self._kept) else ""


def _end_line(element: Element) -> None:
    """Add the line to the blocks, if there is anything in it."""
    if element.line and (text := settled(element.text())):
        element.parts.append(text)
    element.line = []


def _add_blocks(element: Element, blocks: Iterable[str]) -> None:
    _end_line(element)
    element.parts += blocks


def _add_to_line(element: Element, piece: str) -> None:
    line = element.line
    if piece.startswith("[") and line and line[-1].endswith("!"):
        line[-1] = line[-1][:-1] + "\\!"  # or it would be an image
    line.append(piece)


def _add_text(element: Element, child: Element) -> None:
    element.line += child.line
    element.parts += (child.text(),) if child.tag == "annotation" else child.parts


def _add_part(element: Element, part: object) -> None:
    element.parts.append(part)


def _add_parts(element: Element, parts: Iterable[object]) -> None:
    element.parts += parts


def _drop(element: Element, part: object) -> None:
    """Leave it out."""


def _itself(_writer: _Writer, element: Element) -> Element:
    return element


def _parts(_writer: _Writer, element: Element) -> list[Any]:
    return element.parts


def _text(_writer: _Writer, element: Element) -> str:
    return element.text()


def _tex(_writer: _Writer, element: Element) -> str:
    """Return the TeX of a formula, which stands in it as an annotation."""
    return f"${element.parts[0]}$" if element.parts else element.text()


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else otherwise


_Readings = dict[str, Reading[_Writer]]

#: How elements are read in what is left out, in code, in lines, in blocks, in lists and in tables.
IN_NOTHING, IN_TEXT, IN_LINE, IN_BLOCKS = _Readings(), _Readings(), _Readings(), _Readings()
IN_LIST, IN_DEFINITIONS, IN_TABLE, IN_ROW = _Readings(), _Readings(), _Readings(), _Readings()


def _in_line(write: Callable[[_Writer, Element], str], inside: _Readings) -> Reading[_Writer]:
    return Reading(write, _add_to_line, inside)


def _as_blocks(write: Callable[[_Writer, Element], Iterable[str]], inside: _Readings) -> Reading[_Writer]:
    return Reading(write, _add_blocks, inside)


IN_NOTHING |= dict.fromkeys(("", "a", "code", "span"), Reading(_itself, _drop, IN_NOTHING))
IN_TEXT |= dict.fromkeys(("", *PHRASES, *MARKS, *KEPT_AS_HTML, "a", "br", "code"), Reading(_itself, _add_text, IN_TEXT))
IN_LINE |= {
    **dict.fromkeys(("", *PHRASES), _in_line(_text, IN_LINE)),
    **dict.fromkeys(MARKS, _in_line(_Writer.marked, IN_LINE)),
    **dict.fromkeys(KEPT_AS_HTML, _in_line(_Writer.kept_as_html, IN_LINE)),
    **dict.fromkeys(LEFT_OUT, Reading(_itself, _drop, IN_NOTHING)),
    "a": _in_line(_Writer.link, IN_LINE),
    "br": _in_line(lambda _writer, _element: BREAK, IN_NOTHING),
    "code": _in_line(lambda _writer, element: code_span(element.text()), IN_TEXT),
    "img": _in_line(_Writer.image, IN_NOTHING),
    "input": _in_line(_Writer.box, IN_NOTHING),
    "markdown": _in_line(_Writer.kept, IN_TEXT),
    "markdown-block": _in_line(_Writer.kept, IN_TEXT),
    "math": _in_line(_tex, IN_TEXT),
}
IN_BLOCKS |= {
    **IN_LINE,
    **dict.fromkeys(
        "article body caption details div dt figcaption figure main p section summary".split(),
        _as_blocks(_Writer.blocks, IN_BLOCKS),
    ),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _as_blocks(_Writer.heading, IN_LINE)),
    **dict.fromkeys(("aside", "blockquote"), _as_blocks(_Writer.quotation, IN_BLOCKS)),
    **dict.fromkeys(("ol", "ul"), _as_blocks(_Writer.items, IN_LIST)),
    "dl": _as_blocks(_Writer.definitions, IN_DEFINITIONS),
    "hr": _as_blocks(lambda _writer, _element: ("---",), IN_NOTHING),
    "markdown-block": _as_blocks(lambda writer, element: (writer.kept(element),), IN_TEXT),
    "pre": _as_blocks(_Writer.code_block, IN_TEXT),
    "table": _as_blocks(_Writer.table, IN_TABLE),
}
IN_LIST |= {"": Reading(_itself, _drop, IN_NOTHING), "li": Reading(_itself, _add_part, IN_BLOCKS)}
IN_DEFINITIONS |= dict.fromkeys(("", "dd", "dt"), Reading(_itself, _add_part, IN_BLOCKS))
IN_TABLE |= {
    **dict.fromkeys(("", "tbody", "tfoot", "thead"), Reading(_parts, _add_parts, IN_TABLE)),
    "tr": Reading(_parts, _add_part, IN_ROW),
}
IN_ROW |= {
    "": Reading(_itself, _drop, IN_NOTHING),
    **dict.fromkeys(("td", "th"), Reading(_Writer.cells, _add_parts, IN_BLOCKS)),
}
