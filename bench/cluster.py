"""Measure what a Dask cluster costs and when it pays: ``python bench/cluster.py [--pages 300]``.

Needs the extra ``dask``. Builds a made-up site twice with nothing cached: in this process alone, and on a cluster of
two processes on this machine. A cluster takes the work of the stages off the main process, and adds to it what handing
over each batch costs. All is processor time, which other programs on the machine disturb little.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from logging import CRITICAL
from multiprocessing.connection import Connection
from pathlib import Path
from time import process_time
from typing import NamedTuple

from distributed import LocalCluster
from octavo_site import write_octavo_site
from pages import Size

from octavo.build import Means, build
from octavo.memo import NullMemo
from octavo.pipeline.account import Account
from octavo.pipeline.stages import run_batch
from octavo.world.dask import DaskPool
from octavo.world.pool import ClosablePool, SerialPool
from octavo.world.spool import FileSpool
from octavo.world.workspace import Workspace

WORKERS = 2

#: Of a site so large the times are told.
MANY = 100_000


class TimedPool(SerialPool):
    """Runs batches in this process, and counts the seconds of its processor that they take."""

    seconds = 0.0

    def map(self, stage: str, settings: bytes, batches: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the results of the batches, in order."""
        for batch in batches:
            started = process_time()
            result = run_batch(stage, settings, batch)
            self.seconds += process_time() - started
            yield result


class CountingPool(DaskPool):
    """Counts the batches that go to the cluster and the bytes of them and of their results."""

    batches = 0
    sent = 0
    received = 0

    def submit(self, stage: str, settings: bytes, batch: bytes) -> Future[bytes]:
        """Give a batch to the cluster."""
        self.batches += 1
        self.sent += len(batch)
        return super().submit(stage, settings, batch)

    def result(self, future: Future[bytes]) -> bytes:
        """Wait for what becomes of a batch."""
        result = super().result(future)
        self.received += len(result)
        return result


class Costs(NamedTuple):
    """Seconds of processor time: of a whole build in one process and of its stages there, of the main process else."""

    alone: float
    stages: float
    main: float


def main() -> None:
    """Read the command line, measure, and print the arithmetic."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=300, help="[default: %(default)s]")
    pages = parser.parse_args().pages
    with tempfile.TemporaryDirectory(prefix="octavo-bench-") as folder:
        site, small = Path(folder, "site"), Path(folder, "small")
        write_octavo_site(site, Size(pages, entries=100, cited=100))
        write_octavo_site(small, Size(5, entries=100, cited=100))
        built(small, SerialPool())  # so that all is imported
        serial = TimedPool()
        alone = built(site, serial)
        with started_cluster() as address, closing(CountingPool(address)) as pool:
            costs = Costs(alone, serial.seconds, built(site, pool))
    print(report(pages, costs, pool))


@contextmanager
def started_cluster() -> Iterator[str]:
    """Run a cluster on this machine while this is open, its scheduler in a process of its own; return its address."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve_cluster, args=(there,))
    process.start()
    try:
        yield here.recv()
    finally:
        here.send("end")
        process.join()


def serve_cluster(pipe: Connection) -> None:
    """Run a cluster until something comes through the pipe."""
    with LocalCluster(
        n_workers=WORKERS,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        host="127.0.0.1",
        silence_logs=CRITICAL,
    ) as cluster:
        pipe.send(cluster.scheduler_address)
        pipe.recv()


def built(site: Path, pool: ClosablePool) -> float:
    """Build a site in memory with nothing cached; return the seconds of this process's processor that it takes."""
    workspace, started = Workspace(site), process_time()
    with FileSpool() as spool:
        build(workspace.read(), Means(NullMemo(), spool, pool, workspace, Account()))
    return process_time() - started


def report(pages: int, costs: Costs, pool: CountingPool) -> str:
    """Say what was measured, and what follows: no build is faster than its main process."""
    batches, busy = pool.batches, costs.stages / costs.main
    handing = (costs.main - (costs.alone - costs.stages)) / batches
    return f"""\
{pages} notes: {batches} batches of {pool.sent / batches / 1e3:,.0f} KB, with results of \
{pool.received / batches / 1e3:,.0f} KB. A batch is {1e3 * costs.stages / batches:,.0f} ms of work for a worker; \
handing it over and taking its result costs the main process {1e3 * handing:,.1f} ms.
A note costs one process alone {1e3 * costs.alone / pages:.1f} ms, and with a cluster the main process \
{1e3 * costs.main / pages:.1f} ms: it keeps {busy:.1f} workers busy, and more make nothing faster.
{MANY:,} notes: {MANY * costs.alone / pages / 60:,.0f} minutes in one process, \
{MANY * costs.main / pages / 60:,.0f} with {busy:.0f} workers or more."""


if __name__ == "__main__":
    main()
