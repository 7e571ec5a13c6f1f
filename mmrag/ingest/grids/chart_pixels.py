"""The marks of a chart that is a picture, found by colour: bars, lines, areas, dots.

Pixels of one flat colour that hang together are a mark. What text covers, and what two colours mix
at an edge, is of none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mmrag.ingest.grids import chart_colours, polygons
from mmrag.ingest.grids.chart_colours import THIN, Pixels, is_grey
from mmrag.ingest.grids.chart_shapes import Colour, Shape, ShapeKind
from mmrag.ingest.grids.polygons import Point
from mmrag.types import BBox

# Chosen by hand on charts of Matplotlib, Vega and ReportLab at 110 dpi.
MAX_PIXELS = 6_000_000  # of a picture that is looked at
EDGE = 2.6
"""Points between the edges of two bars that touch: a black outline, or what mixes two colours."""
_MAX_MARKS = 1_500  # of one picture
_MIN_SIDE = 3  # pixels of a bar, wide and high
_MIN_GREY_SIDE = 8  # the same of a grey one, which may be a letter
_FILLED_SHARE = 0.9  # of its box, that the outline of a bar goes around
_MIN_INK_SHARE = 0.5  # of its box, that a bar has the colour of: less is a frame around another
_MIXED = 2  # columns at either end of an area, whose colours mix with what is beside it
_MIN_TICK = 4  # pixels of the shortest line
_HAIR = 2  # pixels of a straight line, that are put together where others cross it
_CROSSED = 3  # pixels, that a line across it is wide, with what it mixes
_MIN_CURVE_SHARE = 0.15  # of the picture's width, that a curve goes over
_MAX_CURVE_SHARE = 0.08  # of the picture's height, that a curve covers in half of its columns
_MIN_SWATCH, _MAX_SWATCH = 10, 70  # pixels of the piece of line in a legend
_MAX_DOT = 16  # pixels of a marker


@dataclass(frozen=True, slots=True, eq=False)
class _Patch:
    """Pixels of one colour that hang together: their box (x, y, wide, high) and their mask."""

    colour: Colour
    box: tuple[int, int, int, int]
    count: int
    mask: NDArray[np.bool_]


def find(image: Image.Image, area: BBox, texts: Sequence[BBox]) -> list[Shape] | None:
    """The marks in `image`, which shows `area` of the page; None where there are too many.

    `texts` are the boxes of the text in it, whose pixels are no marks.
    """
    if image.width * image.height > MAX_PIXELS:
        return None
    pixels = np.asarray(image.convert("RGB"))
    times = image.width / (area[2] - area[0])
    free = free_of(texts, pixels, area)
    flat = chart_colours.flat(pixels)
    if not flat:
        return []
    ground, *colours = flat
    patches: list[_Patch] = []
    within = next((colour for colour in colours if chart_colours.is_ground(pixels, colour)), None)
    if within is not None:
        ground = within
        colours = [colour for colour in colours if colour != within]
    for colour, mask in chart_colours.masks(pixels, ground, colours):
        if is_grey(colour):
            patches += _rejoined(_patches(colour, mask & free), free)
        else:
            patches += _patches(colour, mask)
        if len(patches) > _MAX_MARKS:
            return None
    height, width = pixels.shape[:2]
    shapes = [shape for patch in patches for shape in _shapes(patch, area, times, width, height)]
    swatches = [patch for patch in patches if _is_swatch(patch, texts, area, times)]
    shapes += [_straight(p.colour, in_points(p.box, area, times)) for p in swatches]
    for colour in colours:
        own = [patch for patch in patches if patch.colour == colour and patch not in swatches]
        shapes += _curve(own, area, times, width, height)
    return shapes


def free_of(texts: Sequence[BBox], pixels: Pixels, area: BBox) -> Pixels:
    """1 where no text stands in a picture, else 0."""
    times = pixels.shape[1] / (area[2] - area[0])
    free = np.ones(pixels.shape[:2], dtype=np.uint8)
    for box in texts:
        x0, y0, x1, y1 = ((value - area[at % 2]) * times for at, value in enumerate(box))
        free[max(int(y0), 0) : int(y1) + 1, max(int(x0), 0) : int(x1) + 1] = 0
    return free


def _patches(colour: Colour, mask: Pixels) -> Iterator[_Patch]:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    for number in islice(
        np.flatnonzero(stats[:, cv2.CC_STAT_AREA] >= _MIN_TICK), 1, _MAX_MARKS + 2
    ):
        x, y, wide, high, size = (int(value) for value in stats[number])
        part = labels[y : y + high, x : x + wide] == number
        yield _Patch(colour, (x, y, wide, high), size, part)


def _rejoined(patches: Iterator[_Patch], free: Pixels) -> Iterator[_Patch]:
    """Patches, the pieces of a straight line as one: other lines cross it, and text hides it."""
    levels: dict[int, list[_Patch]] = {}
    uprights: dict[int, list[_Patch]] = {}
    for patch in patches:
        x, y, wide, high = patch.box
        if high <= _HAIR and wide > high:
            levels.setdefault(y, []).append(patch)
        elif wide <= _HAIR and high > wide:
            uprights.setdefault(x, []).append(patch)
        else:
            yield patch
    for y, pieces in levels.items():
        hidden = free[y] == 0
        yield from _runs(sorted(pieces, key=lambda piece: piece.box[0]), hidden, axis=0)
    for x, pieces in uprights.items():
        hidden = free[:, x] == 0
        yield from _runs(sorted(pieces, key=lambda piece: piece.box[1]), hidden, axis=1)


def _runs(pieces: Sequence[_Patch], hidden: NDArray[np.bool_], axis: int) -> Iterator[_Patch]:
    """Pieces along an axis, as one where no more than a line is between them."""
    run: list[_Patch] = []
    for piece in pieces:
        end = run[-1].box[axis] + run[-1].box[axis + 2] if run else 0
        start = piece.box[axis]
        if run and start - end > _CROSSED and not hidden[end:start].all():
            yield _as_one(run)
            run = []
        run.append(piece)
    yield _as_one(run)


def _as_one(run: Sequence[_Patch]) -> _Patch:
    if len(run) == 1:
        return run[0]
    x0, y0 = (min(piece.box[at] for piece in run) for at in (0, 1))
    x1, y1 = (max(piece.box[at] + piece.box[at + 2] for piece in run) for at in (0, 1))
    mask = np.ones((y1 - y0, x1 - x0), dtype=np.bool_)
    return _Patch(run[0].colour, (x0, y0, x1 - x0, y1 - y0), int(mask.sum()), mask)


def in_pixels(box: BBox, area: BBox, times: float) -> tuple[int, int, int, int]:
    """The corners of a box of points, in pixels."""
    x0, y0, x1, y1 = (round((value - area[at % 2]) * times) for at, value in enumerate(box))
    return x0, y0, x1, y1


def in_points(box: tuple[float, float, float, float], area: BBox, times: float) -> BBox:
    """A box (x, y, wide, high) of pixels in points."""
    x, y, wide, high = box
    return (
        area[0] + x / times,
        area[1] + y / times,
        area[0] + (x + wide) / times,
        area[1] + (y + high) / times,
    )


def _shapes(patch: _Patch, area: BBox, times: float, width: int, height: int) -> Iterator[Shape]:
    """A patch as a bar, a straight line or a dot; nothing where it is none of them."""
    _, _, wide, high = patch.box
    box = in_points(patch.box, area, times)
    if min(wide, high) <= THIN and max(wide, high) >= _MIN_TICK and not _is_square(wide, high):
        yield _straight(patch.colour, box)
    elif (
        min(wide, high) >= _least_side(patch.colour)
        and patch.count >= _MIN_INK_SHARE * wide * high
        and _outline(patch) >= _FILLED_SHARE * wide * high
    ):
        is_dot = max(wide, high) <= _MAX_DOT and _is_square(wide, high) and wide < 8
        yield _filled("dot" if is_dot else "rect", patch.colour, box)
    elif min(wide, high) < _MIN_SIDE:
        return
    elif max(wide, high) <= _MAX_DOT and _is_square(wide, high) and not is_grey(patch.colour):
        yield _filled("dot", patch.colour, box)
    elif not is_grey(patch.colour):
        yield from _area(patch, area, times, width, height)


def _least_side(colour: Colour) -> int:
    return _MIN_GREY_SIDE if is_grey(colour) else _MIN_SIDE


def _is_square(wide: int, high: int) -> bool:
    return min(wide, high) >= 0.7 * max(wide, high)


def _straight(colour: Colour, box: BBox) -> Shape:
    points = polygons.middle_line(box)
    own = (points[0][0], points[0][1], points[1][0], points[1][1])
    return Shape("line", colour, points, own, own)


def _filled(kind: ShapeKind, colour: Colour, box: BBox) -> Shape:
    return Shape(kind, colour, polygons.corners(box), box, box, is_filled=True)


def _is_swatch(patch: _Patch, texts: Sequence[BBox], area: BBox, times: float) -> bool:
    """Whether a patch is the piece of line, with a marker perhaps, beside a text of a legend.

    Right of a text only what is thin: it may be a bar and its name.
    """
    _, _, wide, high = patch.box
    x0, y0, x1, y1 = in_points(patch.box, area, times)
    if not _MIN_SWATCH <= wide <= _MAX_SWATCH or high > wide / 2:
        return False
    is_thin = bool(np.median(patch.mask.sum(axis=0)) <= THIN)
    return any(
        (
            -1 <= text[0] - x1 <= 1.5 * (text[3] - text[1])
            or (is_thin and -1 <= x0 - text[2] <= 1.5 * (text[3] - text[1]))
        )
        and abs((text[1] + text[3]) - (y0 + y1)) < 0.6 * (text[3] - text[1])
        for text in texts
    )


def _outline(patch: _Patch) -> float:
    """Pixels within the outline of a patch, holes included."""
    found, _ = cv2.findContours(
        patch.mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    filled = np.zeros(patch.mask.shape, dtype=np.uint8)
    cv2.drawContours(filled, found, -1, 1, cv2.FILLED)
    return float(filled.sum())


def _area(patch: _Patch, area: BBox, times: float, width: int, height: int) -> Iterator[Shape]:
    """A patch that goes over the plot and is filled below its upper edge."""
    x, y, wide, high = patch.box
    thick = patch.mask.sum(axis=0)
    if wide < _MIN_CURVE_SHARE * width or np.median(thick) <= _MAX_CURVE_SHARE * height:
        return
    upper = np.argmax(patch.mask, axis=0)
    lower = high - np.argmax(patch.mask[::-1], axis=0)
    if (lower - upper > 1.05 * thick + 2).mean() > 0.1:  # holes: no area
        return
    points: list[Point] = []
    for at in range(_MIXED, wide - _MIXED):
        across = area[0] + (x + at + 0.5) / times
        points += [
            (across, area[1] + (y + int(upper[at])) / times),
            (across, area[1] + (y + int(lower[at])) / times),
        ]
    box = in_points(patch.box, area, times)
    yield Shape("area", patch.colour, tuple(points), box, box, is_filled=True)


def _curve(
    patches: Sequence[_Patch], area: BBox, times: float, width: int, height: int
) -> list[Shape]:
    """The patches of one colour that are thin and follow each other, as one curve."""
    middles: dict[int, list[float]] = {}
    if not patches or is_grey(patches[0].colour):
        return []
    for patch in patches:
        x, y, wide, high = patch.box
        thick = patch.mask.sum(axis=0)
        if (
            np.median(thick) > _MAX_CURVE_SHARE * height
            or _outline(patch) > _FILLED_SHARE * wide * high
        ):
            continue
        rows = np.arange(high)[:, None]
        sums = (patch.mask * rows).sum(axis=0)
        for at in np.flatnonzero(thick):
            middles.setdefault(x + int(at), []).append(y + float(sums[at] / thick[at]) + 0.5)
    if not middles or max(middles) - min(middles) < _MIN_CURVE_SHARE * width:
        return []
    covered = len(middles) / (max(middles) - min(middles) + 1)
    several = sum(max(found) - min(found) > 0.05 * height for found in middles.values())
    if covered < 0.5 or several > 0.1 * len(middles):
        return []
    points = tuple(
        (area[0] + (x + 0.5) / times, area[1] + sum(found) / len(found) / times)
        for x, found in sorted(middles.items())
    )
    xs, ys = zip(*points, strict=True)
    box = (min(xs), min(ys), max(xs), max(ys))
    return [Shape("line", patches[0].colour, points, box, box)]
