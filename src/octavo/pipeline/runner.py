"""Runs stages: in batches, in a pool, each distinct argument once, and only if its result is not yet known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Protocol, TypeVar

from octavo.memo import ForgottenError, Kept, Memo, Spool, Values, digest_of, pack, reader
from octavo.model.packing import decoded, decoder, encoded
from octavo.pipeline.account import Account
from octavo.pipeline.stages import Made, Stage

S = TypeVar("S")
A = TypeVar("A")
B = TypeVar("B")
K = TypeVar("K")
T = TypeVar("T")

#: Batches per worker: enough that no worker waits long for the last one, few enough that sending them costs little.
BATCHES_PER_JOB = 4

#: In arguments: a larger batch takes more memory, and longer until anything else can be done.
LARGEST_BATCH = 16

#: How many arguments are expanded at once, which may take much memory.
EXPANDED_AT_ONCE = 192


class Pool(Protocol):
    """Where stages run: in this process or in several."""

    jobs: int

    def map(self, stage: str, settings: bytes, batches: Iterable[bytes]) -> Iterator[bytes]:
        """Yield ``run_batch(stage, settings, batch)`` for each batch, in order; takes batches as it needs them."""


class Runner:
    """Runs stages over many arguments, each distinct argument once, and only if the memo doesn't know its result.

    ``spool`` takes the parts of what this build makes; ``account`` is told of it. ``kept`` holds results as values, for
    a process that builds again and again: they need no decoding.
    """

    def __init__(self, memo: Memo, spool: Spool, pool: Pool, fingerprint: str, account: Account, kept: Kept) -> None:
        self.kept = kept
        self._memo = memo
        self._spool = spool
        self._pool = pool
        self._fingerprint = fingerprint
        self._account = account
        self._readers: dict[Any, Callable[[str], Any]] = {}

    def using(self, pool: Pool) -> Runner:
        """Return a runner that does the same in another pool."""
        return Runner(self._memo, self._spool, pool, self._fingerprint, self._account, self.kept)

    def in_room(self, name: str) -> Runner:
        """Return a runner that does the same and keeps apart what it keeps, for a part not every build comes to."""
        room = self.kept.room(name)
        room.begin()
        return Runner(self._memo, self._spool, self._pool, self._fingerprint, self._account, room)

    def run(self, stage: Stage[S, A, B], settings: S, arguments: Sequence[A]) -> list[B]:
        """Return the result for each argument."""
        return self.run_expanded(stage, settings, arguments, lambda missing: missing)

    def run_expanded(
        self,
        stage: Stage[S, A, B],
        settings: S,
        identities: Sequence[K],
        expand: Callable[[Sequence[K]], Iterable[A]],
        is_enough: Callable[[B], bool] = lambda result: True,
    ) -> list[B]:
        """Return the result for each argument, where an argument costs something to make.

        An identity must determine its argument; ``expand`` makes arguments of those whose results are not known, or of
        which it is not enough to know the result, because a part of it is needed.
        """
        encoded_settings = encoded(settings)
        prefix = digest_of(self._fingerprint.encode(), stage.name.encode(), encoded_settings)
        keys = [prefix + _digest(one) for one in identities]
        known = self._known(stage, list(dict.fromkeys(keys)))
        results = {key: result for key, result in known.items() if is_enough(result)}
        missing = {key: one for key, one in zip(keys, identities, strict=True) if key not in results}
        self._account.ask(stage.name, len(keys))
        waiting = iter(missing)
        read = decoder(stage.result).decode
        for batch in self._make(stage, encoded_settings, list(missing.values()), expand):
            made = dict(zip(islice(waiting, len(batch)), batch, strict=True))
            self._remember(stage, made)
            for key, one in made.items():
                self._account.make(stage.name, getattr(missing[key], "path", ""), one.seconds)
            results |= {key: read(one.result) for key, one in made.items()}
        self.kept.keep(results)
        return [results[key] for key in keys]

    def recall(
        self,
        name: str,
        identity: object,
        result: type[B],
        make: Callable[[], B],
        parts_of: Callable[[B], Iterable[str]] = lambda made: (),
    ) -> B:
        """Return what ``make`` makes, which the identity must determine, without making it if it is known.

        For what is made in this process out of the results of stages; ``parts_of`` names their parts that it names.
        """
        key = digest_of(self._fingerprint.encode(), name.encode(), encoded(identity))
        known = self.kept.find([key])
        if not known:
            stored = self._memo.get_many([key])
            if stored:
                known = {key: decoded(stored[key], result)}
            else:
                known = {key: make()}
                self._memo.put_many({key: encoded(known[key])})
        self.kept.keep(known)
        made: B = known[key]
        self._memo.use(parts_of(made))
        return made

    def keep(self, parts: Mapping[str, bytes]) -> None:
        """Keep parts of what `recall` makes, by their digests."""
        self._spool.put_many(parts)
        self._memo.put_many(parts)

    def pack(self, value: object) -> str:
        """Put a value into the spool; return its digest."""
        return pack(value, self._spool)

    def hold(self, digests: Sequence[str]) -> None:
        """Put parts into the spool, for `packed` to find them. Raises `ForgottenError` if one can't be found."""
        missing = [digest for digest in dict.fromkeys(digests) if not self.kept.find((digest,))]
        for some in _batches(missing, EXPANDED_AT_ONCE):
            self._spool.put_many(self.parts(some))

    def packed(self, digests: Sequence[str], kind: type[T]) -> Sequence[T]:
        """Return the values of a type that are packed in the spool, each to be unpacked when it is looked at."""
        return Values(digests, self._reader(kind))

    def values(self, digests: Sequence[str], kind: type[T]) -> tuple[T, ...]:
        """Return the values that parts hold as MessagePack. Raises `ForgottenError` if one can't be found."""
        self.hold(digests)
        return tuple(self.packed(digests, kind))

    def _reader(self, kind: type[T]) -> Callable[[str], T]:
        if kind not in self._readers:
            kept, unpack = self.kept, reader(kind, self._spool)
            self._readers[kind] = lambda digest: kept.read(digest, unpack)
        return self._readers[kind]

    def parts(self, digests: Iterable[str]) -> dict[str, bytes]:
        """Return parts by their digests. Raises `ForgottenError` if one can't be found."""
        wanted = dict.fromkeys(digests)
        found = {digest: part for digest in wanted if (part := self._spool.get(digest)) is not None}
        found |= self._memo.get_many([digest for digest in wanted if digest not in found])
        if len(found) < len(wanted):
            raise ForgottenError
        return found

    def _known(self, stage: Stage[S, A, B], keys: Sequence[str]) -> dict[str, B]:
        known: dict[str, B] = self.kept.find(keys)
        stored = self._memo.get_many([key for key in keys if key not in known])
        known |= {key: decoder(stage.result).decode(value) for key, value in stored.items()}
        if stage.parts_of:
            self._memo.use(digest for result in known.values() for digest in stage.parts_of(result))
        return known

    def _make(
        self,
        stage: Stage[S, A, B],
        settings: bytes,
        identities: Sequence[K],
        expand: Callable[[Sequence[K]], Iterable[A]],
    ) -> Iterator[list[Made]]:
        """Yield what is made of the arguments, batch by batch."""
        if not identities:
            return
        size = max(1, min(LARGEST_BATCH, -(-len(identities) // (self._pool.jobs * BATCHES_PER_JOB))))
        chunks = _batches(identities, max(size, EXPANDED_AT_ONCE // size * size))
        batches = (encoded(batch) for chunk in chunks for batch in _batches(list(expand(chunk)), size))
        done = 0
        self._account.progress(stage.name, done, len(identities))
        for results in self._pool.map(stage.name, settings, batches):
            made = decoded(results, list[Made])
            yield made
            done += len(made)
            self._account.progress(stage.name, done, len(identities))

    def _remember(self, stage: Stage[S, A, B], made: Mapping[str, Made]) -> None:
        results = {key: bytes(one.result) for key, one in made.items()}
        parts = {digest: part for one in made.values() for digest, part in one.parts.items()}
        self._spool.put_many(parts)
        self._memo.put_many(results | parts if stage.parts_of else results)


def _digest(value: object) -> str:
    return digest_of(encoded(value))


def _batches(arguments: Sequence[A], size: int) -> Iterator[Sequence[A]]:
    return (arguments[start : start + size] for start in range(0, len(arguments), size))
