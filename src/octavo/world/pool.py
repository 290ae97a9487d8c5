"""Where stages run: in this process, or in several."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, wait
from itertools import chain

from octavo.pipeline.stages import run_batch

#: In bytes of arguments: less is done sooner here than sent to another process,
WORTH_SENDING = 50_000

#: unless it takes longer than so many seconds.
WORTH_SHARING = 0.1

#: Batches per worker that it has or is about to get.
IN_FLIGHT = 3


class SerialPool:
    """Runs every batch in this process."""

    jobs = 1

    def map(self, stage: str, settings: bytes, batches: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the results of the batches, in order."""
        return (run_batch(stage, settings, batch) for batch in batches)

    def start(self) -> None:
        """Do nothing: this process runs already."""

    def close(self) -> None:
        """Do nothing: there is nothing to close."""


class ProcessPool:
    """Runs batches in ``jobs`` processes, which start with the first work that is worth it."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._executor: Executor | None = None

    def map(self, stage: str, settings: bytes, batches: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the results of the batches, in order. Raises `BrokenProcessPool` if a worker dies."""
        rest = iter(batches)
        size, started = 0, time.perf_counter()
        batch = next(rest, None)
        while batch is not None:
            size += len(batch)
            following = next(rest, None)
            is_worth_it = size >= WORTH_SENDING or time.perf_counter() - started >= WORTH_SHARING
            if following is not None and is_worth_it:
                self._executor = self._executor or _start(self.jobs)
                yield from self._send(self._executor, stage, settings, chain((batch, following), rest))
                return
            yield run_batch(stage, settings, batch)
            batch = following

    def _send(self, executor: Executor, stage: str, settings: bytes, batches: Iterable[bytes]) -> Iterator[bytes]:
        """Keep all workers busy, but no more batches waiting than they soon get to: each takes memory."""
        waiting: deque[Future[bytes]] = deque()
        for batch in batches:
            waiting.append(executor.submit(run_batch, stage, settings, batch))
            if len(waiting) > self.jobs * IN_FLIGHT:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def start(self) -> None:
        """Start the processes now."""
        if self._executor is None:
            self._executor = _start(self.jobs)
            wait([self._executor.submit(os.getpid) for _ in range(self.jobs)])

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
