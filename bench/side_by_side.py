"""Octavo and Hugo on the same site, in turn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from generators import Generator, Pairs
from pages import Scope
from parity import check_parity
from processes import Cost
from settings import Settings


def clean(settings: Settings) -> str:
    """Build with nothing cached anywhere."""
    ours, theirs = _both(settings)
    return str(in_turn(settings.runs, ours.build_anew, theirs.build_anew))


def math_left(settings: Settings) -> str:
    """Build with nothing cached, and with formulas left to the browser."""
    ours, theirs = _both(settings, Scope.TEX)
    return str(in_turn(settings.runs, ours.build_anew, theirs.build_anew))


def same(settings: Settings) -> str:
    """Build with nothing cached, and without what only Octavo makes, as far as it can be left out."""
    ours, theirs = _both(settings, Scope.SAME)
    return str(in_turn(settings.runs, ours.build_anew, theirs.build_anew))


def unchanged(settings: Settings) -> str:
    """Build again when nothing has changed; Hugo finds its formulas cached."""
    ours, theirs = _both(settings)
    return str(in_turn(settings.runs, ours.build, theirs.build))


def output(settings: Settings) -> str:
    """Weigh what builds write."""
    return " : ".join(_amount(one.output) for one in _both(settings))


def memory(settings: Settings) -> str:
    """Build with nothing cached, and watch how much memory all processes take together."""
    return " : ".join(f"{one.peak_memory() / 1e6:,.0f} MB" for one in _both(settings))


def in_turn(runs: int, ours: Callable[[], Cost], theirs: Callable[[], Cost]) -> Pairs:
    """Run one after the other, again and again: a machine's speed drifts, and so both meet the same."""
    costs = [(ours(), theirs()) for _ in range(runs)]
    return Pairs([our for our, _ in costs], [their for _, their in costs])


def _both(settings: Settings, scope: Scope = Scope.WHOLE) -> tuple[Generator, Generator]:
    """Return both after a first build, which doesn't count, and from which both have the same on their pages."""
    ours, theirs = settings.workshop.octavo(settings.size, scope), settings.workshop.hugo(settings.size, scope)
    ours.build()
    theirs.build()
    check_parity(ours, theirs, range(settings.pages))
    return ours, theirs


def _amount(output: Path) -> str:
    sizes = {file: file.stat().st_size for file in output.rglob("*") if file.is_file()}
    html = sum(size for file, size in sizes.items() if file.suffix == ".html")
    return f"{len(sizes):,} files of {sum(sizes.values()) / 1e6:,.0f} MB ({html / 1e6:,.0f} MB HTML)"
