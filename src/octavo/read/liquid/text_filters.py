"""The filters of Liquid that change texts, as Ruby does: any value is taken for the text that Ruby shows it by.

https://shopify.github.io/liquid/
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from urllib.parse import quote_plus, unquote_plus

from octavo.read.liquid.numbers import to_integer
from octavo.read.liquid.values import is_nil, shown_text

#: What Ruby takes for white space around a text; a no-break space isn't.
SPACE = "\t\n\v\f\r \0"

#: The characters that ``escape`` changes,
SPECIAL = re.compile(r"[&<>\"']")

#: and those that ``escape_once`` does: not the ampersand of a reference.
SPECIAL_ONCE = re.compile(r"[<>\"']|&(?!(?:[a-zA-Z]+|#\d+);)")

REFERENCES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}


def escape(value: object, special: re.Pattern[str] = SPECIAL) -> str | None:
    """Escape a text for HTML; nothing stays nothing."""
    return None if is_nil(value) else special.sub(lambda found: REFERENCES[found[0]], shown_text(value))


def escape_once(value: object) -> str | None:
    """Escape a text for HTML, but not what is escaped already."""
    return escape(value, SPECIAL_ONCE)


def url_encode(value: object) -> str | None:
    """Escape a text for a query of an address."""
    return None if is_nil(value) else quote_plus(shown_text(value), safe="*")


def url_decode(value: object) -> str | None:
    """Return what was escaped for a query."""
    return None if is_nil(value) else unquote_plus(shown_text(value))


def cut(value: object, start: object, length: object = 1) -> object:
    """Return a part of a text or list; it may be counted from the end."""
    whole = value if isinstance(value, list) else shown_text(value)
    first, most = to_integer(start), to_integer(length)
    first += len(whole) if first < 0 else 0
    is_within = 0 <= first <= len(whole) and most >= 0
    return whole[first : first + most] if is_within else whole[:0]


def split(value: object, mark: object) -> list[str]:
    """Return the parts of a text between marks, without empty ones at its end; a space stands for any white space."""
    text, between = shown_text(value), shown_text(mark)
    parts = text.split(None if between == " " else between) if between else list(text)
    while parts and not parts[-1]:
        parts.pop()
    return parts


def truncate(value: object, length: object = 50, end: object = "...") -> str:
    """Return a text of at most so many characters; one that is as long stays whole."""
    text, most, mark = shown_text(value), to_integer(length), shown_text(end)
    return text if len(text) <= most else text[: max(0, most - len(mark))] + mark


def truncatewords(value: object, count: object = 15, end: object = "...") -> str:
    """Return the first words of a text, as it is if it has no more."""
    text, most = shown_text(value), max(1, to_integer(count))
    words = text.split()
    return text if len(words) <= most else " ".join(words[:most]) + shown_text(end)


def replace_first(value: object, old: object, new: object = "") -> str:
    """Replace the first occurrence of a text."""
    return shown_text(value).replace(shown_text(old), shown_text(new), 1)


def _changed(change: Callable[[str], str], value: object) -> str:
    return change(shown_text(value))


#: By their names.
TEXT_FILTERS: dict[str, Callable[..., object]] = {
    "upcase": partial(_changed, str.upper),
    "downcase": partial(_changed, str.lower),
    "capitalize": partial(_changed, str.capitalize),
    "strip": partial(_changed, lambda text: text.strip(SPACE)),
    "lstrip": partial(_changed, lambda text: text.lstrip(SPACE)),
    "rstrip": partial(_changed, lambda text: text.rstrip(SPACE)),
    "strip_newlines": partial(_changed, lambda text: re.sub(r"\r?\n", "", text)),
    "newline_to_br": partial(_changed, lambda text: text.replace("\n", "<br />\n")),
    "append": lambda value, end: shown_text(value) + shown_text(end),
    "prepend": lambda value, start: shown_text(start) + shown_text(value),
    "remove": lambda value, old: shown_text(value).replace(shown_text(old), ""),
    "remove_first": replace_first,
    "replace_first": replace_first,
    "escape": escape,
    "h": escape,
    "escape_once": escape_once,
    "url_encode": url_encode,
    "url_decode": url_decode,
    "slice": cut,
    "split": split,
    "truncate": truncate,
    "truncatewords": truncatewords,
}
