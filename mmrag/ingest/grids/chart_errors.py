"""Error bars: how far they go up and down from the points and bars that they stand on."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mmrag import boxes
from mmrag.ingest.grids import chart_cells
from mmrag.ingest.grids.chart_cells import Series
from mmrag.ingest.grids.chart_legend import alike
from mmrag.ingest.grids.chart_plot import Plot
from mmrag.ingest.grids.chart_scale import Scale
from mmrag.ingest.grids.chart_shapes import Colour, Shape
from mmrag.ingest.grids.polygons import Point

# Chosen by hand on charts of Matplotlib and Vega, in points where no share.
_MAX_OFF = 0.6  # across, from a point to its error bar
_MIN_REACH = 0.3  # up, and down, from a point to the ends of its error bar
_MAX_SHARE = 0.85  # of the axis: what is longer is a line of its grid
_MIN_TOLD_SHARE = 0.8  # of the points of a series: with bars at so many, they are error bars


@dataclass(frozen=True, slots=True)
class ErrorBars:
    """The upright strokes of a plot, from left to right, that may be error bars."""

    places: tuple[float, ...]
    strokes: tuple[Shape, ...]

    def series(
        self, name: str, colour: Colour, points: Mapping[int, Point], scale: Scale
    ) -> list[Series]:
        """Two series, the low and the high ends at the points of one, by row; none where most
        points have no error bar, or cannot be told whose it is.
        """
        found = {
            row: stroke
            for row, point in points.items()
            if (stroke := self._at(point, colour)) is not None
        }
        if len(found) < max(2, _MIN_TOLD_SHARE * len(points)):
            return []
        ends = {"low": 3, "high": 1}
        return [
            Series(
                f"{name} error bar {end}".strip(),
                {
                    row: chart_cells.of_point((points[row][0], stroke.bbox[at]), scale)
                    for row, stroke in found.items()
                },
            )
            for end, at in ends.items()
        ]

    def _at(self, point: Point, colour: Colour) -> Shape | None:
        """The stroke through a point that goes on above and below it; of several, its colour's."""
        x, y = point
        first, last = (
            bisect_left(self.places, x - _MAX_OFF),
            bisect_right(self.places, x + _MAX_OFF),
        )
        near = [
            stroke
            for stroke in self.strokes[first:last]
            if stroke.bbox[1] <= y - _MIN_REACH and y + _MIN_REACH <= stroke.bbox[3]
        ]
        own = [stroke for stroke in near if alike(stroke.colour, colour)]
        chosen = own or near
        return chosen[0] if len(chosen) == 1 else None


def find(plot: Plot, scale: Scale) -> ErrorBars:
    """The strokes of a plot that are shorter than its axis, which the lines of its grid are not.

    Nor are the strokes of a marker, a cross with a level one through its middle.
    """
    most = _MAX_SHARE * boxes.height(scale.box)
    level = {(_near(x.middle), round(boxes.width(x.bbox))) for x in plot.marks if x.is_level}
    strokes = sorted(
        (
            shape
            for shape in plot.marks
            if shape.is_upright
            and 2 * _MIN_REACH <= boxes.height(shape.bbox) < most
            and (_near(shape.middle), round(boxes.height(shape.bbox))) not in level
        ),
        key=lambda shape: shape.bbox[0],
    )
    return ErrorBars(tuple(shape.bbox[0] for shape in strokes), tuple(strokes))


def _near(place: Point) -> tuple[int, int]:
    return round(2 * place[0]), round(2 * place[1])


def with_ends(
    plot: Plot,
    series: Sequence[Series],
    colours: Sequence[Colour],
    points: Sequence[Mapping[int, Point]],
    scale: Scale,
) -> list[Series]:
    """Each series, and after it the ends of its error bars, where it has such."""
    bars = find(plot, scale)
    found: list[Series] = []
    for item, colour, own in zip(series, colours, points, strict=True):
        name = item.name or chart_cells.title_of_scale(plot.texts, plot.sideways, scale)
        ends = bars.series(name, colour, own, scale)
        found += [Series(name, item.marks), *ends] if ends else [item]
    return found
