"""Pies as cells: a row a slice, with its name and the value that is printed at it, or its share.

A value that is printed is taken where the slice measures it; a text belongs to the slice in whose
angle it stands.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mmrag.ingest.grids import chart_cells, chart_words
from mmrag.ingest.grids.chart_cells import Mark, Series
from mmrag.ingest.grids.chart_numbers import number
from mmrag.ingest.grids.chart_pies import Pie, Slice
from mmrag.ingest.grids.chart_plot import NoChart, Plot
from mmrag.ingest.grids.chart_rows import RowName
from mmrag.types import Axis, BBox, Cell, Chart

# Chosen by hand, in shares of a turn where nothing else is said.
_SPECK = 0.02  # of a patch on a slice, where the printed values of the others make a whole
_ROUNDED = 0.006  # that rounding a value to whole per cent changes
_WHOLE = (97.0, 103.0)  # per cent: what values without a sign add up to, if they are shares
_MAX_GAP = 1.5  # radii from the centre to the nearest of a text that names a slice
_MAX_RADII = 2.0  # from the centre to a text that belongs to a slice
_VALUE_BEHIND = re.compile(r"(?P<name>.*?)[\s,:;(–-]*(?P<value>[$€£]?\d[\d.,]*\s?%?)\)?", re.DOTALL)
_VALUE_BEFORE = re.compile(r"(?P<value>[$€£]?\d[\d.,]*\s?%)[\s,:;–-]+(?P<name>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Label:
    """Lines of text at a pie, taken apart into a name and a value; either may be empty."""

    name: str
    value: str
    number: float | None
    middle: tuple[float, float]
    bbox: BBox


def read(
    pie: Pie, plot: Plot, *, is_one_of_several: bool = False
) -> tuple[tuple[Cell, ...], Chart]:
    """A row a slice: its name by the legend or in its angle, its value as printed or measured.

    Of several pies the legend may be that of another one, so that what stands at a slice leads.
    """
    labels = [_label(block) for block in chart_words.blocks(plot.texts)]
    labels = [x for x in labels if math.dist(x.middle, pie.centre) <= _MAX_RADII * pie.radius]
    printed = _printed(pie, labels)
    is_all = _WHOLE[0] <= sum(label.number or 0.0 for label in printed.values()) <= _WHOLE[1]
    places = [
        at
        for at, item in enumerate(pie.slices)
        if at in printed or not is_all or item.share >= _SPECK
    ]
    names = _names(pie, printed, labels, plot, is_one_of_several=is_one_of_several)
    times = Counter(names[at] for at in places)
    own = [at for at in places if names[at] and times[names[at]] == 1]
    if not own:
        raise NoChart("its slices have no names")
    told = []
    if len(own) < len(places):
        told.append(f"{len(places) - len(own)} of {len(places)} slices have no name of their own")
    values = sum(bool(label.value) for label in labels)
    if off := values - len(printed):
        told.append(f"{off} of {values} printed values are not what a slice measures")
    rows = [RowName(float(row), names[at], pie.slices[at].bbox) for row, at in enumerate(own)]
    share = Series("share", {row: _mark(pie, at, printed.get(at)) for row, at in enumerate(own)})
    x, y = Axis("", "category"), Axis("", "none")
    return chart_cells.make("pie", x, y, rows, [share], tuple(told))


def _mark(pie: Pie, place: int, label: _Label | None) -> Mark:
    """The value of a slice, printed or measured."""
    item = pie.slices[place]
    if label is not None:
        return Mark(label.bbox, None, None, label.value)
    return Mark(item.bbox, 100 * item.share, 100 * pie.reach, "", "%")


def _label(block: chart_words.TextBlock) -> _Label:
    match = _VALUE_BEFORE.fullmatch(block.text) or _VALUE_BEHIND.fullmatch(block.text)
    value = number(match["value"].rstrip("%")) if match else None
    x0, y0, x1, y1 = block.bbox
    middle = ((x0 + x1) / 2, (y0 + y1) / 2)
    if match is None or value is None:
        return _Label(block.text, "", None, middle, block.bbox)
    return _Label(match["name"].strip(" ,:;"), match["value"], value, middle, block.bbox)


def _without_value(name: str) -> str:
    """The name of a slice in a legend that says its share besides: `Trams, 19%`."""
    match = _VALUE_BEHIND.fullmatch(name) if name.rstrip(")").endswith("%") else None
    return match["name"].strip(" ,:;") or name if match else name


def _printed(pie: Pie, labels: Sequence[_Label]) -> Mapping[int, _Label]:
    """The values that are printed at slices, each at the one that it stands in and measures.

    Numbers without a sign are shares where they add up to 100, else amounts of which each slice
    has its part.
    """
    told = [label for label in labels if label.number is not None]
    total = sum(label.number or 0.0 for label in told)
    signed = any(label.value.endswith("%") for label in told)
    are_shares = signed or _WHOLE[0] <= total <= _WHOLE[1]
    if not are_shares and (not total or len(told) != len(pie.slices)):
        return {}
    whole = 100.0 if are_shares else total
    found: dict[int, _Label] = {}
    for label in told:
        share = (label.number or 0.0) / whole
        fitting = [
            at
            for at, item in enumerate(pie.slices)
            if at not in found and abs(item.share - share) <= pie.reach + _ROUNDED
        ]
        own = [at for at in fitting if _is_in_angle(label.middle, pie.slices[at], pie)]
        if len(own) == 1:
            found[own[0]] = label
        elif not own and len(fitting) == 1:
            found[fitting[0]] = label
    return found


def _names(
    pie: Pie,
    printed: Mapping[int, _Label],
    labels: Sequence[_Label],
    plot: Plot,
    *,
    is_one_of_several: bool,
) -> list[str]:
    """What each slice is called: by its key, with its value, or by the nearest words in its angle.

    Where slices have keys, words beside the pie are no names.
    """
    keys = [_without_value(plot.legend.name(item.colour)) for item in pie.slices]
    most = pie.radius * (1.0 if any(keys) else _MAX_GAP)
    words = [x for x in labels if x.name and x not in printed.values() and _gap(x, pie) <= most]
    found = []
    for at, (item, key) in enumerate(zip(pie.slices, keys, strict=True)):
        own = printed[at].name if at in printed else ""
        told = (own, key) if is_one_of_several else (key, own)
        near = [label for label in words if _is_in_angle(label.middle, item, pie)]
        near.sort(key=lambda label: math.dist(label.middle, item.middle))
        found.append(next(filter(None, (*told, *(label.name for label in near))), ""))
    return found


def _gap(label: _Label, pie: Pie) -> float:
    """Points from the middle of a pie to the nearest of a label's box."""
    (x, y), (x0, y0, x1, y1) = pie.centre, label.bbox
    return math.hypot(max(x0 - x, 0.0, x - x1), max(y0 - y, 0.0, y - y1))


def _is_in_angle(point: tuple[float, float], item: Slice, pie: Pie) -> bool:
    x, y = pie.centre
    to_point = math.atan2(point[1] - y, point[0] - x)
    to_slice = math.atan2(item.middle[1] - y, item.middle[0] - x)
    off = abs(math.remainder(to_point - to_slice, math.tau))
    return off <= item.share * math.pi
