"""The marks of a chart that is a picture, found by colour: bars, lines, areas, dots, slices.

Pixels of one flat colour that hang together are a mark. What text covers, and what two colours mix
at an edge, is of none.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mmrag.ingest.grids import polygons
from mmrag.ingest.grids.chart_pies import Pie, Slice
from mmrag.ingest.grids.chart_shapes import Colour, Shape, ShapeKind
from mmrag.ingest.grids.polygons import Point
from mmrag.ingest.layout.order import Fragment
from mmrag.types import BBox

# Chosen by hand on charts of Matplotlib, Vega and ReportLab at 110 dpi.
MAX_PIXELS = 6_000_000  # of a picture that is looked at
EDGE = 2.6
"""Points between the edges of two bars that touch: a black outline, or what mixes two colours."""
_MAX_MARKS = 1_500  # of one picture
_MAX_COLOURS = 16  # that marks are looked for in
_MIN_COLOUR_SHARE = 0.0004  # of the picture, that a colour covers
_SAME = 30  # of 255, in each channel: shades of one colour, as compression makes them
_ALONG_SHARE = 0.9  # of a colour, right beside another one: it is mixed at its edge
_GREY = 24  # of 255, between the channels of a grey
_MIN_GROUND, _MIN_EDGE = 0.3, 0.7  # of a picture, and of three edges of it: the ground of a plot
_MIN_FILLED = 0.05  # of a row or column of pixels that is part of it
_BLACK = (0, 0, 0)
_MAX_INNER = 0.4  # of the pixels of lines, that have all their neighbours
_SHADE = 0.985  # cosine of two shades of one colour, from the ground: greys have less with others
_MIN_SHADE = 0.45  # of a colour in its shades
_BRIDGED = 4  # pixels: what is narrower between two parts of one colour is a line over it
_MIN_SIDE = 3  # pixels of a bar, wide and high
_MIN_GREY_SIDE = 8  # the same of a grey one, which may be a letter
_THIN = 4  # pixels of a line, at most
_FILLED_SHARE = 0.9  # of its box, that the outline of a bar goes around
_MIN_INK_SHARE = 0.5  # of its box, that a bar has the colour of: less is a frame around another
_INK = 70  # of 255, from the ground: a letter
_UPRIGHT = 1.5  # times as high as wide: a text that stands upright
_ABOVE_INK = 0.25  # of the height of ink, that the box of its type is higher above and below it
_LABEL_GAP, _WORD_GAP = 1.2, 0.25  # heights of ink, between two labels of an axis, and two words
_MAX_CUT = 0.4  # of the height of a text, that what is cut off of a letter beside it is wide
_MIXED = 2  # columns at either end of an area, whose colours mix with what is beside it
_MIN_TICK = 4  # pixels of the shortest line
_MIN_CURVE_SHARE = 0.15  # of the picture's width, that a curve goes over
_MAX_CURVE_SHARE = 0.08  # of the picture's height, that a curve covers in half of its columns
_MIN_SWATCH, _MAX_SWATCH = 10, 70  # pixels of the piece of line in a legend
_MAX_DOT = 16  # pixels of a marker
_ROUND_SHARE = 0.9  # of the disc around all slices, that they cover
_MIN_RADIUS = 25  # pixels, of a pie
_MIN_SWATCH_SIDE, _MIN_SWATCH_SHARE = 5, 0.25  # pixels, and of a line, of a swatch within it
_MIN_SLICE = 0.005  # of a disc: what is smaller is a letter or a speck on it

_TICK = re.compile(r"(?<=[\w%])\s*[-–—+_=~|十]+\s*$")
_ZERO = re.compile(r"[oO]")  # alone at an axis: OCR reads letters rather than one digit
_SAMPLE = re.compile(r"\s*(?:[-–—_=~]+\s+|[■□▪●○•◆◇▲△▼、]+\s*)(?=[^\W\d])")
_PART_END = re.compile(r"\s|(?<=[%)])(?=\w)|(?<=[a-z])(?=[A-Z])")
_SAMPLE_CHARS = 3.5  # that the sample of a legend is wide, with the gap behind it

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class SeenMarks:
    """The marks of a picture, in points of the page; `pies` where its marks are slices."""

    shapes: tuple[Shape, ...]
    pies: tuple[Pie, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Patch:
    """Pixels of one colour that hang together: their box (x, y, wide, high) and their mask."""

    colour: Colour
    box: tuple[int, int, int, int]
    count: int
    mask: NDArray[np.bool_]


def find(image: Image.Image, area: BBox, texts: Sequence[BBox]) -> SeenMarks | None:
    """The marks in `image`, which shows `area` of the page; None where there are too many.

    `texts` are the boxes of the text in it, whose pixels are no marks.
    """
    if image.width * image.height > MAX_PIXELS:
        return None
    pixels = np.asarray(image.convert("RGB"))
    times = image.width / (area[2] - area[0])
    free = np.ones(pixels.shape[:2], dtype=np.uint8)
    for box in texts:
        x0, y0, x1, y1 = ((value - area[at % 2]) * times for at, value in enumerate(box))
        free[max(int(y0), 0) : int(y1) + 1, max(int(x0), 0) : int(x1) + 1] = 0
    patches: list[_Patch] = []
    ground, *colours = _colours(pixels)
    within = next((colour for colour in colours if _is_ground(pixels, colour)), None)
    if within is not None:
        ground = within
        colours = [colour for colour in colours if colour != within]
    for colour, mask in _masks(pixels, ground, colours):
        patches += _patches(colour, mask & free if _is_grey(colour) else mask)
        if len(patches) > _MAX_MARKS:
            return None
    pies = _pies(patches, area, times)
    if pies:
        return SeenMarks(tuple(_swatches(patches, area, times)), pies)
    height, width = pixels.shape[:2]
    shapes = [shape for patch in patches for shape in _shapes(patch, area, times, width, height)]
    swatches = [patch for patch in patches if _is_swatch(patch, texts, area, times)]
    shapes += [_straight(p.colour, _in_points(p.box, area, times)) for p in swatches]
    for colour in colours:
        own = [patch for patch in patches if patch.colour == colour and patch not in swatches]
        shapes += _curve(own, area, times, width, height)
    return SeenMarks(tuple(shapes))


def tight(image: Image.Image, area: BBox, text: Fragment) -> list[Fragment]:
    """A text that OCR boxed wide, in the box of its ink, as high as that of type.

    The swatches of a legend are no ink of it: texts between them are several.
    """
    times = image.width / (area[2] - area[0])
    x0, y0, x1, y1 = (round((value - area[at % 2]) * times) for at, value in enumerate(text.bbox))
    part = np.asarray(image.convert("L").crop((x0, y0, x1, y1)), dtype=np.int16)
    if part.size == 0:
        return [text]
    ink = (np.abs(part - int(np.median(part))) > _INK).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    letters = [row for row in stats[1:].tolist() if not _is_rule(row, x1 - x0, y1 - y0)]
    is_upright = len(text.text) > 2 and y1 - y0 > _UPRIGHT * (x1 - x0)
    letters = letters if is_upright else _without_tick(letters)
    cuts = [row[0] for row in letters if _is_swatch_in_text(row, y1 - y0)]
    letters = [row for row in letters if not _is_swatch_in_text(row, y1 - y0)]
    cuts = cuts or _between_labels(text.text, letters)
    groups = [
        [row for row in letters if start <= row[0] < end]
        for start, end in pairwise([0, *sorted(cuts), x1 - x0 + 1])
    ]
    groups = [group for group in groups if group]
    whole = [group for group in groups if not _is_cut(group, x1 - x0, y1 - y0)]
    groups = whole or groups
    if not groups:
        return [text]
    found = []
    spans = [(min(row[0] for row in g), max(row[0] + row[2] for row in g)) for g in groups]
    words = text.text.split()
    parts = words if len(words) == len(groups) else _cut(text.text, spans)
    for (left, right), group, told in zip(spans, groups, parts, strict=True):
        top, foot = min(row[1] for row in group), max(row[1] + row[3] for row in group)
        more = 0.0 if is_upright else _ABOVE_INK * (foot - top)
        own = (x0 + left, y0 + top - more, right - left, foot - top + 2 * more)
        found.append(replace(text, text=told, bbox=_in_points(own, area, times)))
    return found


def _without_tick(letters: Sequence[Sequence[int]]) -> list[Sequence[int]]:
    """The ink but what ends over all letters: the tick that a label stands below."""
    high = max((row[3] for row in letters), default=0)
    top = min((row[1] for row in letters if row[3] > high / 2), default=0)
    return [row for row in letters if row[1] + row[3] > top + 1]


def _between_labels(text: str, letters: Sequence[Sequence[int]]) -> list[int]:
    """Where each word but the first begins in a row of labels that OCR read as one text.

    Labels stand further apart than words do; the widest gaps are as many as there are.
    """
    count = len(text.split()) - 1
    edges = sorted((row[0], row[0] + row[2]) for row in letters)
    if count < 1 or len(edges) <= count:
        return []
    gaps: list[tuple[int, int]] = []
    end = edges[0][1]
    for left, right in edges[1:]:
        gaps.append((left - end, left))
        end = max(end, right)
    widest = sorted(gaps, reverse=True)[:count]
    high = max(row[3] for row in letters)
    is_row = widest[0][0] >= _LABEL_GAP * high and widest[-1][0] >= _WORD_GAP * high
    return [left for _, left in widest] if is_row else []


def _is_cut(letters: Sequence[Sequence[int]], width: int, height: int) -> bool:
    """Whether ink is the end of a letter of the text beside, at the edge of the box of another."""
    left, right = min(row[0] for row in letters), max(row[0] + row[2] for row in letters)
    return right - left < _MAX_CUT * height and (left == 0 or right == width)


def _is_swatch_in_text(stats: Sequence[int], height: int) -> bool:
    """Whether ink (x, y, wide, high, count) is a filled square: no letter is one."""
    _, _, wide, high, count = stats
    return (
        min(wide, high) >= max(_MIN_SWATCH_SIDE, _MIN_SWATCH_SHARE * height)
        and abs(wide - high) <= 2
        and count >= _FILLED_SHARE * wide * high
    )


def _cut(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """A text in as many parts as it has spans of ink, each as long as its share of that.

    Parts end where a word does, as near to that as there is such a place.
    """
    total = sum(end - start for start, end in spans)
    ends = [match.start() for match in _PART_END.finditer(text)] or [len(text)]
    parts, at, covered = [], 0, 0
    for start, end in spans[:-1]:
        covered += end - start
        place = min(ends, key=lambda x: abs(x - covered / total * len(text)))
        parts.append(text[at:place].strip())
        at = max(place, at)
    return [*parts, text[at:].strip()]


def without_strokes(text: Fragment) -> Fragment:
    """A text without the tick behind it or the sample before it, which OCR read as dashes."""
    x0, y0, x1, y1 = text.bbox
    behind, before = _TICK.search(text.text), _SAMPLE.match(text.text)
    if behind is not None:
        x1 = x0 + (x1 - x0) * behind.start() / len(text.text)
    if before is not None:
        rest = len(text.text) - before.end()
        x0 = x1 - (x1 - x0) * rest / (rest + _SAMPLE_CHARS)
    told = text.text[before.end() if before else 0 : behind.start() if behind else None]
    return replace(text, text="0" if _ZERO.fullmatch(told) else told, bbox=(x0, y0, x1, y1))


def _is_rule(stats: Sequence[int], width: int, height: int) -> bool:
    """Whether ink (x, y, wide, high) is a tick or an axis that comes in from beside the text."""
    x, y, wide, high = stats[:4]
    is_at_edge = x == 0 or y == 0 or x + wide == width or y + high == height
    return is_at_edge and min(wide, high) < _THIN


def _colours(pixels: Pixels) -> list[Colour]:
    """The flat colours, the most frequent first: that is the ground."""
    coarse = (pixels >> 3).astype(np.int32)
    codes = (coarse[..., 0] << 10 | coarse[..., 1] << 5 | coarse[..., 2]).ravel()
    counts = np.bincount(codes, minlength=1 << 15)
    found: list[Colour] = []
    for code in np.argsort(counts)[::-1][:200]:
        if counts[code] < _MIN_COLOUR_SHARE * codes.size or len(found) > _MAX_COLOURS:
            break
        red, green, blue = (
            int(np.median(pixels.reshape(-1, 3)[codes == code, at])) for at in range(3)
        )
        if all(_distance((red, green, blue), other) > _SAME for other in found):
            found.append((red, green, blue))
    return found


def _is_ground(pixels: Pixels, colour: Colour) -> bool:
    """Whether a plot lies on a colour of its own: it fills three edges of a large box."""
    off = np.abs(pixels.astype(np.int16) - np.array(colour, dtype=np.int16)).max(axis=2)
    mask = off <= _SAME // 2
    rows, columns = (np.flatnonzero(mask.mean(axis=axis) > _MIN_FILLED) for axis in (1, 0))
    if not len(rows) or not len(columns):
        return False
    part = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    edges = part[:_THIN].any(axis=0), part[:, :_THIN].any(axis=1), part[:, -_THIN:].any(axis=1)
    is_large = part.size >= _MIN_GROUND * mask.size
    return is_large and all(edge.mean() >= _MIN_EDGE for edge in edges)


def _distance(one: Colour, other: Colour) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def _masks(
    pixels: Pixels, ground: Colour, colours: Sequence[Colour]
) -> Iterator[tuple[Colour, Pixels]]:
    """Where each colour stands, lines across it bridged; none that only goes along another.

    A line of a pixel or two has few of its own colour: what mixes it with the ground counts too.
    """
    kernel, bridge = np.ones((3, 3), np.uint8), np.ones((_BRIDGED, _BRIDGED), np.uint8)
    found: list[tuple[Colour, Pixels]] = []
    for colour in colours:
        off = np.abs(pixels.astype(np.int16) - np.array(colour, dtype=np.int16)).max(axis=2)
        mask = (off <= _SAME // 2).astype(np.uint8)
        around = [cv2.dilate(other, kernel, iterations=2) for _, other in found]
        if not any((mask & other).sum() >= _ALONG_SHARE * mask.sum() for other in around):
            found.append((colour, mask))
    solid = [(c, m) for c, m in found if not _is_grey(c) and not _is_thin(m)]
    pens: list[Colour] = []
    for colour, mask in found:
        if _is_grey(colour):
            yield colour, mask
            continue
        if _is_thin(mask):
            if any(_is_shade(colour, pen, ground) for pen in pens):
                continue
            pens.append(colour)
            near = [cv2.dilate(other, kernel, iterations=2).astype(np.uint8) for _, other in solid]
            known = [_BLACK, *(other for other, _ in solid)]
            if not any(_is_shade(colour, other, ground) for other in known) and not any(
                (mask & other).sum() > mask.sum() / 2 for other in near
            ):
                mask = mask | _shades(pixels, ground, colour)
                for _, other in solid:
                    mask &= 1 - other
        yield colour, cv2.morphologyEx(mask, cv2.MORPH_CLOSE, bridge).astype(np.uint8)


def _is_thin(mask: Pixels) -> bool:
    """Whether a colour is that of lines of a pixel or two, with markers perhaps."""
    inner = cv2.erode(mask, np.ones((3, 3), np.uint8))
    return bool(inner.sum() < _MAX_INNER * mask.sum())


def _is_shade(one: Colour, other: Colour, ground: Colour) -> bool:
    """Whether one of two colours mixes the other with the ground."""
    a, b = (np.array(colour, dtype=float) - ground for colour in (one, other))
    return bool(a @ b >= _SHADE * np.linalg.norm(a) * np.linalg.norm(b))


def _shades(pixels: Pixels, ground: Colour, colour: Colour) -> Pixels:
    """Where a colour is mixed with the ground, half of it or more."""
    off = pixels.astype(np.float32) - np.array(ground, dtype=np.float32)
    own = np.array(colour, dtype=np.float32) - np.array(ground, dtype=np.float32)
    along = off @ own
    share = along / float(own @ own)
    found: NDArray[np.bool_] = (share >= _MIN_SHADE) & (
        along >= _SHADE * np.linalg.norm(own) * np.linalg.norm(off, axis=2)
    )
    return found.astype(np.uint8)


def _patches(colour: Colour, mask: Pixels) -> Iterator[_Patch]:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    for number in islice(
        np.flatnonzero(stats[:, cv2.CC_STAT_AREA] >= _MIN_TICK), 1, _MAX_MARKS + 2
    ):
        x, y, wide, high, size = (int(value) for value in stats[number])
        part = labels[y : y + high, x : x + wide] == number
        yield _Patch(colour, (x, y, wide, high), size, part)


def _is_grey(colour: Colour) -> bool:
    return max(colour) - min(colour) <= _GREY


def _in_points(box: tuple[float, float, float, float], area: BBox, times: float) -> BBox:
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
    box = _in_points(patch.box, area, times)
    if min(wide, high) <= _THIN and max(wide, high) >= _MIN_TICK and not _is_square(wide, high):
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
    elif max(wide, high) <= _MAX_DOT and _is_square(wide, high) and not _is_grey(patch.colour):
        yield _filled("dot", patch.colour, box)
    elif not _is_grey(patch.colour):
        yield from _area(patch, area, times, width, height)


def _least_side(colour: Colour) -> int:
    return _MIN_GREY_SIDE if _is_grey(colour) else _MIN_SIDE


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
    x0, y0, x1, y1 = _in_points(patch.box, area, times)
    if not _MIN_SWATCH <= wide <= _MAX_SWATCH or high > wide / 2:
        return False
    is_thin = bool(np.median(patch.mask.sum(axis=0)) <= _THIN)
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
    box = _in_points(patch.box, area, times)
    yield Shape("area", patch.colour, tuple(points), box, box, is_filled=True)


def _curve(
    patches: Sequence[_Patch], area: BBox, times: float, width: int, height: int
) -> list[Shape]:
    """The patches of one colour that are thin and follow each other, as one curve."""
    middles: dict[int, list[float]] = {}
    if not patches or _is_grey(patches[0].colour):
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


def _pies(patches: Sequence[_Patch], area: BBox, times: float) -> tuple[Pie, ...]:
    """The discs that patches which touch each other fill together."""
    large = [patch for patch in patches if patch.count > _MIN_RADIUS**2 / 10 and not _is_bar(patch)]
    groups: list[list[_Patch]] = []
    for patch in large:
        near = [group for group in groups if any(_touch(patch, other) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([patch, *(other for group in near for other in group)])
    found = (_pie(group, area, times) for group in groups)
    return tuple(pie for pie in found if pie is not None)


def _touch(one: _Patch, other: _Patch) -> bool:
    (x, y, wide, high), (left, top, width, height) = one.box, other.box
    return (
        x - _MIXED <= left + width
        and left - _MIXED <= x + wide
        and y - _MIXED <= top + height
        and top - _MIXED <= y + high
    )


def _pie(large: Sequence[_Patch], area: BBox, times: float) -> Pie | None:
    """The patches that together fill a disc; shares are those of their pixels."""
    if len(large) < 2:
        return None
    corners = np.concatenate(
        [np.array([[p.box[0], p.box[1]]]) + np.argwhere(p.mask)[:, ::-1] for p in large]
    ).astype(np.float32)
    hull = cv2.convexHull(corners)
    (x, y), radius = cv2.minEnclosingCircle(hull)
    total = sum(patch.count for patch in large)
    disc = math.pi * radius**2
    large = [patch for patch in large if patch.count >= _MIN_SLICE * disc]
    if radius < _MIN_RADIUS or cv2.contourArea(hull) < 0.97 * disc or total < 0.2 * disc:
        return None
    if total < _ROUND_SHARE * disc and any(_covers((x, y), p) for p in large):
        return None  # neither a disc nor a ring
    slices = []
    for patch in large:
        rows, columns = np.nonzero(patch.mask)
        across, down = columns + patch.box[0] - x, rows + patch.box[1] - y
        angle = math.atan2(float(down.mean()), float(across.mean()))
        rim = (x + radius * math.cos(angle), y + radius * math.sin(angle))
        middle = (area[0] + rim[0] / times, area[1] + rim[1] / times)
        box = _in_points(patch.box, area, times)
        slices.append(Slice(patch.colour, patch.count / total, middle, box))
    return Pie(tuple(slices), (area[0] + x / times, area[1] + y / times), radius / times)


def _covers(point: tuple[float, float], patch: _Patch) -> bool:
    x, y, wide, high = patch.box
    column, row = int(point[0]) - x, int(point[1]) - y
    return 0 <= column < wide and 0 <= row < high and bool(patch.mask[row, column])


def _is_bar(patch: _Patch) -> bool:
    _, _, wide, high = patch.box
    return min(wide, high) <= _THIN or _outline(patch) >= _FILLED_SHARE * wide * high


def _swatches(patches: Sequence[_Patch], area: BBox, times: float) -> Iterator[Shape]:
    for patch in patches:
        if min(patch.box[2:]) >= _MIN_SIDE and _is_bar(patch):
            yield _filled("rect", patch.colour, _in_points(patch.box, area, times))
