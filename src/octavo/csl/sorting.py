"""The order of cites and of entries (CSL 1.0.2, "Sorting"), by keys that compare as a dictionary would."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from octavo.csl.richtext import strip_marks
from octavo.csl.scope import Render, Scope

T = TypeVar("T")

Collated = tuple[str, str]


@dataclass(frozen=True)
class SortKey:
    """One key: what it sorts by, as a rendering, and which way.

    ``numbered`` says that it depends on the number of the item in its document.
    """

    render: Render
    descending: bool
    numeric: bool = False
    numbered: bool = False

    def value(self, scope: Scope) -> Collated:
        """Return what sorts an item; nothing for an item without it."""
        text = strip_marks(self.render(scope))
        if self.numeric and (number := re.match(r"\s*(\d+)", text)):
            return (number[1].rjust(12, "0"), text)
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
    return (_OTHER_SIGNS.sub("!", _IGNORED.sub("", letters)), folded)


_IGNORED = re.compile('[,"“”.-]')
_OTHER_SIGNS = re.compile(r"[^\w\s]")


def sort_by_keys(things: Sequence[T], keys: Sequence[SortKey], values: Callable[[T], Sequence[Collated]]) -> list[T]:
    """Sort by several keys, each its own way; what lacks a key comes last either way, and ties stay as they are."""
    ordered = list(things)
    known = {id(thing): values(thing) for thing in ordered}
    for place in reversed(range(len(keys))):
        having = [thing for thing in ordered if known[id(thing)][place][1]]
        lacking = [thing for thing in ordered if not known[id(thing)][place][1]]

        def value(thing: T, place: int = place) -> Collated:
            return known[id(thing)][place]

        having.sort(key=value, reverse=keys[place].descending)
        ordered = having + lacking
    return ordered
