"""Paths of many pieces as the one line or outline that they draw.

Browsers print a dashed stroke as a filled tile for each dash, and Mermaid draws round boxes as if
by hand, their border set together from short curves. The pieces are no shapes of their own.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from heapq import nlargest
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from mmrag.ingest.drawing import Path
from mmrag.ingest.grids.polygons import Point

# Chosen by hand on drawings of Mermaid, in points where no share.
_MIN_PIECES = 4  # of fewer each may be a shape
_BORDER = 1.0  # from the hull of an outline, that the ends of its pieces lie off it
_BORDER_SHARE = 0.04  # of the shorter side of that hull: the same where it is large
_FINE = 0.1  # that an outline lies off its hull
_MIN_BREADTH = 0.05  # of a filled piece that is seen
_MAX_DASH, _MAX_THICKNESS = 12.0, 2.5  # of a tile that is a dash: its length and its breadth
_DASH_GAP = 3.0  # lengths of a dash, from its middle to that of the next

_Run = list[Point]


def whole(path: Path) -> Path:
    """A path whose pieces are one outline or one dashed line as that; others as they are."""
    runs = _runs(path.get("items") or ())
    if len(runs) < _MIN_PIECES or not np.isfinite([x for run in runs for x in run]).all():
        return path
    if path["type"] == "f" and not any(map(_has_breadth, runs)):
        return {**path, "items": []}
    line = (_hull(runs) if _hang_together(runs) else None) or _dashed(runs, path)
    if line is None:
        return path
    drawn: Path = {**path, "items": [("l", one, other) for one, other in pairwise(line)]}
    if line[0] != line[-1]:
        drawn |= {"type": "s", "color": path["fill"]}
    return drawn


def _runs(items: Iterable[tuple[Any, ...]]) -> list[_Run]:
    """The runs of lines and curves, a curve by its middle and end; none where boxes are among."""
    runs: list[_Run] = []
    for kind, *points in items:
        if kind not in ("l", "c"):
            return []
        if not runs or _corner(runs[-1][-1]) != _corner(points[0]):
            runs.append([points[0]])
        if kind == "c":
            a, b, c, d = points
            x, y = ((a[at] + 3 * (b[at] + c[at]) + d[at]) / 8 for at in (0, 1))
            runs[-1].append((x, y))
        runs[-1].append(points[-1])
    return runs


def _corner(point: Point) -> Point:
    return round(point[0], 2), round(point[1], 2)


def _is_closed(run: _Run) -> bool:
    return _corner(run[0]) == _corner(run[-1])


def _has_breadth(run: _Run) -> bool:
    """Whether a run goes around more than the sliver between a curve and itself drawn again."""
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*run, run[0]]))
    length = sum(math.dist(a, b) for a, b in pairwise([*run, run[0]]))
    return abs(twice) > _MIN_BREADTH * length


def _hang_together(runs: Sequence[_Run]) -> bool:
    """Whether runs share their corners, all in one piece, and none ends where no other does."""
    ends = Counter(_corner(end) for run in runs for end in (run[0], run[-1]))
    if any(ends[_corner(end)] < 2 for run in runs for end in (run[0], run[-1])):
        return False
    at: dict[Point, list[int]] = defaultdict(list)
    for number, run in enumerate(runs):
        for point in run:
            at[_corner(point)].append(number)
    reached, waiting = {0}, [0]
    while waiting:
        for point in runs[waiting.pop()]:
            near = set(at.pop(_corner(point), ())) - reached
            reached |= near
            waiting += near
    return len(reached) == len(runs)


def _hull(runs: Sequence[_Run]) -> _Run | None:
    """The convex outline that all corners of runs lie on; None where some lie within it."""
    points = np.array([point for run in runs for point in run], dtype=np.float32)
    hull = cv2.approxPolyDP(cv2.convexHull(points), _FINE, True)
    _, sides, _ = cv2.minAreaRect(hull)
    reach = max(_BORDER, _BORDER_SHARE * min(sides))
    if any(cv2.pointPolygonTest(hull, (float(x), float(y)), True) > reach for x, y in points):
        return None
    corners = [(float(x), float(y)) for x, y in hull[:, 0]]
    return [*corners, corners[0]]


def _dashed(runs: Sequence[_Run], path: Path) -> _Run | None:
    """The line through tiles that follow each other as dashes do; None where they are none."""
    if path["type"] != "f" or not all(map(_is_closed, runs)):
        return None
    middles, lengths = [], []
    for run in runs:
        middle, sides, _ = cv2.minAreaRect(np.array(run, dtype=np.float32))
        if max(sides) > _MAX_DASH or min(sides) > _MAX_THICKNESS:
            return None
        middles.append((float(middle[0]), float(middle[1])))
        lengths.append(max(sides))
    steps = np.linalg.norm(np.diff(middles, axis=0), axis=1)
    if (steps > _DASH_GAP * max(lengths)).any():
        return None
    return [_end(runs[0], middles[1]), *middles[1:-1], _end(runs[-1], middles[-2])]


def _end(tile: _Run, other: Point) -> Point:
    """The middle of the side of a tile that is farthest from the next one."""
    one, far = nlargest(2, set(tile), key=lambda point: math.dist(point, other))
    return (one[0] + far[0]) / 2, (one[1] + far[1]) / 2
