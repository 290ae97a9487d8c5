"""Where stages run: in this process, or in the workers of an executor."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Protocol

from octavo.model.packing import decoded, encoded
from octavo.pipeline.runner import Begun
from octavo.pipeline.stages import run_batch
from octavo.world.companion import Answer, Companion, can_fork
from octavo.world.executors import ExecutorError

if TYPE_CHECKING:  # slow to import: only builds that are worth sharing need workers
    from concurrent.futures import Executor, Future

#: In bytes of arguments: less is done sooner here than sent to another process,
WORTH_SENDING = 50_000

#: unless it takes longer than so many seconds.
WORTH_SHARING = 0.1

#: Batches per worker that it has or is about to get; and of what is begun ahead, for nobody may look for a while.
IN_FLIGHT, AHEAD = 3, 8

#: Parameters of glibc's memory (``mallopt(3)``), and in bytes what they are set to: how much of what is freed a process
#: keeps, and from what size on each piece is asked for, and given back, by itself.
M_TRIM_THRESHOLD, KEPT = -1, 8 << 20
M_MMAP_THRESHOLD, LARGE = -3, 4 << 20


class ClosablePool(Protocol):
    """A pool, as whoever makes it sees it: the other methods are those of `octavo.pipeline.runner.Pool`."""

    jobs: int

    def map(self, stage: str, settings: bytes, batches: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the results of the batches, in order."""

    def begin(self, stage: str, settings: bytes, batches: Iterable[bytes]) -> Begun:
        """Begin to run batches, if there are workers already."""

    def start(self) -> None:
        """Start the workers now."""

    def get_ready(self, preparations: Mapping[str, Callable[[], None]]) -> None:
        """Let others get ready for a little work that will come soon: each for a stage, the next later than the one
        before, and the last for all other stages, too.
        """

    def use_waiting(self, meanwhile: Callable[[], object]) -> None:
        """Do something here, once, when one of these is waited for."""

    def end(self) -> None:
        """Begin to end what was only started for a little work; more of it can still be run."""

    def close(self) -> None:
        """End what was started, and wait until it has."""


class Postponed:
    """Work that is done when its results are waited for."""

    def __init__(self, results: Iterator[bytes]) -> None:
        self._results = results

    def results(self, wait: bool) -> Iterator[bytes]:
        """Yield all results, or none."""
        return self._results if wait else iter(())


