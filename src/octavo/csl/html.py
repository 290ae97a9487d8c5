"""Trees of rich text as HTML and as plain text; formats that repeat inside themselves are turned over."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from octavo.csl.locale import Locale
from octavo.csl.richtext import Styled, Tree, parse, read_text

#: Tags by format; a format without tags leaves what it holds as it is.
_TAGS: Mapping[str, tuple[str, str]] = {
    "italic": ("<i>", "</i>"),
    "oblique": ("<em>", "</em>"),
    "style-normal": ('<span style="font-style:normal;">', "</span>"),
    "bold": ("<b>", "</b>"),
    "light": ('<span style="font-weight:lighter;">', "</span>"),
    "weight-normal": ('<span style="font-weight:normal;">', "</span>"),
    "small-caps": ('<span style="font-variant:small-caps;">', "</span>"),
    "variant-normal": ('<span style="font-variant:normal;">', "</span>"),
    "superscript": ("<sup>", "</sup>"),
    "subscript": ("<sub>", "</sub>"),
    "baseline": ('<span style="baseline">', "</span>"),
    "underline": ('<span style="text-decoration:underline;">', "</span>"),
    "decoration-none": ('<span style="text-decoration:none;">', "</span>"),
    "block": ('<div class="csl-block">', "</div>"),
    "left-margin": ('<div class="csl-left-margin">', "</div>"),
    "right-inline": ('<div class="csl-right-inline">', "</div>"),
    "indent": ('<div class="csl-indent">', "</div>"),
}

#: What a format becomes inside itself, the attribute it belongs to, and the formats that say "normal" of it.
_FLIPS = {"italic": "style-normal", "bold": "weight-normal", "small-caps": "variant-normal", "oblique": "style-normal"}
_NORMAL = {
    "style-normal": ("italic", "oblique"),
    "weight-normal": ("bold", "light"),
    "variant-normal": ("small-caps",),
    "decoration-none": ("underline",),
}


@dataclass(frozen=True)
class Quotes:
    """The quotation marks of a language."""

    opening: str
    closing: str
    inner_opening: str
    inner_closing: str


def quotes_of(locale: Locale) -> Quotes:
    """Return the quotation marks of a locale."""
    return Quotes(
        locale.term("open-quote"),
        locale.term("close-quote"),
        locale.term("open-inner-quote"),
        locale.term("close-inner-quote"),
    )


class _Writer:
    def __init__(
        self, quotes: Quotes, text: Callable[[str], str], tags: Mapping[str, tuple[str, str]], links: bool
    ) -> None:
        self._quotes = quotes
        self._text = text
        self._tags = tags
        self._links = links

    def write(self, tree: Tree, active: tuple[str, ...] = (), quoted: int = 0) -> str:
        return "".join(
            self._text(node) if isinstance(node, str) else self._styled(node, active, quoted) for node in tree
        )

    def _styled(self, node: Styled, active: tuple[str, ...], quoted: int) -> str:
        name = node.format
        if name == "quote":
            inner = self.write(node.children, active, quoted + 1)
            opening, closing = (
                (self._quotes.inner_opening, self._quotes.inner_closing)
                if quoted % 2
                else (self._quotes.opening, self._quotes.closing)
            )
            return f"{self._text(opening)}{inner}{self._text(closing)}"
        if name == "link":
            inner = self.write(node.children, active, quoted)
            return _link(plain_text(node.children), inner) if self._links else inner
        name = _turned(name, active)
        inner = self.write(node.children, (*active, name), quoted)
        opening, closing = self._tags.get(name, ("", "")) if name else ("", "")
        return f"{opening}{inner}{closing}" if inner else ""


def _turned(name: str, active: tuple[str, ...]) -> str:
    """Return the format that shows in others: the opposite if it is on already, none if it changes nothing."""
    if name in _FLIPS:
        family = (name, _FLIPS[name])
        current = next((one for one in reversed(active) if one in family), "")
        return _FLIPS[name] if current == name else name
    if name in _NORMAL:
        current = next((one for one in reversed(active) if one in _NORMAL[name] or one == name), "")
        return name if current and current != name else ""
    return name


def escape_html(text: str) -> str:
    """Escape a text for HTML as the CSL test suite writes it; superscript letters and digits become ``<sup>``."""
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&#38;").replace("<", "&#60;").replace(">", "&#62;")
    return text if text.isascii() else _RAISED.sub(lambda match: f"<sup>{_base(match[0])}</sup>", text)


_RAISED = re.compile("[ªº¹²³ʰ-ʸˀˁˠ-ˤۥۦᴬ-ᴮᴰ-ᴺᴼᴽ-ᵍᵏ-ᵡ⁰ⁱ⁴-ⁿ℠™㆒-㆟]")
_BASES = {"ˀ": "ʔ", "ˁ": "ʕ", "ۥ": "و", "ۦ": "ي"}


def _base(character: str) -> str:
    return _BASES.get(character) or unicodedata.normalize("NFKD", character)


def to_html(tree: Tree, quotes: Quotes, links: bool = False) -> str:
    """Return a tree as HTML; ``links`` makes addresses and identifiers into links."""
    return _Writer(quotes, escape_html, _TAGS, links).write(tree)


def to_plain(tree: Tree, quotes: Quotes) -> str:
    """Return a tree as text without formats."""
    return _Writer(quotes, lambda text: text, {}, False).write(tree)


def text_to_html(text: str) -> str:
    """Return a CSL-JSON string as HTML, in English quotes."""
    return to_html(parse(read_text(text)), Quotes("“", "”", "‘", "’"))


def plain_text(tree: Tree) -> str:
    """Return the text of a tree alone."""
    return "".join(node if isinstance(node, str) else plain_text(node.children) for node in tree)


_SAFE = ":/?#[]@!$&'()*+,;=%~-._"


def _link(address: str, inner: str) -> str:
    """Link an address of the web or a DOI; anything else stays text."""
    if address.startswith("10."):
        address = f"https://doi.org/{address}"
    if not address.startswith(("https://", "http://", "ftp://")):
        return inner
    return f'<a href="{escape(quote(address, safe=_SAFE))}">{inner}</a>'
