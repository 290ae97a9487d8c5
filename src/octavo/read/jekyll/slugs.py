"""Slugs, as Jekyll makes them of titles, categories and file names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

#: What stays beside letters, marks and digits, by mode, and whether only ASCII does:
#: https://jekyllrb.com/docs/liquid/filters/#options-for-the-slugify-filter
MODES = {
    "raw": re.compile(r"\s+"),
    "default": re.compile(r"(?:[^\w]|_)+"),
    "pretty": re.compile(r"[^\w.~!$&'()+,;=@]+"),
    "ascii": re.compile(r"[^A-Za-z0-9]+"),
    "latin": re.compile(r"(?:[^\w]|_)+"),
}


def slugify(text: str, mode: str = "default", cased: bool = False) -> str:
    """Return the slug of a text in one of Jekyll's modes; in a mode that is none, the text in lower case.

    >>> slugify("The _config.yml file")
    'the-config-yml-file'
    """
    if mode not in MODES:
        return text if cased else text.lower()
    if mode == "latin":
        text = "".join(_latin(text))
    slug = MODES[mode].sub(lambda run: _replacement(run[0]), text)
    slug = slug.removeprefix("-").removesuffix("-")
    return slug if cased else slug.lower()


def _replacement(run: str) -> str:
    """Return a hyphen, around what Python doesn't count as part of a word and Ruby does: marks."""
    if all(unicodedata.category(sign)[0] != "M" for sign in run):
        return "-"
    kept = "".join(sign if unicodedata.category(sign)[0] == "M" else "-" for sign in run)
    return re.sub("-+", "-", kept)


def _latin(text: str) -> Iterator[str]:
    """Yield the letters without their accents."""
    for sign in text:
        decomposed = unicodedata.normalize("NFKD", sign)
        is_accented = len(decomposed) > 1 and decomposed[0].isascii()
        yield decomposed[0] if is_accented else sign
