from __future__ import annotations

import multiprocessing
import random
import sqlite3
from pathlib import Path

import pytest

from octavo.memo import digest_of
from octavo.world import store as store_module
from octavo.world.store import CACHE, FILE, Store, open_store, remove_store


def test_a_store_remembers_across_openings(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.put_many({"a": b"1", "b": b"\x00\xff"})
    with open_store(tmp_path) as store:
        assert store.get_many(["a", "b", "c"]) == {"a": b"1", "b": b"\x00\xff"}


def test_more_keys_than_a_statement_takes_are_found(tmp_path: Path) -> None:
    items = {f"key {number}": str(number).encode() for number in range(3000)}
    with open_store(tmp_path) as store:
        store.put_many(items)
        assert store.get_many(list(items)) == items


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough to be looked at" * 100, b"", b"SQLite format 3\x00"]
)
def test_a_damaged_file_is_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CACHE).mkdir()
    (tmp_path / CACHE / FILE).write_bytes(content)
    with open_store(tmp_path) as store:
        assert store.get_many(["a"]) == {}
        store.put_many({"a": b"1"})
    with open_store(tmp_path) as store:
        assert store.get_many(["a"]) == {"a": b"1"}


@pytest.mark.parametrize("seed", range(20))
def test_a_file_damaged_anywhere_gives_no_wrong_value_and_is_replaced(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    items = {digest_of(f"{number}".encode()): chance.randbytes(chance.randrange(9000)) for number in range(99)}
    with open_store(tmp_path) as store:
        store.put_many(items)
    damage(tmp_path / CACHE / FILE, chance)
    with open_store(tmp_path) as store:
        assert store.get_many(list(items)).items() <= items.items()
        assert store.get_many(list(items)) == {}  # it was noticed
        store.put_many(items)
        assert store.get_many(list(items)) == items
    with open_store(tmp_path) as store:
        assert store.get_many(list(items)) == items


def damage(file: Path, chance: random.Random) -> None:
    """Overwrite some of a database, but not what it says of itself in front."""
    with file.open("r+b") as opened:
        for place in range(4096 + chance.randrange(4000), file.stat().st_size, 4096 * 8):
            opened.seek(place)
            opened.write(chance.randbytes(chance.choice((1, 16, 4096))))


def test_a_file_damaged_where_a_build_writes_is_replaced(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.put_many({f"{number:04}": bytes(900) for number in range(300)})
    file = tmp_path / CACHE / FILE
    file.write_bytes(file.read_bytes()[:4096] + b"\xff" * (file.stat().st_size - 4096))
    with open_store(tmp_path) as store:
        store.put_many({"a": b"1"})  # which finds the damage, unless the opening has
        store.put_many({"b": b"2"})
    with open_store(tmp_path) as store:
        assert store.get_many(["b"]) == {"b": b"2"}


def test_another_programs_database_is_replaced(tmp_path: Path) -> None:
    (tmp_path / CACHE).mkdir()
    with sqlite3.connect(tmp_path / CACHE / FILE) as other:
        other.execute("CREATE TABLE results (something INTEGER)")
    other.close()
    with open_store(tmp_path) as store:
        store.put_many({"a": b"1"})
        assert store.get_many(["a"]) == {"a": b"1"}


def test_a_file_in_use_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "PATIENCE", 0)
    with open_store(tmp_path) as store:
        store.put_many({"a": b"1"})
    other = sqlite3.connect(tmp_path / CACHE / FILE, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    with open_store(tmp_path) as store:
        assert store.get_many(["a"]) == {}
    other.execute("COMMIT")
    other.close()
    with open_store(tmp_path) as store:
        assert store.get_many(["a"]) == {"a": b"1"}


def test_a_build_waits_once_for_another_that_goes_on_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "PATIENCE", 0.02)
    with open_store(tmp_path) as store:
        assert patience_of(store) == 20
        other = sqlite3.connect(tmp_path / CACHE / FILE, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        store.put_many({"a": b"1"})
        assert patience_of(store) == 0
        other.execute("COMMIT")
        other.close()
        store.put_many({"b": b"2"})
        assert patience_of(store) == 20
    with open_store(tmp_path) as store:
        assert store.get_many(["a", "b"]) == {"b": b"2"}


def patience_of(store: Store) -> int:
    """Return how long a store waits for another build, in milliseconds."""
    assert store._connection
    patience: int = store._connection.execute("PRAGMA busy_timeout").fetchone()[0]
    return patience


def test_without_a_place_to_write_a_store_forgets(tmp_path: Path) -> None:
    (tmp_path / CACHE).write_text("in the way", encoding="utf-8")
    with open_store(tmp_path) as store:
        store.put_many({"a": b"1"})
        assert store.get_many(["a"]) == {}


def test_the_oldest_results_are_forgotten_when_the_file_grows_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "LARGEST", 1_000_000)
    for name in ("old", "kept"):
        with open_store(tmp_path) as store:
            store.put_many({f"{name} {number}": bytes(40_000) for number in range(10)})
    with open_store(tmp_path) as store:
        assert len(store.get_many([f"old {number}" for number in range(3)])) == 3
        store.put_many({f"new {number}": bytes(40_000) for number in range(10)})
    assert (tmp_path / CACHE / FILE).stat().st_size <= 1_000_000
    with open_store(tmp_path) as store:
        kept = store.get_many([f"{name} {number}" for name in ("old", "kept", "new") for number in range(10)])
    assert {key for key in kept if key.startswith("new")} == {f"new {number}" for number in range(10)}
    assert {key for key in kept if key.startswith("old")} == {"old 0", "old 1", "old 2"}


def test_what_one_build_has_made_is_kept_whole_however_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "LARGEST", 100_000)
    items = {f"key {number}": bytes(40_000) for number in range(10)}
    for _ in range(2):
        with open_store(tmp_path) as store:
            store.put_many(items)
    with open_store(tmp_path) as store:
        assert store.get_many(list(items)) == items


def fill(folder: str, name: str) -> None:
    for number in range(50):
        with open_store(Path(folder)) as store:
            store.put_many({f"{name} {number}": name.encode() * 1000})


def test_two_builds_at_once_do_not_harm_each_other(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=fill, args=(str(tmp_path), name)) for name in ("one", "two")]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    with open_store(tmp_path) as store:
        found = store.get_many([f"{name} {number}" for name in ("one", "two") for number in range(50)])
    assert all(value == key.split()[0].encode() * 1000 for key, value in found.items())
    assert len(found) == 100


def test_removing_a_store_removes_nothing_else(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.put_many({"a": b"1"})
    (tmp_path / CACHE / "other").write_text("x", encoding="utf-8")
    remove_store(tmp_path)
    assert [path.name for path in (tmp_path / CACHE).iterdir()] == ["other"]
