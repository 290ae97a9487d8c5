"""A process beside this one, which gets ready for work while this one finds out what there is to do."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from select import select
from typing import BinaryIO

if sys.platform != "win32":
    import fcntl

#: In bytes: what goes into a pipe before its reader reads, so that who writes need not wait for who isn't ready yet.
ROOM = 1 << 20

#: In bytes: the length that goes before each message.
LENGTH = 8

#: How far a process steps back that can wait, of 19.
PATIENCE = 19

#: Answers a message.
Answer = Callable[[bytes], bytes]

#: Gets ready, and returns what answers. It is told how to find out whether somebody waits already.
GetReady = Callable[[Callable[[], bool]], Answer]


def can_fork() -> bool:
    """Tell whether this process can be forked: with several threads its copy may deadlock."""
    return sys.platform == "linux" and threading.active_count() == 1


class Companion:
    """A fork of this process that gets ready and then answers messages, one after the other, until it is closed.

    To make one takes a millisecond or two, a tenth of what an executor takes. What goes wrong in it ends it, and who
    then does its work sees what it was. One that ``can_wait`` leaves the processors to others while it gets ready, and
    afterwards. ``process`` is its id.
    """

    def __init__(self, get_ready: GetReady, can_wait: bool = False) -> None:
        (its_end, self._to), (self._from, its_other_end) = _pipe(), _pipe()
        self._lock = threading.Lock()
        self._is_ended = self._is_closed = False
        self.process = os.fork()
        if self.process == 0:
            self._close_pipes()
            os.nice(PATIENCE if can_wait else 0)
            _keep_company(get_ready, its_end, its_other_end)
        its_end.close()
        its_other_end.close()

    def ask(self, message: bytes, meanwhile: Callable[[], object] = bool) -> bytes | None:
        """Send a message, do something else meanwhile, and return the answer; there is none if it has ended."""
        with self._lock, suppress(OSError, ValueError):  # it has ended, or is closed
            _send(self._to, message)
            meanwhile()
            return _receive(self._from)
        return None

    def end(self) -> None:
        """End it, whatever it is doing; the system needs some time to clear it up."""
        if not self._is_ended:
            self._is_ended = True
            os.kill(self.process, signal.SIGKILL)

    def close(self) -> None:
        """End it, and wait until it is cleared up."""
        with self._lock:
            if not self._is_closed:
                self.end()
                os.waitpid(self.process, 0)
                self._close_pipes()
            self._is_closed = True

    def _close_pipes(self) -> None:
        with suppress(OSError):  # what could not be sent
            self._to.close()
        self._from.close()


def _pipe() -> tuple[BinaryIO, BinaryIO]:
    reading, writing = os.pipe()
    with suppress(AttributeError, OSError):  # a system may allow less
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, ROOM)
    return open(reading, "rb"), open(writing, "wb")  # noqa: PTH123  # they have no paths


def _keep_company(get_ready: GetReady, questions: BinaryIO, answers: BinaryIO) -> None:
    """Be the companion; nothing of the process it was forked from must run again in it, not even its end."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the other process, which ends this one
        answer = get_ready(lambda: bool(select([questions], [], [], 0)[0]))
        while (message := _receive(questions)) is not None:
            _send(answers, answer(message))
    finally:
        os._exit(0)


def _send(file: BinaryIO, message: bytes) -> None:
    file.write(len(message).to_bytes(LENGTH, "big"))
    file.write(message)
    file.flush()


def _receive(file: BinaryIO) -> bytes | None:
    """Wait for a message; there is none if the other end is closed."""
    start = file.read(LENGTH)
    message = file.read(int.from_bytes(start, "big"))
    is_whole = len(start) == LENGTH and len(message) == int.from_bytes(start, "big")
    return message if is_whole else None
