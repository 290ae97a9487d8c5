"""The small site that ``octavo new`` makes."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

#: Names that a package can't carry as they are, because tools look for them.
RENAMED = {"gitignore": ".gitignore"}


def write_scaffold(folder: Path) -> tuple[Path, ...]:
    """Write the site into a folder, which need not exist; return the files written."""
    return tuple(_copy(files("octavo") / "scaffold", folder))


def _copy(source: Traversable, target: Path) -> list[Path]:
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for entry in source.iterdir():
        place = target / RENAMED.get(entry.name, entry.name)
        if entry.is_dir():
            written += _copy(entry, place)
        else:
            place.write_bytes(entry.read_bytes())
            written.append(place)
    return written
