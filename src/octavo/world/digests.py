"""Digests of files: one whose signature is the same as when it was read need not be read to know its digest."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from octavo.memo import Memo, digest_of
from octavo.model.packing import decoded, encoded
from octavo.world.files import FoundFile

#: In nanoseconds: a file may be written twice in so short a time without that its signature shows it, on file systems
#: whose clocks are coarse. One that is read so soon after it was written is read again the next time.
COARSEST_CLOCK = 2_000_000_000


class Known(msgspec.Struct, frozen=True, array_like=True):
    """A file as it was when it was read: its signature and the digest of its bytes."""

    size: int
    modified: int
    inode: int
    digest: str


class FileDigests:
    """Digests by the locations of files; they may be kept in a memo between builds.

    ``tell`` is called whenever a file is asked for that has changed, or is new.
    """

    def __init__(self, known: Mapping[str, Known] | None = None, tell: Callable[[], object] = bool) -> None:
        self._known = dict(known or {})
        self._tell = tell
        self.changed = False

    def get(self, file: FoundFile) -> str | None:
        """Return the digest of a file, if it is known that it hasn't changed since it was read."""
        known = self._known.get(file.location)
        if known is not None and (known.size, known.modified, known.inode) == file.signature:
            return known.digest
        self._tell()
        return None

    def put(self, file: FoundFile, digest: str) -> None:
        """Remember the digest of a file that has been read."""
        if time.time_ns() - file.signature.modified > COARSEST_CLOCK:
            self._known[file.location] = Known(*file.signature, digest)
            self.changed = True

    def save(self, folder: Path, memo: Memo) -> None:
        """Keep what is known of the files of the site in a folder for the next build."""
        if self.changed:
            memo.put_many({_key(folder): encoded(self._known)})


def load_digests(folder: Path, memo: Memo, tell: Callable[[], object] = bool) -> FileDigests:
    """Return what the last build has kept of the files of the site in a folder; ``tell`` is told what has changed."""
    kept = memo.get_many([_key(folder)]).get(_key(folder))
    return FileDigests(decoded(kept, dict[str, Known]) if kept else None, tell)


def _key(folder: Path) -> str:
    return digest_of(b"digests of files", str(folder.resolve()).encode(errors="surrogateescape"))
