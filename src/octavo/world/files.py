"""The files below a folder of the site: hidden ones left out, links followed only inside, each with its signature."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from octavo.model.diagnostic import Diagnostic
from octavo.model.jekyll import CONFIG_NAMES
from octavo.model.source import Span

#: The files that may hold the configuration, the first that does wins, with the TOML table it is in.
CONFIG_FILES: tuple[tuple[str, tuple[str, ...]], ...] = (("octavo.toml", ()), ("pyproject.toml", ("tool", "octavo")))

#: Files that hosts look for at the top of a site, though their names look hidden or private.
FOR_HOSTS = frozenset(f"static/{name}" for name in (".well-known", ".htaccess", "_headers", "_redirects"))


#: Control characters, and the bytes of a name that are not UTF-8, as Python shows them.
UNREADABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


#: Tells by the path, the name and whether it is a folder what isn't looked at.
LeavesOut = Callable[[str, str, bool], bool]


class Signature(NamedTuple):
    """What must be the same for a file to be taken as unchanged without reading it."""

    size: int
    modified: int
    inode: int


class FoundFile(NamedTuple):
    """A file of the site: its path relative to the site (or the theme), where it is, and its signature."""

    path: str
    location: str
    signature: Signature


def find_file(root: Path, path: str) -> FoundFile | None:
    """Return the file at a path relative to a folder, if there is one."""
    location = root / path
    return FoundFile(path, str(location), signature_of(location.stat())) if location.is_file() else None


def find_config(folder: Path) -> tuple[str, tuple[str, ...]] | None:
    """Return the name of the file that configures the site in a folder, and the table it is in."""
    for name, table in CONFIG_FILES:
        path = folder / name
        if not table and path.exists():
            return name, table
        if path.is_file() and "[tool.octavo" in path.read_text(encoding="utf-8", errors="replace"):
            return name, table
    return None


def is_jekyll_by(folder: Path) -> str:
    """Return the name of the file by which a folder is a Jekyll site, or nothing if it is none, or a native one."""
    return "" if find_config(folder) else jekyll_config_name(folder)


def jekyll_config_name(folder: Path) -> str:
    """Return the name of the file that makes a folder a Jekyll site, or nothing."""
    return next((name for name in CONFIG_NAMES if (folder / name).is_file()), "")


def find_visible(root: Path, path: str) -> FoundFile | None:
    """Return the file at a path relative to a folder, if it is one that `find_files` would find there."""
    above = ""
    for name in path.split("/"):
        above = f"{above}/{name}".lstrip("/")
        if name in ("", ".", "..") or "\0" in name or is_hidden(above, name):
            return None
    is_inside = (root / path).resolve().is_relative_to(root.resolve())
    return find_file(root, path) if is_inside else None


def find_files(
    root: Path,
    name: str,
    exclude: tuple[str, ...],
    problems: list[Diagnostic],
    leaves_out: LeavesOut = lambda path, name, _: is_hidden(path, name),
) -> Iterator[FoundFile]:
    """Yield the files below the folder ``name`` in ``root``, in the order of their paths, whatever it is on disk.

    ``exclude`` are globs of paths to leave alone; ``leaves_out`` tells by its path, its name and whether it is a folder
    what isn't looked at at all. What can't be read is added to the ``problems``.
    """
    start, site = root / name, os.path.realpath(root)
    if not Path(os.path.normpath(start)).is_relative_to(os.path.normpath(root)):
        problems.append(outside(name))
        return
    if start.is_symlink() and not _may_follow(start, name, site, problems):
        return
    if not start.is_dir():
        if start.exists():
            problems.append(unreadable(name, "it is not a folder"))
        return
    reals = (site, os.path.realpath(start))
    for file in sorted(_walk(str(start), name, reals, problems, leaves_out), key=itemgetter(0)):
        if not exclude or not any(fnmatch(file.path, pattern) for pattern in exclude):
            yield file


def signature_of(status: os.stat_result) -> Signature:
    """Return the signature of a file of which the system says this."""
    return Signature(status.st_size, status.st_mtime_ns, status.st_ino)


def _walk(
    folder: str, path: str, reals: tuple[str, ...], problems: list[Diagnostic], leaves_out: LeavesOut
) -> Iterator[FoundFile]:
    """Yield all files below a folder but hidden and private ones.

    ``path`` is the folder's own, relative to the site; ``reals`` are the real folders it lies in, the site's first, and
    its own.
    """
    *above, real = reals
    if path and real in above:
        problems.append(Diagnostic("symlink-loop", f"'{path}' leads back to a folder it lies in", Span(path, 1)))
        return
    try:
        entries = list(os.scandir(folder))
    except OSError as error:
        problems.append(unreadable(path, error.strerror))
        return
    for entry in entries:
        below = f"{path}/{entry.name}" if path else entry.name
        if leaves_out(below, entry.name, _is_folder(entry)) or not _has_readable_name(below, problems):
            continue
        is_link = entry.is_symlink()
        if is_link and not _may_follow(Path(entry.path), below, reals[0], problems):
            continue
        status = entry.stat()
        if stat.S_ISDIR(status.st_mode):
            is_certain = not is_link and sys.platform != "win32"  # which has junctions, too
            below_real = f"{real}/{entry.name}" if is_certain else os.path.realpath(entry.path)
            yield from _walk(entry.path, below, (*reals, below_real), problems, leaves_out)
        elif stat.S_ISREG(status.st_mode):
            yield FoundFile(below, entry.path, signature_of(status))
        else:
            problems.append(unreadable(below, "it is neither a file nor a folder"))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def is_hidden(path: str, name: str) -> bool:
    """Tell by its path and name whether a file is an editor's or private."""
    is_of_an_editor = name.endswith("~") or name.startswith("#")
    return (is_of_an_editor or name.startswith((".", "_"))) and path not in FOR_HOSTS


def _has_readable_name(path: str, problems: list[Diagnostic]) -> bool:
    """Tell whether a path can be an address; report it if not. Linux allows any bytes in a name."""
    if not UNREADABLE.search(path):
        return True
    shown = UNREADABLE.sub("?", path)
    problems.append(
        Diagnostic("encoding-invalid", f"the name '{shown}' is not UTF-8 or has control characters", Span(shown, 1))
    )
    return False


def _may_follow(link: Path, path: str, site: str, problems: list[Diagnostic]) -> bool:
    """Tell whether a symbolic link leads to something of the site that isn't hidden; report it if not."""
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):  # Python before 3.13 raises RuntimeError for a loop
        problems.append(Diagnostic("symlink-loop", f"the link '{path}' leads nowhere or to itself", Span(path, 1)))
        return False
    if not target.is_relative_to(site):
        problems.append(outside(path))
        return False
    inside = target.relative_to(site)
    if any(part.startswith(".") for part in inside.parts):
        message = f"'{path}' leads to '{inside.as_posix()}', which is hidden"
        problems.append(Diagnostic("path-outside", message, Span(path, 1), hint="hidden files are not published"))
        return False
    return True


def unreadable(path: str, reason: str | None) -> Diagnostic:
    """Return the diagnostic of a file or folder that can't be read."""
    return Diagnostic("file-unreadable", f"cannot read '{path}': {reason}", Span(path, 1))


def outside(path: str) -> Diagnostic:
    """Return the diagnostic of a path that leads out of the site."""
    hint = "copy what it points to into the site"
    return Diagnostic("path-outside", f"'{path}' leads out of the site", Span(path, 1), hint=hint)
