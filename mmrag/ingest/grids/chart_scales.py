"""The scales of a chart, by the numbers at its axes.

Numbers in a row or a column make a scale where they are evenly spaced, or their logarithms are, or
the days of dates. A broken axis is not, and makes none.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from operator import itemgetter

import numpy as np

from mmrag import boxes
from mmrag.ingest.grids import chart_numbers, chart_words
from mmrag.ingest.grids.chart_numbers import day, number
from mmrag.ingest.grids.chart_scale import LABEL_REACH, Scale, Side, middle, spacing, span
from mmrag.ingest.grids.chart_shapes import Shape
from mmrag.ingest.layout.order import Fragment
from mmrag.types import AxisScale, BBox

# Chosen by hand on charts of Matplotlib, Vega and office programs, in points where no share.
_MIN_LABELS = 3  # of a scale; two numbers are evenly spaced in any case
_MAX_LABELS = 200  # that are looked at in one row
_ALIGNED_POINTS = 1.6  # between the edges of numbers that stand in one column
_UNEVEN_SHARE = 0.04  # of the distance of two labels, that one may stand off its place
_UNEVEN_POINTS = 0.9  # that it may stand off in any case
_STRAY_SHARE = 1.5  # of the distance of two labels: a number so near is one of the axis
_TICK_SHARE = 0.45  # of a label's height, from its middle to its tick
_RIVAL_SHARE = 0.7  # of an axis, that the numbers of another one go along
_MAX_TICK = 12.0  # long
_MAX_OFF_TICK = 2.0  # from the middle of a label to its tick, where ticks alone tell the scale
_TICK_REACH = 0.5  # uncertainty of a place where ticks tell it: Vega sets them half a point off


_POINT_OF_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")


def find(texts: Sequence[Fragment], shapes: Sequence[Shape], side: Side) -> list[Scale]:
    """The scales on one side of a chart, those of most labels first."""
    found: list[Scale] = []
    taken: set[Fragment] = set()
    for row in _rows(texts, side):
        while True:
            row = [label for label in row if label not in taken]
            best = _best(row, side)
            if best is None:
                break
            taken.update(best.labels)
            own = replace(best, strays=tuple(_strays(row, best, taken)))
            taken.update(label for label in row if _is_misread(label, best))
            found.append(_times(_on_ticks(own, shapes), texts))
    if not found and (told := _from_ticks(texts, shapes, side)) is not None:
        return [told]
    return sorted(found, key=lambda scale: len(scale.labels), reverse=True)


def may_be(texts: Sequence[Fragment], side: Side) -> bool:
    """Whether two different numbers or more stand in one line, as at an axis."""
    return any(len({text.text for text in row}) > 1 for row in _rows(texts, side))


def has_rival(scale: Scale, texts: Sequence[Fragment]) -> bool:
    """Whether other numbers stand evenly along most of an axis and grow the other way: `(20)` to 0.

    They tell no scale by themselves, but some of the marks may be theirs.
    """
    low, high = span(scale.box, scale.side)
    for row in _rows([text for text in texts if text not in scale.labels], scale.side):
        for decimal in ".,":
            told = sorted(
                (
                    (middle(x, scale.side), v, x)
                    for x in row
                    if (v := number(x.text, decimal)) is not None
                ),
                key=itemgetter(0, 1),
            )
            run = _even(told) if len(told) > _MIN_LABELS else []
            if len(run) > _MIN_LABELS and run[-1][0] - run[0][0] >= _RIVAL_SHARE * (high - low):
                return (run[-1][1] > run[0][1]) == (scale.slope < 0)
    return False


def _from_ticks(texts: Sequence[Fragment], shapes: Sequence[Shape], side: Side) -> Scale | None:
    """The scale that two numbers tell which stand at ticks, with others evenly between them.

    A tick must stand for a round number, and the two for no powers of ten: these may be logarithms.
    """
    ticks = sorted(
        {round(shape.middle[side == "y"], 1) for shape in shapes if _is_tick(shape, side)}
    )
    for row in _rows(texts, side):
        told = sorted(
            ((middle(x, side), v, x) for x in row if (v := number(x.text)) is not None),
            key=itemgetter(0, 1),
        )
        if len(row) != _MIN_LABELS - 1 or len(told) != len(row):
            continue
        ends = [min(ticks, key=lambda at: abs(at - place), default=place) for place, _, _ in told]
        (first, one, _), (last, other, _) = told
        if any(abs(end - at) > _MAX_OFF_TICK for end, at in zip(ends, (first, last), strict=True)):
            continue
        run = [at for at in ticks if ends[0] <= at <= ends[1]]
        gaps = [b - a for a, b in pairwise(run)]
        is_even = len(gaps) > 1 and max(gaps) - min(gaps) <= max(0.3, _UNEVEN_SHARE * max(gaps))
        if not is_even or (side == "y") != (one > other):
            continue
        step = abs(other - one) / len(gaps)
        is_powers = min(one, other) > 0 and _mantissa(max(one, other) / min(one, other)) == 1
        if not is_powers and _mantissa(step) in (1, 2, 2.5, 5):
            slope = (other - one) / (ends[1] - ends[0])
            labels = tuple(label for _, _, label in told)
            return Scale(side, "linear", slope, one - slope * ends[0], _TICK_REACH, labels)
    return None


def _is_tick(shape: Shape, side: Side) -> bool:
    is_across = shape.is_level if side == "y" else shape.is_upright
    return is_across and max(boxes.width(shape.bbox), boxes.height(shape.bbox)) <= _MAX_TICK


def _mantissa(value: float) -> float:
    return round(value / 10.0 ** math.floor(math.log10(value) + 1e-9), 6)


def _strays(row: Sequence[Fragment], scale: Scale, taken: set[Fragment]) -> list[Fragment]:
    """Numbers right beside those of a scale, in line with them, that are of no scale."""
    return [
        label
        for label in row
        if label not in taken
        and number(label.text) is not None
        and not _is_flush(label, scale)
        and not _is_misread(label, scale)
        and all(_are_in_line(label, other, scale.side) for other in scale.labels)
        and boxes.touch(label.bbox, scale.box, _STRAY_SHARE * spacing(scale))
    ]


def _is_misread(label: Fragment, scale: Scale) -> bool:
    """Whether OCR read a number between those of a scale that does not fit it."""
    places = [middle(other, scale.side) for other in scale.labels]
    is_between = places[0] < middle(label, scale.side) < places[-1]
    return label.confidence < 1 and is_between and label not in scale.labels


def from_zero(
    texts: Sequence[Fragment], shapes: Sequence[Shape], side: Side, zero: float
) -> Scale | None:
    """The scale that two numbers of an axis tell, and the line on which bars begin, which is zero.

    Two numbers alone are evenly spaced in any case: with zero they are three.
    """
    for row in _rows(texts, side):
        for decimal in ".,":
            told = [(middle(x, side), v, x) for x in row if (v := number(x.text, decimal))]
            if len(told) != len(row) or len(told) != _MIN_LABELS - 1:
                continue
            (one, low, _), (other, high, _) = told = sorted(told, key=lambda item: item[1])
            if not 0 < low < high or (side == "y") != (one > other):
                continue
            slope = (high - low) / (other - one)
            off = abs(one - low / slope - zero)
            if off <= max(_UNEVEN_POINTS, _UNEVEN_SHARE * abs(other - one)):
                labels = tuple(sorted((x for _, _, x in told), key=lambda x: middle(x, side)))
                found = Scale(side, "linear", slope, -slope * zero, LABEL_REACH + off, labels)
                return _times(_on_ticks(found, shapes), texts)
    return None


def _is_flush(label: Fragment, scale: Scale) -> bool:
    """Whether a label is moved from its place, but not off it, so that it stays in the plot."""
    value = number(label.text)
    if value is None or (scale.kind == "log" and value <= 0):
        return False
    low, high = span(label.bbox, scale.side)
    return low - 1 <= scale.place(value) <= high + 1


def _are_in_line(one: Fragment, other: Fragment, side: Side) -> bool:
    """Whether two labels end or begin on one line, and are of one size."""
    edges = (1, 3) if side == "x" else (0, 2)
    near = any(abs(one.bbox[edge] - other.bbox[edge]) <= _ALIGNED_POINTS for edge in edges)
    return near and abs(one.size - other.size) < 0.5


def _rows(texts: Sequence[Fragment], side: Side) -> Iterator[list[Fragment]]:
    """Labels that stand in a row (`x`) or a column (`y`), by each way to align them."""
    pieces = [piece for text in texts for piece in chart_words.numbers_of(text)]
    labels = [piece for piece in pieces if chart_words.reads(piece.text)]
    edges: list[Callable[[BBox], float]]
    if side == "x":
        edges = [lambda box: (box[1] + box[3]) / 2]
    else:
        edges = [lambda b: b[2], lambda b: b[0], lambda b: (b[0] + b[2]) / 2]
    rows: list[list[Fragment]] = []
    for edge in edges:
        row: list[Fragment] = []
        for label in sorted(labels, key=lambda label: edge(label.bbox)):
            if row and edge(label.bbox) - edge(row[-1].bbox) > _ALIGNED_POINTS:
                rows.append(row)
                row = []
            row.append(label)
        rows.append(row)
    wide = [row for row in rows if _MIN_LABELS - 1 <= len(row) <= _MAX_LABELS]
    yield from sorted(wide, key=len, reverse=True)


def _best(row: Sequence[Fragment], side: Side) -> Scale | None:
    """The scale that most of a row's labels tell, next to each other."""
    readings = _READINGS_WITH_COMMAS if _has_points_of_thousands(row) else _READINGS
    found = [
        scale
        for kind, read in readings
        if (scale := _run(sorted(row, key=lambda x: middle(x, side)), side, kind, read))
    ]
    return max(found, key=lambda scale: (len(scale.labels), -scale.reach), default=None)


