"""A build's outputs into the output folder: only what has changed, each file by rename, and nothing that isn't ours."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple, Protocol

import msgspec

from octavo.model.site import Build, Output

#: Written into the output folder: what Octavo published there, and how each file looked then.
MANIFEST = ".octavo-manifest.json"

#: New files are written here, on the same file system, and moved to their places when all are there.
STAGING = ".octavo-staging"


class PublishError(Exception):
    """The output folder can't be written, or must not be."""


class Published(NamedTuple):
    """How many files were written, left as they were, and removed."""

    written: int
    unchanged: int
    removed: int


class Contents(Protocol):
    """What holds the bytes of outputs."""

    def read(self, digest: str) -> bytes:
        """Return the bytes with this digest."""


class Seal(msgspec.Struct, frozen=True, array_like=True):
    """A published file: the digest of its bytes; its size, time of modification and inode when it was written."""

    digest: str
    size: int
    modified: int
    inode: int


Manifest = dict[str, Seal]

#: The seal of a file that is about to be published.
UNSEEN = Seal("", -1, -1, -1)


def publish(build: Build, contents: Contents, output: Path, site: Path) -> Published:
    """Bring an output folder up to date with a build.

    Files that are not in the manifest of an earlier build are left alone, unless the build has a file of that name.
    A file that was changed by hand is restored. Raises `PublishError`, and `OSError` if the disk fails; whatever
    happens, each file is either the old one or the new one.
    """
    _check_folder(output, site)
    known = _read_manifest(output)
    changed = [one for one in build.outputs if not _is_current(output / one.path, one, known.get(one.path))]
    wanted = {one.path for one in build.outputs}
    obsolete = [path for path in known if path not in wanted]
    if changed or obsolete or not (output / MANIFEST).is_file():
        _stage(changed, contents, output)
        # From here on a crash may leave new files behind; they must be known as ours.
        _write_manifest(output, {one.path: UNSEEN for one in changed} | known)
        _remove(obsolete, output)
        moved = _move(changed, output)
        _write_manifest(output, {path: seal for path, seal in known.items() if path in wanted} | moved)
    return Published(len(changed), len(build.outputs) - len(changed), len(obsolete))


def unpublish(output: Path) -> int:
    """Remove what Octavo published in an output folder and nothing else; return the number of files."""
    known = _read_manifest(output)
    _remove(known, output)
    shutil.rmtree(output / STAGING, ignore_errors=True)
    (output / MANIFEST).unlink(missing_ok=True)
    with suppress(OSError):
        output.rmdir()
    return len(known)


def _check_folder(output: Path, site: Path) -> None:
    output, site = output.resolve(), site.resolve()
    if site.is_relative_to(output):
        raise PublishError(f"the output folder {output} must not be the site's own folder, or one that holds it")
    sources = [site / name for name in ("content", "bibliography", "templates", "static")]
    inside = next((source for source in sources if output.is_relative_to(source)), None)
    if inside:
        raise PublishError(f"the output folder {output} must not lie in {inside}, which it is made of")
    if output.exists() and not output.is_dir():
        raise PublishError(f"{output} is a file, not a folder")


def _is_current(path: Path, output: Output, seal: Seal | None) -> bool:
    if seal is None or seal.digest != output.digest:
        return False
    try:
        status = path.lstat()
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns, status.st_ino) == (seal.size, seal.modified, seal.inode)


def _stage(outputs: Iterable[Output], contents: Contents, folder: Path) -> None:
    staging = folder / STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    for number, output in enumerate(outputs):
        _check_path(output.path)
        (staging / str(number)).write_bytes(contents.read(output.digest))


def _move(outputs: Iterable[Output], folder: Path) -> Manifest:
    staging = folder / STAGING
    seals: Manifest = {}
    folders = {folder}
    for number, output in enumerate(outputs):
        target = folder / output.path
        _make_folder(target.parent, folders)
        if target.is_dir() and not target.is_symlink():
            raise PublishError(f"{target} is a folder, where a file must be published; remove it")
        (staging / str(number)).replace(target)
        status = target.lstat()
        seals[output.path] = Seal(output.digest, status.st_size, status.st_mtime_ns, status.st_ino)
    shutil.rmtree(staging, ignore_errors=True)
    return seals


def _make_folder(folder: Path, made: set[Path]) -> None:
    """Make a folder and those it lies in, up to one already ``made``; a link in their place might lead out."""
    if folder in made:
        return
    _make_folder(folder.parent, made)
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise PublishError(f"{folder} is in the way of a folder that must be published; remove it")
    folder.mkdir(exist_ok=True)
    made.add(folder)


def _remove(paths: Iterable[str], folder: Path) -> None:
    """Remove published files, and the folders that are empty without them; nothing behind a link is ours."""
    folders: set[PurePosixPath] = set()
    for path in paths:
        _check_path(path)
        if any((folder / parent).is_symlink() for parent in PurePosixPath(path).parents[:-1]):
            continue
        with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError):
            (folder / path).unlink()
        folders.update(PurePosixPath(path).parents)
    for parent in sorted(folders - {PurePosixPath(".")}, key=lambda one: -len(one.parts)):
        with suppress(OSError):  # not empty, or never there
            (folder / parent).rmdir()


def _check_path(path: str) -> None:
    """Refuse a path that leads out of the folder it is put below; on Windows a drive or backslash would."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\\" in path or ":" in path:
        raise PublishError(f"'{path}' is not a path inside the output folder")


def _read_manifest(folder: Path) -> Manifest:
    try:
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError):
        return {}


def _write_manifest(folder: Path, seals: Mapping[str, Seal]) -> None:
    content = msgspec.json.format(msgspec.json.encode(dict(sorted(seals.items()))), indent=1)
    temporary = folder / (MANIFEST + ".new")
    temporary.write_bytes(content)
    temporary.replace(folder / MANIFEST)
