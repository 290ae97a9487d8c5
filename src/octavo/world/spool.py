"""What a build has made so far: in memory at first, and in a file without a name when it is much."""

from __future__ import annotations

from collections.abc import Mapping
from os import SEEK_END
from threading import Lock
from types import TracebackType
from typing import IO

#: In bytes: so much stays in memory.
IN_MEMORY = 4 * 1024 * 1024


class FileSpool:
    """A spool that ends with its ``with`` block, and with its process, however that ends."""

    def __init__(self) -> None:
        self._small: dict[str, bytes] = {}
        self._file: IO[bytes] | None = None
        self._places: dict[str, tuple[int, int]] = {}
        self._end = 0
        self._lock = Lock()  # the preview reads in many threads

    def put_many(self, parts: Mapping[str, bytes]) -> None:
        """Keep parts."""
        with self._lock:
            new = {digest: part for digest, part in parts.items() if digest not in self._places}
            for digest, part in new.items():
                self._places[digest] = (self._end, len(part))
                self._end += len(part)
            if self._file is None and self._end <= IN_MEMORY:
                self._small |= new
            else:
                self._write(new)

    def _write(self, parts: Mapping[str, bytes]) -> None:
        if self._file is None:
            from tempfile import TemporaryFile  # slow to import: only builds that make much need it

            self._file = TemporaryFile()  # noqa: SIM115  # `close` closes it
            self._file.writelines(self._small.values())
            self._small = {}
        self._file.seek(0, SEEK_END)
        self._file.writelines(parts.values())

    def get(self, digest: str) -> bytes | None:
        """Return a part, or nothing if this build hasn't made it."""
        place = self._places.get(digest)
        if place is None:
            return None
        with self._lock:
            if self._file is None:
                return self._small[digest]
            self._file.seek(place[0])
            return self._file.read(place[1])

    def close(self) -> None:
        """Forget all parts."""
        if self._file:
            self._file.close()

    def __enter__(self) -> FileSpool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class SpoolShelf:
    """What is in a spool, as if it were published."""

    def __init__(self, spool: FileSpool) -> None:
        self._spool = spool

    def has(self, digest: str) -> bool:
        """Tell whether the spool holds these bytes."""
        return self._spool.get(digest) is not None

    def read(self, digest: str) -> bytes:
        """Return the bytes. Raises `KeyError`."""
        part = self._spool.get(digest)
        if part is None:
            raise KeyError(digest)
        return part
