"""Bars of a chart: standing or lying, side by side or stacked, measured or labelled."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from mmrag import boxes
from mmrag.ingest.grids.chart_numbers import number
from mmrag.ingest.grids.chart_scale import Scale, Side, span
from mmrag.ingest.grids.chart_shapes import Colour, Shape
from mmrag.ingest.layout.order import Fragment
from mmrag.types import BBox

# Chosen by hand on charts of Matplotlib, Vega and office programs, in points where no share.
_MAX_FEET = 3  # lines that bars may begin on, which are tried
EDGE = 0.6  # between the edges of bars on one line
_MIN_BREADTH = 0.4  # of a bar
_SNAP = 0.8  # from the place of zero to the foot of bars, which stands at zero
_MAX_LABEL_GAP = 1.2  # of a label's height, from the end of a bar to its value
_LABELLED_SHARE = 0.8  # of the bars: with values for so many, values are what counts
_SAME_BREADTH = 0.6  # between lying bars of one chart, which are as high as each other
_MIN_FLOATING = 0.02  # of the largest bar: what is smaller and floats is no bar
_MIN_ROWS = 2  # of bars that lie in several columns


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its middle across, and the places where it begins and ends along the values.

    `column` counts the feet of a chart whose lying bars stand in several columns.
    """

    colour: Colour
    across: float
    start: float
    end: float
    breadth: float
    bbox: BBox
    column: int = 0


