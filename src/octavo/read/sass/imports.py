"""Which text of a site an ``@import``, ``@use`` or ``@forward`` means: no file is looked for on disk.

https://github.com/sass/sass/blob/main/spec/modules.md#resolving-a-file-url
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote, unquote

#: The addresses of a site's texts while one of them is compiled: ``site:/_sass/base.scss``.
SCHEME = "site:"

ENDINGS = (".scss", ".sass", ".css")


class SassTexts(NamedTuple):
    """The style sheets of a site by path, and the folders in which imports are looked for, in this order."""

    texts: Mapping[str, str]
    folders: Sequence[str] = ()

    def find(self, url: str) -> str:
        """Return the address of the text that an import means, or nothing; one address stands for one text.

        ``url`` is as an import writes it, or an address that begins with `SCHEME`.
        """
        if url.startswith(SCHEME):
            return self._first(unquote(url[len(SCHEME) :]).lstrip("/"))
        below = (self._first(posixpath.join(folder, unquote(url))) for folder in self.folders)
        return next(filter(None, below), "")

    def text(self, address: str) -> str:
        """Return the text at an address. Raises `KeyError`."""
        return self.texts[path_of(address)]

    def _first(self, path: str) -> str:
        """Return the address of the first text that a path without its ending or ``_`` may mean."""
        inside = posixpath.normpath(path)
        return next((address_of(one) for one in _candidates(inside) if one in self.texts), "")


def address_of(path: str) -> str:
    """Return the address of a text of the site."""
    return f"{SCHEME}/{quote(path)}"


def path_of(address: str) -> str:
    """Return the path of a text at an address, or nothing if it is none of the site's."""
    return unquote(address[len(SCHEME) + 1 :]) if address.startswith(f"{SCHEME}/") else ""


def _candidates(path: str) -> Iterator[str]:
    folder, name = posixpath.split(path)
    names = [name] if name.endswith(ENDINGS) else [f"{name}{ending}" for ending in ENDINGS]
    yield from (posixpath.join(folder, f"{start}{one}") for one in names for start in ("_", ""))
    yield from (posixpath.join(path, f"{start}index{ending}") for ending in ENDINGS for start in ("_", ""))
