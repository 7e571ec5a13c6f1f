"""Pies and doughnuts: the share of each slice, by its angle."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmrag import boxes
from mmrag.ingest.grids.chart_shapes import Colour, Shape
from mmrag.ingest.grids.polygons import Point
from mmrag.types import BBox

# Chosen by hand on charts of Matplotlib, Vega and office programs.
_MIN_SLICES = 2
_MAX_ROUND = 0.01  # of the radius, that a point of the rim may lie off it
_MAX_PIES = 12  # of one figure
_MAX_UNEVEN = 1.25  # of the radii of slices around one centre, the longest to the shortest
_BEYOND = 1.05  # radii from the centre of a pie, that a slice of another one lies off it
_ANGLE_REACH = 0.001  # of a turn, that rounding coordinates changes of a slice
_WHOLE = (0.97, 1.03)  # of a turn, that all slices together make


@dataclass(frozen=True, slots=True)
class Slice:
    """A slice: its share of a turn, and where its middle lies."""

    colour: Colour
    share: float
    middle: Point
    bbox: BBox


@dataclass(frozen=True, slots=True)
class Pie:
    slices: tuple[Slice, ...]
    centre: Point
    radius: float
    reach: float = _ANGLE_REACH  # in shares of a turn, that a slice may be off


def find(shapes: Sequence[Shape]) -> list[Pie]:
    """The pies, each of slices around one centre that make up a whole turn."""
    fills = [shape for shape in shapes if shape.kind == "area" and len(shape.points) >= 3]
    found: list[Pie] = []
    while len(found) < _MAX_PIES and (pie := _first(fills)) is not None:
        found.append(pie)
        reach = _BEYOND * pie.radius
        fills = [shape for shape in fills if math.dist(shape.middle, pie.centre) > reach]
    return found


def _first(fills: Sequence[Shape]) -> Pie | None:
    for centre in _centres(fills):
        around = [slice_ for shape in fills if (slice_ := _slice(shape, centre))]
        nearest = min((math.dist(item.middle, centre) for item in around), default=0.0)
        slices = [x for x in around if math.dist(x.middle, centre) <= _MAX_UNEVEN * nearest]
        radius = max((math.dist(item.middle, centre) for item in slices), default=0.0)
        total = sum(item.share for item in slices)
        if len(slices) >= _MIN_SLICES and _WHOLE[0] <= total <= _WHOLE[1]:
            return Pie(tuple(slices), centre, radius)
    return None


def _centres(fills: Sequence[Shape]) -> list[Point]:
    """Points that may be the centre: corners that slices share, or what their rims turn around."""
    corners = Counter[Point]()
    for shape in fills:
        corners.update({(round(x, 1), round(y, 1)) for x, y in shape.points})
    shared = [point for point, times in corners.most_common(3) if times >= 2]
    exact = [
        next(p for s in fills for p in s.points if (round(p[0], 1), round(p[1], 1)) == point)
        for point in shared
    ]
    largest = max(fills, key=lambda shape: boxes.area(shape.bbox), default=None)
    if largest is not None and len(largest.points) >= 4:
        exact += _middles_of_rim(largest)
    return exact


def _middles_of_rim(shape: Shape) -> list[Point]:
    """The middle of the circle through the outer corners of a slice of a doughnut."""
    points = list(dict.fromkeys(shape.points))
    found = []
    for run in (points[:3], points[1:4], points[-3:]):
        if len(run) < 3:
            continue
        (ax, ay), (bx, by), (cx, cy) = run
        matrix = np.array([[bx - ax, by - ay], [cx - ax, cy - ay]])
        if abs(np.linalg.det(matrix)) < 1e-3:
            continue
        right = np.array([bx**2 + by**2 - ax**2 - ay**2, cx**2 + cy**2 - ax**2 - ay**2]) / 2
        x, y = np.linalg.solve(matrix, right)
        found.append((float(x), float(y)))
    return found


def _slice(shape: Shape, centre: Point) -> Slice | None:
    """The slice that a shape is around a centre: its outermost corners lie on one circle."""
    points = list(dict.fromkeys(shape.points))
    radii = [math.dist(point, centre) for point in points]
    radius = max(radii)
    if radius < 10:
        return None
    rim = [p for p, r in zip(points, radii, strict=True) if r > radius * (1 - _MAX_ROUND)]
    if len(rim) < 2:
        return None
    angles = [math.atan2(y - centre[1], x - centre[0]) for x, y in rim]
    turned = np.unwrap(angles)
    share = float(turned.max() - turned.min()) / math.tau
    half = (float(turned.max()) + float(turned.min())) / 2
    if not 0 < share <= 1:
        return None
    middle = (centre[0] + radius * math.cos(half), centre[1] + radius * math.sin(half))
    return Slice(shape.colour, share, middle, shape.bbox)
