from __future__ import annotations

from pathlib import Path

import pytest

from octavo.memo import digest_of
from octavo.model.site import Build, Output
from octavo.world.publish import MANIFEST, Published, PublishError, publish, unpublish


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
    return publish(made.build, made, site / output, site)


def found(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
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
        publish(made.build, made, tmp_path / "_site", tmp_path)
    assert found(tmp_path / "_site").get("a.html") == "1"
    assert put({"a.html": "3"}, tmp_path) == Published(1, 0, 0)
    assert found(tmp_path / "_site") == {"a.html": "3"}


def test_a_damaged_manifest_costs_only_time(tmp_path: Path) -> None:
    put({"a.html": "1"}, tmp_path)
    (tmp_path / "_site" / MANIFEST).write_text("{", encoding="utf-8")
    assert put({"a.html": "1"}, tmp_path) == Published(1, 0, 0)


@pytest.mark.parametrize("output", [".", "..", "content", "content/out", "static", "bibliography/x"])
def test_the_sources_are_never_published_into(tmp_path: Path, output: str) -> None:
    site = tmp_path / "site"
    (site / "content").mkdir(parents=True)
    with pytest.raises(PublishError):
        put({"a.html": "1"}, site, output)
    assert found(tmp_path) == {}


@pytest.mark.parametrize("path", ["../a.html", "/etc/a.html", "a/../../b.html", "c:x.html", "a\\b.html"])
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
