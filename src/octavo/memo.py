"""Results of earlier builds: what a memo is, and how its keys are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Protocol


class Memo(Protocol):
    """Results by key. It is an argument of the build; a build with `NullMemo` defines what is correct."""

    def get_many(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Return the values that are known, by key."""

    def put_many(self, items: Mapping[str, bytes]) -> None:
        """Keep values; a memo may forget any of them at any time."""


class NullMemo:
    """A memo that remembers nothing."""

    def get_many(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Know nothing."""
        return {}

    def put_many(self, items: Mapping[str, bytes]) -> None:
        """Keep nothing."""


class DictMemo:
    """A memo in memory, for a process that builds again and again."""

    def __init__(self) -> None:
        self._values: dict[str, bytes] = {}

    def get_many(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Return the values that are known, by key."""
        return {key: self._values[key] for key in keys if key in self._values}

    def put_many(self, items: Mapping[str, bytes]) -> None:
        """Keep values until the process ends."""
        self._values.update(items)


def digest_of(*parts: bytes) -> str:
    """Return 32 hexadecimal digits that identify the parts and the borders between them."""
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()