def _logarithm(decimal: str) -> Callable[[str], float | None]:
    def read(text: str) -> float | None:
        value = number(text, decimal)
        return math.log10(value) if value is not None and value > 0 and _is_round(value) else None

    return read


def _is_round(value: float) -> bool:
    """Whether a number is one that logarithmic axes have: of one digit, or a power of two."""
    digit = value / 10 ** math.floor(math.log10(value))
    power = math.log2(value)
    return any(math.isclose(x, round(x), abs_tol=1e-6) for x in (digit, power))


def _has_points_of_thousands(row: Sequence[Fragment]) -> bool:
    """Whether points stand before thousands: `0`, `500`, `1.000`, where decimals had `0.000`."""
    told = [text.text.strip().strip("-−–+$€£¥% ") for text in row]
    grouped = [text for text in told if _POINT_OF_THOUSANDS.fullmatch(text)]
    whole = [text for text in told if text.isdecimal()]
    is_all = len(grouped) + len(whole) == len(told)
    return bool(grouped) and is_all and (bool(whole) or all(x.endswith("000") for x in grouped))


_READINGS: tuple[tuple[AxisScale, Callable[[str], float | None]], ...] = (
    ("linear", lambda text: number(text)),
    ("linear", lambda text: number(text, ",")),
    ("log", _logarithm(".")),
    ("log", _logarithm(",")),
    ("date", day),
)
_READINGS_WITH_COMMAS = (_READINGS[1], _READINGS[3])


