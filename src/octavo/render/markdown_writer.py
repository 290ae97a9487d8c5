"""HTML into Markdown (CommonMark, with tables, footnotes and definition lists), for what reads text and not pages.

What only serves the eye or the hand (buttons, drawings, links without text) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree

#: Elements with all that is in them that text can't show, or that says nothing.
LEFT_OUT = frozenset("audio button iframe object script select style svg template textarea video".split())

#: Elements that Markdown takes as HTML, because it has no sign for them.
KEPT_AS_HTML = frozenset(("ins", "kbd", "mark", "sub", "sup"))

MARKS = {"em": "*", "i": "*", "strong": "**", "b": "**", "del": "~~", "s": "~~"}

#: What Markdown would take for a sign of its own inside a line: in plain text, and in HTML outside of tags and code.
#: (A pattern that begins with a set of characters is searched for several times as fast as one with alternatives.)
SIGNS = re.compile(
    r"[\\`*$~_\[<&](?:(?<=[\\`*$])|(?<=~)(?:(?=~)|(?<=~~))|(?<=_)(?:(?<![^\W_]_)|(?![^\W_]))"
    r"|(?<=\[)(?=\^|[^\[\]]*\][(\[])|(?<=<)(?=[A-Za-z/!?])|(?<=&)(?=#?\w+;))"
)
SIGNS_IN_HTML = re.compile(
    r"[\\`*$~_\[&](?:(?<=[\\`*$])|(?<=~)(?:(?=~)|(?<=~~))|(?<=_)(?:(?<![^\W_]_)|(?![^\W_]))"
    r"|(?<=\[)(?=\^|[^\[\]<>]*\][(\[])|(?<=&)(?=lt;[A-Za-z/!?]|amp;#?\w+;))(?=[^<>]*<(?!/code>))"
)

#: What it would take for one at the start of a line.
STARTS = re.compile(r"^(?=[#>+=~:-])(#{1,6}(?=\s|$)|>|[+-](?=\s|$)|(?:=+|-+|~{3,})\s*$|:(?=\s))", re.MULTILINE)
NUMBERS = re.compile(r"^(\d{1,9})([.)])(?=\s|$)", re.MULTILINE)
MAY_START = frozenset("#>+=~:-0123456789")

#: A line end that is meant, and several in a row.
BREAK = "\\\n"
BREAKS = re.compile(r"(?: *\\\n *)+")

SPACE = re.compile(r"[ \t\n\r\f]+")
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
    from lxml import etree  # its import is felt, and most pages come from the cache

    root = etree.fromstring(_escaped(f"<div>{html}</div>"), etree.HTMLParser(encoding="utf-8"))
    return "\n\n".join(_Writer(here, kept).blocks(root))


def escape_markdown(text: str) -> str:
    """Write plain text so that it means itself inside a line of Markdown."""
    return SIGNS.sub(r"\\\g<0>", SPACE.sub(" ", text))


def markdown_link(text: str, address: str) -> str:
    """Write a link; ``text`` is Markdown. A bracket without its other half would end it too early."""
    if text.count("[") != text.count("]"):
        text = re.sub(r"(?<!\\)[\[\]]", r"\\\g<0>", text)
    return f"[{text}]({_destination(address)})"


def fenced(text: str, language: str = "") -> str:
    """Write a block of code; its fence is longer than any in it."""
    fence = _fence(text, 3)
    return f"{fence}{language}\n{text.rstrip(chr(10))}\n{fence}"


def table_rows(rows: Sequence[Sequence[str]], alignments: Sequence[str]) -> str:
    """Write a table; its first row is the head."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (rows[0], alignments, *rows[1:]))


def cell_text(text: str) -> str:
    """Write Markdown so that it can stand in a cell."""
    return text.replace(BREAK, "<br>").replace("\n", " ").replace("\\|", "|").replace("|", "\\|")


def indented(text: str, by: str) -> str:
    """Indent all lines but the first and empty ones."""
    return re.sub(r"\n(?!\n)", f"\n{by}", text) if "\n" in text else text


def _escaped(html: str) -> bytes:
    """Escape all text at once, in UTF-8 and with single spaces: piece by piece that takes several times as long."""
    if "<pre" not in html:
        return _escape(html)
    parts = PREFORMATTED.split(html)
    return b"".join(part.encode() if place % 2 else _escape(part) for place, part in enumerate(parts))