_END = attrgetter("end")


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars of a chart. `side` is the axis of their values: those of `y` stand."""

    side: Side
    bars: tuple[Bar, ...]
    foot: float  # where those that are not stacked begin
    is_stacked: bool
    floating: int = 0  # bars that begin neither there nor on another


def find(
    rects: Sequence[Shape], xs: Scale | None, ys: Scale | None, reach: float = EDGE
) -> Bars | None:
    """The bars among filled boxes; None where no two begin on one line.

    `reach` is how far the edges of two bars that touch may be apart, in points.
    """
    rects = [
        rect
        for rect in rects
        if min(boxes.width(rect.bbox), boxes.height(rect.bbox)) >= _MIN_BREADTH
    ]
    if not rects:
        return None
    side_by_side = _in_columns(rects, reach) if xs is None and ys is None else None
    if side_by_side is not None:
        return side_by_side
    standing, lying = (_of_side(rects, side, xs, ys, reach) for side in ("y", "x"))
    if standing is None or lying is None:
        return standing or lying
    few, many = sorted((standing, lying), key=lambda bars: len(bars.bars))
    if (xs is None) != (ys is None) and 2 * len(few.bars) >= len(many.bars):
        return standing if ys is not None else lying
    return standing if len(standing.bars) == len(lying.bars) else many


def _in_columns(rects: Sequence[Shape], reach: float) -> Bars | None:
    """Lying bars in columns that are apart, each with a foot of its own; None where they are not.

    They are as high as each other and not as long, which the parts of standing stacks are not.
    """
    breadths, lengths = (
        [part(rect.bbox) for rect in rects] for part in (boxes.height, boxes.width)
    )
    if max(breadths) - min(breadths) > max(_SAME_BREADTH, reach):
        return None
    if max(lengths) - min(lengths) <= max(_SAME_BREADTH, reach):
        return None
    columns: list[list[Shape]] = []
    end = 0.0
    for rect in sorted(rects, key=lambda rect: rect.bbox[0]):
        if not columns or rect.bbox[0] > end + reach:
            columns.append([])
        columns[-1].append(rect)
        end = max(end, rect.bbox[2]) if len(columns[-1]) > 1 else rect.bbox[2]
    found = [_of_side(column, "x", None, None, reach) for column in columns]
    whole = [bars for bars in found if bars is not None and not bars.floating]
    rows = [{round(bar.across) for bar in bars.bars} for bars in whole]
    if len(whole) != len(columns) or len(columns) < 2 or min(map(len, rows)) < _MIN_ROWS:
        return None
    every = tuple(replace(bar, column=at) for at, bars in enumerate(whole) for bar in bars.bars)
    return Bars("x", every, whole[0].foot, any(bars.is_stacked for bars in whole))


def _of_side(
    rects: Sequence[Shape], side: Side, xs: Scale | None, ys: Scale | None, reach: float
) -> Bars | None:
    """The boxes as bars whose values are on one side: from the foot that carries most of them."""
    feet = _on_one_line(rects, side, reach)
    scale = ys if side == "y" else xs
    if scale is not None and scale.kind == "linear":
        zero = scale.place(0)
        edges = [edge for rect in rects for edge in _ends(rect, side)]
        at_zero = [edge for edge in edges if abs(edge - zero) < reach + _SNAP]
        if len(at_zero) >= 0.5 * feet[0][0]:
            feet = [(0, Counter(round(edge, 1) for edge in at_zero).most_common(1)[0][0])]
    tried = [bars for _, foot in feet if (bars := _from_foot(rects, side, foot, reach))]
    return max(tried, key=lambda bars: len(bars.bars), default=None)


def _from_foot(rects: Sequence[Shape], side: Side, foot: float, reach: float) -> Bars | None:
    bars = [_bar(rect, side, foot) for rect in rects]
    on_foot = [bar for bar in bars if abs(bar.start - foot) <= reach]
    others = [bar for bar in bars if abs(bar.start - foot) > reach]
    if not on_foot:
        return None
    by_end = sorted(bars, key=_END)
    stacked = [bar for bar in others if _is_carried(bar, by_end, reach)]
    least = _MIN_FLOATING * max(boxes.area(bar.bbox) for bar in on_foot)
    floating = sum(bar not in stacked and boxes.area(bar.bbox) >= least for bar in others)
    return Bars(side, tuple(on_foot + stacked), foot, bool(stacked), floating)


def snapped(scale: Scale, foot: float) -> Scale:
    """The scale, moved so that bars begin at zero where they begin right beside it."""
    if scale.kind != "linear":
        return scale
    off = foot - scale.place(0)
    return scale.moved(off) if abs(off) <= _SNAP else scale


def values(
    bars: Sequence[Bar], texts: Sequence[Fragment], side: Side, inside: bool
) -> dict[Bar, Fragment]:
    """The printed value of each bar, where all but a few have one; `inside`: within it."""
    found: dict[Bar, Fragment] = {}
    labels = [text for text in texts if any(number(text.text, mark) is not None for mark in ".,")]
    left = list(labels)
    for bar in bars:
        near = [text for text in left if _names(text, bar, side, inside)]
        if near:
            best = min(near, key=lambda text: _distance(text, bar, side))
            found[bar] = best
            left.remove(best)
    return found if len(found) >= _LABELLED_SHARE * len(bars) else {}


def _on_one_line(rects: Sequence[Shape], side: Side, reach: float) -> list[tuple[int, float]]:
    """Lines across the values of `side` that most boxes share an edge on, and how many do."""
    edges = Counter[float]()
    for rect in rects:
        for edge in _ends(rect, side):
            edges[round(2 * edge) / 2] += 1
    near = {edge: edges[edge] + max(edges[edge - 0.5], edges[edge + 0.5]) for edge in list(edges)}
    ordered = sorted(
        near, key=lambda edge: (near[edge], edges[edge], edge if side == "y" else -edge)
    )
    found = []
    for foot in ordered[: -_MAX_FEET - 1 : -1]:
        exact = [e for rect in rects for e in _ends(rect, side) if abs(e - foot) <= reach]
        found.append((near[foot], sorted(exact)[len(exact) // 2]))
    return found


def _ends(rect: Shape, side: Side) -> tuple[float, float]:
    x0, y0, x1, y1 = rect.bbox
    return (y1, y0) if side == "y" else (x0, x1)


def _bar(rect: Shape, side: Side, foot: float) -> Bar:
    one, other = _ends(rect, side)
    if abs(other - foot) < abs(one - foot):
        one, other = other, one
    x, y = rect.middle
    breadth = boxes.width(rect.bbox) if side == "y" else boxes.height(rect.bbox)
    return Bar(rect.colour, x if side == "y" else y, one, other, breadth, rect.bbox)


def _is_carried(bar: Bar, by_end: Sequence[Bar], reach: float) -> bool:
    """Whether a bar begins where another one ends; `by_end` are all, sorted by their ends."""
    first = bisect_left(by_end, bar.start - reach, key=_END)
    last = bisect_right(by_end, bar.start + reach, key=_END)
    return any(
        below is not bar and abs(below.across - bar.across) <= max(1.0, reach)
        for below in by_end[first:last]
    )


def _names(text: Fragment, bar: Bar, side: Side, inside: bool) -> bool:
    """Whether a text stands on a bar or right at its end."""
    x, y = boxes.middle(text.bbox)
    across, along = (x, y) if side == "y" else (y, x)
    if abs(across - bar.across) > max(bar.breadth / 2, 0.25 * text.height):
        return False
    if min(bar.start, bar.end) <= along <= max(bar.start, bar.end):
        return True
    return not inside and _distance(text, bar, side) <= _MAX_LABEL_GAP * text.height


def _distance(text: Fragment, bar: Bar, side: Side) -> float:
    """Points from the end of a bar to the nearer edge of a text beyond it."""
    low, high = span(text.bbox, side)
    if bar.end >= bar.start:
        return abs(low - bar.end)
    return abs(high - bar.end)
