"""Lines, areas and dots of a chart as series of places on the page."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from mmrag import boxes
from mmrag.ingest.grids.chart_legend import alike
from mmrag.ingest.grids.chart_shapes import Colour, Shape
from mmrag.ingest.grids.polygons import Point
from mmrag.types import BBox

# Chosen by hand on charts of Matplotlib, Vega and office programs, in points.
_JOINED = 0.05  # between the end of one stroke and the beginning of the next
_OUTSIDE = 0.5  # that a corner may lie outside of what clips leave
_MIN_REACH = 0.2  # of the widest line of a pen: what is less wide is no line of the chart
_MIN_WIDE = 2.0  # of a line in any case
_MIN_COVERED = 0.2  # of it, that its strokes cover: others are markers, drawn as crosses
_ON_LINE = 1.0  # from a marker to the corner of a line that it marks
_END = 3.0  # from the end of a curve to the label of its last place
_UPRIGHT = 0.05  # across, of an upright edge of an area
_STEEP, _STEEP_TIMES = 0.3, 10  # across, and times that up: the same, nearly
_EDGE = 0.6  # between an area's foot and the foot of the others


@dataclass(frozen=True, slots=True)
class Curve:
    """Places that belong to one series, from left to right."""

    colour: Colour
    dashes: str
    points: tuple[Point, ...]

    @property
    def bbox(self) -> BBox:
        xs, ys = zip(*self.points, strict=True)
        return min(xs), min(ys), max(xs), max(ys)


@dataclass(frozen=True, slots=True)
class Area:
    """A filled stretch: at each place, where it ends and where it begins."""

    colour: Colour
    points: tuple[tuple[float, float, float], ...]  # x, upper y, lower y


def lines(shapes: Sequence[Shape]) -> list[Curve]:
    """The lines that go from left to right, the strokes of one line joined.

    None that is level, but from one marker to another.
    """
    strokes: dict[tuple[Colour, str], list[list[Point]]] = defaultdict(list)
    markers = {_near(shape.middle) for shape in shapes if shape.kind == "dot"}
    for shape in shapes:
        if shape.kind != "line" or len(shape.points) < 2:
            continue
        is_straight = (shape.is_level or shape.is_upright) and len(shape.points) == 2
        if is_straight and not all(_is_at_marker(point, markers) for point in shape.points):
            continue
        points = [point for point in shape.points if _is_seen(point, shape.seen)]
        if len(points) < 2:
            continue
        if points[0][0] > points[-1][0]:
            points.reverse()
        strokes[shape.colour, shape.dashes].append(points)
    found = []
    for (colour, dashes), runs in strokes.items():
        for run in _longest(_joined(runs)):
            clean = _without_doubles(run)
            if len(clean) > 1 and all(a[0] < b[0] for a, b in pairwise(clean)):
                found.append(Curve(colour, dashes, tuple(clean)))
    return found


def sampled(curve: Curve, places: Sequence[float]) -> Curve | None:
    """A curve at some places that it goes over; None at fewer than two."""
    xs, ys = (np.array(values) for values in zip(*curve.points, strict=True))
    own = [at for at in places if xs[0] - _END <= at <= xs[-1] + _END]
    points = tuple((at, float(np.interp(at, xs, ys))) for at in own)
    return replace(curve, points=points) if len(points) > 1 else None


def sampled_area(area: Area, places: Sequence[float]) -> Area | None:
    """An area at some places that it goes over; None at fewer than two."""
    xs, upper, lower = (np.array(values) for values in zip(*area.points, strict=True))
    own = [at for at in places if xs[0] - _END <= at <= xs[-1] + _END]
    points = tuple(
        (at, float(np.interp(at, xs, upper)), float(np.interp(at, xs, lower))) for at in own
    )
    return replace(area, points=points) if len(points) > 1 else None


def _near(point: Point) -> tuple[int, int]:
    return round(point[0] / _ON_LINE), round(point[1] / _ON_LINE)


def _is_at_marker(point: Point, markers: set[tuple[int, int]]) -> bool:
    column, row = _near(point)
    return any((column + a, row + b) in markers for a in (-1, 0, 1) for b in (-1, 0, 1))


def _longest(chains: Sequence[list[Point]]) -> list[list[Point]]:
    """The chains of one pen that are lines; short ones beside them are bars of errors."""
    reach = max((chain[-1][0] - chain[0][0] for chain in chains), default=0.0)
    least = max(_MIN_REACH * reach, _MIN_WIDE)
    return [chain for chain in chains if chain[-1][0] - chain[0][0] >= least]


def _joined(runs: list[list[Point]]) -> list[list[Point]]:
    """Strokes of one pen, end to end; those with gaps between, where nothing lies over another."""
    runs.sort(key=lambda run: run[0][0])
    chains: list[list[Point]] = []
    for run in runs:
        chain = next((c for c in chains if math.dist(c[-1], run[0]) <= _JOINED), None)
        if chain is None:
            chains.append(list(run))
        else:
            chain.extend(run[1:])
    chains.sort(key=lambda chain: chain[0][0])
    apart = all(a[-1][0] < b[0][0] for a, b in pairwise(chains))
    if not apart or not chains:
        return chains
    covered = sum(chain[-1][0] - chain[0][0] for chain in chains)
    if covered < _MIN_COVERED * (chains[-1][-1][0] - chains[0][0][0]):
        return []
    return [[point for chain in chains for point in chain]]


def _without_doubles(run: Sequence[Point]) -> list[Point]:
    kept = [run[0]]
    for point in run[1:]:
        if math.dist(point, kept[-1]) > 0.01:
            kept.append(point)
    return kept


def _is_seen(point: Point, seen: BBox) -> bool:
    x0, y0, x1, y1 = boxes.grow(seen, _OUTSIDE)
    return x0 <= point[0] <= x1 and y0 <= point[1] <= y1


def dots(shapes: Sequence[Shape], curves: Sequence[Curve]) -> list[Curve]:
    """Markers of one colour as a series; those at the corners of a line are the line's own."""
    corners = {_near(point) for curve in curves for point in curve.points}
    found: dict[Colour, list[Point]] = defaultdict(list)
    for shape in shapes:
        if shape.kind != "dot":
            continue
        if _is_seen(shape.middle, shape.seen) and not _is_at_marker(shape.middle, corners):
            colour = next((known for known in found if alike(known, shape.colour)), shape.colour)
            found[colour].append(shape.middle)
    return [
        Curve(colour, "", tuple(sorted(dict.fromkeys(points)))) for colour, points in found.items()
    ]


