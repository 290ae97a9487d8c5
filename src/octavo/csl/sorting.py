"""The order of cites and of entries (CSL 1.0.2, "Sorting"), by keys that compare as a dictionary would."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TypeVar

from octavo.csl.richtext import strip_marks
from octavo.csl.scope import Render, Scope

T = TypeVar("T")

#: What a thing sorts by: whether it lacks it, which puts it last; the text without regard to case and accents; with it.
Collated = tuple[bool, str, str]


@dataclass(frozen=True)
class SortKey:
    """One key: what it sorts by, as a rendering, and which way.

    ``numbered`` says that it depends on the number of the item in its document, ``cited`` on how it is cited, too.
    """

    render: Render
    descending: bool
    numeric: bool = False
    numbered: bool = False
    cited: bool = False

    def value(self, scope: Scope) -> Collated:
        """Return what sorts an item; nothing for an item without it."""
        text = strip_marks(self.render(scope))
        if self.numeric and (number := re.match(r"\s*(\d+)", text)):
            return (False, number[1].rjust(12, "0"), text)
        return collate(text)


@lru_cache(maxsize=4096)  # of a text alone; the same authors come again and again
def collate(text: str) -> Collated:
    """Return a key that sorts texts without regard to case and accents first, then with it.

    Leading punctuation counts for nothing; elsewhere it comes before digits, and digits before letters.
    """
    folded = text.casefold()
    letters = folded
    if not text.isascii():
        folded = unicodedata.normalize("NFKD", text).casefold()
        letters = "".join(one for one in folded if not unicodedata.combining(one))
        letters = letters.replace("ø", "o").replace("ł", "l").replace("æ", "ae")
    letters = re.sub(r"^[\W_]+", "", letters)
    return (not folded, _OTHER_SIGNS.sub("!", _IGNORED.sub("", letters)), folded)


_IGNORED = re.compile('[,"“”.-]')
_OTHER_SIGNS = re.compile(r"[^\w\s]")


def sort_by_keys(things: Sequence[T], keys: Sequence[SortKey], values: Callable[[T], Sequence[Collated]]) -> list[T]:
    """Sort by several keys, each its own way; what lacks a key comes last either way, and ties stay as they are."""
    ordered = [(values(thing), thing) for thing in things]
    if not any(key.descending for key in keys):
        ordered.sort(key=itemgetter(0))
        return [thing for _, thing in ordered]
    for place in reversed(range(len(keys))):
        having = [one for one in ordered if not one[0][place][0]]
        lacking = [one for one in ordered if one[0][place][0]]
        having.sort(key=_by_key(place), reverse=keys[place].descending)
        ordered = having + lacking
    return [thing for _, thing in ordered]


def _by_key(place: int) -> Callable[[tuple[Sequence[Collated], object]], Collated]:
    return lambda one: one[0][place]
