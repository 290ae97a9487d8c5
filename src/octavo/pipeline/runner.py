"""Runs stages: in batches, in a pool, each distinct argument once, and only if its result is not yet known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

import msgspec

from octavo.memo import Kept, Memo, digest_of
from octavo.pipeline.stages import Stage

S = TypeVar("S")
A = TypeVar("A")
B = TypeVar("B")
K = TypeVar("K")

#: Told now and then how far a stage has come: its name, the number done, the number to do.
Progress = Callable[[str, int, int], None]

#: Batches per worker: enough that no worker waits long for the last one, few enough that sending them costs little.
BATCHES_PER_JOB = 4


class Pool(Protocol):
    """Where stages run: in this process or in several."""

    jobs: int

    def map(self, stage: str, settings: bytes, batches: Sequence[bytes]) -> Iterator[bytes]:
        """Yield ``run_batch(stage, settings, batch)`` for each batch, in order."""


class Runner:
    """Runs stages over many arguments, each distinct argument once, and only if the memo doesn't know its result.

    ``kept`` holds results as values, for a process that builds again and again: they need no decoding.
    """

    def __init__(self, memo: Memo, pool: Pool, fingerprint: str, progress: Progress, kept: Kept) -> None:
        self.kept = kept
        self._memo = memo
        self._pool = pool
        self._fingerprint = fingerprint.encode()
        self._progress = progress

    def run(self, stage: Stage[S, A, B], settings: S, arguments: Sequence[A]) -> list[B]:
        """Return the result for each argument."""
        return self.run_expanded(stage, settings, arguments, lambda missing: missing)

    def run_expanded(
        self, stage: Stage[S, A, B], settings: S, identities: Sequence[K], expand: Callable[[list[K]], Iterable[A]]
    ) -> list[B]:
        """Return the result for each argument, where an argument costs something to make.

        An identity must determine its argument; ``expand`` makes arguments of those whose results are not known.
        """
        encoded_settings = msgspec.msgpack.encode(settings, order="deterministic")
        prefix = digest_of(self._fingerprint, stage.name.encode(), encoded_settings)
        keys = [prefix + self.kept.call(("digest", id(one)), _digest, one) for one in identities]
        results = {key: result for key in keys if (result := self.kept.get(key)) is not None}
        known = dict(self._memo.get_many([key for key in dict.fromkeys(keys) if key not in results]))
        missing = {
            key: one for key, one in zip(keys, identities, strict=True) if key not in results and key not in known
        }
        if missing:
            made = self._make(stage, encoded_settings, list(expand(list(missing.values()))))
            fresh = dict(zip(missing, made, strict=True))
            self._memo.put_many(fresh)
            known.update(fresh)
        decoder = msgspec.msgpack.Decoder(stage.result)
        decoded = {key: decoder.decode(value) for key, value in known.items()}
        for key, result in decoded.items():
            self.kept.put(key, result)
        results |= decoded
        return [results[key] for key in keys]

    def _make(self, stage: Stage[S, A, B], settings: bytes, arguments: Sequence[A]) -> Iterator[bytes]:
        batches = list(_batches(arguments, self._pool.jobs))
        encoded = [msgspec.msgpack.encode(batch) for batch in batches]
        raw = msgspec.msgpack.Decoder(list[msgspec.Raw])
        done = 0
        self._progress(stage.name, done, len(arguments))
        for batch, results in zip(batches, self._pool.map(stage.name, settings, encoded), strict=True):
            yield from (bytes(result) for result in raw.decode(results))
            done += len(batch)
            self._progress(stage.name, done, len(arguments))


def _digest(value: object) -> str:
    return digest_of(msgspec.msgpack.encode(value, order="deterministic"))


def _batches(arguments: Sequence[A], jobs: int) -> Iterator[Sequence[A]]:
    size = max(1, -(-len(arguments) // (jobs * BATCHES_PER_JOB)))
    return (arguments[start : start + size] for start in range(0, len(arguments), size))
