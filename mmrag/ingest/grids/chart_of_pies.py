"""Pies as cells: a row a slice, with its name and the value that is printed at it, or its share.

A value that is printed is taken where the slice measures it; a text belongs to the slice in whose
angle it stands.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mmrag.ingest.grids import chart_cells, chart_words
from mmrag.ingest.grids.chart_cells import Mark, Series
from mmrag.ingest.grids.chart_numbers import number
from mmrag.ingest.grids.chart_pies import Pie, Slice
from mmrag.ingest.grids.chart_plot import Plot
from mmrag.ingest.grids.chart_rows import RowName
from mmrag.types import Axis, BBox, Cell, Chart

# Chosen by hand, in shares of a turn where nothing else is said.
_ANGLE_REACH = 0.001  # that rounding coordinates changes of a slice
_PIXEL_REACH = 0.015  # that letters on it, and what mixes colours at its edge, take of a slice
_SPECK = 0.02  # of a patch on a slice, where the printed values of the others make a whole
_ROUNDED = 0.006  # that rounding a value to whole per cent changes
_WHOLE = (97.0, 103.0)  # per cent: what values without a sign add up to, if they are shares
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
    reach = _PIXEL_REACH if plot.is_sampled else _ANGLE_REACH
    labels = [_label(block) for block in chart_words.blocks(plot.texts)]
    labels = [x for x in labels if math.dist(x.middle, pie.centre) <= _MAX_RADII * pie.radius]
    printed = _printed(pie, labels, reach)
    rows: list[RowName] = []
    marks: dict[int, Mark] = {}
    others = [label for label in labels if label not in printed.values()]
    is_all = _WHOLE[0] <= sum(label.number or 0.0 for label in printed.values()) <= _WHOLE[1]
    for place, item in enumerate(pie.slices):
        label = printed.get(place)
        if label is None and is_all and item.share < _SPECK:
            continue
        by_legend = _without_value(plot.legend.name(item.colour))
        beside = label.name if label else ""
        name = (beside or by_legend) if is_one_of_several else (by_legend or beside)
        at = len(rows)
        rows.append(RowName(float(at), name or _name(item, pie, others), item.bbox))
        if label is None:
            marks[at] = Mark(item.bbox, 100 * item.share, 100 * reach, "", "%")
        else:
            marks[at] = Mark(label.bbox, None, None, label.value)
    values = sum(bool(label.value) for label in labels)
    off = values - len(printed)
    told = (f"{off} of {values} printed values are not what a slice measures",) if off else ()
    share = Series("share", marks)
    return chart_cells.make("pie", Axis("", "category"), Axis("", "none"), rows, [share], told)


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


def _printed(pie: Pie, labels: Sequence[_Label], reach: float) -> Mapping[int, _Label]:
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
            if at not in found and abs(item.share - share) <= reach + _ROUNDED
        ]
        own = [at for at in fitting if _is_in_angle(label.middle, pie.slices[at], pie)]
        if len(own) == 1:
            found[own[0]] = label
        elif not own and len(fitting) == 1:
            found[fitting[0]] = label
    return found


def _name(item: Slice, pie: Pie, labels: Sequence[_Label]) -> str:
    """The nearest words in the angle of a slice, or else within a radius of its rim."""
    near = sorted(
        (label for label in labels if label.name),
        key=lambda label: math.dist(label.middle, item.middle),
    )
    own = [label for label in near if _is_in_angle(label.middle, item, pie)]
    around = [label for label in near if math.dist(label.middle, item.middle) < pie.radius]
    return next((label.name for label in [*own, *around]), "")


def _is_in_angle(point: tuple[float, float], item: Slice, pie: Pie) -> bool:
    x, y = pie.centre
    to_point = math.atan2(point[1] - y, point[0] - x)
    to_slice = math.atan2(item.middle[1] - y, item.middle[0] - x)
    off = abs(math.remainder(to_point - to_slice, math.tau))
    return off <= item.share * math.pi
