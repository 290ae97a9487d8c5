"""Time Octavo as its users meet it, beside Hugo: ``python bench/measure.py [--runs 5] [--only clean,repaint]``.

Writes made-up sites into a temporary folder, builds, edits and previews them, and prints a table in Markdown. Each edit
is one that a reader would see, and each run is checked to show it. A row says what it needs and the machine lacks.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from after_edits import entry_edited, page_edited, template_edited
from generators import Workshop, find_hugo
from growth import growth, growth_of_memory, library, library_edited
from previews import home_paint, note_paint, repaint
from processes import BenchError, NotMeasuredError, run
from settings import Settings
from side_by_side import clean, math_left, memory, output, same, unchanged

HOW = """\
{machine}; {hugo}.
Medians of {runs} runs of whole processes, in turn where two are compared, with ratios taken pair by pair: by the clock,
and in processor time of all processes.

The notes are made up and the same for both: {pages:,} pages of 12 KB, each with 16 citations, 8 formulas, a table, a
block of code and a figure, and 500 works. Both write pages with citations, references, MathML, highlighted code, tables
of contents and navigation, a list of all works, a sitemap and a feed. Octavo also checks links; writes a page, BibTeX
and CSL-JSON for each work, and for each note a card, its Markdown and its references; shows a reference where it is
cited, and links from it to all the places that do. The full-text search is off, since Hugo has none.

A preview is painted when Chromium says so: from the start of `octavo serve`, while an empty tab is open, and of an edit
from before the file is written. Memory is asked for 20 times a second; what processes share counts once.
"""


class Measurement(NamedTuple):
    """A row of the table: ``name`` is what ``--only`` calls it, ``measure`` returns what its last cell says."""

    name: str
    what: str
    target: str
    measure: Callable[[Settings], str]


MEASUREMENTS = (
    Measurement("clean", "clean build, {pages:,} pages, nothing cached: Octavo : Hugo", "< 0.3 × Hugo", clean),
    Measurement("same", "the same without entries' pages, cards and Markdown, which Hugo doesn't make", "", same),
    Measurement("tex", "the clean build with math left to the browser on both sides", "< 1.0 × Hugo", math_left),
    Measurement("memory", "the clean build: peak memory of all processes", "", memory),
    Measurement("output", "the same: what it writes", "", output),
    Measurement("unchanged", "nothing changed, {pages:,} pages: Octavo : Hugo", "< 0.25 s and < 0.1 × Hugo", unchanged),
    Measurement("page", "one page edited", "< 0.3 s, one page rendered", page_edited),
    Measurement("entry", "one BibTeX entry edited", "rendered: only the pages that show it", entry_edited),
    Measurement("template", "one template edited", "all pages rendered, none parsed", template_edited),
    Measurement("home", "`octavo serve`, {many:,} pages, empty cache: home page painted after", "< 1.5 s", home_paint),
    Measurement("note", "`octavo serve`, {many:,} pages, empty cache: a note painted after", "< 1.5 s", note_paint),
    Measurement(
        "repaint", "`octavo serve`, {pages:,} pages: save to repaint, {edits} edits", "< 50 ms, < 100 ms", repaint
    ),
    Measurement("growth", "growth {pages:,} → {many:,} pages", "≤ 10.5 ×", growth),
    Measurement("growth-memory", "{many:,} pages: peak memory of all processes", "< 600 MB", growth_of_memory),
    Measurement("library", "5,000 entries against 500, 10 cited on a page: clean build", "< +5 %", library),
    Measurement("library-page", "the same: one page edited", "< +5 %", library_edited),
)


def main() -> None:
    """Read the command line, measure, and print the table."""
    names = [measurement.name for measurement in MEASUREMENTS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="[default: %(default)s]")
    parser.add_argument("--pages", type=int, default=1000, help="[default: %(default)s]")
    parser.add_argument("--many", type=int, default=10_000, help="pages of the large site  [default: %(default)s]")
    parser.add_argument("--edits", type=int, default=40, help="edits before the browser  [default: %(default)s]")
    parser.add_argument("--only", default=",".join(names), metavar="ROWS", help="some of %(default)s")
    arguments = parser.parse_args()
    chosen = arguments.only.split(",")
    if unknown := set(chosen) - set(names):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    with tempfile.TemporaryDirectory(prefix="octavo-bench-") as folder:
        settings = Settings(Workshop(Path(folder)), arguments.pages, arguments.many, arguments.runs, arguments.edits)
        print(HOW.format(machine=machine(), hugo=hugo(), **settings._asdict()))
        print("| | Target | Measured |\n|:--|--:|--:|", flush=True)
        for measurement in MEASUREMENTS:
            if measurement.name in chosen:
                print(row(measurement, settings), flush=True)


def row(measurement: Measurement, settings: Settings) -> str:
    """Measure, and return the row of the table."""
    print(f"{measurement.name} …", file=sys.stderr)
    try:
        measured = measurement.measure(settings)
    except NotMeasuredError as error:
        measured = f"not measured: {error}"
    return f"| {measurement.what.format(**settings._asdict())} | {measurement.target} | {measured} |"


def machine() -> str:
    """Name the machine's cores, Python and system."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}"


def hugo() -> str:
    """Name the version of Hugo."""
    try:
        return run((find_hugo(), "version"))[1].split("-")[0].capitalize()
    except NotMeasuredError:
        return "no Hugo"


if __name__ == "__main__":
    try:
        main()
    except BenchError as error:
        sys.exit(f"bench: {error}")
