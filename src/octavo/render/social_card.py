"""The picture that stands for a page where a link to it is shown: its title like that of a book, drawn with Pillow."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from octavo.model.site import Page
from octavo.render.addresses import url_beside
from octavo.resolve.routes import CONTENT

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

#: In pixels: the size that https://ogp.me's readers crop nothing of.
WIDTH, HEIGHT = 1200, 630

FILE = "social-card.png"

#: The theme's light colours.
PAPER, INK, ACCENT = (0xFF, 0xFE, 0xFB), (0x23, 0x21, 0x1D), (0x12, 0x5A, 0x73)

#: The palette has 16 colours, so that two pixels share a byte: paper, so many shades of ink and the rest of accent.
INKS, ACCENTS = 10, 5

#: Sizes of the title in pixels, the largest first, with the most lines it may have at each.
SIZES = ((144, 1), (112, 2), (96, 2), (84, 3), (72, 3), (64, 4), (56, 4))
LEADING = 1.14
SMALL, SMALLER = 34, 27

#: In pixels: what the text may fill, and the line that the middle of the title stands on.
MEASURE, MIDDLE = 940, 308

#: Where a line may end besides at a space: around an ideograph or a kana.
TOKEN = re.compile(r"\s*(?:[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60]|[^\s\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60]+)")

#: Alphabets whose letters stand apart, so that they can be spaced.
SPACEABLE = "\u0530"


class CardSettings(msgspec.Struct, frozen=True):
    """What all cards share: the title of the site, and the bytes of a font in any format of FreeType."""

    site: str
    font: bytes


class CardRequest(msgspec.Struct, frozen=True, array_like=True):
    """What a card says besides; ``section`` may be empty."""

    title: str
    section: str


class Card(msgspec.Struct, frozen=True):
    """A card as PNG; ``missing`` are the letters of its title that the font lacks, which is then left out.

    ``problem`` says why there is no card at all.
    """

    png: bytes
    missing: str = ""
    problem: str = ""


class Line(NamedTuple):
    """A line of text, and its width in pixels."""

    text: str
    width: float


def card_url(page: Page) -> str:
    """Return the URL of a page's card; pages that list what is on others share that of the home page."""
    return url_beside(page.route, FILE) if has_own_card(page) else f"/{FILE}"


def has_own_card(page: Page) -> bool:
    """Tell whether a card is drawn for the page: for every note and section."""
    return page.document.path.startswith(f"{CONTENT}/")


def needs_card(page: Page) -> bool:
    """Tell whether a card is shown for the page; that of the home page always is, for the pages that share it."""
    return has_own_card(page) and (page.social_image is None or page.route.url == "/")


def card_request(page: Page) -> CardRequest:
    """Return what a page's card says."""
    section = page.breadcrumbs[1].title if len(page.breadcrumbs) > 1 else ""
    return CardRequest(page.title, section)


def make_card_renderer(settings: CardSettings) -> Callable[[CardRequest], Card]:
    """Return the function that draws a card."""
    from PIL import ImageFont  # slow to import; most cards come from the cache

    @cache
    def font(size: int) -> FreeTypeFont:
        return ImageFont.truetype(BytesIO(settings.font), size)

    try:
        font(SMALL)
    except OSError:
        return lambda _: Card(b"", problem="it is not a font")
    lacks = _make_lacks(font(SMALL))
    site = _clean(settings.site)

    def render_card(request: CardRequest) -> Card:
        title, section = _clean(request.title), _clean(request.section)
        missing = "".join(dict.fromkeys(filter(lacks, title)))
        title, section, shown_site = (text if not any(map(lacks, text)) else "" for text in (title, section, site))
        return Card(_draw(title, section, shown_site, font), missing)

    return render_card


def _clean(text: str) -> str:
    """Compose accents and drop what only steers the setting of a text."""
    kept = (sign for sign in unicodedata.normalize("NFC", text) if unicodedata.category(sign) != "Cf")
    return " ".join("".join(kept).split())


