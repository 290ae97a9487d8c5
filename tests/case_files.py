"""Case files: a title, what is given and what is expected, between lines that hold a full stop.

``OCTAVO_UPDATE_CASES=1 pytest tests/test_….py`` writes what is made of the given now into the files: read the
difference before you keep it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

CASES = Path(__file__).parent / "cases"
CASE = re.compile(r"^(?P<title>\S.*)\n\.\n(?P<given>(?:.*\n)*?)\.\n(?P<expected>(?:.*\n)*?)\.\n", re.MULTILINE)


class Case(NamedTuple):
    """A case; ``start`` and ``end`` are where what is expected stands in its file."""

    path: Path
    title: str
    given: str
    expected: str
    start: int
    end: int

    @property
    def name(self) -> str:
        """What the case is called in a report."""
        return f"{self.path.stem}: {self.title}"


def cases(folder: str, actual: Callable[[Case], str]) -> list[Case]:
    """Return all cases below a folder of ``cases/``; if asked to, after writing what is ``actual`` into their files."""
    found = list(_read(CASES / folder))
    if not os.environ.get("OCTAVO_UPDATE_CASES"):
        return found
    for case in reversed(found):
        text = case.path.read_text("utf-8")
        case.path.write_text(text[: case.start] + actual(case) + text[case.end :], "utf-8")
    return list(_read(CASES / folder))


def _read(folder: Path) -> Iterator[Case]:
    for path in sorted(folder.glob("*.md")):
        for found in CASE.finditer(path.read_text("utf-8")):
            yield Case(path, found["title"], found["given"], found["expected"], *found.span("expected"))
