from __future__ import annotations

import multiprocessing
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from typing import Any

import msgspec
import pytest

from building import SITES, build_inputs, means_for
from octavo.build import build
from octavo.model.rendering import FormulaRequest
from octavo.pipeline.stages import Made, NoSettings
from octavo.world import pool as pool_module
from octavo.world.executors import ExecutorError
from octavo.world.pool import IN_FLIGHT, WORTH_SENDING, ExecutorPool, ProcessPool, SerialPool, make_pool
from octavo.world.workspace import Workspace

SETTINGS = msgspec.msgpack.encode(NoSettings())


@pytest.fixture
def pool() -> Iterator[ProcessPool]:
    with closing(ProcessPool(2)) as pool:
        yield pool


def batches(size: int) -> list[bytes]:
    filler = "x" * size
    return [msgspec.msgpack.encode([FormulaRequest(f"{filler}_{number}", False)]) for number in range(4)]


def results(batches: Iterable[bytes]) -> list[bytes]:
    return [bytes(made.result) for batch in batches for made in msgspec.msgpack.decode(batch, type=list[Made])]


def test_processes_give_the_results_of_one_process_in_order(pool: ProcessPool) -> None:
    work = batches(WORTH_SENDING // 40)
    many = [msgspec.msgpack.encode(msgspec.msgpack.decode(one) * 20) for one in work]
    assert results(pool.map("formula", SETTINGS, many)) == results(SerialPool().map("formula", SETTINGS, many))


def test_what_a_batch_raises_is_told(pool: ProcessPool) -> None:
    with pytest.raises(msgspec.DecodeError):
        list(pool.map("formula", SETTINGS, [b"\xc1" * WORTH_SENDING, b"\xc1" * WORTH_SENDING]))


def test_killed_workers_are_told_and_the_next_build_has_others(pool: ProcessPool) -> None:
    pool.start()
    for worker in workers_of(pool):
        os.kill(worker, signal.SIGKILL)
    large = batches(WORTH_SENDING)
    with pytest.raises(ExecutorError, match="a worker process has ended"):
        list(pool.map("formula", SETTINGS, large))
    assert results(pool.map("formula", SETTINGS, large)) == results(SerialPool().map("formula", SETTINGS, large))


#: Starts a pool and says which processes its workers are.
PARENT = """
from octavo.world.pool import ProcessPool
pool = ProcessPool(2)
pool.start()
print(*pool._executor._processes, flush=True)
input()
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="this system has no handles of processes")
def test_workers_end_when_the_main_process_is_killed() -> None:
    command = (sys.executable, "-c", PARENT)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        workers = [os.pidfd_open(int(worker)) for worker in parent.stdout.readline().split()]
        parent.kill()
    ended = [select.select([worker], [], [], 30)[0] == [worker] for worker in workers]
    for worker in workers:
        os.close(worker)
    assert ended == [True, True]


def workers_of(pool: ProcessPool) -> list[int]:
    """Return the processes that the workers of a pool are."""
    executor = pool._running()
    assert isinstance(executor, ProcessPoolExecutor)
    return list(executor._processes)


@pytest.mark.parametrize("start", ["spawn", "forkserver", "threads"])
def test_any_executor_makes_the_site_that_one_process_makes(start: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if start not in (*multiprocessing.get_all_start_methods(), "threads"):
        pytest.skip(f"this system has no {start}")
    monkeypatch.setattr(pool_module, "WORTH_SENDING", 0)
    workspace = Workspace(SITES / "every-problem")
    inputs = workspace.read()
    with closing(
        ExecutorPool(lambda: ThreadPoolExecutor(4), 4) if start == "threads" else ProcessPool(2, start)
    ) as pool:
        together = build_inputs(inputs, workspace, pool=pool)
    alone = build_inputs(inputs, workspace)
    assert together.build == alone.build
    assert together.files() == alone.files()


class Counting(ThreadPoolExecutor):
    """Counts the batches that it has been given and nobody has yet asked for."""

    def __init__(self) -> None:
        super().__init__(2)
        self.given = 0

    def submit(self, function: Any, /, *arguments: Any, **keywords: Any) -> Future[Any]:
        self.given += 1
        return super().submit(function, *arguments, **keywords)


def test_no_more_batches_wait_than_workers_soon_get_to() -> None:
    executor = Counting()
    many = [msgspec.msgpack.encode([FormulaRequest("x" * WORTH_SENDING, False)])] * 40
    with closing(ExecutorPool(lambda: executor, 2)) as pool:
        for taken, _ in enumerate(pool.map("formula", SETTINGS, many)):
            assert executor.given - taken <= 2 * IN_FLIGHT + 1
    assert executor.given == 40


def test_what_is_begun_before_it_is_asked_for_is_made_once() -> None:
    workspace = Workspace(SITES / "every-problem")
    with closing(ExecutorPool(lambda: ThreadPoolExecutor(2), 2)) as pool:
        pool.start()
        means = means_for(workspace, pool=pool)
        ahead = build(workspace.read(), means)[0]
    alone = means_for(workspace)
    assert ahead == build(workspace.read(), alone)[0]
    for stage in ("code", "formula"):
        assert means.account.stage(stage).made == alone.account.stage(stage).made > 0


def test_little_work_starts_no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "WORTH_SHARING", 3600)

    def refuse() -> Executor:
        raise AssertionError("an executor was started")

    few = batches(10)
    assert results(ExecutorPool(refuse, 2).map("formula", SETTINGS, few)) == results(
        SerialPool().map("formula", SETTINGS, few)
    )


def test_one_job_needs_no_processes() -> None:
    assert isinstance(make_pool(1), SerialPool)
    assert make_pool(3).jobs == 3
