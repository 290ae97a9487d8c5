"""Pictures as PNG (https://www.w3.org/TR/png-3/) in bands of rows: what many have in common is compressed only once."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from struct import pack
from typing import NamedTuple

SIGNATURE = b"\x89PNG\r\n\x1a\n"

#: Of the levels of zlib the one that is nearly as fast as the first, for little more bytes than the default.
LEVEL = 3

#: How a zlib stream (RFC 1950) begins, and the empty block that ends its data (RFC 1951).
START, END = b"\x78\x01", b"\x03\x00"

_INDEXED, _PARTS = 3, (0, 0, 0)  # the type of colours; what each of compression, filter and interlacing is


class Band(NamedTuple):
    """Rows of a picture, each behind the byte that names its filter, and the same as blocks of a zlib stream."""

    rows: bytes
    deflated: bytes


def make_band(rows: bytes) -> Band:
    """Compress rows so that any others can stand before and behind them."""
    compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Band(rows, compressor.compress(rows) + compressor.flush(zlib.Z_SYNC_FLUSH))


def write_png(size: tuple[int, int], bits: int, palette: bytes, bands: Sequence[Band]) -> bytes:
    """Write a picture of so many pixels, each the number of a colour in so many bits."""
    checksum = 1
    for band in bands:
        checksum = zlib.adler32(band.rows, checksum)
    data = b"".join((START, *(band.deflated for band in bands), END, pack(">I", checksum)))
    header = pack(">IIBBBBB", *size, bits, _INDEXED, *_PARTS)
    return SIGNATURE + b"".join(
        _chunk(name, content)
        for name, content in ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", data), (b"IEND", b""))
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + name + content + pack(">I", zlib.crc32(name + content))
