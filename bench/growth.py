"""What more pages and a larger bibliography cost."""

from __future__ import annotations

from itertools import count

from after_edits import rebuild
from edits import edit_page
from generators import Generator, Pairs
from pages import Size
from settings import Settings
from side_by_side import in_turn


def growth(settings: Settings) -> str:
    """Build many pages and few in turn."""
    few, many = settings.workshop.octavo(settings.size), settings.workshop.octavo(Size(settings.many))
    return str(in_turn(settings.runs, many.build_anew, few.build_anew))


def growth_of_memory(settings: Settings) -> str:
    """Build many pages, and watch how much memory all processes take together."""
    return f"{settings.workshop.octavo(Size(settings.many)).peak_memory() / 1e6:,.0f} MB"


def library(settings: Settings) -> str:
    """Build the same pages with ten times the entries, of which they cite no more."""
    large, small = _libraries(settings)
    return _more(in_turn(settings.runs, large.build_anew, small.build_anew))


def library_edited(settings: Settings) -> str:
    """Edit a page of either site."""
    large, small = _libraries(settings)
    for site in (large, small):
        site.build()
    edits = count()
    pairs = in_turn(
        settings.runs,
        lambda: rebuild(large, edit_page, next(edits)).cost,
        lambda: rebuild(small, edit_page, next(edits)).cost,
    )
    return _more(pairs)


def _libraries(settings: Settings) -> tuple[Generator, Generator]:
    large, small = (Size(settings.pages, entries, cited=500, citations=10) for entries in (5000, 500))
    return settings.workshop.octavo(large), settings.workshop.octavo(small)


def _more(pairs: Pairs) -> str:
    ours, theirs = pairs.typical("seconds")
    return f"{(pairs.ratio('seconds') - 1) * 100:+.1f} % ({ours:.2f} s : {theirs:.2f} s)"
