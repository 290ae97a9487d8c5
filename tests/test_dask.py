"""Builds on a Dask cluster: the same bytes as alone, whatever becomes of the workers."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

import octavo
from building import SITES, build_folder, build_inputs, write_site
from octavo.pipeline import runner
from octavo.world import dask, pool
from octavo.world.executors import ExecutorError, check_executor
from octavo.world.workspace import Workspace

distributed = pytest.importorskip("distributed", reason="there is no Dask: pip install 'octavo[dask]'")

pytestmark = pytest.mark.cluster

#: Enough work that it is sent away.
NOTES = {
    f"content/{number}.md": f"---\ntitle: Note {number}\n---\n$x_{{{number}}}$ [@adams] [[Note {number // 2}]]\n"
    + "Words. " * 300
    for number in range(60)
}
SITE = {
    "octavo.toml": "title = 'Many'\n",
    "bibliography/works.bib": "@book{adams, title={First}, author={Adams, A.}, year=2001}\n",
    **NOTES,
}


@contextmanager
def started_cluster(workers: int) -> Iterator[Any]:
    cluster = distributed.LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", host="127.0.0.1"
    )
    with cluster:
        yield cluster


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    with started_cluster(2) as cluster:
        yield cluster.scheduler_address


def octavo_build(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "octavo", "build", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def as_dask(address: str) -> str:
    return address.replace("tcp://", "dask://")


def test_nothing_is_lost_when_all_workers_are_killed(cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "WORTH_SENDING", 0)
    workspace = Workspace(SITES / "every-problem")
    inputs = workspace.read()
    killed: list[int] = []

    def kill_midway(stage: str, done: int, total: int) -> None:
        if stage == "page" and 0 < done < total and not killed:
            killed.extend(workers.values())
            for worker in killed:
                os.kill(worker, signal.SIGKILL)

    with closing(dask.DaskPool(cluster)) as remote, distributed.Client(cluster, set_as_default=False) as client:
        workers = client.run(os.getpid)
        together = build_inputs(inputs, workspace, pool=remote, progress=kill_midway)
        assert len(killed) == 2
        assert not set(killed) & set(client.run(os.getpid).values())
    alone = build_inputs(inputs, workspace)
    assert together.build == alone.build
    assert together.files() == alone.files()


def test_a_site_is_built_on_a_cluster(cluster: str, tmp_path: Path) -> None:
    write_site(tmp_path, SITE)
    done = octavo_build(tmp_path, "--executor", as_dask(cluster))
    assert (done.returncode, done.stderr) == (0, "")
    files = {path.relative_to(tmp_path / "_site").as_posix(): path for path in (tmp_path / "_site").rglob("*.*")}
    for path, content in build_folder(tmp_path).files().items():
        assert files[path].read_bytes() == content


def test_a_cluster_that_ends_midway_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "WORTH_SENDING", 0)
    monkeypatch.setattr(dask, "LOOKING", 1)
    monkeypatch.setattr(runner, "BATCHES_PER_JOB", 1000)  # so that there is work to send yet when the cluster ends
    workspace = Workspace(SITES / "every-problem")
    with started_cluster(1) as cluster, closing(dask.DaskPool(cluster.scheduler_address)) as remote:

        def end_midway(stage: str, done: int, total: int) -> None:
            if stage == "page" and done:
                cluster.close()

        with pytest.raises(ExecutorError, match="is lost; what it has made is in the cache"):
            build_inputs(workspace.read(), workspace, pool=remote, progress=end_midway)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("# a comment", "the same versions, but Octavo's source is another"),
        ("__version__ = '0.0.1'", f"octavo 0.0.1 there and {octavo.__version__} here"),
    ],
)
def test_a_cluster_with_another_octavo_is_refused(change: str, told: str, tmp_path: Path) -> None:
    other = shutil.copytree(Path(octavo.__file__).parent, tmp_path / "other/octavo") / "__init__.py"
    other.write_text(f"{other.read_text(encoding='utf-8')}{change}\n", encoding="utf-8")
    write_site(tmp_path / "site", SITE)
    with started_cluster(0) as cluster, started_worker(cluster.scheduler_address, tmp_path / "other"):
        done = octavo_build(tmp_path / "site", "--executor", as_dask(cluster.scheduler_address))
    assert (done.returncode, told in done.stderr, "Traceback" in done.stderr) == (1, True, False)
    assert not (tmp_path / "site/_site").exists()


@contextmanager
def started_worker(address: str, modules: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard"]
    environment = {**os.environ, "PYTHONPATH": str(modules)}
    quiet = subprocess.DEVNULL
    with subprocess.Popen([*command, "--no-nanny"], env=environment, stdout=quiet, stderr=quiet) as worker:
        try:
            yield
        finally:
            worker.terminate()


def test_a_cluster_without_workers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask, "CONNECTING", 1)
    with started_cluster(0) as cluster, pytest.raises(ExecutorError, match=r"has no workers.* dask worker tcp://"):
        dask.DaskPool(cluster.scheduler_address)


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask, "CONNECTING", 1)
    with socket.socket() as unheard:  # bound, but nobody listens
        unheard.bind(("127.0.0.1", 0))
        address = check_executor(f"dask://127.0.0.1:{unheard.getsockname()[1]}")
        with pytest.raises(ExecutorError, match=f"no Dask scheduler answers at {address}"):
            dask.DaskPool(address)
