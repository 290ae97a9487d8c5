"""The picture that stands for a page where a link to it is shown: its title like that of a book."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

import msgspec

from octavo.model.rendering import CardRequest, CardSettings
from octavo.model.site import NavLink, Page, SiteConfig
from octavo.render.addresses import url_beside
from octavo.resolve.routes import is_content_path

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

#: In pixels: the size that https://ogp.me's readers crop nothing of.
WIDTH, HEIGHT = 1200, 630

FILE = "social-card.png"


class Card(msgspec.Struct, frozen=True):
    """A card as PNG; ``missing`` are the letters of its title that the font lacks, which is then left out.

    ``problem`` says why there is no card at all.
    """

    png: bytes
    missing: str = ""
    problem: str = ""


def card_url(page: Page) -> str:
    """Return the URL of a page's card; pages that list what is on others share that of the home page."""
    return url_beside(page.route, FILE) if has_own_card(page) else f"/{FILE}"


def has_own_card(page: Page) -> bool:
    """Tell whether a card is drawn for the page: for every note and section."""
    return is_content_path(page.document.path) and not page.document.is_whole


def draws_cards(config: SiteConfig) -> bool:
    """Tell whether a site has cards: links to them need its address."""
    return bool(config.base_url) and config.social_cards and config.extras


def needs_card(page: Page) -> bool:
    """Tell whether a card is shown for the page; that of the home page always is, for the pages that share it."""
    return has_own_card(page) and (page.social_image is None or page.route.url == "/")


def card_request(page: Page) -> CardRequest:
    """Return what a page's card says."""
    return say_on_card(page.title, page.breadcrumbs)


def say_on_card(title: str, breadcrumbs: Sequence[NavLink]) -> CardRequest:
    """Return what a card says of a page with a title, and pages above it."""
    return CardRequest(title, breadcrumbs[1].title if len(breadcrumbs) > 1 else "")


def make_card_renderer(settings: CardSettings) -> Callable[[CardRequest], Card]:
    """Return the function that draws a card."""
    from PIL import ImageFont  # slow to import; most cards come from the cache

    from octavo.render.card_drawing import SMALL, make_drawing

    @cache
    def font(size: int) -> FreeTypeFont:
        return ImageFont.truetype(BytesIO(settings.font), size)

    try:
        font(SMALL)
    except OSError:
        return lambda _: Card(b"", problem="it is not a font")
    draw = make_drawing(font)
    lacks = _make_lacks(font(SMALL))
    site = _clean(settings.site)

    def render_card(request: CardRequest) -> Card:
        title, section = _clean(request.title), _clean(request.section)
        missing = "".join(dict.fromkeys(filter(lacks, title)))
        title, section, shown_site = (text if not any(map(lacks, text)) else "" for text in (title, section, site))
        return Card(draw(title, section, shown_site), missing)

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
