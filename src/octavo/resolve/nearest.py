"""The known word that is most like one that isn't known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

#: To compare words takes some 30 millionths of a second for each; a large site may have many that are wrong.
MOST_COMPARED = 2_000


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the nearest word, or nothing."""
    near = nearest(word, known)
    return f"did you mean '{near}'?" if near else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is most like another; of very many only those that begin alike are looked at."""
    return _nearest(word, tuple(known))


@lru_cache(maxsize=200)  # a pure function; a layout brings its wrong link to every page
def _nearest(word: str, known: tuple[str, ...]) -> str:
    words: Iterable[str] = known
    if len(known) > MOST_COMPARED:
        words = [one for one in known if one[:2].casefold() == word[:2].casefold()][:MOST_COMPARED]
    return next(iter(get_close_matches(word, words, n=1)), "")
