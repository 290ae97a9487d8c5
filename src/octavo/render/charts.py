"""Charts of facts as SVG: Vega-Altair says what to draw, vl-convert draws it without a browser (``octavo[charts]``)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from importlib.util import find_spec
from math import ceil, floor, log10
from typing import Any

import msgspec

from octavo.memo import digest_of
from octavo.model.fact import FactPoint, Kind

#: In pixels, of the plot without its axes; the drawing scales with the page.
WIDTH, HEIGHT = 560, 340

#: Inherited from the page, so that a drawing fits every theme.
INK = "currentColor"
FAINT = "color-mix(in srgb, currentColor 18%, transparent)"
#: The prefix for a thousand million is G in SI, and B where language models are counted.
BILLIONS = "replace(format(datum.value, '~s'), 'G', 'B')"
DOT = "var(--accent, currentColor)"


class ChartRequest(msgspec.Struct, frozen=True, array_like=True):
    """A chart: its points, and the title and kind of each axis. Quantities are drawn on a logarithmic axis."""

    points: tuple[FactPoint, ...]
    x_title: str
    x_kind: Kind
    y_title: str
    y_kind: Kind


class ChartSvg(msgspec.Struct, frozen=True, array_like=True):
    """A drawing, or why there is none."""

    svg: str = ""
    problem: str = ""
    hint: str = ""


def render_chart(request: ChartRequest) -> ChartSvg:
    """Draw a chart; without the libraries for it there is a problem in its place."""
    if not request.points:
        return ChartSvg()
    if not find_spec("altair") or not find_spec("vl_convert"):
        return ChartSvg("", "charts need the extra 'charts', which is not installed", "pip install 'octavo[charts]'")
    import altair
    import vl_convert

    altair.data_transformers.disable_max_rows()
    spec = _spec(altair, request)
    return ChartSvg(_own(vl_convert.vegalite_to_svg(spec.to_dict()), request))


def _spec(altair: Any, request: ChartRequest) -> Any:
    rows = [
        {"title": point.title, "x": _value(point.x, request.x_kind), "y": _value(point.y, request.y_kind)}
        for point in request.points
    ]
    base = altair.Chart(altair.Data(values=rows)).encode(
        x=_axis(altair, altair.X, "x", request.x_title, request.x_kind, [point.x for point in request.points]),
        y=_axis(altair, altair.Y, "y", request.y_title, request.y_kind, [point.y for point in request.points]),
    )
    dots = base.mark_circle(size=48, color=DOT, opacity=1)
    names = base.mark_text(align="left", baseline="middle", dx=7, color=INK).encode(text="title:N")
    font = {"labelColor": INK, "titleColor": INK, "labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal"}
    return (
        altair.layer(dots, names)
        .properties(width=WIDTH, height=HEIGHT)
        .configure(background="transparent", font="sans-serif")
        .configure_view(stroke=None)
        .configure_axis(**font, gridColor=FAINT, domainColor=INK, tickColor=INK)
        .configure_text(fontSize=12)
    )


def _axis(altair: Any, channel: Any, field: str, title: str, kind: Kind, numbers: Sequence[float]) -> Any:
    if kind is Kind.DATE:
        return channel(f"{field}:T", title=title, axis=altair.Axis(format="%Y", tickCount="year", grid=False))
    return channel(
        f"{field}:Q",
        title=title,
        scale=altair.Scale(type="log", nice=True),
        axis=altair.Axis(values=_powers(numbers), labelExpr=BILLIONS),
    )


def _powers(numbers: Sequence[float]) -> list[float]:
    """Return the powers of ten around some numbers."""
    return [10.0**power for power in range(floor(log10(min(numbers))), ceil(log10(max(numbers))) + 1)]


def _value(number: float, kind: Kind) -> float | str:
    return date.fromordinal(int(number)).isoformat() if kind is Kind.DATE else number


def _own(svg: str, request: ChartRequest) -> str:
    """Make a drawing one of the page: its ids its own, its size that of the column, its words for the eye only."""
    mark = digest_of(msgspec.msgpack.encode(request))[:8]
    svg = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>chart-{mark}-", svg)
    svg = re.sub(r'<svg([^>]*?) width="[^"]*" height="[^"]*"', r"<svg\1", svg, count=1)
    return svg.replace("<svg ", '<svg aria-hidden="true" ', 1)
