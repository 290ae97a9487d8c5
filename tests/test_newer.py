"""Whether something was written since the last build, at a glance."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from octavo.world.newer import has_newer

BUILT, LATER = 1_000_000_000, 1_000_000_001


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site as its last build has left it."""
    write(tmp_path / "content" / "models" / "bert.md")
    write(tmp_path / "bibliography" / "models.bib")
    write(tmp_path / "static" / "logo.svg")
    write(memo_of(tmp_path))
    for path in tmp_path.rglob("*"):
        os.utime(path, (BUILT, BUILT))
    return tmp_path


def memo_of(site: Path) -> Path:
    return site / ".cache" / "octavo.sqlite"


def write(path: Path, when: int = LATER) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("written", encoding="utf-8")
    os.utime(path, (when, when))


def test_nothing_is_newer_than_the_last_build(site: Path) -> None:
    assert not has_newer(site, memo_of(site))


@pytest.mark.parametrize(
    "edit",
    [
        lambda site: write(site / "content" / "models" / "bert.md"),
        lambda site: write(site / "bibliography" / "models.bib"),
        lambda site: write(site / "content" / "new" / "deep" / "note.md"),
        lambda site: (site / "content" / "models" / "bert.md").unlink(),
    ],
    ids=["a note", "a bibliography", "a note in new folders", "a note that is gone"],
)
def test_what_was_written_since_is_newer(site: Path, edit: Callable[[Path], object]) -> None:
    edit(site)

    assert has_newer(site, memo_of(site))


@pytest.mark.parametrize(
    "edit",
    [
        lambda site: memo_of(site).unlink(),
        lambda site: write(site / "static" / "logo.svg"),
        lambda site: link_elsewhere(site, site / "content" / "models" / "bert.md"),
    ],
    ids=["without a memo", "what nobody writes", "what a link leads to"],
)
def test_a_glance_does_not_see_everything(site: Path, edit: Callable[[Path], object]) -> None:
    edit(site)

    assert not has_newer(site, memo_of(site))


def link_elsewhere(site: Path, path: Path) -> None:
    """Put a link to a folder with a new note in the place of a file, as old as that was."""
    write(site / "elsewhere" / "note.md")
    path.unlink()
    path.symlink_to(site / "elsewhere", target_is_directory=True)
    os.utime(path, (BUILT, BUILT), follow_symlinks=False)
    os.utime(path.parent, (BUILT, BUILT))


def test_a_site_without_notes_has_nothing_newer(tmp_path: Path) -> None:
    write(memo_of(tmp_path))

    assert not has_newer(tmp_path, memo_of(tmp_path))
