"""Where stages run: in this process, or in several."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from itertools import repeat

from octavo.pipeline.stages import run_batch

#: In bytes of arguments: less is done sooner here than sent to another process.
WORTH_SENDING = 50_000


class SerialPool:
    """Runs every batch in this process."""

    jobs = 1

    def map(self, stage: str, settings: bytes, batches: Sequence[bytes]) -> Iterator[bytes]:
        """Yield the results of the batches, in order."""
        return (run_batch(stage, settings, batch) for batch in batches)

    def close(self) -> None:
        """Do nothing: there is nothing to close."""


class ProcessPool:
    """Runs batches in ``jobs`` processes, which start with the first work that is worth it."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._executor: Executor | None = None

    def map(self, stage: str, settings: bytes, batches: Sequence[bytes]) -> Iterator[bytes]:
        """Yield the results of the batches, in order. Raises `BrokenProcessPool` if a worker dies."""
        if len(batches) < 2 or sum(map(len, batches)) < WORTH_SENDING:
            return SerialPool().map(stage, settings, batches)
        if self._executor is None:
            self._executor = _start(self.jobs)
        return self._executor.map(run_batch, repeat(stage), repeat(settings), batches)

    def close(self) -> None:
        """End the processes."""
        if self._executor:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None


def make_pool(jobs: int | None) -> SerialPool | ProcessPool:
    """Return a pool of as many processes as asked for, or as this process may use processors."""
    wanted = jobs or _processors()
    return ProcessPool(wanted) if wanted > 1 else SerialPool()


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _start(jobs: int) -> Executor:
    # A forked worker has everything imported already; but a fork of a process with threads may deadlock.
    can_fork = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if can_fork else "spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin_work)


def _begin_work() -> None:
    """Leave Ctrl-C to the main process, which ends the others; otherwise each prints a traceback."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_less_often()


def collect_less_often() -> None:
    """Look for cycles of garbage a hundred times less often: a build makes many values and few cycles."""
    gc.freeze()
    gc.set_threshold(70_000, 20, 100)
