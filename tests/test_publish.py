from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from octavo.memo import digest_of
from octavo.model.site import Build, Output
from octavo.world.publish import ABANDONED_AFTER, STAGING, Published, PublishError, publish, unpublish
from octavo.world.shelf import MANIFEST, OutputShelf


class Files:
    """The contents of a build, by digest."""

    def __init__(self, files: dict[str, str]) -> None:
        self._contents = {digest_of(text.encode()): text.encode() for text in files.values()}
        outputs = tuple(Output(path, digest_of(text.encode())) for path, text in sorted(files.items()))
        self.build = Build(outputs, (), True, 0)

    def read(self, digest: str) -> bytes:
        return self._contents[digest]


def put(files: dict[str, str], site: Path, output: str = "_site") -> Published:
    made = Files(files)
    return publish(made.build, made, OutputShelf(site / output), site)


def found(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def everything(folder: Path) -> dict[str, tuple[str, int]]:
    """Return what is in a folder: of each file its text and when it was written, the manifest and all else."""
    return {
        path.relative_to(folder).as_posix(): (path.read_text(encoding="utf-8"), path.lstat().st_mtime_ns)
        if path.is_file()
        else ("", 0)
        for path in folder.rglob("*")
    }


def test_only_what_has_changed_is_written(tmp_path: Path) -> None:
    assert put({"a.html": "1", "b/c.html": "2"}, tmp_path) == Published(2, 0, 0)
    before = (tmp_path / "_site/a.html").stat()
    assert put({"a.html": "1", "b/c.html": "3"}, tmp_path) == Published(1, 1, 0)
    assert (tmp_path / "_site/a.html").stat().st_mtime_ns == before.st_mtime_ns
    assert found(tmp_path / "_site") == {"a.html": "1", "b/c.html": "3"}


def test_what_is_no_longer_made_is_removed_with_its_empty_folders(tmp_path: Path) -> None:
    put({"a.html": "1", "b/c/d.html": "2"}, tmp_path)
    assert put({"a.html": "1"}, tmp_path) == Published(0, 1, 1)
    assert sorted(path.name for path in (tmp_path / "_site").iterdir()) == [MANIFEST, "a.html"]


def test_files_of_others_stay(tmp_path: Path) -> None:
    (tmp_path / "_site").mkdir()
    (tmp_path / "_site/CNAME").write_text("example.org", encoding="utf-8")
    put({"a.html": "1"}, tmp_path)
    put({"b.html": "1"}, tmp_path)
    assert found(tmp_path / "_site") == {"CNAME": "example.org", "b.html": "1"}
    assert unpublish(tmp_path / "_site") == 1
    assert found(tmp_path / "_site") == {"CNAME": "example.org"}


def test_a_file_changed_by_hand_is_restored(tmp_path: Path) -> None:
    put({"a.html": "1", "b.html": "2"}, tmp_path)
    (tmp_path / "_site/a.html").write_text("hacked", encoding="utf-8")
    (tmp_path / "_site/b.html").unlink()
    assert put({"a.html": "1", "b.html": "2"}, tmp_path) == Published(2, 0, 0)
    assert found(tmp_path / "_site") == {"a.html": "1", "b.html": "2"}


def test_a_failure_before_the_move_changes_nothing(tmp_path: Path) -> None:
    put({"a.html": "1"}, tmp_path)

    class Failing(Files):
        def read(self, digest: str) -> bytes:
            if digest == digest_of(b"bad"):
                raise OSError("the disk is full")
            return super().read(digest)

    made = Failing({"a.html": "2", "z.html": "bad"})
    with pytest.raises(OSError, match="disk is full"):
        publish(made.build, made, OutputShelf(tmp_path / "_site"), tmp_path)
    assert found(tmp_path / "_site") == {"a.html": "1"}
    assert put({"a.html": "3"}, tmp_path) == Published(1, 0, 0)
    assert found(tmp_path / "_site") == {"a.html": "3"}


def test_a_damaged_manifest_costs_only_time(tmp_path: Path) -> None:
    put({"a.html": "1"}, tmp_path)
    (tmp_path / "_site" / MANIFEST).write_text("{", encoding="utf-8")
    assert put({"a.html": "1"}, tmp_path) == Published(1, 0, 0)


@pytest.mark.parametrize(
    "content",
    [
        b'{"a\\u0000b": ["a", 1, 1, 1]}',
        b'{"": ["a", 1, 1, 1], ".": ["a", 1, 1, 1]}',
        b'{"%s": ["a", 1, 1, 1], "%s": ["a", 1, 1, 1]}' % (b"n" * 300, (b"n" * 200 + b"/") * 30 + b"n"),
        b'{"b.html": ["a", 1, 1, 99999999999999999999999999]}',
        b'{"caf\xe9": ["a", 1, 1, 1]}',
        b"[]",
    ],
)
def test_damaged_entries_of_a_manifest_are_ignored(tmp_path: Path, content: bytes) -> None:
    put({"a.html": "1"}, tmp_path)
    manifest = tmp_path / "_site" / MANIFEST
    manifest.write_bytes(content)
    put({"a.html": "2"}, tmp_path)
    assert put({"a.html": "2"}, tmp_path) == Published(0, 1, 0)
    manifest.write_bytes(content)
    unpublish(tmp_path / "_site")
    assert not manifest.exists()


@pytest.mark.parametrize("output", [".", "..", "content", "content/out", "static", "bibliography/x"])
def test_the_sources_are_never_published_into(tmp_path: Path, output: str) -> None:
    site = tmp_path / "site"
    (site / "content").mkdir(parents=True)
    with pytest.raises(PublishError):
        put({"a.html": "1"}, site, output)
    assert found(tmp_path) == {}


@pytest.mark.parametrize("path", ["../a.html", "/etc/a.html", "a/../../b.html", "c:x.html", "a\\b.html", "a\0b"])
def test_no_path_leads_out_of_the_output(tmp_path: Path, path: str) -> None:
    with pytest.raises(PublishError):
        put({path: "1"}, tmp_path)


def test_a_manifest_that_was_tampered_with_removes_nothing_outside(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("x", encoding="utf-8")
    put({"a.html": "1"}, tmp_path)
    manifest = tmp_path / "_site" / MANIFEST
    manifest.write_text('{"../precious.txt": ["d", 1, 1, 1]}', encoding="utf-8")
    with pytest.raises(PublishError):
        put({"a.html": "2"}, tmp_path)
    assert (tmp_path / "precious.txt").exists()


def test_nothing_is_removed_behind_a_link(tmp_path: Path) -> None:
    put({"a/b.html": "1", "c.html": "2"}, tmp_path)
    (tmp_path / "_site/a/b.html").unlink()
    (tmp_path / "_site/a").rmdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/b.html").write_text("precious", encoding="utf-8")
    (tmp_path / "_site/a").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    put({"c.html": "2"}, tmp_path)
    unpublish(tmp_path / "_site")
    assert found(tmp_path / "elsewhere") == {"b.html": "precious"}


def test_a_file_may_become_a_folder_and_a_folder_a_file(tmp_path: Path) -> None:
    put({"a": "1", "b/c.html": "2"}, tmp_path)
    put({"a/d.html": "3", "b": "4"}, tmp_path)
    assert found(tmp_path / "_site") == {"a/d.html": "3", "b": "4"}


def test_a_folder_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "_site").mkdir()
    (tmp_path / "_site/a").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(PublishError):
        put({"a/b.html": "1"}, tmp_path)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def file_at(path: Path) -> None:
    path.write_text("foreign", encoding="utf-8")


def folder_at(path: Path) -> None:
    path.mkdir()


def full_folder_at(path: Path) -> None:
    path.mkdir()
    file_at(path / "file")


def link_at(path: Path) -> None:
    path.symlink_to(path.parent.parent, target_is_directory=True)


def loop_at(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize(
    ("put_there", "place", "published"),
    [
        (file_at, "z", "z/index.html"),
        (file_at, "b/z", "b/z/y/index.html"),
        (link_at, "z", "z/index.html"),
        (loop_at, "z", "z/index.html"),
        (folder_at, "z.html", "z.html"),
        (full_folder_at, "z.html", "z.html"),
        (file_at, "b/foreign", "b"),
        (folder_at, "b/foreign", "b"),
    ],
)
def test_what_is_in_the_way_is_found_before_anything_is_touched(
    tmp_path: Path, put_there: Callable[[Path], None], place: str, published: str
) -> None:
    put({"a.html": "1", "b/c.html": "2", "old.html": "3"}, tmp_path)
    put_there(tmp_path / "_site" / place)
    before = everything(tmp_path)
    with pytest.raises(PublishError, match="remove it"):
        put({"a.html": "changed", published: "new"}, tmp_path)
    assert everything(tmp_path) == before


def test_a_folder_in_the_place_of_the_manifest_is_found_before_anything_is_touched(tmp_path: Path) -> None:
    (tmp_path / "_site" / MANIFEST).mkdir(parents=True)
    with pytest.raises(PublishError, match="is a folder"):
        put({"a.html": "1"}, tmp_path)
    assert found(tmp_path / "_site") == {}


@pytest.mark.parametrize(
    "path", ["n" * 300, "n" * 300 + "/index.html", "é" * 128 + ".html", "n/" * 3000 + "index.html", "a.html/b.html"]
)
def test_a_path_that_no_file_can_have_is_found_before_anything_is_touched(tmp_path: Path, path: str) -> None:
    with pytest.raises(PublishError):
        put({"a.html": "1", path: "new"}, tmp_path)
    assert not (tmp_path / "_site").exists()
    put({"a.html": "1", "old.html": "2"}, tmp_path)
    before = everything(tmp_path)
    with pytest.raises(PublishError):
        put({"a.html": "1", path: "new"}, tmp_path)
    assert everything(tmp_path) == before


def test_a_long_path_in_a_message_is_shortened(tmp_path: Path) -> None:
    with pytest.raises(PublishError) as caught:
        put({"n/" * 3000 + "index.html": "1"}, tmp_path)
    assert len(str(caught.value)) < 300 + len(str(tmp_path))


def test_what_a_killed_build_has_left_is_removed_after_a_while(tmp_path: Path) -> None:
    put({"a.html": "1"}, tmp_path)
    left = tmp_path / "_site" / (STAGING + "dead")
    folder_at(left)
    file_at(left / "0")
    assert put({"a.html": "2"}, tmp_path) == Published(1, 0, 0)
    assert left.exists()
    modified = left.stat().st_mtime - ABANDONED_AFTER - 1
    os.utime(left, (modified, modified))
    assert put({"a.html": "3"}, tmp_path) == Published(1, 0, 0)
    assert sorted(path.name for path in (tmp_path / "_site").iterdir()) == [MANIFEST, "a.html"]


def test_simultaneous_builds_of_one_site_publish_it_whole(tmp_path: Path) -> None:
    files = {f"{number}/index.html": str(number) for number in range(50)}
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: put(files, tmp_path), range(16)))
    assert found(tmp_path / "_site") == files
    assert put({}, tmp_path).removed == len(files)
