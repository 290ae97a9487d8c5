"""Writes a site of Octavo's own that was translated from one written for Jekyll."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from octavo.build import read_sources
from octavo.memo import DictSpool, NothingKept, NullMemo
from octavo.model.diagnostic import Diagnostic
from octavo.model.translation import TranslatedSite
from octavo.pipeline.account import Account
from octavo.pipeline.jekyll_import import import_site
from octavo.pipeline.runner import Runner
from octavo.world.jekyll_files import jekyll_config_text
from octavo.world.pool import SerialPool
from octavo.world.workspace import Workspace

#: The list of all that became of the site's pieces, in the new site's folder.
REPORT = "import-report.txt"


class NoJekyllSiteError(Exception):
    """A folder is no site written for Jekyll."""


def import_folder(folder: Path, target: Path) -> tuple[TranslatedSite, tuple[Diagnostic, ...]]:
    """Translate the site in a folder, write it into another, and return what became of it and what can't be read.

    Raises `NoJekyllSiteError`, and `OSError` if the target can't be written.
    """
    workspace = Workspace(folder, {"theme": "octavo"})
    inputs = workspace.read()
    if inputs.jekyll is None:
        raise NoJekyllSiteError
    config = jekyll_config_text(folder)
    spool = DictSpool()
    runner = Runner(NullMemo(), spool, SerialPool(), inputs.fingerprint, Account(), NothingKept(spool))
    site = import_site(inputs, inputs.jekyll, config, partial(read_sources, workspace), runner)
    for path, text in site.texts.items():
        _made(target, path).write_text(text, encoding="utf-8", newline="\n")
    for path, source in site.copies.items():
        _made(target, path).write_bytes(workspace.read_file(source))
    (target / REPORT).write_text(report_lines(site), encoding="utf-8", newline="\n")
    return site, inputs.diagnostics


def report_lines(site: TranslatedSite) -> str:
    """Return a line for each piece of a site: where it stands, what becomes of it, and what stands for it."""
    lines: Iterable[str] = (
        f"{one.span.path}:{one.span.line}: {one.fate.value}: {one.what}{f' ({one.note})' if one.note else ''}"
        for one in site.pieces
    )
    return "".join(f"{line}\n" for line in lines)


def _made(target: Path, path: str) -> Path:
    """Return a file of the new site, its folder made. Raises `OSError` if it were outside."""
    file = target / path
    if not file.resolve().is_relative_to(target.resolve()):
        raise OSError(f"'{path}' would lie outside of '{target}'")
    file.parent.mkdir(parents=True, exist_ok=True)
    return file
