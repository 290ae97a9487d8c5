"""Builds after an edit, of a site that has been built before."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, TypeAlias

from edits import OUTPUT, edit_entry, edit_page, edit_template
from generators import Generator
from processes import BenchError, Cost, run
from settings import Settings

#: Changes a site for the nth time, and returns a text that pages then show.
Edit: TypeAlias = Callable[[Path, int], str]


class Rebuild(NamedTuple):
    """A build after an edit: what it cost, Octavo's report of it, and what the edit shows."""

    cost: Cost
    report: dict[str, Any]
    mark: str


def page_edited(settings: Settings) -> str:
    """Edit a page."""
    return _cell(settings, edit_page)


def entry_edited(settings: Settings) -> str:
    """Edit an entry of the bibliography, which some pages show."""
    return _cell(settings, edit_entry)


def template_edited(settings: Settings) -> str:
    """Edit a template, which all pages show."""
    return _cell(settings, edit_template)


def rebuild(octavo: Generator, edit: Edit, number: int) -> Rebuild:
    """Edit the site and build it; see that the page shows the edit now, and hasn't before."""
    mark = edit(octavo.site, number)
    page = octavo.output / OUTPUT
    if mark in page.read_text(encoding="utf-8"):
        raise BenchError("the page shows an edit before it is built")
    cost, report = run(octavo.command)
    if mark not in page.read_text(encoding="utf-8"):
        raise BenchError(f"the page does not show '{mark}'")
    return Rebuild(cost, json.loads(report), mark)


def _cell(settings: Settings, edit: Edit) -> str:
    """Say how long builds take after an edit, what the last one made, and how many pages show the edit."""
    octavo = settings.workshop.octavo(settings.size)
    octavo.build()
    runs = [rebuild(octavo, edit, number) for number in range(settings.runs)]
    seconds, report, mark = median(run.cost.seconds for run in runs), runs[-1].report, runs[-1].mark
    showing = sum(mark in page.read_text(encoding="utf-8") for page in octavo.html())
    return f"{seconds:.2f} s, {_counts(report)}; {showing:,} {'page shows' if showing == 1 else 'pages show'} it"


def _counts(report: dict[str, Any]) -> str:
    """Say what a build made."""
    made: dict[str, int] = report.get("made") or {}
    stages = ", ".join(f"{made[stage]:,} {stage}" for stage in ("parsed", "rendered") if stage in made)
    return f"{stages or 'pages not counted'}, {report['written']:,} files written"
