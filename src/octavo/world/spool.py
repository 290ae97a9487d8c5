"""What a build has made so far: in memory at first, and in a file without a name when it is much."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tempfile import SpooledTemporaryFile

#: In bytes: so much stays in memory.
IN_MEMORY = 4 * 1024 * 1024


class FileSpool:
    """A spool that ends with its ``with`` block, and with its process, however that ends."""

    def __init__(self) -> None:
        self._places: dict[str, tuple[int, int]] = {}
        self._end = 0
        self._lock = Lock()  # the preview reads in many threads

    @cached_property
    def _file(self) -> SpooledTemporaryFile[bytes]:
        from tempfile import SpooledTemporaryFile  # slow to import: only builds that make anything need it

        return SpooledTemporaryFile(max_size=IN_MEMORY)

    def put_many(self, parts: Mapping[str, bytes]) -> None:
        """Keep parts."""
        with self._lock:
            new = {digest: part for digest, part in parts.items() if digest not in self._places}
            self._file.seek(self._end)
            self._file.write(b"".join(new.values()))
            for digest, part in new.items():
                self._places[digest] = (self._end, len(part))
                self._end += len(part)

    def get(self, digest: str) -> bytes | None:
        """Return a part, or nothing if this build hasn't made it."""
        place = self._places.get(digest)
        if place is None:
            return None
        with self._lock:
            self._file.seek(place[0])
            return self._file.read(place[1])

    def close(self) -> None:
        """Forget all parts."""
        if self._places:
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
