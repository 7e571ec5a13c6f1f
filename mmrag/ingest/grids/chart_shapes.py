"""The paths of a chart as shapes with a colour: bars, lines, areas, dots, and what frames them."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from mmrag import boxes
from mmrag.ingest.drawing import Path
from mmrag.ingest.grids import polygons
from mmrag.ingest.grids.polygons import Point
from mmrag.types import BBox

Colour = tuple[int, int, int]
ShapeKind = Literal["rect", "frame", "line", "area", "dot"]

MAX_SHAPES = 6_000
"""Of one chart. Chosen by hand with `MAX_VERTICES`: a chart of so many is read within a second."""
MAX_VERTICES = 60_000
_WHITE = (255, 255, 255)
# Chosen by hand on charts of Matplotlib, Vega and office programs.
_MAX_DOT_POINTS = 14.0  # wide and high: a larger shape is no marker
_MIN_DOT_RATIO = 0.6  # of the shorter side of a marker to the longer
_MAX_ARCS = 3  # of a disc that is drawn in halves or thirds
_ARC_STEPS = 4  # along each
_STRAIGHT_POINTS = 0.15  # that a level or upright line may lean


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape as it is drawn: `bbox` is that of its corners, `seen` what clips leave of it."""

    kind: ShapeKind
    colour: Colour
    points: tuple[Point, ...]
    bbox: BBox
    seen: BBox
    dashes: str = ""
    is_filled: bool = False

    @property
    def is_level(self) -> bool:
        return self.kind == "line" and boxes.height(self.bbox) < _STRAIGHT_POINTS

    @property
    def is_upright(self) -> bool:
        return self.kind == "line" and boxes.width(self.bbox) < _STRAIGHT_POINTS

    @property
    def middle(self) -> Point:
        return boxes.middle(self.bbox)


def are_few(drawn: Sequence[tuple[Path, BBox]]) -> bool:
    """Whether paths are no more than are looked at."""
    items = sum(len(path.get("items") or ()) for path, _ in drawn)
    return len(drawn) <= MAX_SHAPES and items <= MAX_VERTICES


def of_paths(drawn: Sequence[tuple[Path, BBox]], curve_steps: int = 1) -> list[Shape] | None:
    """The shapes of paths and what is seen of each; None where they are too many to look at.

    A curve counts as its end, as the data of charts do, or as so many steps along it.
    """
    if not are_few(drawn):
        return None
    found: list[Shape] = []
    vertices = 0
    for path, seen in drawn:
        for shape in _of_path(path, seen, curve_steps):
            vertices += len(shape.points)
            if vertices > MAX_VERTICES or len(found) >= MAX_SHAPES:
                return None
            found.append(shape)
    return found


def _of_path(path: Path, seen: BBox, curve_steps: int) -> Iterator[Shape]:
    fill = _colour(path.get("fill")) if "f" in path["type"] else None
    stroke = _colour(path.get("color")) if "s" in path["type"] else None
    if fill == _WHITE or path.get("fill_opacity") == 0:
        fill = None
    if path.get("stroke_opacity") == 0:
        stroke = None
    dashes = path.get("dashes") or ""
    for points, is_curved, is_rect in _parts(path, curve_steps):
        if not all(math.isfinite(value) for point in points for value in point):
            continue
        xs, ys = zip(*points, strict=True)
        box = (min(xs), min(ys), max(xs), max(ys))
        flat = boxes.width(box) < _STRAIGHT_POINTS or boxes.height(box) < _STRAIGHT_POINTS
        closed = is_rect or (len(points) > 2 and math.dist(points[0], points[-1]) < 0.01)
        if fill is not None and not flat and _is_dot(box, is_curved, is_rect):
            yield Shape("dot", fill, points, box, seen, is_filled=True)
        elif fill is not None and not flat:
            kind: ShapeKind = "rect" if is_rect and not is_curved else "area"
            yield Shape(kind, fill, points, box, seen, is_filled=True)
        elif stroke is None and fill is not None:  # a line that is drawn as a thin filled box
            yield Shape("line", fill, (box[:2], box[2:]), box, seen)
        elif stroke is not None:
            if closed and not flat and (is_curved or not is_rect) and _is_dot(box, True, False):
                yield Shape("dot", stroke, points, box, seen)
            elif is_rect and not flat:
                yield Shape("frame", stroke, points, box, seen)
            else:
                yield Shape("line", stroke, points, box, seen, dashes)
        elif is_rect:
            yield Shape("frame", _WHITE, points, box, seen)


def _is_dot(box: BBox, is_curved: bool, is_rect: bool) -> bool:
    """Whether a closed shape is as small and as wide as high as a marker; bars may be small."""
    short, long = sorted((boxes.width(box), boxes.height(box)))
    if long > _MAX_DOT_POINTS or short < _MIN_DOT_RATIO * long:
        return False
    return is_curved or not is_rect or short > 0.98 * long


def _parts(path: Path, curve_steps: int) -> Iterator[tuple[tuple[Point, ...], bool, bool]]:
    """Each run of a path that hangs together: its corners, whether curved, whether a level box."""
    run: list[Point] = []
    curved = False
    items = path.get("items") or ()
    if _is_round(items):
        curve_steps = max(curve_steps, _ARC_STEPS)
    for item in items:
        if item[0] in ("l", "c"):
            if run and math.dist(run[-1], item[1]) > 0.01:
                yield tuple(run), curved, _is_level_box(run) and not curved
                run, curved = [], False
            run = run or [item[1]]
            run += _along(item[1:], curve_steps) if item[0] == "c" else [item[-1]]
            curved = curved or item[0] == "c"
            continue
        if run:
            yield tuple(run), curved, _is_level_box(run) and not curved
            run, curved = [], False
        if item[0] == "re":
            yield polygons.corners(item[1]), False, True
        elif item[0] == "qu":
            upper_left, upper_right, lower_left, lower_right = item[1]
            corners = (upper_left, upper_right, lower_right, lower_left)
            yield corners, False, _is_level_box([*corners, corners[0]])
    if run:
        yield tuple(run), curved, _is_level_box(run) and not curved


def _is_round(items: Sequence[tuple[Any, ...]]) -> bool:
    """Whether a path is closed and of two or three curves, whose ends alone have no area."""
    return (
        2 <= len(items) <= _MAX_ARCS
        and all(item[0] == "c" for item in items)
        and math.dist(items[0][1], items[-1][-1]) < 0.01
    )


def _along(bezier: Sequence[Point], steps: int) -> list[Point]:
    """Points on a cubic curve after its beginning, the last one its end."""
    found = []
    for step in range(1, steps):
        t = step / steps
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        x, y = (sum(w * p[at] for w, p in zip(weights, bezier, strict=True)) for at in (0, 1))
        found.append((x, y))
    return [*found, bezier[-1]]


def _is_level_box(run: Sequence[Point]) -> bool:
    """Whether corners are those of a box with level and upright sides, some perhaps twice."""
    if len(run) < 4 or (len(run) == 5 and math.dist(run[0], run[-1]) > 0.01):
        return False
    xs, ys = ({round(point[axis], 1) for point in run} for axis in (0, 1))
    turns = all(
        abs(a[0] - b[0]) < _STRAIGHT_POINTS or abs(a[1] - b[1]) < _STRAIGHT_POINTS
        for a, b in pairwise(run)
    )
    return len(xs) == len(ys) == 2 and turns


def _colour(parts: Sequence[float] | None) -> Colour | None:
    if not parts or len(parts) != 3:
        return None
    red, green, blue = (round(255 * min(max(part, 0.0), 1.0)) for part in parts)
    return red, green, blue
