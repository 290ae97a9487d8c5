"""A process beside this one: it gets ready for work while this one finds out what there is to do."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO

from octavo.pipeline.stages import run_batch

if sys.platform != "win32":
    import fcntl

#: In bytes: what goes into a pipe before its reader reads, so that who writes need not wait for who isn't ready yet.
ROOM = 1 << 20

#: In bytes: the length that goes before each message.
LENGTH = 8


#: How far a process steps back that can wait, of 19.
PATIENCE = 5


def can_fork() -> bool:
    """Tell whether this process can be forked: with several threads its copy may deadlock."""
    return sys.platform == "linux" and threading.active_count() == 1


class Companion:
    """A fork of this process that gets ready and then runs batches, one after the other, until it is closed.

    To make one takes a millisecond or two, a tenth of what an executor takes. What goes wrong in it ends it, and who
    then runs the batch itself sees what it was. One that ``can_wait`` leaves the processors to others meanwhile.
    """

    def __init__(self, get_ready: Callable[[], None], can_wait: bool = False) -> None:
        (its_end, self._to), (self._from, its_other_end) = _pipe(), _pipe()
        self._process = os.fork()
        if self._process == 0:
            self._close_pipes()
            os.nice(PATIENCE if can_wait else 0)
            _work(get_ready, its_end, its_other_end)
        its_end.close()
        its_other_end.close()

    def send(self, stage: str, settings: bytes, batch: bytes) -> None:
        """Give it a batch to run."""
        with suppress(BrokenPipeError):  # it has ended, as `receive` tells
            for message in (stage.encode(), settings, batch):
                _write(self._to, message)
            self._to.flush()

    def receive(self) -> bytes | None:
        """Wait for the result of the batch; there is none if it has ended."""
        return _read(self._from)

    def close(self) -> None:
        """End it, whatever it is doing."""
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        self._close_pipes()

    def _close_pipes(self) -> None:
        with suppress(BrokenPipeError):
            self._to.close()
        self._from.close()


def _pipe() -> tuple[BinaryIO, BinaryIO]:
    reading, writing = os.pipe()
    with suppress(AttributeError, OSError):  # a system may allow less
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, ROOM)
    return open(reading, "rb"), open(writing, "wb")  # noqa: PTH123  # they have no paths


def _work(get_ready: Callable[[], None], requests: BinaryIO, results: BinaryIO) -> None:
    """Be the companion; its end is not that of the process it was forked from."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other one ends it
        get_ready()
        while stage := _read(requests):
            settings, batch = _read(requests) or b"", _read(requests) or b""
            _write(results, run_batch(stage.decode(), settings, batch))
            results.flush()
    finally:
        os._exit(0)


def _write(file: BinaryIO, message: bytes) -> None:
    file.write(len(message).to_bytes(LENGTH, "big"))
    file.write(message)


def _read(file: BinaryIO) -> bytes | None:
    """Return the next message, if it comes."""
    length = int.from_bytes(file.read(LENGTH), "big")
    message = file.read(length)
    return message if length and len(message) == length else None
