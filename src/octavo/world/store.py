"""The memo on disk: one SQLite file, which several builds may use at once and any of them may be killed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Lock
from types import TracebackType
from zlib import crc32

#: The folder in a site that holds what can be made again.
CACHE = ".cache"

#: The file in it.
FILE = "octavo.sqlite"

#: In bytes. Past it the results that were not used for longest are forgotten, but for those of the last build.
LARGEST = 512 * 1024 * 1024

#: Marks a file as ours, and its layout (``PRAGMA user_version``).
LAYOUT = 0x0C7A0002

#: In seconds: how long to wait for another build that is writing. Who has waited in vain doesn't wait again.
PATIENCE = 5.0

#: What SQLite says of a file that is damaged.
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

#: What it says when another build is writing.
BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}

#: The file is sound, but in use, or on a disk that can't be written: it must stay.
UNAVAILABLE = {
    *BUSY,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
}

#: SQLite allows at least so many parameters in a statement.
MOST_PARAMETERS = 900


class DamagedError(sqlite3.Error):
    """A value in the file is not what was written."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


class Store:
    """A memo in a SQLite file; without a site, or if its file can't be written, it remembers nothing, as a memo may.

    Each opening is a *generation*; each result has one, the last that is known to have used it. Values are bytes, and
    nothing is ever executed or unpickled from them. SQLite notices damage only where it breaks the file's structure, so
    each value has a checksum. A file that turns out to be damaged is replaced at once.
    """

    def __init__(self, site: Path | None) -> None:
        self._site = site
        self._used: set[str] = set()
        self._lock = Lock()  # the preview builds and answers in several threads
        self._connection = _open(site) if site else None
        self._generation = _next_generation(self._connection)
        self._is_patient = True

    def get_many(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Return the values that are known, by key."""
        found: dict[str, bytes] = {}
        for start in range(0, len(keys), MOST_PARAMETERS):
            some = keys[start : start + MOST_PARAMETERS]
            marks = ",".join("?" * len(some))
            with self._lock, self._working() as connection:
                if connection:
                    rows = connection.execute(f"SELECT key, value, checksum FROM results WHERE key IN ({marks})", some)
                    found.update(map(_checked, rows))
        self._used.update(found)
        return found

    def put_many(self, items: Mapping[str, bytes]) -> None:
        """Keep values, all or none."""
        rows = ((key, value, _checksum(key, value), self._generation) for key, value in items.items())
        with self._lock, self._working() as connection:
            if connection:
                with connection:
                    connection.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)", rows)
                self._wait_for_others(True)

    def use(self, keys: Iterable[str]) -> None:
        """Take note that values are used, though nobody has asked for them."""
        self._used.update(keys)

    def close(self) -> None:
        """Remember what was used, forget the oldest results if the file is too large, and close it."""
        with self._working() as connection:
            if connection:
                self._prune(connection)
        if self._connection:
            self._connection.close()
        self._connection = None

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _working(self) -> Iterator[sqlite3.Connection | None]:
        """Give the connection, if there is one; go on without what can't be read or written."""
        try:
            yield self._connection
        except sqlite3.Error as error:
            if _kind(error) in BUSY:
                self._wait_for_others(False)
            elif _kind(error) in DAMAGED:
                self._replace()

    def _wait_for_others(self, is_patient: bool) -> None:
        """Say whether to wait when another build is writing the next time."""
        if self._connection and is_patient != self._is_patient:
            self._connection.execute(f"PRAGMA busy_timeout = {int(PATIENCE * 1000) if is_patient else 0}")
            self._is_patient = is_patient

    def _replace(self) -> None:
        if self._connection and self._site:
            self._connection.close()
            self._connection = _open_anew(self._site)
            self._is_patient = True

    def _prune(self, connection: sqlite3.Connection) -> None:
        if _size(connection) <= LARGEST:
            return
        with connection:
            used = ((self._generation, key) for key in self._used)
            connection.executemany("UPDATE results SET generation = ? WHERE key = ?", used)
            forgotten = 0
            while _size(connection) > LARGEST * 3 // 4:
                oldest = connection.execute("SELECT min(generation) FROM results").fetchone()[0]
                if oldest is None or oldest == self._generation:
                    break
                forgotten += connection.execute("DELETE FROM results WHERE generation = ?", (oldest,)).rowcount
        if forgotten:
            connection.execute("VACUUM")


def memo_file(site: Path) -> Path:
    """Return where the memo of a site lies."""
    return site / CACHE / FILE


def open_store(site: Path) -> Store:
    """Open the memo of a site; a file that is damaged or another program's is replaced, one in use is left alone."""
    return Store(site)


def remove_store(site: Path) -> None:
    """Remove the memo of a site, and its folder if nothing else is in it."""
    _unlink(site)
    with suppress(OSError):
        (site / CACHE).rmdir()


def _unlink(site: Path) -> None:
    """Remove the file and its journal, which SQLite would otherwise play back into the next file of this name."""
    for suffix in ("", "-wal", "-shm"):
        (site / CACHE / (FILE + suffix)).unlink(missing_ok=True)


def _open(site: Path) -> sqlite3.Connection | None:
    try:
        (site / CACHE).mkdir(exist_ok=True)
        return _connect(memo_file(site))
    except sqlite3.Error as error:
        return None if _kind(error) in UNAVAILABLE else _open_anew(site)
    except OSError:
        return None


def _open_anew(site: Path) -> sqlite3.Connection | None:
    with suppress(OSError, sqlite3.Error):
        _unlink(site)
        return _connect(memo_file(site))
    return None


def _kind(error: sqlite3.Error) -> int:
    """Return the kind of an error: the low byte, the rest is its details: https://sqlite.org/rescode.html"""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF


def _checksum(key: str, value: bytes) -> int:
    return crc32(value, crc32(key.encode()))


def _checked(row: tuple[str, object, object]) -> tuple[str, bytes]:
    """Return the key and value of a row. Raises `DamagedError`."""
    key, value, checksum = row
    if not isinstance(value, bytes) or _checksum(key, value) != checksum:
        raise DamagedError
    return key, value


def _next_generation(connection: sqlite3.Connection | None) -> int:
    if connection is None:
        return 0
    last: int = connection.execute("SELECT CAST(max(generation) AS INTEGER) FROM results").fetchone()[0] or 0
    return last + 1


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=PATIENCE, check_same_thread=False)  # the preview builds in a thread
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")  # what is damaged is no text
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # The disk may take its time: after a loss of power a memo may be damaged, and is seen to be by its checksums.
        connection.execute("PRAGMA synchronous = OFF")
        if connection.execute("PRAGMA user_version").fetchone()[0] != LAYOUT:
            _create(connection)
        _next_generation(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _create(connection: sqlite3.Connection) -> None:
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("PRAGMA user_version").fetchone()[0] == LAYOUT:
            return  # another build was faster
        connection.execute("DROP TABLE IF EXISTS results")
        connection.execute(
            "CREATE TABLE results (key TEXT PRIMARY KEY, value BLOB NOT NULL, checksum INTEGER NOT NULL,"
            " generation INTEGER NOT NULL)"
        )
        connection.execute("CREATE INDEX by_generation ON results (generation)")
        connection.execute(f"PRAGMA user_version = {LAYOUT}")


def _size(connection: sqlite3.Connection) -> int:
    pages, unused, size = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - unused) * size
