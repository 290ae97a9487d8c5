"""Runs the command line, and kills or stops this process at a moment: before the n-th event of a kind.

``python interrupting.py kill|stop EVENT N build SITE ...``. An event is the first word of a statement of SQLite, which
is told anew for each row (``INSERT``, ``COMMIT``); or it is an audit event of Python: ``fcntl.flock``, or one with the
file in the output folder that it is about (``os.rename beta/index.html``). Of that the beginning is enough. This module
changes no file itself.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from typing import Any

from octavo.cli import main

#: Where a site is published.
OUTPUT = "/_site/"


class Interruption:
    """Sends this process a signal at a moment."""

    def __init__(self, kind: signal.Signals, event: str, number: int) -> None:
        self._kind = kind
        self._event = event
        self._left = number

    def connect(self, *arguments: Any, **options: Any) -> sqlite3.Connection:
        """Open a file as `sqlite3.connect` does, and hear of each statement."""
        connection = sqlite3.Connection(*arguments, **options)
        connection.set_trace_callback(lambda statement: self._happen(statement.split()[0]))
        return connection

    def listen(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Hear of an event in Python: https://docs.python.org/3/library/audit_events.html"""
        if event == "fcntl.flock":
            self._happen(event)
        elif event in {"open", "os.remove", "os.rename"}:
            _, output, path = str(arguments[event == "os.rename"]).partition(OUTPUT)
            if output:
                self._happen(f"{event} {path}")

    def _happen(self, event: str) -> None:
        self._left -= event.startswith(self._event)
        if self._left == 0:
            self._left = -1
            os.kill(os.getpid(), self._kind)


if __name__ == "__main__":
    kind = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}[sys.argv[1]]
    interruption = Interruption(kind, sys.argv[2], int(sys.argv[3]))
    del sys.argv[1:4]
    sqlite3.connect = interruption.connect  # type: ignore[assignment]  # the same, but for being told
    sys.addaudithook(interruption.listen)
    main()
