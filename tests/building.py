"""Whole sites, built from folders as the commands do it, but into memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from octavo.build import EmptyShelf, Means, Shelf, build
from octavo.memo import DictSpool, Kept, Memo, NullMemo
from octavo.model.site import Build, Inputs
from octavo.pipeline.account import Account, Progress
from octavo.pipeline.runner import Pool
from octavo.world.pool import SerialPool
from octavo.world.publish import Contents
from octavo.world.workspace import Workspace

SITES = Path(__file__).parent / "sites"


@dataclass(frozen=True)
class BuiltSite:
    """A site in memory."""

    build: Build
    contents: Contents

    def has(self, digest: str) -> bool:
        """Tell whether a file of the site has these bytes: a site is the shelf for building it again."""
        return any(output.digest == digest for output in self.build.outputs)

    def read(self, digest: str) -> bytes:
        """Return the bytes of a file of the site."""
        return self.contents.read(digest)

    def text(self, path: str) -> str:
        """Return a file of the site as text."""
        return self.files()[path].decode()

    def files(self) -> dict[str, bytes]:
        """Return every file of the site by its path."""
        return {output.path: self.contents.read(output.digest) for output in self.build.outputs}

    def problems(self) -> list[str]:
        """Return each problem as ``rule path:line:column message``."""
        return [
            f"{one.rule} {one.span.path}:{one.span.line}:{one.span.column} {one.message}" if one.span else one.rule
            for one in self.build.diagnostics
        ]


def build_inputs(
    inputs: Inputs,
    workspace: Workspace,
    memo: Memo | None = None,
    pool: Pool | None = None,
    kept: Kept | None = None,
    shelf: Shelf | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> BuiltSite:
    """Build a site whose inputs were read; what is on the ``shelf`` is not made again."""
    return BuiltSite(*build(inputs, means_for(workspace, memo, pool, shelf, progress), kept))


def means_for(
    workspace: Workspace,
    memo: Memo | None = None,
    pool: Pool | None = None,
    shelf: Shelf | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> Means:
    """Return what a build in a test works with."""
    account = Account(progress)
    return Means(memo or NullMemo(), DictSpool(), pool or SerialPool(), workspace, account, shelf or EmptyShelf())


def build_folder(folder: Path, memo: Memo | None = None, pool: Pool | None = None) -> BuiltSite:
    """Build the site in a folder."""
    workspace = Workspace(folder)
    return build_inputs(workspace.read(), workspace, memo, pool)


def write_site(folder: Path, files: dict[str, str]) -> Path:
    """Write a site's files."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    return folder
