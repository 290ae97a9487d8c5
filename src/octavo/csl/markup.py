"""Markup that survives a processor of plain strings: on its way through, each tag is one private character.

Text goes in with its tags as private characters (Unicode's Private Use Area) and comes out as text with private
characters, which is escaped as a whole before they become tags again. So nothing but these tags can come out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import quote

#: The tags an item may hold, and what they become; the closing ones follow from them.
_TAGS = {
    "<i>": "\ue001",
    "</i>": "\ue002",
    "<b>": "\ue003",
    "</b>": "\ue004",
    "<sup>": "\ue005",
    "</sup>": "\ue006",
    "<sub>": "\ue007",
    "</sub>": "\ue008",
    '<span style="font-variant: small-caps;">': "\ue009",
    "</span>": "\ue00a",
}
_MARKS = {
    **{mark: tag for tag, mark in _TAGS.items()},
    "\ue009": '<span class="small-caps">',
    "\ue00b": "<u>",
    "\ue00c": "</u>",
}
_PAIRS = {
    "\ue001": "\ue002",
    "\ue003": "\ue004",
    "\ue005": "\ue006",
    "\ue007": "\ue008",
    "\ue009": "\ue00a",
    "\ue00b": "\ue00c",
}

#: Around a formula, in place of its dollars; letters between them have been moved out of the reach of text-case rules.
_FORMULA = ("\ue00e", "\ue00f")

#: Characters of a formula are shifted into this plane, so that no rule of a style changes them.
_PLANE = 0xF0000

_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd]")
_ADDRESS = re.compile(r"https?://[^\s<>\"\ue000-\uf8ff]+|(?<=doi: )10\.\d{4,9}/[^\s<>\"\ue000-\uf8ff]+")


@dataclass(frozen=True)
class Formula:
    """A formula in a formatted text, in TeX."""

    tex: str


def protect(text: str) -> str:
    """Turn the escaped text of an item into one without tags or entities, each tag a private character.

    ``<span class="nocase">`` stays: the processor knows it, and it changes how text-case rules treat what it holds.
    """
    text = _PRIVATE.sub("", text)
    text = re.sub(r"\$([^$]+)\$", lambda match: _hidden(unescape(match[1])), text)
    parts = re.split(r'(<span class="nocase">|<span style="font-variant: small-caps;">|</?\w+>)', text)
    return "".join(_protected_parts(parts))


def _protected_parts(parts: list[str]) -> list[str]:
    open_spans: list[str] = []
    protected = []
    for part in parts:
        if part == '<span class="nocase">':
            open_spans.append("</span>")
            protected.append(part)
        elif part == "</span>" and open_spans:
            protected.append(open_spans.pop())
        elif part in _TAGS and part != "</span>":
            if part.startswith("<span"):
                open_spans.append(_TAGS["</span>"])
            protected.append(_TAGS[part])
        else:
            protected.append(unescape(part) if not part.startswith("<") else "")
    return [*protected, *reversed(open_spans)]


def wrap(mark: str, text: str) -> str:
    """Put private characters around a text; ``mark`` is the opening one."""
    return f"{mark}{text}{_PAIRS[mark]}" if text else ""


ITALIC, BOLD, SUPERSCRIPT, SUBSCRIPT, SMALL_CAPS, UNDERLINE = "\ue001", "\ue003", "\ue005", "\ue007", "\ue009", "\ue00b"


def to_html(text: str) -> str:
    """Escape a text and turn its private characters into tags, well nested, and its addresses into links."""
    linked = _ADDRESS.sub(lambda match: _link(match[0]), text)
    parts = re.split(r"(\ue010[^\ue011]*\ue011[^\ue012]*\ue012)", linked)
    return _nested("".join(part if part.startswith("\ue010") else escape(part, quote=False) for part in parts))


def _link(address: str) -> str:
    """Mark an address for `_nested`; the full stop or bracket that ends a sentence is not part of it."""
    end = len(address.rstrip(".,;:!?)]"))
    if address[:end].count("(") > address[:end].count(")"):
        end = min(len(address), end + 1)
    shown = address[:end]
    href = quote(shown if shown.startswith("http") else f"https://doi.org/{shown}", safe=":/?#[]@!$&'()*+,;=%~-._")
    return f"\ue010{escape(href)}\ue011{escape(shown, quote=False)}\ue012{address[end:]}"


def _nested(text: str) -> str:
    """Replace private characters by tags; one that closes nothing vanishes, one left open is closed."""
    out: list[str] = []
    still_open: list[str] = []
    for character in text:
        if character in _PAIRS:
            still_open.append(_PAIRS[character])
            out.append(_MARKS[character])
        elif character in _PAIRS.values():
            if character in still_open:
                while (closing := still_open.pop()) != character:
                    out.append(_MARKS[closing])
                out.append(_MARKS[character])
        else:
            out.append(_LINK_MARKS.get(character, character))
    out.extend(_MARKS[closing] for closing in reversed(still_open))
    return "".join(out)


_LINK_MARKS = {"\ue010": '<a href="', "\ue011": '">', "\ue012": "</a>"}


def _hidden(tex: str) -> str:
    shifted = "".join(chr(_PLANE + ord(character)) if ord(character) < 0xFFFE else "" for character in tex)
    return f"{_FORMULA[0]}{shifted}{_FORMULA[1]}"


def split_formulas(html: str) -> tuple[str | Formula, ...]:
    """Split formatted HTML at its formulas."""
    parts = re.split(f"{_FORMULA[0]}([^{_FORMULA[1]}]*){_FORMULA[1]}", html)
    found = (Formula(_shown(part)) if place % 2 else _PRIVATE.sub("", part) for place, part in enumerate(parts))
    return tuple(part for part in found if part)


def _shown(shifted: str) -> str:
    return "".join(chr(ord(character) - _PLANE) for character in shifted if ord(character) >= _PLANE)
