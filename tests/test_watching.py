"""The preview hears of every change of a source, and of nothing else."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from octavo.preview.watching import Changes

#: In seconds: far longer than any of this takes.
PATIENCE = 60


def make_site(folder: Path) -> Path:
    for name in ("content/models", "static", ".cache", "_site", "drafts"):
        (folder / name).mkdir(parents=True)
    (folder / "octavo.toml").write_text('title = "Notes"\n')
    (folder / "content" / "bert.md").write_text("BERT\n")
    (folder / "content" / "gone.md").write_text("Gone\n")
    return folder


def heard(
    site: Path, edit: Callable[[], object], expected: set[str], *, last: Path, is_jekyll: bool = False
) -> set[str]:
    """Return what is told, relative to the site, of an edit and of another of ``last`` after it, but for the latter.

    It listens until it has heard of ``last`` and of all that is expected: folders tell of their changes on their own.
    """
    awaited = {str(last), *(str(site / path) for path in expected)}

    async def listen() -> set[str]:
        told = set[str]()
        changes = Changes(site, is_jekyll, lambda: None)
        with changes.watched():
            await asyncio.to_thread(edit)
            await asyncio.to_thread(last.write_text, "last")
            while not awaited <= told:
                await asyncio.wait_for(changes.happened.wait(), PATIENCE)
                told |= changes.take()
        return {os.path.relpath(path, site) for path in told - {str(last)}}

    return asyncio.run(listen())


def replaced(path: Path) -> None:
    """Save as editors do that never leave half a file."""
    beside = path.with_name(f".{path.name}.part")
    beside.write_text("new")
    beside.replace(path)


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (lambda site: (site / "content/bert.md").write_text("new"), {"content/bert.md"}),
        (lambda site: replaced(site / "content/bert.md"), {"content/bert.md"}),
        (lambda site: (site / "content/gone.md").unlink(), {"content/gone.md"}),
        (
            lambda site: (site / "content/gone.md").rename(site / "content/models/found.md"),
            {"content/gone.md", "content/models/found.md"},
        ),
        (lambda site: (site / "octavo.toml").write_text('title = "Other"\n'), {"octavo.toml"}),
        (lambda site: (site / "README.md").write_text("beside"), set()),
        (lambda site: (site / "_site/index.html").write_text("made"), set()),
        (lambda site: (site / "content/bert.md").read_text(), set()),
        (
            lambda site: [(site / "content" / name).write_text("x") for name in (".bert.md.swp", "bert.md~", "#a#")],
            set(),
        ),
    ],
)
def test_a_change_of_a_source_is_told_and_nothing_else(
    tmp_path: Path, edit: Callable[[Path], object], expected: set[str]
) -> None:
    site = make_site(tmp_path)
    assert heard(site, lambda: edit(site), expected, last=site / "static" / "last.css") == expected


def test_what_is_in_a_folder_that_is_made_later_is_told(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    (site / "static").rmdir()

    async def listen() -> set[str]:
        changes = Changes(site, False, lambda: None)
        with changes.watched():
            await asyncio.to_thread((site / "static").mkdir)
            await asyncio.wait_for(changes.happened.wait(), PATIENCE)
            made = changes.take()
            told = set[str]()
            number = 0
            while not told:  # until the new folder is watched
                number += 1
                (site / "static" / f"{number}.css").write_text("x")
                try:
                    await asyncio.wait_for(changes.happened.wait(), 0.1)
                except TimeoutError:
                    continue
                told = {path for path in changes.take() if path.endswith(".css")}
            assert made == {str(site / "static")}
            return told

    assert asyncio.run(listen())


def test_in_a_jekyll_site_anything_is_a_source_but_what_is_made_of_it(tmp_path: Path) -> None:
    site = make_site(tmp_path)

    def edit() -> None:
        for name in ("_site/index.html", ".cache/x", "drafts/a.md", "about.md"):
            (site / name).write_text("x")

    expected = {"drafts/a.md", "about.md"}
    assert heard(site, edit, expected, last=site / "static" / "last.css", is_jekyll=True) == expected
