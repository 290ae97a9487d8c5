"""Rich text: strings in which each tag is one private character, and the tree they stand for.

While a citation is put together its text is a flat string. Italics, quotes and the like are pairs of characters of
Unicode's Private Use Area around what they hold, so that text with markup can be cut, joined and searched like any
other. Only at the end `parse` makes the tree of it, and a renderer makes HTML or plain text of the tree; text is
escaped there and nowhere else, so no tag can come from an item.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

#: The formats in the order of their private characters: the opening one is U+E000 + 2n, the closing one follows it.
FORMATS = (
    "italic",
    "oblique",
    "style-normal",
    "bold",
    "light",
    "weight-normal",
    "small-caps",
    "variant-normal",
    "superscript",
    "subscript",
    "baseline",
    "underline",
    "decoration-none",
    "nocase",
    "quote",
    "link",
    "block",
    "left-margin",
    "right-inline",
    "indent",
)
OPENING = {name: chr(0xE000 + 2 * place) for place, name in enumerate(FORMATS)}
CLOSING = {name: chr(0xE001 + 2 * place) for place, name in enumerate(FORMATS)}
OPEN_QUOTE, CLOSE_QUOTE = OPENING["quote"], CLOSING["quote"]
_CLOSING_OF = {OPENING[name]: CLOSING[name] for name in FORMATS}
_NAME_OF = {OPENING[name]: name for name in FORMATS}

#: Around an apostrophe's neighbours nothing is a quote; this one came from a straight mark.
APOSTROPHE = "’"

#: A less-than sign that begins no tag, whatever follows it.
LITERAL_LESS = "\ue0fe"

#: All private characters are marks: those of the formats, and from U+E800 on those around the cites of a cluster.
FIRST_MARK, LAST_MARK = "\ue000", "\uf8ff"
MARKS = re.compile("[\ue000-\uf8ff]")
_FORMAT_MARKS = re.compile("[\ue000-\ue0ff]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ue000-\ue0fd\ue0ff-\uf8ff\ud800-\udfff\ufffe\uffff]")
_TAG = re.compile(r"(</?(?:i|b|sup|sub|sc)>|<span\s+(?:class|style)=\"[^\"<>]*\"\s*>|</span>)")
_STARTS = {
    "<i>": "italic",
    "<b>": "bold",
    "<sup>": "superscript",
    "<sub>": "subscript",
    "<sc>": "small-caps",
}
_SPANS = {'<spanclass="nocase">': "nocase", '<spanclass="nodecor">': "style-normal"}


def wrap(name: str, text: str) -> str:
    """Put a format around a text that isn't empty."""
    return f"{OPENING[name]}{text}{CLOSING[name]}" if text else ""


def strip_marks(text: str) -> str:
    """Return the text alone, quotes as straight ones."""
    if text.isascii():
        return text
    text = text.replace(OPEN_QUOTE, '"').replace(CLOSE_QUOTE, '"').replace(LITERAL_LESS, "<")
    return MARKS.sub("", text)


# From an item's text.


def read_text(text: str) -> str:
    """Read a CSL-JSON string: its tags become formats, its quotes pairs; what is unbalanced stays as it was written."""
    if not text:
        return ""
    if not (text.isascii() and text.isprintable()):
        text = _FORBIDDEN.sub("", text)
    if "<" in text:
        text = _read_tags(text)
    return _read_quotes(text) if _QUOTE.search(text) else text


def _read_tags(text: str) -> str:
    parts = _TAG.split(text)
    still_open: list[tuple[int, str]] = []  # place of the tag in parts, and its format
    for place in range(1, len(parts), 2):
        tag = parts[place]
        if not tag.startswith("</"):
            if name := _format_of(tag):
                still_open.append((place, name))
            continue
        nearest = next((n for n in reversed(range(len(still_open))) if _closes(tag, parts[still_open[n][0]])), None)
        if nearest is not None:
            where, name = still_open[nearest]
            del still_open[nearest:]
            parts[where], parts[place] = OPENING[name], CLOSING[name]
    return "".join(parts)


def _format_of(tag: str) -> str:
    if tag in _STARTS:
        return _STARTS[tag]
    compact = re.sub(r"\s", "", tag)
    if compact in _SPANS:
        return _SPANS[compact]
    return "small-caps" if re.fullmatch(r'<spanstyle="font-variant:small-caps;?">', compact) else ""


def _closes(closing: str, opening: str) -> bool:
    return closing == "</span>" if opening.startswith("<span") else closing[2:] == opening[1:]


_QUOTE = re.compile("[\"'“”‘]")
_SINGLE, _DOUBLE = "'‘’", '"“”'


def _read_quotes(text: str) -> str:
    """Pair the quotes of a text; a single one that has no partner is an apostrophe."""
    characters = list(text)
    still_open: list[tuple[int, str]] = []
    for place, character in enumerate(characters):
        if character not in _SINGLE and character not in _DOUBLE:
            continue
        kind = _SINGLE if character in _SINGLE else _DOUBLE
        before, after = _neighbour(characters, place, -1), _neighbour(characters, place, 1)
        opened = [n for n, (_, other) in enumerate(still_open) if other == kind]
        may_close = bool(opened) and not before.isspace() and before != "" and not after.isalnum()
        is_first = before == "" or before.isspace() or before in "([{–—-/" + OPEN_QUOTE
        follows_opening = bool(still_open) and still_open[-1][0] == place - 1
        may_open = (is_first or follows_opening) and after != "" and not after.isspace()
        if character in "“‘":
            still_open.append((place, kind))
        elif (may_close and character in "\"'”’") or (opened and character == "”"):
            start = still_open[opened[-1]][0]
            del still_open[opened[-1] :]
            characters[start], characters[place] = OPEN_QUOTE, CLOSE_QUOTE
        elif may_open and character in "\"'":
            still_open.append((place, kind))
    return "".join(APOSTROPHE if character == "'" else character for character in characters)


