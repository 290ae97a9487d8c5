"""Builds that are killed, or that race: the next one makes what a clean one makes, byte for byte."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from building import write_site
from octavo.cli import commands
from octavo.world import store
from octavo.world.shelf import MANIFEST

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither SIGKILL nor SIGSTOP")

INTERRUPTING = Path(__file__).parent / "interrupting.py"

BOOK = "@book{adams, title={First}, author={Adams, A.}, year=2001}\n"

SITE = {
    "octavo.toml": "title = 'T'\nsearch = false\n",
    "content/index.md": "---\ntitle: Home\n---\nSee [[Alpha]] and [[Nobody]].\n",
    "content/alpha.md": "---\ntitle: Alpha\n---\n$x$ {% cite adams %}\n\n```python\nx = 1\n```\n",
    "content/beta.md": "---\ntitle: Beta\n---\n[@adams, p. 3] and [up](alpha.md)\n",
    "content/old.md": "An old note.\n",
    "bibliography/works.bib": BOOK,
}

#: What changes before a build, while it stands still, and before the next one: texts, titles that others show, an
#: entry; a note comes and goes.
EDITS: list[dict[str, str | None]] = [
    {"content/old.md": None, "content/beta.md": "---\ntitle: Beta again\n---\n@adams\n", "content/come.md": "Here.\n"},
    {"content/alpha.md": "---\ntitle: Alpha\n---\n$y$ {% cite adams %}\n", "content/new.md": "A new note.\n"},
    {"content/new.md": None, "bibliography/works.bib": BOOK.replace("First", "Second")},
]

#: While the memo is written, and while new files are staged.
BEFORE_PUBLISHING = [("INSERT", 9), ("COMMIT", 6), ("open .octavo-staging", 3)]

#: Before new files are known as Octavo's; before an old one is removed, a new one moved; before all is known as done.
PUBLISHING = [
    ("os.rename .octavo-manifest", 1),
    ("os.remove old/index.html", 1),
    ("os.rename beta/index.html", 1),
    ("os.rename .octavo-manifest", 2),
]

#: Before a build waits until it alone publishes.
WAITING = ("fcntl.flock", 1)


def edit(site: Path, files: dict[str, str | None]) -> None:
    """Write notes of a site; one without a text is removed."""
    write_site(site, {path: text for path, text in files.items() if text is not None})
    for path, text in files.items():
        if text is None:
            (site / path).unlink(missing_ok=True)


def interrupted(how: str, moment: tuple[str, int], site: Path) -> subprocess.Popen[str]:
    command = [sys.executable, str(INTERRUPTING), how, *map(str, moment), "build", str(site), "--jobs", "1"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8")


def built(site: Path, *arguments: str) -> dict[str, Any]:
    """Build a site whole, and return the report."""
    done = CliRunner().invoke(commands, ["build", str(site), "--json", "--jobs", "1", *arguments])
    assert done.exit_code == 1, done.output  # for a link to nobody
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def published(folder: Path) -> dict[str, bytes]:
    """Return what is in an output folder, but for what tells when it was written or is cleared away by its age."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {path: file.read_bytes() for path, file in files.items() if not path.startswith((MANIFEST, ".octavo-"))}


def check_warm_equals_clean(site: Path) -> None:
    clean = site.parent / "clean"
    warm = built(site)
    assert warm["diagnostics"] == built(site, "--no-cache", "--output", str(clean))["diagnostics"]
    assert published(site / "_site") == published(clean)
    assert built(site)["written"] == 0


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a site that was built, and edited since."""
    site = write_site(tmp_path / "site", SITE)
    built(site)
    edit(site, EDITS[0])
    return site


@pytest.mark.parametrize("moment", BEFORE_PUBLISHING + PUBLISHING)
def test_a_build_that_was_killed_leaves_nothing_wrong_behind(moment: tuple[str, int], site: Path) -> None:
    with interrupted("kill", moment, site) as killed:
        assert killed.wait() == -signal.SIGKILL
    edit(site, EDITS[1])
    check_warm_equals_clean(site)


@pytest.mark.parametrize("moment", PUBLISHING[1:3] + PUBLISHING[:1])
def test_a_build_without_new_files_that_was_killed_leaves_nothing_wrong_behind(
    moment: tuple[str, int], site: Path
) -> None:
    edit(site, {"content/come.md": None})
    with interrupted("kill", moment, site) as killed:
        assert killed.wait() == -signal.SIGKILL
    edit(site, EDITS[1])
    check_warm_equals_clean(site)


def test_builds_killed_at_any_time_leave_nothing_wrong_behind(site: Path) -> None:
    chance = random.Random(1)
    command = [sys.executable, "-m", "octavo", "build", str(site)]
    started = time.perf_counter()
    subprocess.run(command, capture_output=True, check=False)
    longest = time.perf_counter() - started
    for number in range(5):
        edit(site, EDITS[number % len(EDITS)])
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as build:
            try:
                build.wait(timeout=chance.uniform(0.3, 1) * longest)
            except subprocess.TimeoutExpired:
                build.kill()
    check_warm_equals_clean(site)


@contextmanager
def stopped(moment: tuple[str, int], site: Path) -> Iterator[subprocess.Popen[str]]:
    """Have a build stand still meanwhile, and end well."""
    with interrupted("stop", moment, site) as build:
        os.waitpid(build.pid, os.WUNTRACED)
        try:
            yield build
        finally:
            build.send_signal(signal.SIGCONT)
        told = build.communicate()[1]
    assert (build.returncode, "Traceback" in told) == (1, False), told


@pytest.mark.parametrize("moment", BEFORE_PUBLISHING)
def test_a_build_that_was_overtaken_leaves_nothing_wrong_behind(
    moment: tuple[str, int], site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PATIENCE", 0)
    with stopped(moment, site):
        edit(site, EDITS[1])
        built(site)
    edit(site, EDITS[2])
    check_warm_equals_clean(site)


@pytest.mark.parametrize("moment", PUBLISHING)
def test_builds_that_publish_at_once_leave_nothing_wrong_behind(moment: tuple[str, int], site: Path) -> None:
    with stopped(moment, site) as first:
        edit(site, EDITS[1])
        with stopped(WAITING, site):
            first.send_signal(signal.SIGCONT)
    edit(site, EDITS[2])
    check_warm_equals_clean(site)
