"""Files in the forms in which a server sends them to browsers: RFC 1952 (gzip) and RFC 7932 (Brotli)."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from octavo.model.rendering import Encoding

#: The encodings, as the ends of names: what servers look for beside a file.
GZIP, BROTLI = "gz", "br"

#: Of files whose names end so; all others are compressed in themselves.
TEXTS = (".html", ".css", ".js", ".json", ".xml", ".svg", ".txt", ".md", ".bib", ".csv", ".wasm", ".webmanifest")

#: In bytes: a smaller file fits into a packet or two as it is.
SMALLEST = 1_000


class Precompressed(msgspec.Struct, frozen=True, array_like=True):
    """A compressed file; ``content`` is empty if that is of no use, or not possible: then ``problem`` says why."""

    content: bytes = b""
    problem: str = ""
    hint: str = ""


def make_compressor(encoding: Encoding) -> Callable[[bytes], Precompressed]:
    """Return the function that compresses a file as well as its format can; the same bytes come out each time."""
    if encoding.ending == GZIP:
        compress = _gzipped
    else:
        try:
            import brotli
        except ModuleNotFoundError:
            missing = Precompressed(problem="brotli is not installed", hint="pip install 'octavo[brotli]'")
            return lambda _: missing
        compress = brotli.compress

    def precompress(content: bytes) -> Precompressed:
        compressed = compress(content) if len(content) >= SMALLEST else b""
        return Precompressed(compressed if len(compressed) < len(content) else b"")

    return precompress


def _gzipped(content: bytes) -> bytes:
    import gzip  # few sites publish compressed files

    return gzip.compress(content, mtime=0)
