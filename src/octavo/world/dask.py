"""Runs batches on a Dask cluster, on this machine or on many. Needs the extra ``dask``."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import CancelledError, Future, wait
from functools import cache, partial
from typing import Any

from distributed import Client, KilledWorker
from distributed import Future as Promise

from octavo import __version__
from octavo.pipeline.stages import run_batch
from octavo.world.digests import FileDigests
from octavo.world.executors import ExecutorError
from octavo.world.fingerprint import read_fingerprint, read_versions
from octavo.world.pool import ExecutorPool
from octavo.world.texts import SiteFiles

#: In seconds: so long a scheduler may take to answer, and a cluster to have its first worker.
CONNECTING = 10

#: In seconds: how often to see whether there still are workers, while one is waited for.
LOOKING = 30

#: How many differences of a worker are told.
TOLD = 3

#: What to do when a cluster is lost.
AGAIN = "what it has made is in the cache, so build again when it is back, or without --executor"


class OtherProgramError(Exception):
    """A worker would not make what this process makes; its argument is what versions it has, by name."""


class DaskPool(ExecutorPool):
    """Runs batches on the cluster of the scheduler at an address, whose workers must have this very Octavo.

    Dask gives the batches of a worker that has died to others. Raises `ExecutorError`.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._client = _connect(address)
        self._fingerprint = _own_fingerprint()
        self._settings: dict[bytes, Promise] = {}
        jobs = sum(self._client.nthreads().values())
        super().__init__(partial(self._client.get_executor, pure=False), jobs)

    def submit(self, stage: str, settings: bytes, batch: bytes) -> Future[bytes]:
        """Give a batch to the cluster; settings, which may be large, are sent there once."""
        if settings not in self._settings:
            # What is scattered is lost with the workers that hold it; what a task returns is made again.
            self._settings[settings] = self._client.submit(_itself, settings, pure=False)
        return self._running().submit(run_alike, self._fingerprint, stage, self._settings[settings], batch)

    def result(self, future: Future[bytes]) -> bytes:
        """Wait for what becomes of a batch. Raises `ExecutorError` if nothing does."""
        while not wait((future,), LOOKING).done:
            if self._is_lost:
                raise ExecutorError(self._lost)
            if not self._client.nthreads():
                raise ExecutorError(f"{self._address} has no workers any more; {AGAIN}")
        try:
            return future.result()
        except (CancelledError, ValueError) as error:
            if isinstance(error, ValueError) and not self._is_lost:
                raise  # otherwise it is how distributed tells of work that went with its connection
            raise ExecutorError(self._lost) from error
        except KilledWorker as error:
            raise ExecutorError(f"workers of {self._address} die of their work, perhaps for want of memory") from error
        except OtherProgramError as error:
            raise ExecutorError(_differences(*error.args)) from error

    @property
    def _is_lost(self) -> bool:
        return bool(self._client.status != "running")

    @property
    def _lost(self) -> str:
        return f"the connection to {self._address} is lost; {AGAIN}"

    def close(self) -> None:
        """Leave the cluster, which goes on."""
        self._settings.clear()
        self._client.close()


def run_alike(fingerprint: str, stage: str, settings: bytes, batch: bytes) -> bytes:
    """Run a batch on a worker, if its program is the one with this fingerprint. Raises `OtherProgramError`."""
    if _own_fingerprint() != fingerprint:
        raise OtherProgramError(read_versions())
    return run_batch(stage, settings, batch)


@cache  # of the program that runs
def _own_fingerprint() -> str:
    return read_fingerprint(SiteFiles(FileDigests()).digest)


def _itself(settings: bytes) -> bytes:
    return settings


def _connect(address: str) -> Client:
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # what it loses is told as an error of ours
    try:
        client = Client(address, timeout=CONNECTING, set_as_default=False)
    except OSError as error:
        raise ExecutorError(f"no Dask scheduler answers at {address}; is 'dask scheduler' running there?") from error
    try:
        client.wait_for_workers(1, CONNECTING)
        _check_versions(address, client.get_versions(packages=["octavo"]))
    except TimeoutError as error:
        client.close()
        raise ExecutorError(f"{address} has no workers; start some with: dask worker {address} --nthreads 1") from error
    except ExecutorError:
        client.close()
        raise
    return client


def _check_versions(address: str, versions: Mapping[str, Any]) -> None:
    """Raise `ExecutorError` if a cluster has no Octavo, or another. Its scheduler reads what it hands on."""
    members = {f"the scheduler {address}": versions["scheduler"]}
    members |= {f"the worker {worker}": found for worker, found in versions["workers"].items()}
    for member, found in members.items():
        version = found["packages"]["octavo"]
        if version != __version__:
            has = f"Octavo {version}" if version else "no Octavo"
            raise ExecutorError(f"{member} has {has}, and this is {__version__}: install the same in both places")


def _differences(theirs: Mapping[str, str]) -> str:
    """Say in what the program of a worker differs from this one."""
    ours = read_versions()
    packages = [
        f"{name} {theirs.get(name) or 'missing'} there and {ours[name] or 'missing'} here"
        for name in ours
        if theirs.get(name) != ours[name]
    ]
    told = "; ".join(packages[:TOLD]) or "the same versions, but Octavo's source is another"
    return f"a worker's program is not the same as this one: {told}. Install the same on all machines"
