"""Locators: which part of a work is cited (``p. 12``, ``chapters 3-5``)."""

from __future__ import annotations

import re
from typing import NamedTuple

#: Locator terms of CSL 1.0.2 (appendix III) by the words and signs they are written as, without a final point.
LABELS = {
    form: term
    for term, forms in {
        "act": ("act",),
        "appendix": ("appendix", "app", "appendices"),
        "article-locator": ("article", "art", "articles"),
        "book": ("book", "bk", "bks", "books"),
        "chapter": ("chapter", "chapters", "ch", "chap", "chaps", "chs"),
        "column": ("column", "columns", "col", "cols"),
        "elocation": ("elocation",),
        "equation": ("equation", "equations", "eq", "eqs"),
        "figure": ("figure", "figures", "fig", "figs"),
        "folio": ("folio", "folios", "fol", "fols"),
        "line": ("line", "lines", "l", "ll"),
        "note": ("note", "notes", "n", "nn"),
        "number": ("number", "no", "nos"),
        "opus": ("opus", "op", "opp"),
        "page": ("page", "pages", "p", "pp"),
        "paragraph": ("paragraph", "paragraphs", "para", "paras", "¶", "¶¶"),
        "part": ("part", "parts", "pt", "pts"),
        "rule": ("rule", "rules"),
        "scene": ("scene", "scenes", "sc"),
        "section": ("section", "sections", "sec", "secs", "§", "§§"),
        "sub-verbo": ("sub verbo", "s.v", "s.vv"),
        "supplement": ("supplement", "supplements", "supp"),
        "table": ("table", "tables", "tbl"),
        "timestamp": ("timestamp",),
        "title-locator": ("title",),
        "verse": ("verse", "verses", "v", "vv"),
        "version": ("version",),
        "volume": ("volume", "volumes", "vol", "vols"),
    }.items()
    for form in (term, *forms)
}

_LABEL = "|".join(sorted(map(re.escape, LABELS), key=len, reverse=True))
_NUMBER = r"(?:[A-Za-z]{0,3}\d[\w.:]*(?<!\.)|[ivxlcdm]+\b)"
_MORE = rf"(?:\s*(?:--?-?|[–—,&]|and)\s*{_NUMBER})*"
LOCATOR = re.compile(
    rf"\s*,?\s*(?:(?P<label>{_LABEL})(?:\.|\b|(?<=[§¶]))\s*(?P<number>{_NUMBER}{_MORE})"
    rf"|(?P<bare>\d[\w.:]*(?<!\.){_MORE}))",
    re.IGNORECASE,
)


class Locator(NamedTuple):
    """A locator: the CSL term and its number, both empty if there is none, and the text after it."""

    label: str
    number: str
    rest: str


def parse_locator(text: str) -> Locator:
    """Read what stands after a citekey: a locator, if it begins with one, and a suffix. A bare number is a page."""
    found = LOCATOR.match(text)
    if not found:
        return Locator("", "", text)
    label = LABELS[found["label"].lower()] if found["label"] else "page"
    return Locator(label, found["number"] or found["bare"], text[found.end() :])
