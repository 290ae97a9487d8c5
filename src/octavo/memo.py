"""Results of earlier builds: what a memo is, how its keys are made, and what a process keeps besides.

A result may name *parts* by their digests, bytes that are kept apart from it: who asks for the result need not load
them.
"""

from __future__ import annotations

from _blake2 import blake2b  # that of hashlib, which loads all of OpenSSL first
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from operator import is_
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from octavo.model.packing import decoder, encoded

#: How long digests are.
DIGITS = 32

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Parted(NamedTuple, Generic[T]):
    """A result, and the parts that it names, by their digests."""

    result: T
    parts: Mapping[str, bytes]


class Memo(Protocol):
    """Results by key. It is an argument of the build; a build with `NullMemo` defines what is correct."""

    def get_many(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Return the values that are known, by key."""

    def put_many(self, items: Mapping[str, bytes]) -> None:
        """Keep values; a memo may forget any of them at any time."""

    def use(self, keys: Iterable[str]) -> None:
        """Take note that values are used, though nobody has asked for them: they shall not be forgotten first."""


class Spool(Protocol):
    """The parts that a build has made, by their digests: all of them are there until it ends."""

    def put_many(self, parts: Mapping[str, bytes]) -> None:
        """Keep parts."""

    def get(self, digest: str) -> bytes | None:
        """Return a part, or nothing if this build hasn't made it."""


class Values(Sequence[T]):
    """Values by the digests of what they are packed into: each is read when it is looked at."""

    __slots__ = ("_digests", "_read")

    def __init__(self, digests: Sequence[str], read: Callable[[str], T]) -> None:
        self._digests = digests
        self._read = read

    def __len__(self) -> int:
        return len(self._digests)

    def __getitem__(self, place: Any) -> Any:
        digest = self._digests[place]
        return self._read(digest) if isinstance(digest, str) else Values(digest, self._read)

    def __iter__(self) -> Iterator[T]:
        return map(self._read, self._digests)


def pack(value: object, spool: Spool) -> str:
    """Put a value into a spool; return the digest of its bytes."""
    part = encoded(value)
    digest = digest_of(part)
    spool.put_many({digest: part})
    return digest


def reader(kind: type[T], spool: Spool) -> Callable[[str], T]:
    """Return the function that unpacks a value in a spool. It raises `ForgottenError`."""
    decode = decoder(kind).decode

    def read(digest: str) -> T:
        part = spool.get(digest)
        if part is None:
            raise ForgottenError
        return decode(part)

    return read


class Aside(Generic[T]):
    """Values that will be looked at again, in their order, and may be packed until then."""

    def __init__(self, put: Callable[[T], Any], take: Callable[[Any], T]) -> None:
        self._put = put
        self._take = take
        self._values: list[Any] = []

    def add(self, value: T) -> None:
        """Set a value aside."""
        self._values.append(self._put(value))

    def __iter__(self) -> Iterator[T]:
        return map(self._take, self._values)


class ForgottenError(Exception):
    """The memo knows a result and no longer its parts, as when another build clears it up: build without it."""


class NullMemo:
    """A memo that remembers nothing."""

    def get_many(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Know nothing."""
        return {}

    def put_many(self, items: Mapping[str, bytes]) -> None:
        """Keep nothing."""

    def use(self, keys: Iterable[str]) -> None:
        """Know of nothing that could be used."""


class RenewedMemo:
    """A memo that knows nothing of before, and gets all of it anew."""

    def __init__(self, memo: Memo) -> None:
        self._memo = memo

    def get_many(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Know nothing."""
        return {}

    def put_many(self, items: Mapping[str, bytes]) -> None:
        """Keep values in the memo."""
        self._memo.put_many(items)

    def use(self, keys: Iterable[str]) -> None:
        """Leave it to the memo."""
        self._memo.use(keys)


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

    def use(self, keys: Iterable[str]) -> None:
        """Do nothing: nothing is ever forgotten."""


class DictSpool:
    """A spool in memory."""

    def __init__(self) -> None:
        self._parts: dict[str, bytes] = {}

    def put_many(self, parts: Mapping[str, bytes]) -> None:
        """Keep parts."""
        self._parts.update(parts)

    def get(self, digest: str) -> bytes | None:
        """Return a part, or nothing if this build hasn't made it."""
        return self._parts.get(digest)


class Kept:
    """What a process keeps from one build for the next: it saves time, and shows in no result.

    Values are frozen, so a function called again with the very same objects returns what it returned. What a build
    doesn't ask for is forgotten.
    """

    def __init__(self) -> None:
        self._before: dict[Hashable, tuple[tuple[Any, ...], Any]] = {}
        self._now: dict[Hashable, tuple[tuple[Any, ...], Any]] = {}
        self._results_before: dict[str, object] = {}
        self._results_now: dict[str, object] = {}
        self._rooms: dict[str, Kept] = {}

    def room(self, name: str) -> Kept:
        """Return what is kept apart for a part of the build, which not every build comes to."""
        return self._rooms.setdefault(name, Kept())

    def begin(self) -> None:
        """Begin a build."""
        self._before, self._now = self._now, {}
        self._results_before, self._results_now = self._results_now, {}

    def call(self, name: Hashable, function: Callable[..., T], *arguments: Any) -> T:
        """Return ``function(*arguments)``; ``name`` tells this call from the others of a build."""
        known = self._find(name)
        if known is None or not _same(known[0], arguments):
            known = (arguments, function(*arguments))
        self._now[name] = known
        result: T = known[1]
        return result

    def call_each(
        self, name: Hashable, function: Callable[[Sequence[K]], Sequence[T]], arguments: Sequence[K], *shared: Any
    ) -> list[T]:
        """Return what ``function`` returns for each of some arguments; it gets only those that are not known.

        They are different from each other, and known only as long as ``shared`` are the very same objects.
        """
        found = self._find(name)
        known: dict[K, T] = found[1] if found and _same(found[0], shared) else {}
        missing = [one for one in arguments if one not in known]
        made = dict(zip(missing, function(missing), strict=True)) if missing else {}
        now = {one: made[one] if one in made else known[one] for one in arguments}
        self._now[name] = (shared, now)
        return list(now.values())

    def same(self, name: Hashable, value: T) -> T:
        """Return the value that the last build had under this name if it equals the one of this build."""
        known = self._find(name)
        kept: T = value if known is None or known[1] != value else known[1]
        self._now[name] = ((), kept)
        return kept

    def read(self, digest: str, read: Callable[[str], T]) -> T:
        """Return what a digest stands for; it is read once."""
        if digest not in self._results_now:
            known = self._results_before
            self._results_now[digest] = known[digest] if digest in known else read(digest)
        value: Any = self._results_now[digest]
        found: T = value
        return found

    def aside(self, kind: type[T]) -> Aside[T]:
        """Return a place for values of a type that will be looked at again."""
        return Aside(lambda value: value, lambda value: value)

    def find(self, keys: Iterable[str]) -> dict[str, Any]:
        """Return the results that are kept, by their keys."""
        before = self._results_before
        return {key: before[key] for key in keys if key in before} if before else {}

    def keep(self, results: Mapping[str, object]) -> None:
        """Keep results by keys that determine them."""
        self._results_now |= results

    def _find(self, name: Hashable) -> tuple[tuple[Any, ...], Any] | None:
        return self._now.get(name) or self._before.get(name)


class NothingKept(Kept):
    """Keeps nothing: a process that builds once needs no more memory than that takes.

    What it will look at again it packs into the ``spool``.
    """

    def __init__(self, spool: Spool) -> None:
        super().__init__()
        self._spool = spool

    def room(self, name: str) -> Kept:
        """Return the same."""
        return self

    def call(self, name: Hashable, function: Callable[..., T], *arguments: Any) -> T:
        """Return ``function(*arguments)``."""
        return function(*arguments)

    def call_each(
        self, name: Hashable, function: Callable[[Sequence[K]], Sequence[T]], arguments: Sequence[K], *shared: Any
    ) -> list[T]:
        """Return what ``function`` returns for all arguments."""
        return list(function(arguments))

    def same(self, name: Hashable, value: T) -> T:
        """Return the value."""
        return value

    def read(self, digest: str, read: Callable[[str], T]) -> T:
        """Read what a digest stands for."""
        return read(digest)

    def aside(self, kind: type[T]) -> Aside[T]:
        """Return a place where values are packed until they are looked at."""
        return Aside(partial(pack, spool=self._spool), reader(kind, self._spool))

    def keep(self, results: Mapping[str, object]) -> None:
        """Let them go."""


def _same(values: tuple[Any, ...], others: tuple[Any, ...]) -> bool:
    """Tell whether two tuples hold the very same objects."""
    return len(values) == len(others) and all(map(is_, values, others))


def digest_of(*parts: bytes) -> str:
    """Return `DIGITS` hexadecimal digits that identify the parts and the borders between them."""
    digest = blake2b(digest_size=DIGITS // 2)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()
