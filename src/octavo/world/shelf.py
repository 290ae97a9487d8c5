"""What is in an output folder: the manifest of what Octavo published there, and which of it is still as it was."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import msgspec

from octavo.memo import ForgottenError, digest_of
from octavo.model.packing import typed_json

#: Written into the output folder: what Octavo published there, and how each file looked then.
MANIFEST = ".octavo-manifest.json"

#: The errors that say there is nothing at a path.
NOTHING_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP)


class Seal(msgspec.Struct, frozen=True, array_like=True):
    """A published file: the digest of its bytes; its size, time of modification and inode when it was written."""

    digest: str
    size: int
    modified: int
    inode: int


Manifest = dict[str, Seal]

#: The seal of a file that is about to be published.
UNSEEN = Seal("", -1, -1, -1)


class OutputShelf:
    """The files in an output folder that Octavo published and nobody has changed since.

    All are looked at once, when one is first asked for.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._version = version_of(folder / MANIFEST)  # before it is read: it may be replaced meanwhile
        self.manifest = read_manifest(folder)
        self._gone: set[str] = set()

    def read_again(self) -> Manifest:
        """Return the manifest as it is now."""
        is_same = self._version is not None and version_of(self.folder / MANIFEST) == self._version
        return self.manifest if is_same else read_manifest(self.folder)

    @cached_property
    def intact(self) -> Manifest:
        """What the manifest says of the files that are as they were written."""
        start = f"{self.folder}/"
        return {
            path: seal
            for path, seal in self.manifest.items()
            if path not in self._gone and _is_intact(start + path, seal)
        }

    @cached_property
    def _paths(self) -> dict[str, str]:
        return {seal.digest: path for path, seal in self.intact.items()}

    def has(self, digest: str) -> bool:
        """Tell whether there is a file with these bytes."""
        return digest in self._paths

    def read(self, digest: str) -> bytes:
        """Return the bytes of a file that is there. Raises `ForgottenError` if another build has put others there."""
        path = self._paths[digest]
        with suppress(FileNotFoundError):
            data = (self.folder / path).read_bytes()
            if digest_of(data) == digest:
                return data
        self._gone.add(path)
        del self.intact, self._paths  # whatever else was there may be gone as well
        raise ForgottenError


class FullShelf:
    """Takes everything for published, for who wants to know what is wrong with a site and not what it looks like."""

    def has(self, digest: str) -> bool:
        """Have everything."""
        return True

    def read(self, digest: str) -> bytes:
        """Raise `ForgottenError`: there is nothing to read."""
        raise ForgottenError


def read_manifest(folder: Path) -> Manifest:
    """Return what Octavo published in a folder; nothing if the manifest is damaged, and no path that can't be one."""
    try:
        manifest = typed_json((folder / MANIFEST).read_bytes(), Manifest)
    except (OSError, ValueError):  # neither is every text UTF-8
        return {}
    for path in [path for path in manifest if "\0" in path or path in ("", ".")]:
        del manifest[path]
    return manifest


def write_manifest(seals: Mapping[str, Seal], temporary: Path, folder: Path) -> None:
    """Replace the manifest of a folder by way of a ``temporary`` file."""
    temporary.write_bytes(msgspec.json.encode(dict(sorted(seals.items()))))
    temporary.replace(folder / MANIFEST)


def status_of(path: str | Path) -> os.stat_result | None:
    """Return what the file system knows of a file, folder or link; nothing if there is none."""
    try:
        return os.lstat(path)
    except OSError as error:
        if error.errno in NOTHING_THERE:
            return None
        raise


def version_of(path: Path) -> tuple[int, int, int] | None:
    """Return what tells a file from the one that replaces it, if it is there."""
    status = status_of(path)
    return (status.st_ino, status.st_mtime_ns, status.st_size) if status else None


def seal_of(digest: str, status: os.stat_result) -> Seal:
    """Return the seal of a file that has just been written."""
    return Seal(digest, status.st_size, status.st_mtime_ns, status.st_ino)


def _is_intact(path: str, seal: Seal) -> bool:
    status = status_of(path)
    if status is None or status.st_size != seal.size:
        return False
    return status.st_mtime_ns == seal.modified and status.st_ino == seal.inode
