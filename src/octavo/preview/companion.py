"""A process beside the preview's that looks at single pages, while the preview itself is still getting ready.

It is forked first of all, so that two processors can share what takes long: to load the server, and to load all that a
page is made by.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from select import select
from typing import Any, Protocol


class Stream(Protocol):
    """What messages are sent through."""

    def read(self, size: int, /) -> bytes:
        """Wait for so many bytes, fewer only at the end."""

    def write(self, data: bytes, /) -> int:
        """Write to a buffer."""

    def flush(self) -> None:
        """Send what is written."""


#: In bytes: the length of a message comes before it.
LENGTH = 8


class Companion:
    """The process that looks at pages, as the preview sees it; ``process`` is its id."""

    def __init__(self, connection: socket.socket, process: int) -> None:
        self._stream = connection.makefile("rwb")
        self._connection = connection
        self.process = process
        self._is_closed = False
        self._lock = threading.Lock()

    def look(self, path: str) -> bytes | None:
        """Return the HTML of the page at a path below the site's, empty if there is none; nothing if it has ended."""
        try:
            with self._lock:
                _send(self._stream, path.encode())
                return _receive(self._stream)
        except (OSError, EOFError, ValueError):  # the last: it is closed
            return None

    def close(self) -> None:
        """End the process."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            os.kill(self.process, signal.SIGTERM)
            os.waitpid(self.process, 0)
            self._connection.close()
            with suppress(OSError):  # what was not sent
                self._stream.close()


def start_companion(folder: Path, overrides: Mapping[str, Any], listening: socket.socket) -> Companion | None:
    """Fork a companion for the site in a folder, or do without; it does not keep the port that is listened to."""
    if sys.platform != "linux" or threading.active_count() > 1:  # a fork of a process with threads may deadlock
        return None
    ours, theirs = socket.socketpair()
    process = os.fork()
    if process:
        theirs.close()
        return Companion(ours, process)
    try:
        ours.close()
        listening.close()
        _keep_company(folder, overrides, theirs)
    finally:  # nothing of the other process must run again here
        os._exit(0)


def _keep_company(folder: Path, overrides: Mapping[str, Any], connection: socket.socket) -> None:
    stream = connection.makefile("rwb")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the other process, which ends this one
    from octavo.preview.glance import FirstLook
    from octavo.world.pool import collect_less_often
    from octavo.world.store import open_store

    collect_less_often()
    with open_store(folder) as store:
        first_look = FirstLook(folder, store, overrides)
        first_look.prepare(lambda: bool(select([connection], [], [], 0)[0]))
        while True:
            _send(stream, first_look.at(_receive(stream).decode()))


def _send(stream: Stream, message: bytes) -> None:
    stream.write(len(message).to_bytes(LENGTH, "big") + message)
    stream.flush()


def _receive(stream: Stream) -> bytes:
    """Wait for a message. Raises `EOFError` if the other end is closed."""
    start = stream.read(LENGTH)
    message = stream.read(int.from_bytes(start, "big"))
    if len(start) < LENGTH or len(message) < int.from_bytes(start, "big"):
        raise EOFError
    return message
