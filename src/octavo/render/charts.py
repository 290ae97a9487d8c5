"""Charts of facts as SVG: Vega-Altair says what to draw, vl-convert draws it without a browser (``octavo[charts]``)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from importlib.util import find_spec
from math import ceil, floor, log10
from typing import Any

from octavo.memo import digest_of
from octavo.model.fact import Kind
from octavo.model.packing import encoded
from octavo.model.rendering import ChartRequest, ChartSvg
from octavo.render.chart_labels import Box, place_labels

#: In pixels, of the plot without its axes; the drawing scales with the page.
WIDTH, HEIGHT = 600, 440

#: In days: what an axis of dates begins before the first and ends after the last.
ASIDE = 60

#: In pixels: room for names to the right of the plot.
MARGIN = 80

#: Inherited from the page, so that a drawing fits every theme.
INK = "currentColor"
FAINT = "color-mix(in srgb, currentColor 18%, transparent)"
#: The prefix for a thousand million is G in SI, and B where language models are counted.
BILLIONS = "replace(format(datum.value, '~s'), 'G', 'B')"
DOT = "var(--accent, currentColor)"


def render_chart(request: ChartRequest) -> ChartSvg:
    """Draw a chart; without the libraries for it there is a problem in its place."""
    if not request.points:
        return ChartSvg()
    if not find_spec("altair") or not find_spec("vl_convert"):
        return ChartSvg("", "charts need the extra 'charts', which is not installed", "pip install 'octavo[charts]'")
    import altair
    import vl_convert

    return ChartSvg(_own(vl_convert.vegalite_to_svg(_spec(altair, request).to_dict()), request))


def _spec(altair: Any, request: ChartRequest) -> Any:
    x = Scale(request.x_kind, [point.x for point in request.points], WIDTH)
    y = Scale(request.y_kind, [point.y for point in request.points], HEIGHT)
    at = [(x.pixel(point.x), HEIGHT - y.pixel(point.y)) for point in request.points]
    dots = altair.Chart(
        altair.Data(values=[{"x": x.value(point.x), "y": y.value(point.y)} for point in request.points])
    ).mark_circle(size=48, color=DOT, opacity=1)
    dots = dots.encode(
        x=_axis(altair, altair.X("x"), request.x_title, x),
        y=_axis(altair, altair.Y("y"), request.y_title, y),
    )
    names = [point.title for point in request.points]
    placed = zip(names, place_labels(at, names, Box(0, 0, WIDTH + MARGIN, HEIGHT)), strict=True)
    written = [{"name": name, **place._asdict()} for name, place in placed if place]
    font = {"labelColor": INK, "titleColor": INK, "labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal"}
    return (
        altair.layer(dots, *(_names(altair, written, align) for align in ("left", "right")))
        .properties(width=WIDTH, height=HEIGHT)
        .configure(background="transparent", font="sans-serif")
        .configure_view(stroke=None)
        .configure_axis(**font, gridColor=FAINT, domainColor=INK, tickColor=INK)
    )


def _names(altair: Any, written: Sequence[dict[str, Any]], align: str) -> Any:
    """Write names where they have been placed; Vega-Lite itself would write them over each other."""
    chart = altair.Chart(altair.Data(values=[one for one in written if one["align"] == align]))
    return chart.mark_text(align=align, baseline="middle", fontSize=12, color=INK).encode(
        x=altair.X("x:Q", scale=None), y=altair.Y("y:Q", scale=None), text="name:N"
    )


def _axis(altair: Any, channel: Any, title: str, scale: Scale) -> Any:
    if scale.kind is Kind.DATE:
        return (
            channel.type("temporal")
            .title(title)
            .scale(domain=scale.domain)
            .axis(altair.Axis(format="%Y", tickCount="year", grid=False))
        )
    return (
        channel.type("quantitative")
        .title(title)
        .scale(type="log", domain=scale.domain)
        .axis(altair.Axis(values=scale.powers, labelExpr=BILLIONS))
    )


class Scale:
    """An axis of so many pixels that holds some numbers: logarithmic, from power to power of ten, or days, linear."""

    def __init__(self, kind: Kind, numbers: Sequence[float], pixels: int) -> None:
        self.kind = kind
        self._pixels = pixels
        if kind is Kind.DATE:
            self._low, self._high = min(numbers) - ASIDE, max(numbers) + ASIDE
            self.domain = [self.value(self._low), self.value(self._high)]
        else:
            self._low, self._high = floor(log10(min(numbers))), ceil(log10(max(numbers)))
            self._high += self._low == self._high
            self.powers = [10.0**power for power in range(int(self._low), int(self._high) + 1)]
            self.domain = [self.powers[0], self.powers[-1]]

    def pixel(self, number: float) -> float:
        """Return how far along the axis a number stands."""
        place = number if self.kind is Kind.DATE else log10(number)
        return (place - self._low) / (self._high - self._low) * self._pixels

    def value(self, number: float) -> Any:
        """Return a number as Vega-Lite has it."""
        return date.fromordinal(int(number)).isoformat() if self.kind is Kind.DATE else number


def _own(svg: str, request: ChartRequest) -> str:
    """Make a drawing one of the page: its ids its own, its size that of the column, its words for the eye only."""
    mark = digest_of(encoded(request))[:8]
    svg = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>chart-{mark}-", svg)
    svg = re.sub(r'<svg([^>]*?) width="[^"]*" height="[^"]*"', r"<svg\1", svg, count=1)
    return svg.replace("<svg ", '<svg aria-hidden="true" ', 1)