def areas(shapes: Sequence[Shape]) -> list[Area]:
    """Filled stretches that begin and end at each place once."""
    found = []
    for shape in shapes:
        if shape.kind != "area" or len(shape.points) < 4:
            continue
        told = _between_chains(shape.points) or _columns(shape.points)
        if len(told) >= 3:
            found.append(Area(shape.colour, tuple(told)))
    return found


def are_edges(curves: Sequence[Curve], found: Sequence[Area]) -> bool:
    """Whether each line is the upper edge of a filled stretch of its own colour."""
    return bool(found) and all(
        any(alike(area.colour, curve.colour) and _is_upper(curve, area) for area in found)
        for curve in curves
    )


def _is_upper(curve: Curve, area: Area) -> bool:
    xs, upper, _ = (np.array(values) for values in zip(*area.points, strict=True))
    over, heights = (np.array(values) for values in zip(*curve.points, strict=True))
    return bool(np.abs(np.interp(over, xs, upper) - heights).max() <= _ON_LINE)


def _columns(points: Sequence[Point]) -> list[tuple[float, float, float]]:
    """The upper and lower of the corners at each place."""
    columns: dict[float, list[float]] = defaultdict(list)
    for x, y in points:
        columns[round(x, 1)].append(y)
    return [(x, min(ys), max(ys)) for x, ys in sorted(columns.items())]


def _between_chains(points: Sequence[Point]) -> list[tuple[float, float, float]]:
    """The upper and lower edge at each corner of an outline that goes once to the right and back.

    Either may have no corner where the other has one. Empty where the outline turns back.
    """
    ring = list(points[:-1] if points[0] == points[-1] else points)
    first = ring.index(min(ring))
    ring = ring[first:] + ring[:first]
    last = ring.index(max(ring))
    chains = [_without_ends(ring[: last + 1]), _without_ends([*ring[last:], ring[0]][::-1])]
    for chain in chains:
        if len(chain) < 2 or any(b[0] <= a[0] for a, b in pairwise(chain)):
            return []
    places = sorted({round(x, 1): x for chain in chains for x, _ in chain}.values())
    edges = [np.interp(places, [x for x, _ in chain], [y for _, y in chain]) for chain in chains]
    return [
        (x, float(min(pair)), float(max(pair))) for x, *pair in zip(places, *edges, strict=True)
    ]


def _without_ends(chain: list[Point]) -> list[Point]:
    """A chain without the upright edges that it begins and ends with."""
    start, end = 0, len(chain) - 1
    while start < end and chain[start + 1][0] - chain[start][0] < _UPRIGHT:
        start += 1
    while end > start and chain[end][0] - chain[end - 1][0] < _UPRIGHT:
        end -= 1
    start += end - start > 1 and _is_steep(chain[start], chain[start + 1])
    end -= end - start > 1 and _is_steep(chain[end - 1], chain[end])
    return chain[start : end + 1]


def _is_steep(one: Point, other: Point) -> bool:
    """Whether an edge goes up or down at an end, as areas do that are closed on their foot."""
    across, along = abs(other[0] - one[0]), abs(other[1] - one[1])
    return across < _STEEP and along > _STEEP_TIMES * across


def feet(found: Sequence[Area]) -> tuple[float, bool] | None:
    """Where areas begin, and whether they stand on one another; None where they float."""
    lows = [max(low for _, _, low in area.points) for area in found]
    if not lows:
        return None
    foot = max(lows)
    level = [all(abs(low - foot) <= _EDGE for _, _, low in area.points[1:-1]) for area in found]
    if not any(level):
        return None
    if all(level):
        return foot, False
    tops = {round(y) for area in found for _, y, _ in area.points}
    rest = [area for area, is_level in zip(found, level, strict=True) if not is_level]
    carried = all(
        sum(round(low + off) in tops for _, _, low in area.points for off in (0,)) * 2
        >= len(area.points)
        for area in rest
    )
    return (foot, True) if carried else None
