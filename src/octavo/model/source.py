"""Where text comes from: source files, places in them, and files copied as they are."""

from __future__ import annotations

import msgspec


class Span(msgspec.Struct, frozen=True, array_like=True, order=True):
    """A stretch of one source line.

    ``path`` is posix and relative to the site's folder; ``line`` and ``column`` count from 1,
    ``column`` and ``width`` in code points.
    """

    path: str
    line: int
    column: int = 1
    width: int = 1


#: The place of what has none.
NOWHERE = Span("", 0)


class Source(msgspec.Struct, frozen=True, array_like=True):
    """A text of the site that need not be read yet: ``path`` as in `SourceFile`, ``digest`` of its bytes."""

    path: str
    digest: str


class SourceFile(msgspec.Struct, frozen=True):
    """One text of the site: ``path`` posix and relative to the site's folder, ``text`` with ``\\n`` line ends."""

    path: str
    text: str


class Asset(msgspec.Struct, frozen=True):
    """A file that is published as it is.

    ``source`` is posix and relative to the site's folder (or, for the theme, to the theme's); ``url`` is where it
    is published, from the site's root (``/images/bert.svg``); ``digest`` identifies its bytes; ``size`` is in bytes.
    """

    source: str
    url: str
    digest: str
    size: int
