"""A card for a page, drawn with Pillow: a title like that of a book, its section above it and its site below."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw
from PIL.ImageFont import FreeTypeFont

from octavo.render.png import SHARED, Band, blank_rows, make_band, write_png
from octavo.render.social_card import HEIGHT, WIDTH

#: The theme's light colours.
PAPER, INK, ACCENT = (0xFF, 0xFE, 0xFB), (0x23, 0x21, 0x1D), (0x12, 0x5A, 0x73)

#: The palette has 16 colours, so that two pixels share a byte: paper, so many shades of ink and the rest of accent.
INKS, ACCENTS, BITS = 10, 5, 4

#: Sizes of the title in pixels, the largest first, with the most lines it may have at each.
SIZES = ((144, 1), (112, 2), (96, 2), (84, 3), (72, 3), (64, 4), (56, 4))
LEADING = 1.14
SMALL, SMALLER = 34, 27

#: In pixels: what the text may fill, and the lines that the middles of section, title and site stand on.
MEASURE, SECTION, MIDDLE, SITE = 940, 104, 308, HEIGHT - 104

#: The rows at which the title's part of the card begins and ends; those above and below many cards share.
TOP, BOTTOM = 130, 490

#: A row of pixels, and how far the card is from its left. The first two make up a byte of nought, by which PNG says
#: that the row is not filtered.
ROW, LEFT = WIDTH + 2, 2

#: How many sections are remembered as drawn: the pages of one are drawn one after the other.
SECTIONS = 16

#: Where a line may end besides at a space: around an ideograph or a kana.
TOKEN = re.compile(r"\s*(?:[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60]|[^\s\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60]+)")

#: Alphabets whose letters stand apart, so that they can be spaced; and by how much, in pixels.
SPACEABLE, SPACING = "\u0530", 4


class Line(NamedTuple):
    """A line of text, and its width in pixels."""

    text: str
    width: float


def make_drawing(font: Callable[[int], FreeTypeFont]) -> Callable[[str, str, str], bytes]:
    """Return the function that draws title, section and site, of which the latter two may be empty, as PNG."""
    frame, palette = _frame(), _palette()

    @lru_cache(SECTIONS)
    def head(section: str) -> Band:
        canvas = _with_section(frame.crop((0, 0, ROW, TOP)), section, font(SMALLER))
        return make_band(_packed(canvas), SHARED)

    @lru_cache(2)
    def foot(site: str) -> Band:
        canvas = frame.crop((0, BOTTOM, ROW, HEIGHT))
        _write(canvas, _fitted(site, font(SMALL)), font(SMALL), SITE - BOTTOM)
        return make_band(_packed(canvas), SHARED)

    blank_row = _packed(frame.crop((0, TOP, ROW, TOP + 1)))

    @cache
    def blank(rows: int) -> Band:
        return make_band(blank_row * rows, SHARED)

    def body(title: str) -> tuple[Band, Band, Band]:
        canvas = frame.crop((0, TOP, ROW, BOTTOM))
        size, lines = set_title(title, font)
        first = MIDDLE - TOP - (len(lines) - 1) * size * LEADING / 2
        for number, line in enumerate(lines):
            _write(canvas, line.text, font(size), first + number * size * LEADING)
        rows = _packed(canvas)
        above, below = blank_rows(rows, blank_row)
        end = len(rows) - below * len(blank_row)
        return blank(above), make_band(rows[above * len(blank_row) : end]), blank(below)

    def draw(title: str, section: str, site: str) -> bytes:
        bands = (head(section), *body(title or site), foot(site if title and site != title else ""))
        return write_png((WIDTH, HEIGHT), BITS, palette, bands)

    return draw


def set_title(text: str, font: Callable[[int], FreeTypeFont]) -> tuple[int, list[Line]]:
    """Choose a size, and break a title into lines of about the same length; what is too long ends in an ellipsis."""
    whole = font(SIZES[0][0])
    measured = [(token, _length(token, whole) / SIZES[0][0]) for token in TOKEN.findall(text)]
    for size, most in SIZES:
        widths = [(token, width * size) for token, width in measured]
        lines = _break(widths, MEASURE)
        if len(lines) <= most and all(line.width <= MEASURE for line in lines):
            return size, _balanced(widths, len(lines))
    size, most = SIZES[-1]
    texts = [line.text for line in lines]
    return size, [Line(_fitted(one, font(size)), 0) for one in (*texts[: most - 1], " ".join(texts[most - 1 :])) if one]


@lru_cache(maxsize=4096)  # titles of a site have words in common
def _length(token: str, font: FreeTypeFont) -> float:
    return font.getlength(token)


def _break(tokens: Iterable[tuple[str, float]], measure: float) -> list[Line]:
    """Fill lines one after the other."""
    lines: list[Line] = []
    for token, width in tokens:
        if lines and lines[-1].width + width <= measure:
            lines[-1] = Line(lines[-1].text + token, lines[-1].width + width)
        else:
            lines.append(Line(token.lstrip(), width))
    return lines


def _balanced(tokens: Sequence[tuple[str, float]], number: int) -> list[Line]:
    """Break into so many lines, the widest of them as narrow as can be."""
    low, high = 0.0, float(MEASURE)
    while high - low > 4:
        middle = (low + high) / 2
        fits = len(_break(tokens, middle)) <= number
        low, high = (low, middle) if fits else (middle, high)
    return _break(tokens, high)


def _fitted(text: str, font: FreeTypeFont) -> str:
    """Shorten a line that is too long, at a space if one is near."""
    if font.getlength(text) <= MEASURE:
        return text
    while text and font.getlength(f"{text}…") > MEASURE:
        text = text[:-1]
    return f"{(text[: text.rfind(' ', len(text) - 12)] if ' ' in text[-12:] else text).rstrip(' ,;:.–—-')}…"


def _frame() -> Image.Image:
    """Draw what all cards have: a border of two lines. A pixel is the number of its colour."""
    canvas = Image.new("L", (ROW, HEIGHT))
    draw = ImageDraw.Draw(canvas)
    for inset, width in ((34, 5), (47, 1)):
        box = (LEFT + inset, inset, ROW - 1 - inset, HEIGHT - 1 - inset)
        draw.rectangle(box, outline=INKS + ACCENTS, width=width)
    return canvas


def _write(canvas: Image.Image, text: str, font: FreeTypeFont, middle: float, shades: int = INKS) -> None:
    """Write a line around the middle of the card, in so many shades."""
    ImageDraw.Draw(canvas).text((LEFT + WIDTH / 2, middle), text, shades, font, anchor="mm")


def _write_spaced(canvas: Image.Image, text: str, font: FreeTypeFont, middle: float, shades: int) -> None:
    draw = ImageDraw.Draw(canvas)
    widths = [font.getlength(letter) + SPACING for letter in text]
    left = LEFT + (WIDTH - sum(widths) + SPACING) / 2
    for letter, width in zip(text, widths, strict=True):
        draw.text((left, middle), letter, shades, font, anchor="lm")
        left += width


def _with_section(canvas: Image.Image, section: str, font: FreeTypeFont) -> Image.Image:
    """Write a section in the accent, whose shades come after those of ink."""
    text = _fitted(section.upper(), font)
    write = _write_spaced if max(text, default="") < SPACEABLE else _write
    letters = Image.new("L", canvas.size)
    write(letters, text, font, SECTION, ACCENTS)
    return ImageChops.lighter(canvas, letters.point([shade and INKS + shade for shade in range(256)]))


def _packed(canvas: Image.Image) -> bytes:
    canvas.putpalette(b"")  # which makes numbers of colours of its shades
    return canvas.tobytes("raw", f"P;{BITS}")


def _palette() -> bytes:
    inks = [_mixed(INK, number / INKS) for number in range(INKS + 1)]
    return bytes(
        value for colour in inks + [_mixed(ACCENT, n / ACCENTS) for n in range(1, ACCENTS + 1)] for value in colour
    )


def _mixed(colour: Sequence[int], share: float) -> tuple[int, ...]:
    return tuple(round(paper + (one - paper) * share) for paper, one in zip(PAPER, colour, strict=True))
