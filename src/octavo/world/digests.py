"""Digests of files: one whose signature is the same as when it was read need not be read to know its digest."""

from __future__ import annotations

import time
from collections.abc import Mapping
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
    """Digests by the locations of files; they may be kept in a memo between builds."""

    def __init__(self, known: Mapping[str, Known] | None = None) -> None:
        self._known = dict(known or {})
        self.changed = False

    def get(self, file: FoundFile) -> str | None:
        """Return the digest of a file, if it is known that it hasn't changed since it was read."""
        known = self._known.get(file.location)
        is_same = known is not None and (known.size, known.modified, known.inode) == file.signature
        return known.digest if known is not None and is_same else None

    def put(self, file: FoundFile, digest: str) -> None:
        """Remember the digest of a file that has been read."""
        if time.time_ns() - file.signature.modified > COARSEST_CLOCK:
            self._known[file.location] = Known(*file.signature, digest)
            self.changed = True

    def save(self, folder: Path, memo: Memo) -> None:
        """Keep what is known of the files of the site in a folder for the next build."""
        if self.changed:
            memo.put_many({_key(folder): encoded(self._known)})


def load_digests(folder: Path, memo: Memo) -> FileDigests:
    """Return what the last build has kept of the files of the site in a folder."""
    kept = memo.get_many([_key(folder)]).get(_key(folder))
    return FileDigests(decoded(kept, dict[str, Known]) if kept else None)


def _key(folder: Path) -> str:
    return digest_of(b"digests of files", str(folder.resolve()).encode(errors="surrogateescape"))
