"""A build's outputs into the output folder: only what has changed, each file by rename, and nothing that isn't ours."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import accumulate
from pathlib import Path
from stat import S_ISDIR, S_ISLNK
from typing import NamedTuple, Protocol

from octavo.model.site import Build, Output
from octavo.world.shelf import (
    MANIFEST,
    UNSEEN,
    Manifest,
    OutputShelf,
    read_manifest,
    seal_of,
    status_of,
    write_manifest,
)

if sys.platform != "win32":
    import fcntl

#: New files are written into a folder whose name begins so, on the same file system and laid out as in the output, and
#: moved to their places when all are there.
STAGING = ".octavo-staging-"

#: The rights of such a folder: its owner's.
PRIVATE = 0o700

#: In seconds: the age at which such a folder must have been left behind by a build that was killed.
ABANDONED_AFTER = 3600

#: In bytes: what file systems allow the name of a file or folder.
LONGEST_NAME = 255

#: In characters: every system takes a path of so many below any sensible folder, even if each takes four bytes.
SHORT_ENOUGH = 60

#: In characters: of a path in a message.
WORTH_SHOWING = 120


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


class Plan(NamedTuple):
    """What there is to do: ``wanted`` are the paths of all outputs, ``obsolete`` those of files to be removed.

    ``is_needed`` is false if the output folder is as it should be.
    """

    wanted: frozenset[str]
    changed: tuple[Output, ...]
    obsolete: tuple[str, ...]
    is_needed: bool


def publish(build: Build, contents: Contents, shelf: OutputShelf, site: Path) -> Published:
    """Bring an output folder up to date with a build; the ``shelf`` is what is in it.

    Files that are not in the manifest of an earlier build are left alone, unless the build has a file of that name.
    A file that was changed by hand is restored. Raises `PublishError` before anything is touched if a file has no
    place in the folder, and `OSError` if the disk fails; whatever happens, each file is either the old one or the new.
    """
    output = shelf.folder
    _check_folder(output, site)
    plan = _plan(build, shelf)
    if plan.is_needed:
        _check_paths(plan, output)
        _check_places(plan, output)
        _carry_out(plan, contents, shelf)
    return Published(len(plan.changed), len(build.outputs) - len(plan.changed), len(plan.obsolete))


def unpublish(output: Path) -> int:
    """Remove what Octavo published in an output folder and nothing else; return the number of files."""
    known = read_manifest(output)
    _remove(known, output)
    for staging in output.glob(STAGING + "*"):
        _remove_tree(staging)
    (output / MANIFEST).unlink(missing_ok=True)
    with suppress(OSError):
        output.rmdir()
    return len(known)


def _plan(build: Build, shelf: OutputShelf) -> Plan:
    intact = shelf.intact
    wanted = frozenset(one.path for one in build.outputs)
    changed = tuple(one for one in build.outputs if (seal := intact.get(one.path)) is None or seal.digest != one.digest)
    obsolete = tuple(path for path in shelf.manifest if path not in wanted)
    return Plan(wanted, changed, obsolete, bool(changed or obsolete or not (shelf.folder / MANIFEST).is_file()))


def _carry_out(plan: Plan, contents: Contents, shelf: OutputShelf) -> None:
    output = shelf.folder
    with _staging(output) as staging:
        staged = _stage(plan.changed, contents, staging)
        with _alone(output):
            known = _known(plan, shelf)
            unknown = {one.path: UNSEEN for one in plan.changed if one.path not in known}
            if unknown:  # from here on a crash may leave new files behind: they must be known as ours
                write_manifest(known | unknown, staging / MANIFEST, output)
            _remove(plan.obsolete, output)
            _move(str(staging), str(output))
            for path in plan.obsolete:
                known.pop(path, None)
            write_manifest(known | staged, staging / MANIFEST, output)


def _known(plan: Plan, shelf: OutputShelf) -> Manifest:
    """Return the manifest as it is now, with those files that this build leaves as they are.

    Another build may have published meanwhile what this one knows nothing of: a later one shall know it.
    """
    now = shelf.read_again()
    if now is shelf.manifest:
        return dict(now)
    changed = {one.path for one in plan.changed}
    return now | {path: seal for path, seal in shelf.intact.items() if path in plan.wanted and path not in changed}


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let builds that publish in a folder do so one after the other; a build that is killed leaves no lock behind."""
    if sys.platform == "win32":  # where a folder can't be locked
        yield
        return
    lock = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems have no locks
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


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


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """Make a folder for new files that no other build has, and remove it whatever happens."""
    folder.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(folder)
    staging = folder / f"{STAGING}{os.getpid()}-{time.time_ns()}"
    staging.mkdir(mode=PRIVATE)
    try:
        yield staging
    finally:
        _remove_tree(staging)


def _remove_abandoned(folder: Path) -> None:
    for staging in folder.glob(STAGING + "*"):
        with suppress(OSError):
            if time.time() - staging.lstat().st_mtime > ABANDONED_AFTER:
                _remove_tree(staging)


