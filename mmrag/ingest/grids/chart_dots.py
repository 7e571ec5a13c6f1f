"""Dots in rows, as in Cleveland's dot plots: places from left to right, each row with its name.

A chart may hold several of them side by side on one set of names: a colour that comes again in a
row begins the next; and names that come again below begin the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mmrag import boxes
from mmrag.ingest.grids import chart_curves, chart_rows
from mmrag.ingest.grids.chart_plot import Plot
from mmrag.ingest.grids.chart_rows import RowName
from mmrag.ingest.grids.chart_shapes import Colour, Shape
from mmrag.types import BBox

# Chosen by hand on charts of survey reports and Matplotlib, in points where no share.
_LEVEL = 1.2  # between the middles of two dots of one row
_SAME_PLACE = 0.5  # between the middles of a dot and of its outline
_MIN_ROWS, _MIN_DOTS = 2, 4
_MIN_SIZE = 0.6  # of the widest dot: smaller ones are of dotted lines, or the ends of arrows
_MAX_UNEVEN = 0.12  # between width and height, of the larger
_MAX_DOTS = 400  # that are looked at
_MAX_PANELS = 12  # side by side
_ON_DOT = 1.5  # from a dot to the end of a line that it marks

_Key = tuple[Colour, bool]
"""What tells the series of dots apart: colour, and whether filled."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A dot in the row of a number."""

    row: int
    key: _Key
    bbox: BBox

    @property
    def place(self) -> tuple[float, float]:
        return boxes.middle(self.bbox)


@dataclass(frozen=True, slots=True)
class DotRows:
    """The dots of one panel with the names of its rows, from the top."""

    rows: tuple[RowName, ...]
    dots: tuple[Dot, ...]

    @property
    def bbox(self) -> BBox:
        return boxes.union(dot.bbox for dot in self.dots)

    @property
    def keys(self) -> list[_Key]:
        """The series, as they come from left to right in the first row, then in the others."""
        ordered = sorted(self.dots, key=lambda dot: (dot.row, dot.bbox[0]))
        return list(dict.fromkeys(dot.key for dot in ordered))


def find(plot: Plot) -> list[DotRows]:
    """The panels of dots in rows; none where a row has no name, or lines go from dot to dot."""
    marks = _marks(plot.marks)
    if plot.ys is not None or not _MIN_DOTS <= len(marks) <= _MAX_DOTS or _are_joined(plot, marks):
        return []
    heights: list[float] = []
    for y in sorted(mark.middle[1] for mark in marks):
        if not heights or y - heights[-1] > _LEVEL:
            heights.append(y)
    edge = min(mark.bbox[0] for mark in marks)
    names = chart_rows.categories([*plot.texts, *plot.sideways], heights, edge, "y")
    at = [chart_rows.nearest(names, y) for y in heights]
    if len(heights) < _MIN_ROWS or None in at or len(set(at)) < len(at):
        return []
    rows = [names[row] for row in at if row is not None]
    dots = [
        Dot(
            min(range(len(heights)), key=lambda row: abs(heights[row] - mark.middle[1])),
            (mark.colour, mark.is_filled),
            mark.bbox,
        )
        for mark in marks
    ]
    found: list[DotRows] = []
    for start, end in pairwise(_blocks(rows)):
        panels = _side_by_side([dot for dot in dots if start <= dot.row < end])
        if not panels:
            return []
        found += [DotRows(tuple(rows), tuple(panel)) for panel in panels]
    return found


def _marks(shapes: Sequence[Shape]) -> list[Shape]:
    """The dots, each once: one with an outline of its own is what is filled.

    Smaller ones are those of a dotted line; a digit 0 drawn as an outline is higher than wide.
    """
    dots = [shape for shape in shapes if shape.kind == "dot" and _is_round(shape.bbox)]
    least = _MIN_SIZE * max((boxes.width(dot.bbox) for dot in dots), default=0.0)
    dots = [dot for dot in dots if boxes.width(dot.bbox) >= least]
    found: list[Shape] = []
    for shape in sorted(dots, key=lambda shape: not shape.is_filled):
        if len(found) > _MAX_DOTS:
            break
        if not any(_is_outline(shape, other) for other in found):
            found.append(shape)
    return found


def _is_round(box: BBox) -> bool:
    wide, high = boxes.width(box), boxes.height(box)
    return abs(wide - high) <= _MAX_UNEVEN * max(wide, high)


def _is_outline(one: Shape, other: Shape) -> bool:
    """Whether a dot is drawn around a filled one. Two filled ones may be of one value."""
    return one.is_filled != other.is_filled and all(
        abs(a - b) <= _SAME_PLACE for a, b in zip(one.middle, other.middle, strict=True)
    )


def _are_joined(plot: Plot, marks: Sequence[Shape]) -> bool:
    """Whether a line goes from one dot to another that is higher or lower: it is a line chart."""
    for curve in chart_curves.lines(plot.marks):
        ends = curve.points[0], curve.points[-1]
        near = [
            mark
            for end in ends
            for mark in marks
            if all(abs(a - b) <= _ON_DOT for a, b in zip(end, mark.middle, strict=True))
        ]
        heights = [mark.middle[1] for mark in near]
        if heights and max(heights) - min(heights) > _LEVEL:
            return True
    return False


def _blocks(rows: Sequence[RowName]) -> list[int]:
    """Where names begin anew, and where they end."""
    found, seen = [0], set[str]()
    for at, row in enumerate(rows):
        if row.name in seen:
            found.append(at)
            seen = set()
        seen.add(row.name)
    return [*found, len(rows)]


def _side_by_side(dots: Sequence[Dot]) -> list[list[Dot]]:
    """The dots of rows in panels, each with at most one dot of a series in a row; none for a doubt.

    Where a series comes again in a row, the panels part at the widest gap between the two.
    """
    ordered = sorted(dots, key=lambda dot: dot.place[0])
    found: list[list[Dot]] = []
    start = 0
    while start < len(ordered) and len(found) < _MAX_PANELS:
        end = _end_of_panel(ordered, start)
        found.append(ordered[start:end])
        start = end
    whole = all(len({(dot.row, dot.key) for dot in panel}) == len(panel) for panel in found)
    return found if start == len(ordered) and whole else []


def _end_of_panel(ordered: Sequence[Dot], start: int) -> int:
    first: dict[tuple[int, _Key], int] = {}
    for at in range(start, len(ordered)):
        dot = ordered[at]
        before = first.setdefault((dot.row, dot.key), at)
        if before != at:
            return max(
                range(before + 1, at + 1),
                key=lambda cut: ordered[cut].bbox[0] - ordered[cut - 1].bbox[2],
            )
    return len(ordered)
