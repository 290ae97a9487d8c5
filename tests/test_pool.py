from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool

import msgspec
import pytest

from octavo.pipeline.stages import FormulaRequest, Made, NoSettings
from octavo.world.pool import WORTH_SENDING, ProcessPool, SerialPool, make_pool


@pytest.fixture
def pool() -> Iterator[ProcessPool]:
    pool = ProcessPool(2)
    yield pool
    pool.close()


def batches(size: int) -> list[bytes]:
    filler = "x" * size
    return [msgspec.msgpack.encode([FormulaRequest(f"{filler}_{number}", False)]) for number in range(4)]


def results(batches: Iterable[bytes]) -> list[bytes]:
    return [bytes(made.result) for batch in batches for made in msgspec.msgpack.decode(batch, type=list[Made])]


def test_processes_give_the_results_of_one_process_in_order(pool: ProcessPool) -> None:
    settings = msgspec.msgpack.encode(NoSettings())
    work = batches(WORTH_SENDING // 40)
    many = [msgspec.msgpack.encode(msgspec.msgpack.decode(one) * 20) for one in work]
    assert results(pool.map("formula", settings, many)) == results(SerialPool().map("formula", settings, many))


def test_a_worker_that_fails_is_told_and_not_waited_for(pool: ProcessPool) -> None:
    settings = msgspec.msgpack.encode(NoSettings())
    with pytest.raises((BrokenProcessPool, msgspec.DecodeError)):
        list(pool.map("formula", settings, [b"\xc1" * WORTH_SENDING, b"\xc1" * WORTH_SENDING]))


def test_one_job_needs_no_processes() -> None:
    assert isinstance(make_pool(1), SerialPool)
    assert make_pool(3).jobs == 3
