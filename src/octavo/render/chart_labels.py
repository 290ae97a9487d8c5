"""Names beside the points of a drawing: each where it covers neither a point nor another name, or nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

#: In pixels: the height of a line of text, the mean width of a character at that height, and half that of a point.
LINE, CHARACTER, POINT = 13.0, 6.3, 4.0


class Place(NamedTuple):
    """Where a name is written: its middle line, and the side of it that ``x`` is."""

    x: float
    y: float
    align: Literal["left", "right"]


class Box(NamedTuple):
    """A rectangle, in pixels from the left and top."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: Box) -> bool:
        """Tell whether two rectangles share any ground."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def place_labels(points: Sequence[tuple[float, float]], names: Sequence[str], room: Box) -> list[Place | None]:
    """Find a place for the name of each point, in this order; the ``room`` is what there is to write on."""
    taken = [Box(x - POINT, y - POINT, x + POINT, y + POINT) for x, y in points]
    places: list[Place | None] = []
    for (x, y), name in zip(points, names, strict=True):
        found = next(_free(x, y, CHARACTER * len(name), room, taken), None)
        places.append(found[0] if found else None)
        taken += found[1:] if found else ()
    return places


def _free(x: float, y: float, width: float, room: Box, taken: Iterable[Box]) -> Iterator[tuple[Place, Box]]:
    for place in _candidates(x, y):
        left = place.x if place.align == "left" else place.x - width
        box = Box(left, place.y - LINE / 2, left + width, place.y + LINE / 2)
        is_inside = (
            room.left <= box.left and box.right <= room.right and room.top <= box.top and box.bottom <= room.bottom
        )
        if is_inside and not any(box.touches(other) for other in taken):
            yield place, box


def _candidates(x: float, y: float) -> Iterator[Place]:
    """Yield the places around a point, the best first: beside it, then obliquely, ever a little further away."""
    aside = POINT + 3
    for rise in (0, -LINE / 2, LINE / 2, -LINE * 0.8, LINE * 0.8):
        yield Place(x + aside, y + rise, "left")
        yield Place(x - aside, y + rise, "right")