def _remove_tree(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()
        return
    import shutil  # slow to import: nearly all such folders are empty

    shutil.rmtree(folder, ignore_errors=True)


def _stage(outputs: Iterable[Output], contents: Contents, staging: Path) -> Manifest:
    """Write files below a folder as they shall lie in the output; return what the manifest will say of them."""
    seals: Manifest = {}
    folders = {""}
    for output in outputs:
        for above in _folders_of(output.path):
            if above not in folders:
                (staging / above).mkdir()
                folders.add(above)
        with open(f"{staging}/{output.path}", "xb") as file:  # noqa: PTH123  # a Path takes as long as the writing
            file.write(contents.read(output.digest))
            file.flush()
            seals[output.path] = seal_of(output.digest, os.fstat(file.fileno()))
    return seals


def _move(staged: str, folder: str) -> None:
    """Move all that is in one folder into another; a folder that is new there moves whole.

    A link in the place of a folder might lead out.
    """
    for entry in list(os.scandir(staged)):
        target = f"{folder}/{entry.name}"
        if not entry.is_dir():
            os.replace(entry.path, target)  # noqa: PTH105  # as above
        elif not _takes_place(entry.path, target):
            _move(entry.path, target)
            os.rmdir(entry.path)  # noqa: PTH106  # as above


def _takes_place(staged: str, target: str) -> bool:
    """Move a whole folder to its place, unless there is one already."""
    status = status_of(target)
    if status is None:
        with suppress(OSError):  # another build was faster
            os.rename(staged, target)  # noqa: PTH104  # as above
            return True
        status = status_of(target)
    if status is None or not S_ISDIR(status.st_mode):
        raise _in_the_way(Path(target))
    return False


def _remove(paths: Iterable[str], folder: Path) -> None:
    """Remove published files, and the folders that are empty without them; nothing behind a link is ours."""
    folders: set[str] = set()
    for path in paths:
        _check_path(path)
        if _is_behind_link(path, folder):
            continue
        with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError):
            if status_of(folder / path):
                (folder / path).unlink()
        folders.update(_folders_of(path))
    for above in sorted(folders, key=lambda one: -one.count("/")):
        with suppress(OSError):  # not empty, or never there
            (folder / above).rmdir()


def _is_behind_link(path: str, folder: Path) -> bool:
    statuses = (status_of(folder / above) for above in _folders_of(path))
    return any(status and S_ISLNK(status.st_mode) for status in statuses)


def _folders_of(path: str) -> Iterable[str]:
    """Return the folders a path lies in, the outermost first: ``a`` and ``a/b`` for ``a/b/c``."""
    return accumulate(path.split("/")[:-1], "{}/{}".format)


def _check_paths(plan: Plan, folder: Path) -> None:
    """Refuse paths that can't be published, whatever is in the output folder."""
    for path in plan.obsolete:
        _check_path(path)
    for output in plan.changed:
        _check_path(output.path)
        _check_length(output.path, folder)
        both = next((above for above in _folders_of(output.path) if above in plan.wanted), None)
        if both:
            raise PublishError(f"'{both}' would be published both as a file and as a folder; rename one of them")


def _check_path(path: str) -> None:
    """Refuse a path that leads out of the folder it is put below; on Windows a drive or backslash would."""
    if not {"", ".", ".."}.isdisjoint(path.split("/")) or any(sign in path for sign in "\\:\0"):
        raise PublishError(f"'{_shown(path)}' is not a path inside the output folder")


def _check_length(path: str, folder: Path) -> None:
    if len(path) < SHORT_ENOUGH:
        return
    name = next((name for name in path.split("/") if len(name.encode()) > LONGEST_NAME), None)
    if name is not None:
        raise PublishError(f"'{_shown(name)}' is too long: a file or folder may have a name of {LONGEST_NAME} bytes")
    try:
        (folder / f"{STAGING}........" / path).lstat()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise PublishError(f"'{_shown(path)}' is too long a path to be published in {folder}") from error


def _shown(path: str) -> str:
    path = path.replace("\0", "\ufffd")
    return path if len(path) <= WORTH_SHOWING else path[:WORTH_SHOWING] + "…"


def _check_places(plan: Plan, folder: Path) -> None:
    """Refuse what can't take its place in the output folder because of something there that isn't ours."""
    obsolete = frozenset(plan.obsolete)
    files = {MANIFEST, *(output.path for output in plan.changed)}
    above = {above for output in plan.changed for above in _folders_of(output.path)}
    for path, status in _in_place(files | above, folder):
        is_folder = S_ISDIR(status.st_mode)
        if path in files and is_folder and not obsolete.issuperset(_files_below(folder, path)):
            raise PublishError(f"{folder / path} is a folder, where a file must be published; remove it")
        if path in above and not is_folder and obsolete.isdisjoint((path, *_folders_of(path))):
            raise _in_the_way(folder / path)


def _in_place(paths: Iterable[str], folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield those of the paths at which there is something; nothing is looked for in a folder that isn't there."""
    there = {""}
    for path in sorted(paths):
        if path.rpartition("/")[0] in there and (status := status_of(f"{folder}/{path}")):
            there.add(path)
            yield path, status


def _files_below(folder: Path, path: str) -> Iterator[str]:
    """Yield what is in a folder of the output folder, and an empty folder as itself: paths like those of outputs."""
    for name, folders, files in os.walk(folder / path):
        here = Path(name).relative_to(folder).as_posix()
        links = [below for below in folders if Path(name, below).is_symlink()]
        yield from (f"{here}/{below}" for below in (*files, *links))
        if not folders and not files:
            yield here


def _in_the_way(path: Path) -> PublishError:
    return PublishError(f"{path} is in the way of a folder that must be published; remove it")
