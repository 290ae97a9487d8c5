"""PNG out of bands of rows."""

from __future__ import annotations

import zlib
from io import BytesIO

import pytest
from PIL import Image

from octavo.render.png import blank_rows, make_band, write_png

PALETTE = bytes((255, 255, 255, 200, 0, 0, 0, 0, 200))


def test_bands_make_one_picture() -> None:
    upper, lower = make_band(b"\0\x01" * 3), make_band(b"\0\x20")
    image = Image.open(BytesIO(write_png((2, 5), 4, PALETTE, (upper, lower, lower))))
    assert [image.convert("RGB").getpixel((x, y)) for y in (0, 2, 4) for x in (0, 1)] == [
        *[(255, 255, 255), (200, 0, 0)] * 2,
        *[(0, 0, 200), (255, 255, 255)],
    ]


def test_the_bands_are_one_zlib_stream() -> None:
    bands = [make_band(bytes([number]) * 1000) for number in range(3)]
    png = write_png((1998, 3), 4, PALETTE, bands)
    data = png[png.index(b"IDAT") + 4 : png.index(b"IEND") - 8]
    assert zlib.decompress(data) == b"".join(bytes([number]) * 1000 for number in range(3))


@pytest.mark.parametrize(("rows", "blank"), [(b"--ab--", (1, 1)), (b"abba", (0, 0)), (b"----", (2, 0)), (b"", (0, 0))])
def test_blank_rows_are_counted_on_both_sides(rows: bytes, blank: tuple[int, int]) -> None:
    assert blank_rows(rows, b"--") == blank
