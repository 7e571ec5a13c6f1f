"""Arithmetic of boxes `(x0, y0, x1, y1)`, in points with the origin at the top left."""

from collections.abc import Iterable
from math import inf

from mmrag.types import BBox


def from_text(text: str) -> BBox:
    """A box of some area that is written `X0,Y0,X1,Y1`. Raises `ValueError` where it is none."""
    x0, y0, x1, y1 = map(float, text.split(","))
    if not (-inf < x0 < x1 < inf and -inf < y0 < y1 < inf):
        raise ValueError(f"{text!r} has no area, or no end")
    return x0, y0, x1, y1


def to_text(box: BBox) -> str:
    """A box as `from_text` reads it, to six digits."""
    return ",".join(f"{value:g}" for value in box)


def width(box: BBox) -> float:
    return box[2] - box[0]


def height(box: BBox) -> float:
    return box[3] - box[1]


def area(box: BBox) -> float:
    return max(0.0, width(box)) * max(0.0, height(box))


def clip(box: BBox, frame: BBox) -> BBox:
    """The part of `box` inside `frame`; of no area where they are apart."""
    return (
        max(box[0], frame[0]), max(box[1], frame[1]), min(box[2], frame[2]), min(box[3], frame[3])
    )  # fmt: skip


def share(box: BBox, frame: BBox) -> float:
    """The part of `box` that lies in `frame`, 0 to 1."""
    inside = clip(box, frame)
    if inside[2] < inside[0] or inside[3] < inside[1]:
        return 0.0
    return area(inside) / area(box) if area(box) else 1.0


def middle(box: BBox) -> tuple[float, float]:
    """The point in the middle of a box."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def holds_middle(frame: BBox, box: BBox) -> bool:
    """Whether the middle of `box` lies in `frame`."""
    x, y = middle(box)
    return frame[0] <= x <= frame[2] and frame[1] <= y <= frame[3]


def holds(frame: BBox, box: BBox) -> bool:
    """Whether all of `box` lies in `frame`."""
    return clip(box, frame) == box


def iou(one: BBox, other: BBox) -> float:
    """Intersection over union, 0 to 1."""
    common = clip(one, other)
    if common[2] <= common[0] or common[3] <= common[1]:
        return 0.0
    return area(common) / (area(one) + area(other) - area(common))


def union(boxes: Iterable[BBox]) -> BBox:
    """The smallest box around all of `boxes`, of which there is at least one."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return (min(x0), min(y0), max(x1), max(y1))


def grow(box: BBox, by: float) -> BBox:
    return (box[0] - by, box[1] - by, box[2] + by, box[3] + by)


def touch(one: BBox, other: BBox, gap: float = 0.0) -> bool:
    """Whether two boxes overlap or are at most `gap` apart."""
    return (
        one[0] - gap <= other[2]
        and other[0] - gap <= one[2]
        and one[1] - gap <= other[3]
        and other[1] - gap <= one[3]
    )


def overlap_x(one: BBox, other: BBox) -> float:
    """Points that two boxes share from left to right."""
    return max(0.0, min(one[2], other[2]) - max(one[0], other[0]))


def merge(boxes: Iterable[BBox], gap: float) -> list[BBox]:
    """Boxes that touch within `gap`, as their unions, until none touch."""
    merged: list[BBox] = []
    for box in boxes:
        while True:
            near = [other for other in merged if touch(box, other, gap)]
            if not near:
                break
            merged = [other for other in merged if other not in near]
            box = union([box, *near])
        merged.append(box)
    return merged
