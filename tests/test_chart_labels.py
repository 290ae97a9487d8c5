from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from octavo.render.chart_labels import CHARACTER, LINE, POINT, Box, place_labels

ROOM = Box(0, 0, 600, 400)
points = st.lists(st.tuples(st.floats(0, 600), st.floats(0, 400)), max_size=30)


@given(points)
def test_no_name_covers_another_or_a_point_or_leaves_the_room(at: list[tuple[float, float]]) -> None:
    names = [f"Model {number}" for number in range(len(at))]
    boxes = []
    for name, place in zip(names, place_labels(at, names, ROOM), strict=True):
        if place:
            width = CHARACTER * len(name)
            left = place.x if place.align == "left" else place.x - width
            boxes.append(Box(left, place.y - LINE / 2, left + width, place.y + LINE / 2))
    dots = [Box(x - POINT, y - POINT, x + POINT, y + POINT) for x, y in at]
    for number, box in enumerate(boxes):
        assert not any(box.touches(other) for other in (*boxes[:number], *dots))
        assert box.left >= ROOM.left
        assert box.right <= ROOM.right


def test_a_name_stands_to_the_right_if_it_can() -> None:
    place, other = place_labels([(100, 100), (590, 300)], ["BERT", "GPT-2"], ROOM)
    assert place
    assert (place.x > 100, place.y, place.align) == (True, 100, "left")
    assert other
    assert (other.x < 590, other.align) == (True, "right")
