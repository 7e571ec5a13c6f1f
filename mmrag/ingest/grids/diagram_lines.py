"""The lines of a diagram with what marks their ends: arrowheads, diamonds and dots."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from mmrag import boxes
from mmrag.ingest.grids import polygons
from mmrag.ingest.grids.chart_shapes import Shape
from mmrag.ingest.grids.polygons import Point
from mmrag.types import BBox

# Chosen by hand on drawings of Graphviz, Matplotlib and office programs, in points where no share.
MAX_MARK = 16.0  # long: an arrowhead
_MARK_GAP = 2.0  # from the end of a line to its arrowhead
_MAX_LEAN = 0.35  # of its breadth, that the middle of an arrowhead lies off its line
_HEAD_SHARE = 0.4  # of its length from behind, where an arrowhead is widest
_MIN_BEND = 0.3  # of the distance of its ends, that the line of an open arrowhead turns off
_MIN_LENGTH = 3.0  # of a line
_MAX_THICKNESS = 2.5  # of a line that is drawn as a filled box
_MIN_SLENDERNESS = 4.0  # its length over its thickness
_STROKE_GAP = 1.0  # from the tip of a line to the two strokes of its arrowhead
_MIN_STROKE_COSINE, _MAX_STROKE_COSINE = 0.3, 0.98  # between each and the line


@dataclass(frozen=True, slots=True)
class End:
    """Where a line ends, its mark included, and whether that is an arrowhead."""

    point: Point
    is_head: bool = False
    mark: BBox | None = None  # of a mark that is none


@dataclass(frozen=True, slots=True)
class Line:
    """A line from `ends[0]` to `ends[1]`."""

    points: tuple[Point, ...]
    bbox: BBox
    ends: tuple[End, End]


def is_closed(shape: Shape) -> bool:
    """Whether a shape goes around something."""
    if shape.kind == "line":
        return len(shape.points) > 3 and math.dist(shape.points[0], shape.points[-1]) < 0.1
    return not _is_slender(shape)


def find(shapes: Sequence[Shape], marks: Sequence[Shape]) -> list[Line]:
    """The open shapes as lines; `marks` are the small closed ones that may end them."""
    opened = [shape for shape in shapes if not is_closed(shape)]
    chevrons = [shape for shape in opened if _is_chevron(shape)]
    marks = [*marks, *chevrons]
    found = []
    for shape in opened:
        points = polygons.middle_line(shape.bbox) if _is_slender(shape) else shape.points
        length = sum(math.dist(a, b) for a, b in pairwise(points))
        if shape not in chevrons and length >= _MIN_LENGTH:
            first, last = (_end(points, marks, at_end=at_end) for at_end in (False, True))
            found.append(Line(tuple(points), shape.bbox, (first, last)))
    return _with_strokes(found)


def _is_slender(shape: Shape) -> bool:
    """Whether a filled box is drawn for a line."""
    short, long = sorted((boxes.width(shape.bbox), boxes.height(shape.bbox)))
    return shape.kind == "rect" and short <= _MAX_THICKNESS and long >= _MIN_SLENDERNESS * short


def _is_chevron(shape: Shape) -> bool:
    """Whether a small open line turns back as an open arrowhead does."""
    if max(boxes.width(shape.bbox), boxes.height(shape.bbox)) > MAX_MARK or len(shape.points) < 3:
        return False
    first, *between, last = shape.points
    bend = max(polygons.to_segment(point, first, last) for point in between)
    return bend >= _MIN_BEND * math.dist(first, last)


def _end(points: Sequence[Point], marks: Sequence[Shape], *, at_end: bool) -> End:
    """An end of a line, moved to the tip of the mark that stands at it."""
    point = points[-1] if at_end else points[0]
    dx, dy = polygons.direction(points, at_end=at_end)
    best, tip = math.inf, End(point)
    for mark in marks:
        if not boxes.touch((*point, *point), mark.bbox, _MARK_GAP):
            continue
        inside = polygons.is_within(point, mark.points)
        gap = 0.0 if inside else polygons.to_outline(point, mark.points)
        away = [(x - point[0], y - point[1]) for x, y in mark.points]
        along = [x * dx + y * dy for x, y in away]
        across = [y * dx - x * dy for x, y in away]
        breadth = max(across) - min(across)
        is_straight = abs(max(across) + min(across)) / 2 <= _MAX_LEAN * breadth
        if gap > min(_MARK_GAP, best) or not is_straight:
            continue
        best = gap
        near, far = min(along), max(along)
        widest = [at for at, off in zip(along, across, strict=True) if abs(off) > 0.45 * breadth]
        is_head = max(widest, default=far) - near < _HEAD_SHARE * (far - near)
        reach = max(far, 0.0)
        moved = (point[0] + reach * dx, point[1] + reach * dy)
        tip = End(moved, is_head, None if is_head else mark.bbox)
    return tip


def _with_strokes(lines: Sequence[Line]) -> list[Line]:
    """The lines, two short strokes at the tip of one as its arrowhead."""
    short = [
        line for line in lines if len(line.points) == 2 and math.dist(*line.points) <= MAX_MARK
    ]
    taken: set[int] = set()
    found = []
    for line in lines:
        ends = []
        for at_end, end in zip((False, True), line.ends, strict=True):
            strokes = [
                s for s in short if s is not line and _is_stroke(s, line, end.point, at_end=at_end)
            ]
            is_head = len(strokes) == 2
            taken |= {id(stroke) for stroke in strokes if is_head}
            ends.append(replace(end, is_head=True) if is_head else end)
        found.append(replace(line, ends=(ends[0], ends[1])))
    kept = [id(line) not in taken for line in lines]
    return [line for line, keep in zip(found, kept, strict=True) if keep]


def _is_stroke(stroke: Line, line: Line, tip: Point, *, at_end: bool) -> bool:
    """Whether a short line goes back from the tip of another, a little to its side."""
    near, far = sorted(stroke.points, key=lambda point: math.dist(point, tip))
    length = math.dist(near, far)
    if math.dist(near, tip) > _STROKE_GAP or length > math.dist(line.points[0], line.points[-1]):
        return False
    dx, dy = polygons.direction(line.points, at_end=at_end)
    cosine = ((near[0] - far[0]) * dx + (near[1] - far[1]) * dy) / length
    return _MIN_STROKE_COSINE < cosine < _MAX_STROKE_COSINE