def _neighbour(characters: list[str], place: int, step: int) -> str:
    """Return the next character that isn't a tag, or nothing at the end."""
    place += step
    while 0 <= place < len(characters):
        character = characters[place]
        if not FIRST_MARK <= character <= LAST_MARK or character in (OPEN_QUOTE, CLOSE_QUOTE):
            return character
        place += step
    return ""


# Joining.

#: What two marks make that meet where texts are joined: by the left one, then the right one (of the CSL test suite).
COLLISIONS = {
    "!": {".": "!", ":": "!", "!": "!", "?": "!?", ",": "!,", ";": "!;"},
    "?": {".": "?", ":": "?", "?": "?", "!": "?!", ",": "?,", ";": "?;"},
    ":": {"!": "!", "?": "?", ".": ":", ":": ":", ",": ":,", ";": ":;"},
    ";": {"!": "!", "?": "?", ".": ";", ":": ";", ";": ";", ",": ";,"},
    ",": {",": ",", "!": ",!", "?": ",?", ":": ",:", ".": ",.", ";": ",;"},
    ".": {".": ".", "!": ".!", "?": ".?", ":": ".:", ",": ".,", ";": ".;"},
}
_MEETING = frozenset(".!?:;, \u00a0")
_MOVED_INSIDE = ".,!?"


def append(left: str, right: str, in_quote: bool) -> str:
    """Join two texts; where their punctuation meets, one mark may go, or move into the quotes before it."""
    if not left or not right:
        return left or right
    first = right[0]
    if first not in _MEETING:
        if not FIRST_MARK <= first <= LAST_MARK:
            return left + right
        start = _first_visible(right)
        if start == len(right) or right[start] not in _MEETING:
            return left + right
    else:
        start = 0
    return _meet(left, right, start, in_quote)


def _first_visible(text: str) -> int:
    place = 0
    while place < len(text) and FIRST_MARK <= text[place] <= LAST_MARK:
        if text[place] == OPEN_QUOTE:
            return len(text)
        place += 1
    return place


def _meet(left: str, right: str, start: int, in_quote: bool) -> str:
    mark = right[start]
    end = len(left) - 1
    quoted = -1
    while end >= 0 and FIRST_MARK <= left[end] <= LAST_MARK:
        if left[end] == CLOSE_QUOTE:
            quoted = end
        end -= 1
    if end < 0:
        return left + right
    last = left[end]
    rest = right[:start] + right[start + 1 :]
    if mark in " \u00a0":
        return left + rest if last in " \u00a0" and quoted < 0 else left + right
    if quoted >= 0 and in_quote and mark in _MOVED_INSIDE:
        made = COLLISIONS[last][mark] if last in COLLISIONS else last + mark
        return left[:end] + made + left[end + 1 :] + rest
    if last not in COLLISIONS:
        return left + right
    made = COLLISIONS[last][mark]
    if made == last + mark:
        return left + right
    return left[:end] + made + left[end + 1 :] + rest


def join(parts: list[str], delimiter: str, in_quote: bool) -> str:
    """Join the texts that aren't empty."""
    joined = ""
    for part in parts:
        if part:
            joined = append(append(joined, delimiter, in_quote), part, in_quote) if joined else part
    return joined


# The tree, and what is made of it.


@dataclass(frozen=True)
class Styled:
    """A format and what it holds; see `FORMATS`."""

    format: str
    children: Tree


Tree: TypeAlias = "tuple[str | Styled, ...]"


#: How deep formats may be nested in each other; those that are deeper are left out.
MOST_LEVELS = 100


def parse(text: str) -> Tree:
    """Make the tree of a flat text; what was left open ends where that which holds it ends."""
    if not _FORMAT_MARKS.search(text):
        return (text,) if text else ()
    levels: list[tuple[str, list[str | Styled]]] = [("", [])]
    place = 0
    for match in _FORMAT_MARKS.finditer(text):
        if match.start() > place:
            levels[-1][1].append(text[place : match.start()])
        place = match.end()
        mark = match[0]
        if mark == LITERAL_LESS:
            levels[-1][1].append("<")
        elif mark in _CLOSING_OF:
            if len(levels) < MOST_LEVELS:
                levels.append((mark, []))
        elif any(_CLOSING_OF.get(opening) == mark for opening, _ in levels):
            while True:
                opening, children = levels.pop()
                levels[-1][1].append(Styled(_NAME_OF[opening], tuple(children)))
                if _CLOSING_OF[opening] == mark:
                    break
    levels[-1][1].append(text[place:])
    while len(levels) > 1:
        opening, children = levels.pop()
        levels[-1][1].append(Styled(_NAME_OF[opening], tuple(children)))
    return tuple(child for child in levels[0][1] if child)
