"""Values as bytes, in MessagePack, and plain values as typed ones.

Only this module lets msgspec read with a type. It notes what a class is like when it first meets it, and the process
crashes when two threads do so at once (seen in msgspec 0.22): the preview answers while it builds.
"""

from __future__ import annotations

from threading import Lock
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_meeting_classes = Lock()
_decoders: dict[Any, msgspec.msgpack.Decoder[Any]] = {}


def encoded(value: object) -> bytes:
    """Return the bytes of a value, the same for equal values."""
    return msgspec.msgpack.encode(value, order="deterministic")


def decoded(content: bytes | msgspec.Raw, kind: type[T]) -> T:
    """Return the value of a type that bytes hold. Raises `msgspec.DecodeError` if they hold none."""
    return decoder(kind).decode(content)


def decoder(kind: type[T]) -> msgspec.msgpack.Decoder[T]:
    """Return what reads values of a type out of bytes, again and again and in any thread."""
    if kind not in _decoders:
        with _meeting_classes:
            _decoders[kind] = msgspec.msgpack.Decoder(kind)
    return _decoders[kind]


def fields_of(content: bytes | msgspec.Raw, kind: type[msgspec.Struct]) -> dict[str, msgspec.Raw]:
    """Return the fields of a packed value by name, each still packed; its type must be one that packs as an array.

    The value may be of a type derived from it, whose own fields come last. Raises `msgspec.DecodeError` if the bytes
    hold no array.
    """
    return dict(zip(kind.__struct_fields__, decoded(content, list[msgspec.Raw]), strict=False))


def typed(value: object, kind: Any, strict: bool = True) -> Any:
    """Return a plain value, as JSON has them, as one of a type; if not ``strict``, texts may stand for numbers.

    Raises `msgspec.ValidationError` if it can't be one.
    """
    with _meeting_classes:
        return msgspec.convert(value, kind, strict=strict)


def typed_json(text: bytes, kind: type[T]) -> T:
    """Return what JSON says as a value of a type. Raises `ValueError` if it is no JSON, or no such value."""
    with _meeting_classes:
        return msgspec.json.decode(text, type=kind)
