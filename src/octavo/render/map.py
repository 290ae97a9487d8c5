"""The map of the notes as templates see it: the notes on a circle, section by section, and curves between them."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, degrees, pi, sin

from octavo.model.site import MapEdge, MapNode, SiteMap
from octavo.render.views import EdgeView, LinkView, MapView, NodeView

#: In units of the drawing: its side, and the radius of the circle; between them is room for the names.
SIZE, RADIUS = 1000, 330

#: In places on the circle: what is left free between two sections.
GAP = 1

#: How far a line between two notes bends towards the middle: 0 is straight, 1 runs through it.
BEND = 0.65


def view_map(of_site: SiteMap, relative: Callable[[str], str]) -> MapView:
    """Return the drawing of a map; ``relative`` makes an address one from the page."""
    angles = _angles(of_site.nodes)
    nodes = tuple(_node_view(place, node, angles[place], of_site, relative) for place, node in enumerate(of_site.nodes))
    edges = tuple(_edge_view(edge, angles) for edge in of_site.edges)
    return MapView(SIZE, nodes, edges, of_site.left_out)


def _angles(nodes: tuple[MapNode, ...]) -> list[float]:
    """Spread the notes over the circle, from the top and clockwise, with gaps between the sections."""
    places: list[int] = []
    place = 0
    for before, node in zip((None, *nodes), nodes, strict=False):
        place += GAP if before and before.section != node.section else 0
        places.append(place)
        place += 1
    return [2 * pi * one / (place + GAP) for one in places]


def _node_view(place: int, node: MapNode, angle: float, of_site: SiteMap, relative: Callable[[str], str]) -> NodeView:
    is_left = angle > pi
    return NodeView(
        title=node.title,
        url=relative(node.url),
        x=_across(angle, RADIUS),
        y=_down(angle, RADIUS),
        angle=round(degrees(angle) - 90 - (180 if is_left else 0), 1),
        is_left=is_left,
        linked=_others(place, of_site, relative, lambda edge: edge.is_linked),
        shared=_others(place, of_site, relative, lambda edge: edge.shared > 0),
    )


def _others(
    place: int, of_site: SiteMap, relative: Callable[[str], str], wanted: Callable[[MapEdge], bool]
) -> tuple[LinkView, ...]:
    edges = (edge for edge in of_site.edges if place in (edge.start, edge.end) and wanted(edge))
    ends = [edge.end if edge.start == place else edge.start for edge in edges]
    return tuple(LinkView(of_site.nodes[end].title, relative(of_site.nodes[end].url)) for end in sorted(ends))


def _edge_view(edge: MapEdge, angles: list[float]) -> EdgeView:
    start, end = angles[edge.start], angles[edge.end]
    nearer = RADIUS * (1 - BEND)
    path = (
        f"M{_across(start, RADIUS)} {_down(start, RADIUS)}"
        f"C{_across(start, nearer)} {_down(start, nearer)} {_across(end, nearer)} {_down(end, nearer)} "
        f"{_across(end, RADIUS)} {_down(end, RADIUS)}"
    )
    return EdgeView(edge.start, edge.end, path, edge.is_linked)


def _across(angle: float, radius: float) -> float:
    return round(SIZE / 2 + radius * sin(angle), 1)


def _down(angle: float, radius: float) -> float:
    return round(SIZE / 2 - radius * cos(angle), 1)
