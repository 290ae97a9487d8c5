"""Pictures as PNG (https://www.w3.org/TR/png-3/) in bands of rows: what many have in common is compressed only once."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from struct import pack
from typing import NamedTuple

SIGNATURE = b"\x89PNG\r\n\x1a\n"

#: The levels of zlib for rows that one picture has, and for those that many have, which are compressed only once.
OWN, SHARED = 1, 6

#: How a zlib stream (RFC 1950) begins, and the empty block that ends its data (RFC 1951).
START, END = b"\x78\x01", b"\x03\x00"

_INDEXED, _PARTS = 3, (0, 0, 0)  # the type of colours; what each of compression, filter and interlacing is


#: The largest prime below 2**16, by which RFC 1950 has its checksums divided.
_PRIME = 65521


class Band(NamedTuple):
    """Rows of a picture as blocks of a zlib stream: how many bytes they are, and their checksum (Adler-32)."""

    size: int
    checksum: int
    deflated: bytes


def make_band(rows: bytes, level: int = OWN) -> Band:
    """Compress rows, each behind the byte that names its filter, so that others can stand before and behind them."""
    compressor = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    deflated = compressor.compress(rows) + compressor.flush(zlib.Z_SYNC_FLUSH)
    return Band(len(rows), zlib.adler32(rows), deflated)


def blank_rows(rows: bytes, row: bytes) -> tuple[int, int]:
    """Count the rows at the beginning and at the end that are equal to a blank one; if all are, none are at the end."""
    starts = range(0, len(rows), len(row))
    above = next((number for number, start in enumerate(starts) if not rows.startswith(row, start)), len(starts))
    rest = reversed(starts[above:])
    return above, next((number for number, start in enumerate(rest) if not rows.startswith(row, start)), 0)


def write_png(size: tuple[int, int], bits: int, palette: bytes, bands: Sequence[Band]) -> bytes:
    """Write a picture of so many pixels, each the number of a colour in so many bits."""
    checksum = 1
    for band in bands:
        checksum = _followed(checksum, band)
    data = b"".join((START, *(band.deflated for band in bands), END, pack(">I", checksum)))
    header = pack(">IIBBBBB", *size, bits, _INDEXED, *_PARTS)
    return SIGNATURE + b"".join(
        _chunk(name, content)
        for name, content in ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", data), (b"IEND", b""))
    )


def _followed(checksum: int, band: Band) -> int:
    """Return the checksum of bytes that have one already and a band behind them (RFC 1950, section 8.2)."""
    low, high = checksum & 0xFFFF, checksum >> 16
    low_of_band, high_of_band = band.checksum & 0xFFFF, band.checksum >> 16
    both = (high + high_of_band + band.size * (low - 1)) % _PRIME
    return both << 16 | (low + low_of_band - 1) % _PRIME


def _chunk(name: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + name + content + pack(">I", zlib.crc32(name + content))
