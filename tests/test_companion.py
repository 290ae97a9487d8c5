"""A build of a little: the processes that get ready for it make no difference to what it makes, and none stays."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks here")

#: Each script runs in a process of its own: one with threads, as those of tests may have, has no companions.
START = """
import os, signal, sys
from octavo.model.packing import decoded, encoded
from octavo.model.rendering import FormulaRequest
from octavo.pipeline.stages import FORMULA, Made, NoSettings, run_batch
from octavo.world.pool import ProcessPool, SerialPool

batches = [encoded([FormulaRequest(f"x_{number}", False)]) for number in range(3)]

def results(pool):
    run = (pool.map(FORMULA.name, encoded(NoSettings()), [batch]) for batch in batches)
    return [bytes(made.result) for results in run for one in results for made in decoded(one, list[Made])]

def companions():
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return [int(process) for process in file.read().split()]

def pool_that(gets_ready, meanwhile=bool):
    pool = ProcessPool(2)
    pool.get_ready({"parse": bool, "page": gets_ready})
    pool.use_waiting(meanwhile)
    assert len(companions()) == 2
    return pool
"""


def run(script: str) -> str:
    command = [sys.executable, "-c", START + script]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


def test_companions_make_what_this_process_would() -> None:
    assert run("pool = pool_that(bool); print(results(pool) == results(SerialPool()), len(companions()))") == "True 2"


def test_what_they_run_on_is_not_imported_here() -> None:
    script = "print(len(results(pool_that(bool))), 'octavo.render.math' in sys.modules)"
    assert run(script) == "3 False"


def test_this_process_does_something_else_while_it_waits() -> None:
    script = "done = []; pool = pool_that(bool, lambda: done.append(1)); results(pool); print(len(done) > 0)"
    assert run(script) == "True"


@pytest.mark.parametrize("gets_ready", ["lambda: 1 / 0", "lambda: os.kill(os.getpid(), signal.SIGKILL)"])
def test_a_companion_that_has_ended_is_replaced_by_this_process(gets_ready: str) -> None:
    assert run(f"print(results(pool_that({gets_ready})) == results(SerialPool()))") == "True"


def test_what_a_batch_raises_is_told() -> None:
    script = """
try:
    list(pool_that(bool).map("formula", encoded(NoSettings()), [b"\\xc1"]))
except Exception as error:
    print(type(error).__name__)
"""
    assert run(script) == "DecodeError"


def test_none_stays_when_the_pool_is_closed_or_has_workers() -> None:
    script = """
pool = pool_that(bool)
before = companions()
pool.start()
for process in before:
    print(os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT).si_status)
pool.close()
print(companions())
"""
    assert run(script).split("\n") == [str(int(signal.SIGKILL))] * 2 + ["[]"]


def test_a_pool_that_has_ended_runs_what_comes_after_all() -> None:
    script = """
pool = pool_that(bool)
pool.end()
print(results(pool) == results(SerialPool()))
pool.start()
pool.end()
pool.start()
pool.close()
print(companions())
"""
    assert run(script).split("\n") == ["True", "[]"]


def test_none_stays_when_this_process_is_killed() -> None:
    command = [sys.executable, "-c", START + "pool_that(bool); print(*companions(), flush=True); input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        processes = [os.pidfd_open(int(process)) for process in parent.stdout.readline().split()]
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        for process in processes:
            assert select.select([process], [], [], 60)[0]
            os.close(process)


def test_a_process_with_threads_has_none() -> None:
    script = """
import threading
waiting = threading.Event()
threading.Thread(target=waiting.wait).start()
pool = ProcessPool(2)
pool.get_ready({"page": bool})
print(companions(), len(results(pool)))
waiting.set()
"""
    assert run(script) == "[] 3"
