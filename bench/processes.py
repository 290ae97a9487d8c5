"""Runs programs as whole processes, and says what they cost."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep
from typing import NamedTuple

#: In seconds, between two looks at the memory of a program.
PERIOD = 0.05


class BenchError(Exception):
    """What would be measured is not what should be: a build failed, or an edit does not show."""


class NotMeasuredError(Exception):
    """Something that a measurement needs is not on this machine, or not yet in Octavo."""


class Cost(NamedTuple):
    """What a run took: by the clock, and of all processors together (0 where the system doesn't say), in seconds."""

    seconds: float
    processor: float


def run(command: Sequence[str | Path]) -> tuple[Cost, str]:
    """Run a program to its end; return what it cost and what it printed."""
    before, start = os.times(), perf_counter()
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    seconds, after = perf_counter() - start, os.times()
    if result.returncode:
        raise BenchError(f"{' '.join(map(str, command))} failed\n{result.stdout}{result.stderr}")
    used = after.children_user - before.children_user + after.children_system - before.children_system
    return Cost(seconds, used), result.stdout


def peak_memory(command: Sequence[str | Path]) -> int:
    """Run a program to its end; return the most memory that its processes held at one time, in bytes.

    Pages that processes share count once: each has its share of them (the proportional set size of Linux).
    """
    if not Path("/proc/self/smaps_rollup").exists():
        raise NotMeasuredError("the system does not tell the memory of processes")
    with started(command) as process:
        peak = 0
        while process.poll() is None:
            peak = max(peak, sum(map(_memory, _processes_of(process.pid))))
            sleep(PERIOD)
    if process.returncode:
        raise BenchError(f"{' '.join(map(str, command))} failed")
    return peak


@contextmanager
def started(command: Sequence[str | Path]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in a session of its own while this is open."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _processes_of(session: int) -> Iterator[Path]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(fields[3]) == session:
            yield folder


def _memory(process: Path) -> int:
    try:
        lines = (process / "smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