def _escape(html: str) -> bytes:
    # A last tag of any name, so that the text before it is seen to stand outside of tags.
    return b" ".join(SIGNS_IN_HTML.sub(r"\\\g<0>", f"{html}<").removesuffix("<").encode().split())


class _Writer:
    """Writes the elements of one page."""

    def __init__(self, here: str, kept: Sequence[str]) -> None:
        self._here = here
        self._kept = kept

    def blocks(self, element: etree._Element) -> list[str]:
        """Write what is in an element as blocks."""
        blocks: list[str] = []
        line = [element.text or ""]
        for child in element:
            write = BLOCKS.get(child.tag)
            if write:
                _end_line(line, blocks)
                blocks += write(self, child)
                line = []
            else:
                line.append(self._one(child, line))
            if child.tail:
                line.append(child.tail)
        _end_line(line, blocks)
        return blocks

    def inline(self, element: etree._Element) -> str:
        """Write what is in an element as part of a line."""
        pieces = [element.text or ""]
        for child in element:
            pieces.append(self._one(child, pieces))
            if child.tail:
                pieces.append(child.tail)
        return "".join(pieces)

    def _one(self, element: etree._Element, before: list[str]) -> str:
        if not isinstance(element.tag, str):  # a comment
            return ""
        piece = INLINES.get(element.tag, _Writer.inline)(self, element)
        if piece.startswith("[") and before and before[-1].endswith("!"):
            before[-1] = before[-1][:-1] + "\\!"  # or it would be an image
        return piece

    def heading(self, element: etree._Element) -> Iterator[str]:
        text = self.inline(element).replace(BREAK, " ").strip()
        if text:
            yield f"{'#' * int(element.tag[1])} {text}"

    def quotation(self, element: etree._Element) -> Iterator[str]:
        blocks = self.blocks(element)
        if blocks:
            if len(element) and "notice-title" in _classes(element[0]):
                blocks[0] = f"**{blocks[0]}**"
            yield "> " + "\n\n".join(blocks).replace("\n", "\n> ").replace("> \n", ">\n")

    def items(self, element: etree._Element) -> Iterator[str]:
        items = [child for child in element if child.tag == "li"]
        start = _whole(element.get("start"), 1)
        between = "\n\n" if any(item.find("p") is not None for item in items) else "\n"
        shown = []
        for number, item in enumerate(items, start=start):
            mark = f"{number}. " if element.tag == "ol" else "- "
            shown.append((mark + indented(between.join(self.blocks(item)), " " * len(mark))).rstrip())
        yield between.join(shown)

    def definitions(self, element: etree._Element) -> Iterator[str]:
        """Write each term and, below it, its definitions: https://michelf.ca/projects/php-markdown/extra/#def-list."""
        group: list[str] = []
        for child in element:
            text = "\n\n".join(self.blocks(child))
            if child.tag == "dt" and group and group[-1].startswith(": "):
                yield "\n".join(group)
                group = []
            group.append(f": {indented(text, '  ')}" if child.tag == "dd" else text)
        yield "\n".join(group)

    def code_block(self, element: etree._Element) -> Iterator[str]:
        code = element.find("code")
        found = LANGUAGE.search((code if code is not None else element).get("class") or "")
        yield fenced(_all_text(element), found[1] if found and found[1] != "text" else "")

    def table(self, element: etree._Element) -> Iterator[str]:
        rows = [self._row(row) for row in element.iter("tr")]
        if not rows:
            return
        columns = max(map(len, rows))
        filled = [row + [("", "---")] * (columns - len(row)) for row in rows]
        texts = [[text for text, _ in row] for row in filled]
        if element.find("thead") is None:
            texts.insert(0, [""] * columns)
        yield table_rows(texts, [alignment for _, alignment in filled[0]])

    def _row(self, row: etree._Element) -> list[tuple[str, str]]:
        """Return text and alignment of each cell; a wide one is followed by empty ones."""
        cells: list[tuple[str, str]] = []
        for cell in row:
            if cell.tag in ("td", "th"):
                text = cell_text(" ".join(self.blocks(cell)))
                alignment = next((ALIGNMENTS[name] for name in _classes(cell) if name in ALIGNMENTS), "---")
                cells.append((text, alignment))
                cells += [("", alignment)] * (min(_whole(cell.get("colspan"), 1), 100) - 1)
        return cells

    def marked(self, element: etree._Element) -> str:
        text = self.inline(element)
        inside = text.strip()
        if not inside:
            return text
        before, _, after = text.partition(inside)
        mark = MARKS[element.tag]
        return f"{before}{mark}{inside}{mark}{after}"

    def kept_as_html(self, element: etree._Element) -> str:
        text = self.inline(element)
        if "footnote-ref" in _classes(element):
            return f"[^{_all_text(element)}]"
        return f"<{element.tag}>{text}</{element.tag}>" if text.strip(" ,") else ""

    def link(self, element: etree._Element) -> str:
        """Write a link; of one that leads nowhere, or to the page's own figures and references, its text."""
        text, href, classes = self.inline(element), element.get("href") or "", _classes(element)
        if not text.strip() or "footnote-backref" in classes or href.startswith("data:"):
            return ""
        if not href or "broken" in classes or (href.startswith("#") and "cross-reference" in classes):
            return text
        if href.startswith("#"):
            href = self._here + href
        if href == element.text and WEB_ADDRESS.fullmatch(href):
            return f"<{href}>"
        return markdown_link(text.strip(), href)

    def image(self, element: etree._Element) -> str:
        alt = escape_markdown(element.get("alt") or "").replace("]", "\\]")
        title = SPACE.sub(" ", element.get("title") or "").replace('"', '\\"')
        quoted = f' "{title}"' if title else ""
        return f"![{alt}]({_destination(element.get('src') or '')}{quoted})"

    def kept(self, element: etree._Element) -> str:
        place = _whole(element.text, -1)
        return self._kept[place] if 0 <= place < len(self._kept) else ""

    def kept_block(self, element: etree._Element) -> tuple[str, ...]:
        return (self.kept(element),)


