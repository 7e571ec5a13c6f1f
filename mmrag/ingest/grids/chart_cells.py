"""The values of a chart as the cells of a grid, and the titles of its axes."""

from collections.abc import Sequence
from dataclasses import dataclass

from mmrag import boxes
from mmrag.ingest.grids import chart_panels, chart_rows
from mmrag.ingest.grids.chart_curves import Curve
from mmrag.ingest.grids.chart_rows import RowName, written
from mmrag.ingest.grids.chart_scale import Scale, Side
from mmrag.ingest.layout.order import Fragment
from mmrag.ingest.raw import MAX_CELLS, MAX_SERIES
from mmrag.types import Axis, BBox, Cell, Chart, ChartType

# Chosen by hand on charts of Matplotlib, Vega and office programs.
_MAX_TITLE_GAP = 2.5  # heights of a title, from the labels of its axis
_MAX_OFF_CENTRE = 0.15  # of an axis, from its middle to that of its title, or between their ends
_MAX_ABBREVIATED = 3  # words of a title that ends with a full stop, as an abbreviation does


@dataclass(frozen=True, slots=True)
class Mark:
    """A value of a series: as printed, or as measured with its uncertainty."""

    bbox: BBox
    value: float | None
    uncertainty: float | None
    printed: str = ""
    suffix: str = ""

    @property
    def text(self) -> str:
        if self.printed or self.value is None or self.uncertainty is None:
            return self.printed
        return written(self.value, self.uncertainty) + self.suffix


@dataclass(frozen=True, slots=True)
class Series:
    """A series and its marks by row."""

    name: str
    marks: dict[int, Mark]


def make(
    kind: ChartType,
    x: Axis,
    y: Axis,
    rows: Sequence[RowName],
    series: Sequence[Series],
    left_out: tuple[str, ...],
) -> tuple[tuple[Cell, ...], Chart]:
    """A column a series and a row a place; at most `MAX_CELLS`, the rest is told as left out."""
    series = [item for item in series if item.marks][:MAX_SERIES]
    used = sorted({row for item in series for row in item.marks})
    most = MAX_CELLS // (len(series) + 1) - 1
    if len(used) > most:
        left_out = (*left_out, f"{len(used) - most} of {len(used)} rows")
        used = used[:most]
    place = boxes.union(row.bbox for row in rows)
    down = "y" if y.scale == "category" and x.scale != "category" else "x"
    named = x.title if down == "x" else y.title
    cells = [Cell(0, 0, 0, 0, named, place, is_header=True)] if named else []
    value_title = y.title if down == "x" else x.title
    for column, item in enumerate(series, 1):
        name = item.name or (value_title if len(series) == 1 else "")
        box = boxes.union(mark.bbox for mark in item.marks.values())
        if name:
            cells.append(Cell(0, column, 0, column, name, box, is_header=True))
    for at, row in enumerate(used, 1):
        if rows[row].name:
            cells.append(Cell(at, 0, at, 0, rows[row].name, rows[row].bbox, is_header=True))
        for column, item in enumerate(series, 1):
            mark = item.marks.get(row)
            if mark is not None and mark.text:
                cells.append(
                    Cell(
                        at, column, at, column, mark.text, mark.bbox,
                        uncertainty=None if mark.printed else _rounded(mark.uncertainty),
                    )
                )  # fmt: skip
    names = tuple(item.name or (value_title if len(series) == 1 else "") for item in series)
    return tuple(cells), Chart(kind, x, y, names, left_out)


def one_row_a_point(
    curves: Sequence[Curve],
    series: Sequence[Series],
    xs: Scale | None,
    ys: Scale,
    base: BBox,
) -> tuple[list[RowName], list[Series]]:
    """A row for each dot: two of one place are two."""
    if xs is None:
        return [], list(series)
    places = [(point, at) for at, curve in enumerate(curves) for point in curve.points]
    places.sort()
    rows = chart_rows.measured([x for (x, _), _ in places], xs, base)
    found = [Series(item.name, {}) for item in series]
    for row, ((x, y), at) in enumerate(places):
        found[at].marks[row] = of_point((x, y), ys)
    return rows, found


def of_point(point: tuple[float, float], scale: Scale) -> Mark:
    """A point of a curve, with a small box around it."""
    x, y = point
    box = (x - 1.5, y - 1.5, x + 1.5, y + 1.5)
    return measured(box, y, scale)


def measured(box: BBox, place: float, scale: Scale) -> Mark:
    """The value at a place on a scale, as far as it can be told, framed by a box."""
    return Mark(box, scale.value(place), scale.uncertainty(place), "", suffix(scale))


def suffix(scale: Scale) -> str:
    """The sign of per cent, where the numbers of a scale have it."""
    signed = sum(label.text.strip().endswith("%") for label in scale.labels)
    return "%" if 2 * signed > len(scale.labels) else ""


def title_of_scale(
    texts: Sequence[Fragment], sideways: Sequence[Fragment], scale: Scale | None
) -> str:
    """The title beside the numbers of an axis; empty where none stands there."""
    return "" if scale is None else _title(texts, sideways, scale.side, scale.box)


def title(
    texts: Sequence[Fragment],
    sideways: Sequence[Fragment],
    side: Side,
    rows: Sequence[RowName],
) -> str:
    """The title beside names."""
    return _title(texts, sideways, side, boxes.union(row.bbox for row in rows))


def _title(
    texts: Sequence[Fragment], sideways: Sequence[Fragment], side: Side, labels: BBox
) -> str:
    x0, y0, x1, y1 = labels
    found: list[tuple[float, str]] = []
    if side == "x":
        for text in filter(_may_be_title, texts):
            gap = text.bbox[1] - y1
            if -2 <= gap <= _MAX_TITLE_GAP * text.height and _is_along(text.bbox, x0, x1):
                found.append((gap, text.text))
    else:
        for text in filter(_may_be_title, sideways):
            middle = (text.bbox[1] + text.bbox[3]) / 2
            gap = max(x0 - text.bbox[2], text.bbox[0] - x1)
            if -2 <= gap <= _MAX_TITLE_GAP * max(text.size, 6) and y0 - 20 <= middle <= y1 + 20:
                found.append((gap, text.text))
    return " ".join(min(found)[1].split()) if found else ""


def _may_be_title(text: Fragment) -> bool:
    """Whether a text is words rather than numbers, as labels in one row are, and no sentence.

    Nor is it the name of a panel, which stands below its axis.
    """
    is_sentence = text.text.rstrip().endswith(".") and len(text.text.split()) > _MAX_ABBREVIATED
    if is_sentence or chart_panels.is_under_panel(text.text):
        return False
    return sum(map(str.isalpha, text.text)) > sum(map(str.isdigit, text.text))


def _is_along(box: BBox, x0: float, x1: float) -> bool:
    """Whether a text stands at the middle or the end of an axis, and no further out: no note."""
    wide = x1 - x0
    centred = abs((box[0] + box[2]) / 2 - (x0 + x1) / 2) <= _MAX_OFF_CENTRE * wide
    at_end = abs(box[2] - x1) <= _MAX_OFF_CENTRE * wide
    return (centred or at_end) and box[0] >= x0 - _MAX_OFF_CENTRE * wide


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.2g}")