class SerialPool:
    """Runs every batch in this process."""

    jobs = 1

    def map(self, stage: str, settings: bytes, batches: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the results of the batches, in order."""
        return (run_batch(stage, settings, batch) for batch in batches)

    def begin(self, stage: str, settings: bytes, batches: Iterable[bytes]) -> Begun:
        """Leave the batches until their results are waited for."""
        return Postponed(self.map(stage, settings, batches))

    def start(self) -> None:
        """Do nothing: this process runs already."""

    def get_ready(self, preparations: Mapping[str, Callable[[], None]]) -> None:
        """Do nothing: there are no others."""

    def use_waiting(self, meanwhile: Callable[[], object]) -> None:
        """Do nothing: nobody is waited for."""

    def end(self) -> None:
        """Do nothing: nothing was started."""

    def close(self) -> None:
        """Do nothing: there is nothing to close."""


class ExecutorPool:
    """Runs batches in any executor of `concurrent.futures`: threads, processes, other machines.

    ``start`` makes the executor when there is the first work that is worth it; ``jobs`` is how many batches it runs at
    once.
    """

    def __init__(self, start: Callable[[], Executor], jobs: int) -> None:
        self.jobs = jobs
        self._start = start
        self._executor: Executor | None = None

    def map(self, stage: str, settings: bytes, batches: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the results of the batches, in order. Raises `ExecutorError` if the workers are lost."""
        rest = iter(batches)
        size, started = 0, time.perf_counter()
        batch = next(rest, None)
        while batch is not None:
            size += len(batch)
            following = next(rest, None)
            is_worth_it = size >= WORTH_SENDING or time.perf_counter() - started >= WORTH_SHARING
            if following is not None and is_worth_it:
                yield from _Sent(self, stage, settings, chain((batch, following), rest), IN_FLIGHT).results(wait=True)
                return
            yield self.run(stage, settings, batch)
            batch = following

    def begin(self, stage: str, settings: bytes, batches: Iterable[bytes]) -> Begun:
        """Begin to run batches, if there are workers already; otherwise they are left until waited for."""
        if self._executor is None:
            return Postponed(self.map(stage, settings, batches))
        return _Sent(self, stage, settings, batches, AHEAD)

    def start(self) -> None:
        """Start all workers now."""
        from concurrent.futures import wait

        wait([self._running().submit(os.getpid) for _ in range(self.jobs)])

    def get_ready(self, preparations: Mapping[str, Callable[[], None]]) -> None:
        """Do nothing: what is not worth sending is run here."""

    def use_waiting(self, meanwhile: Callable[[], object]) -> None:
        """Do nothing: what is worth sending keeps this process busy, too."""

    def end(self) -> None:
        """Do nothing: workers that have nothing to do are in nobody's way."""

    def close(self) -> None:
        """End the workers, and wait until they have."""
        if self._executor:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None

    def run(self, stage: str, settings: bytes, batch: bytes) -> bytes:
        """Run a batch for which the workers need not be asked."""
        return run_batch(stage, settings, batch)

    def submit(self, stage: str, settings: bytes, batch: bytes) -> Future[bytes]:
        """Give a batch to the workers."""
        return self._running().submit(_run_batch, stage, settings, batch)

    def result(self, future: Future[bytes]) -> bytes:
        """Wait for what has become of a batch. Raises `ExecutorError`."""
        return future.result()

    def _running(self) -> Executor:
        self._executor = self._executor or self._start()
        return self._executor


class _Sent:
    """Batches on their way: enough that all workers are busy, and no more than they soon get to: each takes memory.

    ``in_flight`` is how many each worker has or is about to get.
    """

    def __init__(
        self, pool: ExecutorPool, stage: str, settings: bytes, batches: Iterable[bytes], in_flight: int
    ) -> None:
        self._pool = pool
        self._most = pool.jobs * in_flight + 1
        self._send = partial(pool.submit, stage, settings)
        self._rest = iter(batches)
        self._waiting: deque[Future[bytes]] = deque()

    def results(self, wait: bool) -> Iterator[bytes]:
        """Yield all results in order, or those that are there. Raises `ExecutorError` if the workers are lost."""
        from concurrent.futures import BrokenExecutor

        try:
            self._fill()
            while self._waiting and (wait or self._waiting[0].done()):
                yield self._pool.result(self._waiting.popleft())
                self._fill()
        except BrokenExecutor as error:
            self._pool.close()
            raise ExecutorError(
                "a worker process has ended, perhaps for want of memory; fewer take less: build again with --jobs 1"
            ) from error

    def _fill(self) -> None:
        self._waiting.extend(map(self._send, islice(self._rest, self._most - len(self._waiting))))


class ProcessPool(ExecutorPool):
    """Runs batches in ``jobs`` processes of this machine; few of them in companions, if it was told to get ready."""

    def __init__(self, jobs: int, method: str | None = None) -> None:
        super().__init__(partial(self._start_processes, method), jobs)
        self._companions: dict[str, Companion] = {}
        self._dismissed: list[Companion] = []
        self._preparations: Sequence[Callable[[], None]] = ()
        self._meanwhile: list[Callable[[], object]] = []

    def get_ready(self, preparations: Mapping[str, Callable[[], None]]) -> None:
        """Start companions that get ready."""
        self._preparations = tuple(preparations.values())
        if can_fork():
            for stage, get_ready in preparations.items():
                self._companions[stage] = Companion(partial(_runner, get_ready), can_wait=bool(self._companions))

    def use_waiting(self, meanwhile: Callable[[], object]) -> None:
        """Do something here, once, when a companion is waited for that leaves this process a processor."""
        if self._companions:
            self._meanwhile.append(meanwhile)

    def run(self, stage: str, settings: bytes, batch: bytes) -> bytes:
        """Run a batch in the companion that is ready for it, or here."""
        last = next(reversed(self._companions.values()), None)
        companion = self._companions.get(stage, last)
        has_processor = companion is last or self.jobs > len(self._companions)  # or a companion would get ready later
        meanwhile = self._do_meanwhile if has_processor else bool
        result = companion.ask(encoded((stage, settings, batch)), meanwhile) if companion else None
        return run_batch(stage, settings, batch) if result is None else result

    def _do_meanwhile(self) -> None:
        while self._meanwhile:
            self._meanwhile.pop(0)()

    def end(self) -> None:
        """Have the companions end."""
        for companion in self._companions.values():
            companion.end()
        self._dismissed += self._companions.values()
        self._companions = {}
        self._meanwhile = []

    def close(self) -> None:
        """End the workers and the companions, and wait until they have."""
        super().close()
        self.end()
        while self._dismissed:
            self._dismissed.pop().close()

    def _start_processes(self, method: str | None) -> Executor:
        self.end()  # for the memory that companions take
        keep_freed_memory()
        if method is None and can_fork():
            for get_ready in self._preparations:  # what is imported before workers are forked is in memory once
                get_ready()
        return _start_processes(self.jobs, method)


def _runner(get_ready: Callable[[], None], _: object) -> Answer:
    """Get ready for batches; return what runs them."""
    get_ready()
    return lambda message: run_batch(*decoded(message, tuple[str, bytes, bytes]))


def make_pool(jobs: int | None) -> ClosablePool:
    """Return a pool of as many processes as asked for, or as this process may use processors."""
    wanted = jobs or _processors()
    return ProcessPool(wanted) if wanted > 1 else SerialPool()


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _start_processes(jobs: int, method: str | None) -> Executor:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    context = multiprocessing.get_context(method or ("fork" if can_fork() else "spawn"))
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin_work)


def _begin_work() -> None:
    """Leave Ctrl-C to the main process, which ends the others; otherwise each prints a traceback."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_less_often()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _run_batch(stage: str, settings: bytes, batch: bytes) -> bytes:
    """Run a batch in a worker, and clear up after it: rendering leaves cycles of garbage, some 60 KB a page."""
    results = run_batch(stage, settings, batch)
    gc.collect(0)
    return results


def _end_with_parent() -> None:
    """End this worker when the main process is gone, which may have been killed and can tell it nothing."""
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def keep_freed_memory() -> None:
    """Keep some of the memory that is freed, in this process and those that are forked from it.

    As soon as that is more than a little, glibc gives it to the system and then asks for other, which comes page by
    page: a clean build spent a twentieth of its time on that.
    """
    if sys.platform == "linux":
        import ctypes  # slow to import: only builds that share their work need it

        with suppress(AttributeError):  # other libraries have no such function
            mallopt = ctypes.CDLL(None).mallopt
            mallopt(M_TRIM_THRESHOLD, KEPT)
            mallopt(M_MMAP_THRESHOLD, LARGE)


@contextmanager
def collecting_no_garbage() -> Iterator[None]:
    """Look for no cycles of garbage: a build makes next to none outside its workers, and many values."""
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # or all that is there would be looked at now
        gc.enable()


def collect_less_often() -> None:
    """Look for cycles of garbage far less often than Python does: a build makes many values and few cycles."""
    gc.enable()
    gc.freeze()
    gc.set_threshold(500_000, 20, 100)