#: How an element becomes blocks; any other is part of a line.
BLOCKS: dict[object, Callable[[_Writer, etree._Element], Iterable[str]]] = {
    **dict.fromkeys(
        "article body caption details div dt figcaption figure main p section summary".split(), _Writer.blocks
    ),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _Writer.heading),
    **dict.fromkeys(("aside", "blockquote"), _Writer.quotation),
    **dict.fromkeys(("ol", "ul"), _Writer.items),
    "dl": _Writer.definitions,
    "hr": lambda _writer, _element: ("---",),
    "markdown-block": _Writer.kept_block,
    "pre": _Writer.code_block,
    "table": _Writer.table,
}

#: How an element becomes part of a line; of any other, only what is in it does.
INLINES: dict[str, Callable[[_Writer, etree._Element], str]] = {
    **dict.fromkeys(MARKS, _Writer.marked),
    **dict.fromkeys(KEPT_AS_HTML, _Writer.kept_as_html),
    **dict.fromkeys(LEFT_OUT, lambda _writer, _element: ""),
    "a": _Writer.link,
    "br": lambda _writer, _element: BREAK,
    "code": lambda _writer, element: _code(_all_text(element)),
    "img": _Writer.image,
    "input": lambda _writer, element: _box(element),
    "markdown": _Writer.kept,
    "math": lambda _writer, element: _tex(element),
}


def _end_line(line: Sequence[str], blocks: list[str]) -> None:
    """Add a line to the blocks, if there is anything in it."""
    text = "".join(line).strip(" ") if line else ""
    if BREAK in text:
        text = BREAKS.sub(BREAK, text).removeprefix(BREAK).removesuffix(BREAK)
    if text:
        if text[0] in MAY_START or BREAK in text:
            text = NUMBERS.sub(r"\1\\\2", STARTS.sub(r"\\\1", text))
        blocks.append(text)


def _all_text(element: etree._Element) -> str:
    return str(element.xpath("string()")) if len(element) else element.text or ""


def _classes(element: etree._Element) -> list[str]:
    return (element.get("class") or "").split()


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else otherwise


def _code(text: str) -> str:
    fence = _fence(text, 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}" if text.strip() else ""


def _fence(text: str, shortest: int) -> str:
    longest = max(map(len, re.findall("`+", text)), default=0) if "`" in text else 0
    return "`" * max(shortest, longest + 1)


def _box(element: etree._Element) -> str:
    if element.get("type") != "checkbox":
        return ""
    return "[x]" if element.get("checked") is not None else "[ ]"


def _tex(element: etree._Element) -> str:
    annotation = element.find(".//annotation")
    return f"${annotation.text}$" if annotation is not None else _all_text(element)


def _destination(address: str) -> str:
    return f"<{address}>" if re.search(r"[\s()]", address) else address
