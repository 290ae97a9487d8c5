"""Numbers, ranges of pages, and whether there is one thing or more (CSL 1.0.2, "Number", "Label", "Page Ranges")."""

from __future__ import annotations

import re

from octavo.csl.locale import Locale

#: A text longer than this is no number, whatever it is made of.
_MOST_DIGITS = 100

# What is matched is never tried again in another way, or long texts would take for ever.
_ONE = r"[^\W\d_]{0,3}\d++[^\W\d_]*+(?:\.\d++)*+"
_NUMERIC = re.compile(rf"\s*{_ONE}(?:\s*[,&\-–—]\s*{_ONE})*\s*$")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_SEVERAL = re.compile(r"\d\s*[,;&–—-]\s*(?:[^\W\d_]{0,2}\d|[ivxlc]+\b)|\w++\s+(?:and|&)\s+\w+|\w\s*[,;&–—]\s*\w")


def is_numeric(text: str) -> bool:
    """Tell whether a text is numbers with at most some letters around each: ``2``, ``D2``, ``2–4 & 7b``."""
    return len(text) <= _MOST_DIGITS and bool(_NUMERIC.match(text))


def is_plural(text: str, counts: bool = False) -> bool:
    """Tell whether a text names several things; ``counts`` says that it is the number of them."""
    if counts:
        number = re.search(r"\d+", text)
        return number is not None and number[0].lstrip("0") not in ("", "1")
    return bool(_SEVERAL.search(text.replace("\\-", "")) or _ROMAN_RANGE.match(text.strip()))


def roman(number: int) -> str:
    """Return a number below 4000 in small Roman letters; others in digits."""
    if not 0 < number < 4000:
        return str(number)
    out = ""
    for value, letters in _ROMAN:
        out += letters * (number // value)
        number %= value
    return out


def normalize(text: str, delimiter: str = "–") -> str:
    """Write ranges and lists of numbers as they are printed: ``2–4``, ``2 & 4``, ``2, 4``."""
    text = re.sub(rf"({_ONE})\s*(?<!\\)[-–]\s*(?={_ONE})", rf"\1{delimiter}", text)
    text = re.sub(r"\s*&\s*", " & ", text)
    return re.sub(r"\s*,\s*", ", ", text).replace("\\-", "-")


def format_number(text: str, form: str, locale: Locale, gender: str) -> str:
    """Write the numbers in a text as ``numeric``, ``ordinal``, ``long-ordinal`` or ``roman``."""
    if form == "ordinal":
        return re.sub(r"\d+", lambda match: locale.ordinal(int(match[0]), gender), text)
    if form == "long-ordinal":
        return re.sub(r"\d+", lambda match: locale.long_ordinal(int(match[0]), gender), text)
    return re.sub(r"\d+", lambda match: roman(int(match[0])), text) if form == "roman" else text


# Ranges of pages.

_RANGE = re.compile(r"((?:\d*[^\W\d_]+0*)?)(\d+)\s*(?:-|–|—)+\s*((?:\d*[^\W\d_]+0*)?)(\d+)$")
_ROMAN_RANGE = re.compile(r"([ivxlcdm]+)\s*(?:-|–|—)+\s*([ivxlcdm]+)$", re.IGNORECASE)


def format_pages(text: str, style: str, delimiter: str) -> str:
    """Write ranges of pages in a format of ``page-range-format``, between them the locale's delimiter."""
    if "-" not in text and "–" not in text:
        return text
    parts = re.split(r"(\s*[,;&]\s*)", text)
    return "".join(
        re.sub(r"\s*&\s*", " & ", part) if place % 2 else _format_range(part, style, delimiter)
        for place, part in enumerate(parts)
    )


def _format_range(text: str, style: str, delimiter: str) -> str:
    if "\\-" in text:
        return text.replace("\\-", "-")
    if roman_range := _ROMAN_RANGE.match(text.strip()):
        return f"{roman_range[1]}{delimiter}{roman_range[2]}"
    match = _RANGE.match(text.strip()) if len(text) <= _MOST_DIGITS else None
    if not match:
        return re.sub(r"\s*-+\s*", "-", text)
    letters, first, other_letters, last = match.groups()
    if letters != other_letters:
        return f"{letters}{first}-{other_letters}{last}"
    full = first[: len(first) - len(last)] + last if len(last) < len(first) else last
    if not style:
        return f"{letters}{first}{delimiter}{other_letters}{last}"
    if int(full) < int(first):
        return f"{letters}{first}{'-' if letters else delimiter}{other_letters}{last}"
    return f"{letters}{first}{delimiter}{letters if style == 'expanded' else ''}{_shorten(first, full, style)}"


def _shorten(first: str, last: str, style: str) -> str:
    if style == "minimal":
        return _without_common(first, last, 1)
    if style == "minimal-two":
        return _without_common(first, last, 2)
    if style in ("chicago", "chicago-15", "chicago-16"):
        return _chicago(first, last, style)
    return last


def _without_common(first: str, last: str, least: int) -> str:
    if len(first) != len(last):
        return last
    place = 0
    while place < len(last) - least and first[place] == last[place]:
        place += 1
    return last[place:]


def _chicago(first: str, last: str, style: str) -> str:
    """Shorten by the table of the Chicago Manual of Style (16th edition, 9.60)."""
    number = int(first)
    if number < 100 or number % 100 == 0 or len(first) != len(last):
        return last
    if number % 100 < 10:
        return _without_common(first, last, 1)
    shown = _without_common(first, last, 2)
    if style != "chicago-16" and len(first) == 4 and len(shown) > 2:
        return last
    return shown
