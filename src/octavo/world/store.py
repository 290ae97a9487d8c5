"""The memo on disk: one SQLite file, which several builds may use at once and any of them may be killed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from types import TracebackType

#: The folder in a site that holds what can be made again.
CACHE = ".cache"

#: The file in it.
FILE = "octavo.sqlite"

#: In bytes. Past it the results that were not used for longest are forgotten.
LARGEST = 512 * 1024 * 1024

#: Marks a file as ours, and its layout (``PRAGMA user_version``).
LAYOUT = 0x0C7A0001

#: In seconds: how long to wait for another build that is writing.
PATIENCE = 5

#: The file is sound, but in use, or on a disk that can't be written: it must stay.
UNAVAILABLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
}

#: SQLite allows at least so many parameters in a statement.
MOST_PARAMETERS = 900


class Store:
    """A memo in a SQLite file.

    Each opening is a *generation*; a result remembers the last one that used it. Values are bytes, and nothing is ever
    executed or unpickled from them. If the file can't be written the store works without it, as a memo may.
    """

    def __init__(self, connection: sqlite3.Connection | None) -> None:
        self._connection = connection
        self._used: set[str] = set()
        self._lock = Lock()  # the preview builds and answers in several threads
        self._generation = 0
        if connection:
            last = connection.execute("SELECT max(generation) FROM results").fetchone()[0]
            self._generation = (last or 0) + 1

    def get_many(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Return the values that are known, by key."""
        if self._connection is None:
            return {}
        found: dict[str, bytes] = {}
        for start in range(0, len(keys), MOST_PARAMETERS):
            some = keys[start : start + MOST_PARAMETERS]
            marks = ",".join("?" * len(some))
            with self._lock, suppress(sqlite3.Error):
                found.update(self._connection.execute(f"SELECT key, value FROM results WHERE key IN ({marks})", some))
        self._used.update(found)
        return found

    def put_many(self, items: Mapping[str, bytes]) -> None:
        """Keep values, all or none."""
        if self._connection is None:
            return
        rows = ((key, value, self._generation) for key, value in items.items())
        with self._lock, suppress(sqlite3.Error), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", rows)

    def use(self, keys: Iterable[str]) -> None:
        """Take note that values are used, though nobody has asked for them."""
        self._used.update(keys)

    def close(self) -> None:
        """Remember what was used, forget the oldest results if the file is too large, and close it."""
        if self._connection is None:
            return
        with suppress(sqlite3.Error):
            self._prune()
        self._connection.close()
        self._connection = None

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _prune(self) -> None:
        connection = self._connection
        if connection is None or _size(connection) <= LARGEST:
            return
        with connection:
            used = ((self._generation, key) for key in self._used)
            connection.executemany("UPDATE results SET generation = ? WHERE key = ?", used)
            while _size(connection) > LARGEST * 3 // 4:
                oldest = connection.execute("SELECT min(generation) FROM results").fetchone()[0]
                if oldest is None or oldest == self._generation:
                    break
                connection.execute("DELETE FROM results WHERE generation = ?", (oldest,))
        connection.execute("VACUUM")


def open_store(site: Path) -> Store:
    """Open the memo of a site; a file that is damaged or another program's is replaced, one in use is left alone."""
    path = site / CACHE / FILE
    try:
        path.parent.mkdir(exist_ok=True)
        return Store(_connect(path))
    except sqlite3.Error as error:
        # The low byte is the kind of an error, the rest its details: https://sqlite.org/rescode.html
        if error.sqlite_errorcode & 0xFF not in UNAVAILABLE:
            with suppress(OSError, sqlite3.Error):
                _unlink(site)
                return Store(_connect(path))
    except OSError:
        pass
    return Store(None)


def remove_store(site: Path) -> None:
    """Remove the memo of a site, and its folder if nothing else is in it."""
    _unlink(site)
    with suppress(OSError):
        (site / CACHE).rmdir()


def _unlink(site: Path) -> None:
    """Remove the file and its journal, which SQLite would otherwise play back into the next file of this name."""
    for suffix in ("", "-wal", "-shm"):
        (site / CACHE / (FILE + suffix)).unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=PATIENCE, check_same_thread=False)  # the preview builds in a thread
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        if connection.execute("PRAGMA user_version").fetchone()[0] != LAYOUT:
            _create(connection)
        connection.execute("SELECT max(generation) FROM results")
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
            "CREATE TABLE results (key TEXT PRIMARY KEY, value BLOB NOT NULL, generation INTEGER NOT NULL)"
        )
        connection.execute("CREATE INDEX by_generation ON results (generation)")
        connection.execute(f"PRAGMA user_version = {LAYOUT}")


def _size(connection: sqlite3.Connection) -> int:
    pages, unused, size = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - unused) * size
