"""The theme's colours can be told apart: WCAG 2.2, 1.4.3 asks for a contrast of 4.5 to 1."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parent.parent / "static/theme/octavo.css").read_text("utf-8")

#: Light and dark, by the name of the property.
COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"(--[\w-]+): light-dark\((#\w+), (#\w+)\);", CSS.partition("}")[0])
}


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def colours_of(pattern: str, property_name: str) -> set[str]:
    """Return the custom properties that rules with a selector like this use for a property."""
    rules = re.findall(r"^([^{}\n]+)\{([^{}]*)\}", CSS, re.MULTILINE)
    declarations = " ".join(body for selector, body in rules if re.match(pattern, selector))
    return set(re.findall(rf"(?<![\w-]){property_name}: var\((--[\w-]+)\)", declarations))


def test_contrast_is_reckoned_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_code_can_be_read_on_its_ground_and_where_it_is_marked(theme: str) -> None:
    place = ("light", "dark").index(theme)
    inks = {"--ink", *colours_of(r"\.code span|\.line\[data-line\]", "color")}
    grounds = colours_of(r"\.code pre|\.code \.hll", "background")
    assert len(inks) >= 7
    assert grounds == {"--tint", "--mark"}
    faint = {
        f"{ink} on {ground}": round(ratio, 2)
        for ink in sorted(inks)
        for ground in grounds
        if (ratio := contrast(COLOURS[ink][place], COLOURS[ground][place])) < 4.5
    }
    assert faint == {}
