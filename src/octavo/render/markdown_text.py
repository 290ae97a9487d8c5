"""Markdown as text: what keeps a word from being taken for a sign, and the forms of links, code, lists and tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count, repeat

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

SPACE = re.compile(r"[ \t\n\r\f\v]+")
IN_BRACKETS = re.compile(r"[\s()]")


def with_backslash(sign: re.Match[str]) -> str:
    """Return what was found with a backslash before it."""
    return f"\\{sign[0]}"


def escape_markdown(text: str) -> str:
    """Write plain text so that it means itself inside a line of Markdown."""
    return SIGNS.sub(with_backslash, SPACE.sub(" ", text))


def settled(line: str) -> str:
    """Write a line of Markdown so that its beginning means itself, too, and no line end stands at its ends."""
    text = line.strip(" ")
    if BREAK in text:
        text = BREAKS.sub(BREAK, text).removeprefix(BREAK).removesuffix(BREAK)
    if text and (text[0] in MAY_START or BREAK in text):
        text = NUMBERS.sub(r"\1\\\2", STARTS.sub(r"\\\1", text))
    return text


def markdown_link(text: str, address: str) -> str:
    """Write a link; ``text`` is Markdown. A bracket without its other half would end it too early."""
    if text.count("[") != text.count("]"):
        text = re.sub(r"(?<!\\)[\[\]]", with_backslash, text)
    return f"[{text}]({link_destination(address)})"


def link_destination(address: str) -> str:
    """Write the address of a link or an image."""
    return f"<{address}>" if IN_BRACKETS.search(address) else address


def code_span(text: str) -> str:
    """Write code as part of a line."""
    fence = _fence(text, 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}" if text.strip() else ""


def fenced(text: str, language: str = "") -> str:
    """Write a block of code; its fence is longer than any in it."""
    fence = _fence(text, 3)
    return f"{fence}{language}\n{text.rstrip(chr(10))}\n{fence}"


def _fence(text: str, shortest: int) -> str:
    longest = max(map(len, re.findall("`+", text)), default=0) if "`" in text else 0
    return "`" * max(shortest, longest + 1)


def list_items(items: Sequence[str], start: int | None = None, between: str = "\n") -> str:
    """Write a list of items that are Markdown, counted from ``start`` if it is given."""
    marks = repeat("- ") if start is None else map("{}. ".format, count(start))
    pairs = zip(marks, items, strict=False)
    return between.join((mark + indented(item, " " * len(mark))).rstrip() for mark, item in pairs)


def table_rows(rows: Sequence[Sequence[str]], alignments: Sequence[str]) -> str:
    """Write a table; its first row is the head."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (rows[0], alignments, *rows[1:]))


def cell_text(text: str) -> str:
    """Write Markdown so that it can stand in a cell."""
    if "\n" not in text and "|" not in text:
        return text
    return text.replace(BREAK, "<br>").replace("\n", " ").replace("\\|", "|").replace("|", "\\|")


def indented(text: str, by: str) -> str:
    """Indent all lines but the first and empty ones."""
    return re.sub(r"\n(?!\n)", f"\n{by}", text) if "\n" in text else text
