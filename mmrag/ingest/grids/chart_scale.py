"""A scale of a chart: what place on the page stands for what value."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mmrag import boxes
from mmrag.ingest.layout.order import Fragment
from mmrag.types import AxisScale, BBox

Side = Literal["x", "y"]
# Chosen by hand on charts of Matplotlib, Vega and office programs.
LABEL_REACH = 0.6
"""Points that a place may be off where labels alone tell it."""
_MAX_SLANT_SHARE = 0.4  # of the distance of two labels, that slanted ones stand beside their places


@dataclass(frozen=True, slots=True)
class Scale:
    """`base + slope * place` is a value, its logarithm to base 10, or a day since 1 January 1.

    `reach` is how far a place may be off, in points; `labels` are the numbers that tell the scale.
    `strays` are other numbers that stand in one row with them and do not fit: it may be broken.
    """

    side: Side
    kind: AxisScale
    slope: float
    base: float
    reach: float
    labels: tuple[Fragment, ...]
    strays: tuple[Fragment, ...] = ()

    def value(self, place: float) -> float:
        told = self.base + self.slope * place
        return 10**told if self.kind == "log" else told

    def place(self, value: float) -> float:
        """Where a value stands."""
        told = math.log10(value) if self.kind == "log" else value
        return (told - self.base) / self.slope

    def uncertainty(self, place: float) -> float:
        """How far the value at a place may be off."""
        return abs(self.value(place + self.reach) - self.value(place))

    @property
    def box(self) -> BBox:
        return boxes.union(label.bbox for label in self.labels)

    def beside(self, others: Iterable["Scale"]) -> "Scale":
        """The scale beside those across it, whose labels are none of its own."""
        known = {label for other in others for label in other.labels}
        return replace(self, strays=tuple(x for x in self.strays if x not in known))

    def moved(self, points: float) -> "Scale":
        """The scale for places that lie `points` further on."""
        return replace(self, base=self.base - self.slope * points)


def spacing(scale: Scale) -> float:
    """Points from one label to the next, on average."""
    places = [middle(label, scale.side) for label in scale.labels]
    return abs(places[-1] - places[0]) / (len(places) - 1)


def middle(text: Fragment, side: Side) -> float:
    """Where a label stands along its axis."""
    x0, y0, x1, y1 = text.bbox
    return (x0 + x1) / 2 if side == "x" else (y0 + y1) / 2


def span(box: BBox, side: Side) -> tuple[float, float]:
    """From where to where a box goes along an axis, by rising places."""
    return (box[0], box[2]) if side == "x" else (box[1], box[3])


def other(side: Side) -> Side:
    """The axis across one."""
    return "y" if side == "x" else "x"


def settled(scale: Scale, places: Sequence[float]) -> Scale:
    """The scale, moved so that marks stand at its labels, where each label has one of its own.

    Slanted labels stand beside their places, all by the same distance.
    """
    labels = sorted(middle(label, scale.side) for label in scale.labels)
    if len(places) != len(labels):
        return scale
    off = [place - label for place, label in zip(sorted(places), labels, strict=True)]
    typical = sorted(off)[len(off) // 2]
    is_even = max(off) - min(off) <= 2 * LABEL_REACH
    is_near = abs(typical) <= _MAX_SLANT_SHARE * spacing(scale)
    return scale.moved(typical) if is_even and is_near else scale


def same(one: Scale, other: Scale) -> bool:
    """Whether two scales tell the same values."""
    ends = (middle(one.labels[0], one.side), middle(one.labels[-1], one.side))
    spans = [abs(one.value(a) - other.value(a)) for a in ends]
    whole = abs(one.value(ends[0]) - one.value(ends[1]))
    return one.kind == other.kind and max(spans) < 0.01 * whole