def _make_lacks(font: FreeTypeFont) -> Callable[[str], bool]:
    """Return the function that tells whether a font lacks a letter: it then draws what it draws for no letter."""
    nothing = bytes(font.getmask("\U0010ffff"))

    @cache
    def lacks(sign: str) -> bool:
        return not sign.isspace() and bytes(font.getmask(sign)) == nothing

    return lacks


def _draw(title: str, section: str, site: str, font: Callable[[int], FreeTypeFont]) -> bytes:
    from PIL import Image

    ink = Image.new("L", (WIDTH, HEIGHT))
    accent = _frame().copy()
    size, lines = set_title(title or site, font)
    top = MIDDLE - len(lines) * size * LEADING / 2
    for number, line in enumerate(lines):
        _write(ink, line.text, font(size), top + (number + 0.5) * size * LEADING)
    if section:
        _write(accent, _fitted(section.upper(), font(SMALLER)), font(SMALLER), 104, spacing=4)
    if title and site != title:
        _write(ink, _fitted(site, font(SMALL)), font(SMALL), HEIGHT - 104)
    return _png(ink, accent)


def set_title(text: str, font: Callable[[int], FreeTypeFont]) -> tuple[int, list[Line]]:
    """Choose a size, and break a title into lines of about the same length; what is too long ends in an ellipsis."""
    whole = font(SIZES[0][0])
    measured = [(token, whole.getlength(token) / SIZES[0][0]) for token in TOKEN.findall(text)]
    for size, most in SIZES:
        widths = [(token, width * size) for token, width in measured]
        lines = _break(widths, MEASURE)
        if len(lines) <= most and all(line.width <= MEASURE for line in lines):
            return size, _balanced(widths, len(lines))
    size, most = SIZES[-1]
    texts = [line.text for line in lines]
    return size, [Line(_fitted(one, font(size)), 0) for one in (*texts[: most - 1], " ".join(texts[most - 1 :])) if one]


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


def _write(canvas: Image, text: str, font: FreeTypeFont, middle: float, spacing: int = 0) -> None:
    """Write a line around the middle of the card; ``spacing`` is what is put between letters, in pixels."""
    from PIL import ImageDraw

    draw = ImageDraw.Draw(canvas)
    if not spacing or max(text) >= SPACEABLE:
        draw.text((WIDTH / 2, middle), text, 255, font, anchor="mm")
        return
    widths = [font.getlength(letter) + spacing for letter in text]
    left = (WIDTH - sum(widths) + spacing) / 2
    for letter, width in zip(text, widths, strict=True):
        draw.text((left, middle), letter, 255, font, anchor="lm")
        left += width


@cache
def _frame() -> Image:
    """Draw what all cards have: a border of two lines."""
    from PIL import Image, ImageDraw

    canvas = Image.new("L", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(canvas)
    for inset, width in ((34, 5), (47, 1)):
        draw.rectangle((inset, inset, WIDTH - 1 - inset, HEIGHT - 1 - inset), outline=255, width=width)
    return canvas


def _png(ink: Image, accent: Image) -> bytes:
    """Mix the colours by how much of each pixel is covered, and write the file."""
    from PIL import ImageChops

    shades = [round(value / 255 * INKS) for value in range(256)]
    accents = [round(value / 255 * ACCENTS) for value in range(256)]
    image = ImageChops.lighter(ink.point(shades), accent.point([INKS + one if one else 0 for one in accents]))
    image.putpalette(_palette())
    file = BytesIO()
    image.save(file, "PNG", bits=4, compress_level=1, compress_type=zlib.Z_RLE)  # of all the smallest and the fastest
    return file.getvalue()


def _palette() -> bytes:
    inks = [_mixed(INK, number / INKS) for number in range(INKS + 1)]
    return bytes(
        value for colour in inks + [_mixed(ACCENT, n / ACCENTS) for n in range(1, ACCENTS + 1)] for value in colour
    )


def _mixed(colour: Sequence[int], share: float) -> tuple[int, ...]:
    return tuple(round(paper + (one - paper) * share) for paper, one in zip(PAPER, colour, strict=True))
