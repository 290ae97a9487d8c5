"""Titles as BibTeX files have them, in the case of a sentence: what CSL styles expect, and change where they want.

BibTeX's convention is to write English titles with capitals and to brace what must keep its case (*BibTeXing*, 1988,
section 4); CSL's is to write them as a sentence (CSL 1.0.2, "Text-case").
"""

from __future__ import annotations

import re

#: Protected text, tags, entities and formulas; then words.
_TOKEN = re.compile(
    r'(?P<kept><span class="nocase">.*?</span>|<[^>]*>|&\w+;|\$[^$]*\$)|(?P<word>[^\W\d_]+(?:[’\'][^\W\d_]+)*)',
    re.DOTALL,
)
_STARTS = re.compile(r"(?:^|[:.?!—] ?)[\s“‘\"'(\[]*$")
_TAGS = re.compile(r"<[^>]*>")


def sentence_case(title: str) -> str:
    """Write the words of an English title small that have their first letter large and no other.

    The first word, the first of a part after a colon or full stop, and what is protected stay as they are.

    >>> sentence_case('Attention Is All You Need: A <span class="nocase">BERT</span> Primer')
    'Attention is all you need: A <span class="nocase">BERT</span> primer'
    """
    seen = ""

    def change(match: re.Match[str]) -> str:
        nonlocal seen
        seen = _TAGS.sub("", title[: match.start()])
        word = match["word"]
        if not word or _STARTS.search(seen) or not _is_capitalized(word):
            return match[0]
        return word.lower()

    return _TOKEN.sub(change, title)


def _is_capitalized(word: str) -> bool:
    """Tell whether a word is small but for its first letter; a single large letter other than A is a name."""
    return word == "A" or (len(word) > 1 and word[0].isupper() and word[1:].islower())


def short_title(title: str) -> str:
    """Return what comes before the colon of a title, or nothing if it has none."""
    short, colon, rest = title.partition(": ")
    is_whole = short.count("<") == 2 * short.count("</") and short.count("$") % 2 == 0
    return short if colon and rest and is_whole else ""
