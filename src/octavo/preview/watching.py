"""What has changed of a site's sources: the system tells it at once, and nothing looks again and again meanwhile."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from octavo.world.files import CONFIG_FILES
from octavo.world.workspace import FOLDERS

#: In seconds: after how long without a word a file that is being written counts as saved, unless it is closed sooner.
SETTLING = 0.02

#: Where Jekyll puts what it makes.
JEKYLL_OUTPUT = "_site"

#: Folders that hold no sources, however deep they are.
IGNORED = frozenset((".git", ".hg", ".svn", ".venv", "__pycache__", "node_modules"))

#: How the names of what editors write beside a file begin and end.
BESIDE = (".", "#"), ("~", ".swp", ".tmp", "___jb_tmp___", "___jb_old___")

#: What is of interest; that a file is opened or read is not.
EVENTS: list[type[FileSystemEvent]] = [
    FileCreatedEvent, FileModifiedEvent, FileClosedEvent, FileMovedEvent, FileDeletedEvent,
    DirCreatedEvent, DirMovedEvent, DirDeletedEvent,
]  # fmt: skip


class Changes:
    """The sources that have changed: below the folders of the site, or its configuration beside them.

    Those of a Jekyll site are anywhere in its folder, but for its usual output. ``tell`` is called at each change;
    ``happened`` is set when what has changed can be read.
    """

    def __init__(self, folder: Path, is_jekyll: bool, tell: Callable[[], None]) -> None:
        self._folder, self._is_jekyll, self._tell = folder, is_jekyll, tell
        self._paths: set[str] = set()
        self._settling: asyncio.TimerHandle | None = None
        self._watches: dict[str, ObservedWatch] = {}
        self.happened = asyncio.Event()

    def take(self) -> frozenset[str]:
        """Return the locations of what has changed since the last time."""
        self.happened.clear()
        paths, self._paths = self._paths, set()
        return frozenset(paths)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch while this is open. Raises `OSError` if the system has too many watchers already."""
        loop = asyncio.get_running_loop()

        def note(path: str, is_saved: bool) -> None:
            with suppress(RuntimeError):  # the loop is closed: the preview ends
                loop.call_soon_threadsafe(self._note, path, is_saved)

        observer, below = Observer(), _Handler(note)

        def note_beside(path: str, is_saved: bool) -> None:
            with suppress(OSError):  # a folder is gone again, and that is told, too
                self._watch_below(observer, below)
            note(path, is_saved)  # only now: what was put into a new folder before it was watched is read with it

        self._watch_below(observer, below)
        observer.schedule(_Handler(note_beside, self._names()), str(self._folder), event_filter=EVENTS)
        observer.start()
        try:
            yield
        finally:
            observer.stop()
            observer.join()

    def _names(self) -> frozenset[str] | None:
        return None if self._is_jekyll else frozenset((*(name for name, _ in CONFIG_FILES), *FOLDERS))

    def _watch_below(self, observer: BaseObserver, handler: FileSystemEventHandler) -> None:
        """Watch the folders that there are now, and those that are gone no more."""
        folders = self._folders()
        for name in self._watches.keys() - folders:
            with suppress(KeyError):
                observer.unschedule(self._watches.pop(name))
        for name in sorted(folders - self._watches.keys()):
            self._watches[name] = observer.schedule(
                handler, str(self._folder / name), recursive=True, event_filter=EVENTS, follow_symlink=True
            )

    def _folders(self) -> set[str]:
        found = {entry.name for entry in os.scandir(self._folder) if entry.is_dir()}
        if not self._is_jekyll:
            return found & set(FOLDERS)
        return {name for name in found if not name.startswith(".")} - IGNORED - {JEKYLL_OUTPUT}

    def _note(self, path: str, is_saved: bool) -> None:
        self._paths.add(path)
        self._tell()
        if self._settling:
            self._settling.cancel()
        if is_saved:
            self._settling = None
            self.happened.set()
        else:
            self._settling = asyncio.get_running_loop().call_later(SETTLING, self.happened.set)


class _Handler(FileSystemEventHandler):
    """Calls ``note`` with the location of a source that has changed, and whether all of it is written.

    With ``names`` only files and folders of these names are sources; else all but what editors write beside a file.
    """

    def __init__(self, note: Callable[[str, bool], None], names: Collection[str] | None = None) -> None:
        self._note = note
        self._names = names

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note both ends of a move; a file that is being made or written is not saved yet."""
        is_saved = not isinstance(event, FileCreatedEvent | FileModifiedEvent)
        for location in (os.fsdecode(event.src_path), os.fsdecode(event.dest_path)):
            if location and self._is_source(Path(location)):
                self._note(location, is_saved)

    def _is_source(self, path: Path) -> bool:
        if self._names is not None:
            return path.name in self._names
        start, end = BESIDE
        return not (path.name.startswith(start) or path.name.endswith(end)) and IGNORED.isdisjoint(path.parts)