def _run(
    row: Sequence[Fragment],
    side: Side,
    kind: AxisScale,
    read: Callable[[str], float | None],
) -> Scale | None:
    """The longest run of labels whose values grow evenly with their places."""
    told = [
        (middle(label, side), value, label)
        for label in row
        if (value := read(label.text)) is not None
    ]
    best: list[tuple[float, float, Fragment]] = []
    for start in range(len(told) - 1):
        if len(told) - start <= len(best):
            break
        run = _even(told[start:])
        best = max(best, run, key=len)
    powers = kind == "log" and all(chart_numbers.is_power(label.text) for _, _, label in best)
    if len(best) < _MIN_LABELS - powers or (side == "y") != (best[0][1] > best[-1][1]):
        return None  # too few, or such as grow downwards or to the left: counts of a list
    places, values, labels = zip(*best, strict=True)
    slope, base = np.polyfit(places, values, 1)
    return Scale(side, kind, float(slope), float(base), LABEL_REACH, labels)


def _even(
    told: Sequence[tuple[float, float, Fragment]],
) -> list[tuple[float, float, Fragment]]:
    """The labels from the first on that lie on the line through the first two.

    Of those that OCR read, one between them may be misread.
    """
    (first, low, _), (second, high, _) = told[:2]
    if second - first < 1 or low == high:
        return []
    slope = (high - low) / (second - first)
    run = list(told[:2])
    for item in told[2:]:
        place = first + (item[1] - low) / slope
        gap = item[0] - run[-1][0]
        if gap <= 0 or abs(place - item[0]) > max(_UNEVEN_POINTS, _UNEVEN_SHARE * gap):
            if item[2].confidence < 1:
                continue
            break
        run.append(item)
        slope = (item[1] - low) / (item[0] - first)
    return run


