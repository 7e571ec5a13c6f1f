"""What the lines of a diagram join: ends at boxes, ends at other lines, and the edges of both."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mmrag import boxes
from mmrag.ingest.grids import polygons
from mmrag.ingest.grids.diagram_boxes import Box
from mmrag.ingest.grids.diagram_lines import Line
from mmrag.ingest.grids.polygons import Point
from mmrag.types import Direction

# Chosen by hand on drawings of Graphviz, Matplotlib and office programs, in points.
_SNUG = 1.5  # between the end of a line and what it touches
_GAP = 6.0  # between the end of a line and a box that it ends at


@dataclass(frozen=True, slots=True)
class Tie:
    """An end of a line at a box, both by their positions."""

    line: int
    at_end: bool
    box: int
    is_head: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """Two boxes that lines join; `lines` are those that reach them."""

    source: int
    target: int
    direction: Direction
    lines: frozenset[int]


@dataclass(frozen=True, slots=True)
class Net:
    """Lines that hang together, where they reach boxes, and the ends that reach nothing."""

    lines: frozenset[int]
    ties: tuple[Tie, ...]
    loose: tuple[tuple[int, bool], ...]  # a line, and whether it is its end

    def joined(self, at: Sequence[Box]) -> list[Joined] | None:
        """The boxes that it joins: from one to each other, where one leads; None if none does."""
        heads = [tie for tie in self.ties if tie.is_head]
        tails = [tie for tie in self.ties if not tie.is_head]
        if len(self.ties) == 2:
            one, other = (*tails, *heads)
            both: Direction = "both" if not tails else "forward" if heads else "none"
            return [_joined(one, other, both)]
        if len(tails) == 1 or (len(heads) == 1 and tails):
            return [_joined(tail, head, "forward") for tail in tails for head in heads]
        lead = None if heads else _above(tails, at)
        if lead is None:
            return None
        return [_joined(lead, tie, "none") for tie in tails if tie is not lead]


def _joined(one: Tie, other: Tie, direction: Direction) -> Joined:
    return Joined(one.box, other.box, direction, frozenset({one.line, other.line}))


def _above(ties: Sequence[Tie], at: Sequence[Box]) -> Tie | None:
    """The one box above all others, or left of them, as in a tree; None where there is none."""
    for edge in (1, 0):
        ordered = sorted(ties, key=lambda tie: at[tie.box].bbox[edge + 2])
        if len(ordered) > 1 and all(
            at[ordered[0].box].bbox[edge + 2] <= at[tie.box].bbox[edge] for tie in ordered[1:]
        ):
            return ordered[0]
    return None


def find(lines: Sequence[Line], found: Sequence[Box]) -> list[Net]:
    """The nets of lines."""
    parent = list(range(len(lines)))

    def root(line: int) -> int:
        while parent[line] != line:
            parent[line] = parent[parent[line]]
            line = parent[line]
        return line

    ties: list[Tie] = []
    loose: list[tuple[int, bool]] = []
    for number, line in enumerate(lines):
        for at_end, end in zip((False, True), line.ends, strict=True):
            gap, box = nearest(end.point, found)
            others = [] if gap <= _SNUG else list(_touching(number, end.point, lines))
            for other in others:
                parent[root(other)] = root(number)
            if others:
                continue
            if box is None:
                loose.append((number, at_end))
            else:
                ties.append(Tie(number, at_end, box, end.is_head))
    groups: dict[int, set[int]] = {}
    for number in range(len(lines)):
        groups.setdefault(root(number), set()).add(number)
    return [
        Net(
            frozenset(group),
            tuple(tie for tie in ties if tie.line in group),
            tuple(end for end in loose if end[0] in group),
        )
        for group in groups.values()
    ]


def nearest(point: Point, found: Sequence[Box]) -> tuple[float, int | None]:
    """The box that a point lies at, and how far off; at a box with others in it, on its border."""
    around = {box.group for box in found}
    best, at = math.inf, None
    for number, box in enumerate(found):
        if not boxes.touch((*point, *point), box.bbox, _GAP):
            continue
        gap = polygons.to_outline(point, box.outline)
        if number in around:
            if gap > _SNUG:
                continue
        elif polygons.is_within(point, box.outline):
            gap = 0.0
        if gap <= _GAP and gap < best:
            best, at = gap, number
    return best, at


def _touching(number: int, point: Point, lines: Sequence[Line]) -> Iterator[int]:
    """The other lines that go through a point, or end there."""
    for other, line in enumerate(lines):
        if other == number or not boxes.touch((*point, *point), line.bbox, _SNUG):
            continue
        if polygons.to_line(point, line.points) <= _SNUG:
            yield other


def crosses(line: Line, box: Box) -> bool:
    """Whether a line runs through the middle of a box, as behind its own label."""
    near = 0.5 * min(boxes.width(box.bbox), boxes.height(box.bbox))
    off = polygons.to_line(boxes.middle(box.bbox), line.points)
    return boxes.touch(line.bbox, box.bbox) and off < near


def distance(line: Line, box: Box) -> float:
    """Points from a text to a line."""
    return min(to_box(point, box) for point in _points(line.points))


def to_box(point: Point, box: Box) -> float:
    """Points from the box around what stands in it."""
    x0, y0, x1, y1 = box.bbox
    return math.hypot(max(x0 - point[0], 0, point[0] - x1), max(y0 - point[1], 0, point[1] - y1))


def _points(line: Iterable[Point], step: float = 3.0) -> Iterator[Point]:
    """Points along a line, at most `step` apart."""
    for one, other in pairwise(line):
        count = max(1, min(200, math.ceil(math.dist(one, other) / step)))
        for at in range(count + 1):
            share = at / count
            yield (one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1]))
