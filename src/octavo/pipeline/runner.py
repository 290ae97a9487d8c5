"""Runs stages: in batches, in a pool, each distinct argument once, and only if its result is not yet known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import islice
from typing import Any, Protocol, TypeVar

from octavo.memo import DIGITS, ForgottenError, Kept, Memo, Spool, Values, digest_of, pack, reader
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

#: So many values at most stay unpacked.
FEW = 2048

#: How many arguments are expanded at once, which may take much memory.
EXPANDED_AT_ONCE = 192

#: So many results are looked for in one piece first, of a stage whose results are remembered so,
WORTH_A_PIECE = 64

#: and the piece is made anew when more than one in so many is not in it.
MISSED_ONE_IN = 20


class Begun(Protocol):
    """Batches that a pool has begun to run."""

    def results(self, wait: bool) -> Iterator[bytes]:
        """Yield the results of the batches, in order, each once: all of them, or those that nobody need ``wait`` for.

        What is there makes room for batches that are still to be begun.
        """


class Pool(Protocol):
    """Where stages run: in this process or in several."""

    jobs: int

    def map(self, stage: str, settings: bytes, batches: Iterable[bytes]) -> Iterator[bytes]:
        """Yield ``run_batch(stage, settings, batch)`` for each batch, in order; takes batches as it needs them."""

    def begin(self, stage: str, settings: bytes, batches: Iterable[bytes]) -> Begun:
        """Begin to run batches, if others than this process can; takes batches as it needs them, too."""

    def use_waiting(self, meanwhile: Callable[[], object]) -> None:
        """Do something here, once, if that is better done now, while others are waited for, than later."""


@dataclass
class Ahead:
    """Stages that were begun before anyone asks for their results.

    By the name of each: the keys of what is still to come, in order, and its batches. While workers have other things
    to do (``is_busy``), no more of them are begun.
    """

    begun: dict[str, tuple[Stage[Any, Any, Any], Iterator[str], Begun]] = field(default_factory=dict)
    is_busy: bool = False


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
        self._packed_settings: dict[int, tuple[object, bytes]] = {}
        self._ahead = Ahead()

    def using(self, pool: Pool) -> Runner:
        """Return a runner that does the same in another pool."""
        return Runner(self._memo, self._spool, pool, self._fingerprint, self._account, self.kept)

    def in_room(self, name: str) -> Runner:
        """Return a runner that does the same and keeps apart what it keeps, for a part not every build comes to."""
        room = self.kept.room(name)
        room.begin()
        runner = Runner(self._memo, self._spool, self._pool, self._fingerprint, self._account, room)
        runner._ahead = self._ahead
        return runner

    def begin(self, stage: Stage[S, A, B], settings: S, arguments: Iterable[A]) -> None:
        """Begin to make results that will be asked for, in other processes, while this one has something else to do.

        What is made so is in the spool, too, by its key. Of each stage only one set of arguments can be begun.
        """
        encoded_settings = self._pack_settings(settings)
        some = list(arguments)
        wanted = dict(zip(self._keys(stage, encoded_settings, some), some, strict=True))
        known = self._memo.get_many(list(wanted))
        missing = {key: one for key, one in wanted.items() if key not in known}
        batches = self._batches(stage, list(missing.values()), lambda these: these)
        self._ahead.begun[stage.name] = stage, iter(missing), self._pool.begin(stage.name, encoded_settings, batches)

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
        encoded_settings = self._pack_settings(settings)
        keys = self._keys(stage, encoded_settings, identities)
        self._take_begun(stage.name)
        wanted = dict(zip(keys, identities, strict=True))
        together = self._known_together(stage, list(wanted))
        known = together | self._known(stage, [key for key in wanted if key not in together])
        self._account.ask(stage.name, len(keys))
        make = partial(self._made_anew, stage, encoded_settings, wanted, expand)
        lacking = cache(lambda: [key for key, result in known.items() if not is_enough(result)])
        self._pool.use_waiting(lacking)
        results = known | make([key for key in wanted if key not in known])
        results |= make(lacking())
        self.kept.keep(results)
        if stage.together and (len(results) - len(together)) * MISSED_ONE_IN > max(len(results), WORTH_A_PIECE):
            self._memo.put_many({_piece(stage, keys): encoded(results)})
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
        self._take_begun()
        self._spool.put_many(parts)
        self._memo.put_many(parts)

    def pack(self, value: object) -> str:
        """Put a value into the spool; return its digest."""
        self._take_begun()
        return pack(value, self._spool)

    def made(self, digests: Iterable[str]) -> Iterator[bytes]:
        """Yield those of the parts that this build has made."""
        return (part for digest in digests if (part := self._spool.get(digest)) is not None)

    def hold(self, digests: Sequence[str]) -> None:
        """Put parts into the spool, for `packed` to find them. Raises `ForgottenError` if one can't be found."""
        missing = [digest for digest in dict.fromkeys(digests) if not self.kept.find((digest,))]
        for some in _batches(missing, EXPANDED_AT_ONCE):
            self._spool.put_many(self.parts(some))

    def packed(self, digests: Sequence[Any], kind: type[T]) -> Values[T]:
        """Return the values of a type that are packed in the spool, each to be unpacked when it is looked at.

        Few are unpacked once; many would fill the memory. Instead of a digest there may be several, for as many values.
        """
        read = self._reader(kind)
        return Values(digests, cache(read) if len(digests) <= FEW else read)

    def values(self, digests: Sequence[str], kind: type[T]) -> tuple[T, ...]:
        """Return the values that parts hold as MessagePack. Raises `ForgottenError` if one can't be found."""
        self.hold(digests)
        return tuple(self.packed(digests, kind))

    def _reader(self, kind: type[T]) -> Callable[[str], T]:
        if kind not in self._readers:
            unpack = reader(kind, self._spool)

            def read(digest: str) -> T:
                self._take_begun()
                return self.kept.read(digest, unpack)

            self._readers[kind] = read
        return self._readers[kind]

    def parts(self, digests: Iterable[str]) -> dict[str, bytes]:
        """Return parts by their digests. Raises `ForgottenError` if one can't be found."""
        wanted = dict.fromkeys(digests)
        found = self._in_spool(wanted)
        found |= self._memo.get_many([digest for digest in wanted if digest not in found])
        if len(found) < len(wanted):
            raise ForgottenError
        return found

    def _in_spool(self, digests: Iterable[str]) -> dict[str, bytes]:
        return {digest: part for digest in digests if (part := self._spool.get(digest)) is not None}

    def _pack_settings(self, settings: object) -> bytes:
        """Return settings as MessagePack: those of pages hold all templates, and are asked for again and again."""
        if id(settings) not in self._packed_settings:
            self._packed_settings[id(settings)] = settings, encoded(settings)
        return self._packed_settings[id(settings)][1]

    def _keys(self, stage: Stage[S, A, B], settings: bytes, identities: Sequence[object]) -> list[str]:
        prefix = digest_of(self._fingerprint.encode(), stage.name.encode(), settings)
        return [prefix + _digest(one) for one in identities]

    def _take_begun(self, wanted: str = "") -> None:
        """Take what has come of the stages that were begun, so that more of them is; of the one ``wanted`` all."""
        for name, (stage, keys, begun) in self._ahead.begun.items():
            if name == wanted or not self._ahead.is_busy:
                for results in begun.results(wait=name == wanted):
                    made = self._take(stage, keys, decoded(results, list[Made]))
                    self._spool.put_many({key: bytes(one.result) for key, one in made.items()})

    def _take(
        self,
        stage: Stage[S, A, B],
        keys: Iterator[str],
        made: Sequence[Made],
        path_of: Callable[[str], str] = lambda key: "",
    ) -> dict[str, Made]:
        """Remember what was made of the next arguments; return it by its keys."""
        by_key = dict(zip(islice(keys, len(made)), made, strict=True))
        self._remember(stage, by_key)
        for key, one in by_key.items():
            self._account.make(stage.name, path_of(key), one.seconds)
        return by_key

    def _known_together(self, stage: Stage[S, A, B], keys: Sequence[str]) -> dict[str, B]:
        """Return the results that are kept, or in the one piece in which a stage's are remembered ``together``."""
        known: dict[str, B] = self.kept.find(keys)
        if stage.together and len(keys) - len(known) >= WORTH_A_PIECE:
            kind: Any = stage.result
            for piece in self._memo.get_many([_piece(stage, keys)]).values():
                results: dict[str, B] = decoded(piece, dict[str, kind])
                known |= {key: results[key] for key in keys if key in results}
        self._use_parts(stage, known)
        return known

    def _known(self, stage: Stage[S, A, B], keys: Sequence[str]) -> dict[str, B]:
        """Return the results that are in the spool or the memo, each under its key."""
        stored = self._in_spool(key for key in keys if stage.name in self._ahead.begun)
        stored |= self._memo.get_many([key for key in keys if key not in stored])
        known: dict[str, B] = {key: decoder(stage.result).decode(value) for key, value in stored.items()}
        self._use_parts(stage, known)
        return known

    def _use_parts(self, stage: Stage[S, A, B], results: Mapping[str, B]) -> None:
        if stage.parts_of:
            self._memo.use(digest for result in results.values() for digest in stage.parts_of(result))

    def _made_anew(
        self,
        stage: Stage[S, A, B],
        settings: bytes,
        identities: Mapping[str, K],
        expand: Callable[[Sequence[K]], Iterable[A]],
        missing: Sequence[str],
    ) -> dict[str, B]:
        """Make the results that are ``missing``, of those that have these identities by their keys."""
        results: dict[str, B] = {}
        waiting = iter(missing)
        read = decoder(stage.result).decode
        for batch in self._make(stage, settings, [identities[key] for key in missing], expand):
            made = self._take(stage, waiting, batch, lambda key: getattr(identities[key], "path", ""))
            results |= {key: read(one.result) for key, one in made.items()}
        return results

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
        done = 0
        self._account.progress(stage.name, done, len(identities))
        was_busy, self._ahead.is_busy = self._ahead.is_busy, True
        for results in self._pool.map(stage.name, settings, self._batches(stage, identities, expand)):
            made = decoded(results, list[Made])
            yield made
            done += len(made)
            self._account.progress(stage.name, done, len(identities))
        self._ahead.is_busy = was_busy

    def _batches(
        self, stage: Stage[S, A, B], identities: Sequence[K], expand: Callable[[Sequence[K]], Iterable[A]]
    ) -> Iterator[bytes]:
        size = max(1, min(stage.largest_batch, -(-len(identities) // (self._pool.jobs * BATCHES_PER_JOB))))
        chunks = _batches(identities, max(size, EXPANDED_AT_ONCE // size * size))
        return (encoded(batch) for chunk in chunks for batch in _batches(list(expand(chunk)), size))

    def _remember(self, stage: Stage[S, A, B], made: Mapping[str, Made]) -> None:
        results = {key: bytes(one.result) for key, one in made.items()}
        parts = {digest: part for one in made.values() for digest, part in one.parts.items()}
        self._spool.put_many(parts)
        self._memo.put_many(results | parts if stage.parts_of else results)


def _digest(value: object) -> str:
    return digest_of(encoded(value))


def _piece(stage: Stage[S, A, B], keys: Sequence[str]) -> str:
    """Return the key of the piece in which the results of a stage with the settings of these keys are remembered."""
    return f"{keys[0][:DIGITS]} {stage.name}s"


def _batches(arguments: Sequence[A], size: int) -> Iterator[Sequence[A]]:
    return (arguments[start : start + size] for start in range(0, len(arguments), size))