def _on_ticks(scale: Scale, shapes: Sequence[Shape]) -> Scale:
    """The scale by the ticks or grid lines at its labels, where all but a few have one."""
    side = scale.side
    lines = sorted(
        shape.middle[side == "y"]
        for shape in shapes
        if (shape.is_level if side == "y" else shape.is_upright)
    )
    found = []
    for label in scale.labels:
        place = middle(label, side)
        at = bisect_left(lines, place)
        near = min(lines[max(at - 1, 0) : at + 1], key=lambda line: abs(line - place), default=None)
        if near is not None and abs(near - place) < _TICK_SHARE * label.height:
            found.append((near, near - place, scale.base + scale.slope * place))
    if len(found) < max(2, 0.8 * len(scale.labels)):
        return scale
    shifts = sorted(shift for _, shift, _ in found)
    typical = shifts[len(shifts) // 2]
    kept = [(place, shift) for place, shift, _ in found if abs(shift - typical) < 1.0]
    if len(kept) < max(2, 0.8 * len(scale.labels)):
        return scale
    # The values are those that are printed: the line through the labels says which they are.
    told = {middle(label, side): label for label in scale.labels}
    values = [
        _exact(scale, told[min(told, key=lambda at: abs(at - (place - shift)))])
        for place, shift in kept
    ]
    slope, base = np.polyfit([place for place, _ in kept], values, 1)
    off = max(abs(place - (v - base) / slope) for (place, _), v in zip(kept, values, strict=True))
    return replace(scale, slope=float(slope), base=float(base), reach=_TICK_REACH + float(off))


def _exact(scale: Scale, label: Fragment) -> float:
    """What a label says, in the unit of `base`."""
    near = scale.base + scale.slope * middle(label, scale.side)
    told = [read(label.text) for kind, read in _READINGS if kind == scale.kind]
    return min((v for v in told if v is not None), key=lambda v: abs(v - near), default=near)


def _times(scale: Scale, texts: Sequence[Fragment]) -> Scale:
    """The scale with the power of ten that stands at the end of its axis: `1e6`."""
    box = scale.box
    for text in texts:
        factor = chart_numbers.factor(text.text)
        if factor is None or text in scale.labels or scale.kind != "linear":
            continue
        x0, y0, x1, y1 = text.bbox
        above = box[1] - 30 < y1 <= box[1] + 2 and x0 < box[2] + 40 and x1 > box[0] - 10
        beside = box[3] - 2 <= y0 < box[3] + 20 and x0 > box[2] - 60
        if above if scale.side == "y" else beside:
            return replace(scale, slope=scale.slope * factor, base=scale.base * factor)
    return scale
