"""What attributes do to the text of any element: text case, quotes, format, affixes (CSL 1.0.2, "Formatting" ff.)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from octavo.csl.richtext import CLOSING, OPENING, append
from octavo.csl.textcase import apply_case
from octavo.csl.xml import Node

#: Formats by attribute and value, in the order in which they nest, the innermost first.
_FORMATS: Mapping[str, Mapping[str, str]] = {
    "font-style": {"italic": "italic", "oblique": "oblique", "normal": "style-normal"},
    "font-variant": {"small-caps": "small-caps", "normal": "variant-normal"},
    "font-weight": {"bold": "bold", "light": "light", "normal": "weight-normal"},
    "text-decoration": {"underline": "underline", "none": "decoration-none"},
    "vertical-align": {"sup": "superscript", "sub": "subscript", "baseline": "baseline"},
}
_NESTING = {name: place for place, values in enumerate(_FORMATS.values()) for name in values.values()}
_DISPLAYS = {"block": "block", "left-margin": "left-margin", "right-inline": "right-inline", "indent": "indent"}


@dataclass(frozen=True)
class Markings:
    """Text case, periods, quotes and formats of an element: what is inside its affixes."""

    text_case: str
    strip_periods: bool
    opening: str
    closing: str

    def apply(self, text: str, is_english: bool, language: str = "") -> str:
        """Return a text that isn't empty with all that is asked for."""
        if not text:
            return ""
        if self.strip_periods:
            text = text.replace(".", "")
        if self.text_case:
            text = apply_case(self.text_case, text, is_english, language)
        return f"{self.opening}{text}{self.closing}"

    def surround(self, text: str) -> str:
        """Return a text that isn't empty in its quotes and formats, its case as it is."""
        return f"{self.opening}{text}{self.closing}" if text else ""

    @property
    def is_plain(self) -> bool:
        """Tell whether nothing is asked for."""
        return not (self.text_case or self.strip_periods or self.opening)


def markings_of(node: Node, quotes: bool = True) -> Markings:
    """Read the attributes of an element."""
    attributes = node.attributes
    names = [
        name
        for attribute in attributes.keys() & _FORMATS.keys()
        if (name := _FORMATS[attribute].get(attributes[attribute]))
    ]
    names.sort(key=_NESTING.__getitem__)
    if quotes and node.get("quotes") == "true":
        names.append("quote")
    return _markings(node.get("text-case"), node.get("strip-periods") == "true", tuple(names))


@lru_cache(maxsize=256)  # a style uses few combinations
def _markings(text_case: str, strip_periods: bool, names: tuple[str, ...]) -> Markings:
    return Markings(
        text_case,
        strip_periods,
        "".join(OPENING[name] for name in reversed(names)),
        "".join(CLOSING[name] for name in names),
    )


def affixer(node: Node, in_quote: bool) -> Callable[[str], str] | None:
    """Return the function that puts an element's affixes and display around a text, or nothing if it has none."""
    prefix, suffix = node.get("prefix"), node.get("suffix")
    display = _DISPLAYS.get(node.get("display"), "")
    if not (prefix or suffix or display):
        return None

    def affix(text: str) -> str:
        if not text:
            return ""
        text = append(append(prefix, text, in_quote), suffix, in_quote)
        return f"{OPENING[display]}{text}{CLOSING[display]}" if display else text

    return affix
