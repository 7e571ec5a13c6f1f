"""Points, lines and outlines: those of boxes, and how far they are apart, in points of the page."""

import math
from collections.abc import Sequence
from itertools import pairwise

from mmrag import boxes
from mmrag.types import BBox

Point = tuple[float, float]


def corners(box: BBox) -> tuple[Point, Point, Point, Point]:
    """The outline of a box."""
    x0, y0, x1, y1 = box
    return (x0, y0), (x1, y0), (x1, y1), (x0, y1)


def middle_line(box: BBox) -> tuple[Point, Point]:
    """The line through the middle of a box, along its longer sides."""
    x0, y0, x1, y1 = box
    x, y = boxes.middle(box)
    return ((x0, y), (x1, y)) if x1 - x0 > y1 - y0 else ((x, y0), (x, y1))


def to_segment(point: Point, one: Point, other: Point) -> float:
    """From a point to the nearest one of a segment."""
    dx, dy = other[0] - one[0], other[1] - one[1]
    length = dx * dx + dy * dy
    if not length:
        return math.dist(point, one)
    along = ((point[0] - one[0]) * dx + (point[1] - one[1]) * dy) / length
    along = min(1.0, max(0.0, along))
    return math.dist(point, (one[0] + along * dx, one[1] + along * dy))


def to_line(point: Point, line: Sequence[Point]) -> float:
    """From a point to the nearest one of a line of several segments."""
    return min(to_segment(point, a, b) for a, b in pairwise(line))


def to_outline(point: Point, outline: Sequence[Point]) -> float:
    """From a point to the nearest one of an outline, from within as well."""
    return to_line(point, (*outline, outline[0]))


def is_within(point: Point, outline: Sequence[Point]) -> bool:
    """Whether an outline goes around a point, however often, by the nonzero rule."""
    x, y = point
    turns = 0
    for (x0, y0), (x1, y1) in pairwise((*outline, outline[0])):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            turns += 1 if y1 > y0 else -1
    return turns != 0


def direction(line: Sequence[Point], *, at_end: bool) -> Point:
    """The unit vector by which a line arrives at its end, or at its beginning from behind."""
    tip, *others = reversed(line) if at_end else line
    before = next((p for p in others if math.dist(p, tip) > 1.0), others[-1])
    length = math.dist(before, tip) or 1.0
    return (tip[0] - before[0]) / length, (tip[1] - before[1]) / length
