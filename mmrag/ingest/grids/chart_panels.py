"""Figures of several charts: where one panel ends and the next begins.

A panel begins at the numbers of its own axis, or goes along with those of the panel at its left
where both stand on the same floor. What belongs to two panels is of none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from mmrag import boxes
from mmrag.ingest.grids import chart_scale, chart_words
from mmrag.ingest.grids.chart_scale import Scale
from mmrag.ingest.grids.chart_shapes import Shape
from mmrag.ingest.layout.order import Fragment
from mmrag.types import BBox

MAX_PANELS = 24
"""Of one figure. Chosen by hand: more are too small for numbers at their axes."""
# Chosen by hand on charts of Matplotlib and Vega, in points where no share.
_SAME_ROW_SHARE = 0.5  # of the shorter of two axes, that stand side by side
_MIN_MARKS_SHARE = 0.5  # of an axis, up and down, that what is drawn right of it covers
_MIN_PLOT_WIDTH = 24.0  # that what is drawn right of it covers across: less are its ticks
_MIN_GAP = 1.0  # between a panel and the numbers of the next
_SAME_FLOOR = 1.0  # between the lower edges of two panels of one axis
_MIN_FLOOR_SHARE = 0.3  # of the width of the widest panel, that another one has
_OUTLINE = 3.0  # around a bar, with what it mixes in a picture
_FILLED_GAP_SHARE = 0.5  # of a gap in a level edge, that bars in it cover
_GRID_SHARE, _MIN_GRID_LINES = 0.9, 2  # of its width and in number: lines over a background
_MAX_NAME_GAP = 2.5  # heights of a title, from it to its panel
_MAX_TITLE_GAP = 12.0  # from the title or letter of an axis to its numbers
_MAX_OFF_CENTRE = 0.15  # of a plot, from its middle to that of its name, or from its left end
_LEVEL = 2.0  # that texts on one line have of their height in common
_LETTER = re.compile(r"\(?[a-zA-Z]\)|[a-zA-Z][.:]?")
_SUBCAPTION = re.compile(r"\([a-zA-Z]\)\s+\S")


@dataclass(frozen=True, slots=True)
class Panel:
    """A chart, which may be a part of a figure: what it is drawn of, and what stands over it."""

    box: BBox
    shapes: tuple[Shape, ...]
    texts: tuple[Fragment, ...]
    sideways: tuple[Fragment, ...]
    name: str


@dataclass(frozen=True, slots=True)
class _Column:
    """A panel in its row: the numbers of its axis, and where it begins and ends from left to right.

    `floor` is what its marks stand on, from left to right; None where nothing is drawn there.
    """

    scale: Scale
    left: float
    right: float
    is_shared: bool = False
    floor: tuple[float, float] | None = None


def split(whole: Panel, scales: Sequence[Scale]) -> list[Panel]:
    """The panels of a figure by the `scales` of its upright axes; fewer than two where it has none.

    Texts that reach over several panels, as a title of all, are in none.
    """
    if not scales:
        return []
    axes = boxes.union(scale.box for scale in scales)
    inner = [s for s in whole.shapes if s.kind == "line" or not boxes.holds(s.bbox, axes)]
    rows = _rows(scales)
    x0, y0, x1, y1 = whole.box
    ends = [y0, *_between_rows(rows, inner, whole.texts), y1]
    if any(_is_crossed(end, inner, axis=1) for end in ends[1:-1]):
        return []
    found: list[Panel] = []
    for row, (top, foot) in zip(rows, pairwise(ends), strict=True):
        for column in _columns(row, inner, [*whole.texts, *whole.sideways], (x0, top, x1, foot)):
            found.append(_panel(column, (column.left, top, column.right, foot), whole))
    return found if len(found) <= MAX_PANELS else []


def _rows(scales: Sequence[Scale]) -> list[list[Scale]]:
    """Axes that stand side by side, from the top of the figure down, each row from the left."""
    rows: list[list[Scale]] = []
    for scale in sorted(scales, key=lambda scale: boxes.middle(scale.box)[1]):
        last = rows[-1][0].box if rows else None
        if last is not None and _overlap(last, scale.box) > _SAME_ROW_SHARE * min(
            boxes.height(last), boxes.height(scale.box)
        ):
            rows[-1].append(scale)
        else:
            rows.append([scale])
    return [sorted(row, key=lambda scale: scale.box[0]) for row in rows]


def _overlap(one: BBox, other: BBox) -> float:
    return min(one[3], other[3]) - max(one[1], other[1])


def _between_rows(
    rows: Sequence[Sequence[Scale]], shapes: Sequence[Shape], texts: Sequence[Fragment]
) -> list[float]:
    """The height between each two rows at which the widest gap is."""
    found = []
    items = [shape.bbox for shape in shapes] + [text.bbox for text in texts]
    for upper, lower in pairwise(rows):
        top = max(scale.box[3] for scale in upper)
        foot = min(scale.box[1] for scale in lower)
        spans = [(b[1], b[3]) for b in items if b[1] > top - 1 and b[3] < foot + 1]
        edge, widest, place = top, 0.0, (top + foot) / 2
        for low, high in [*sorted(spans), (foot, foot)]:
            if low - edge > widest:
                widest, place = low - edge, (low + edge) / 2
            edge = max(edge, high)
        found.append(place)
    return found


def _is_crossed(place: float, shapes: Sequence[Shape], axis: int) -> bool:
    """Whether anything is drawn on both sides of a height, or of a place across."""
    return any(
        shape.seen[axis] < place - 1 and shape.seen[axis + 2] > place + 1 for shape in shapes
    )


def _columns(
    row: Sequence[Scale], shapes: Sequence[Shape], texts: Sequence[Fragment], band: BBox
) -> list[_Column]:
    """The panels of a row: each from the numbers of its axis to the next, or on a shared floor.

    An axis with nothing drawn at its right, or within a drawing, begins none.
    """
    shapes = [shape for shape in shapes if band[1] <= shape.middle[1] <= band[3]]
    own: list[Scale] = []
    cuts = [band[0]]
    for at, scale in enumerate(row):
        if not _is_beside_marks(scale, row[at + 1 :], shapes, band):
            continue
        cut = _before(scale, shapes, texts)
        if own and _is_crossed(cut, shapes, axis=0):
            continue
        cuts += [cut] if own else []
        own.append(scale)
    found: list[_Column] = []
    for scale, (left, right) in zip(own, pairwise([*cuts, band[2]]), strict=bool(own)):
        floors = _floors(scale, shapes, (left, band[1], right, band[3]))
        if not floors:
            found.append(_Column(scale, left, right))
            continue
        inner = [(one[1] + other[0]) / 2 for one, other in pairwise(floors)]
        parts = pairwise([left, *inner, right])
        found += [
            _Column(scale, *part, is_shared=at > 0, floor=floor)
            for at, (floor, part) in enumerate(zip(floors, parts, strict=True))
        ]
    return found


def _is_beside_marks(
    scale: Scale, further: Sequence[Scale], shapes: Sequence[Shape], band: BBox
) -> bool:
    """Whether a plot is drawn right of an axis, before the next one: else it ends one on its left.

    What is drawn covers most of the axis up and down.
    """
    _, top, right, foot = scale.box
    end = min((other.box[0] for other in further), default=band[2])
    beside = [
        shape.seen
        for shape in shapes
        if right - 1 <= shape.bbox[0] and shape.middle[0] <= end and shape.seen[3] > top
    ]
    inside = [box for box in beside if box[1] < foot]
    if not inside:
        return False
    x0, y0, x1, y1 = boxes.union(inside)
    reach = min(y1, foot) - max(y0, top)
    return reach >= _MIN_MARKS_SHARE * (foot - top) and x1 - x0 >= _MIN_PLOT_WIDTH


def _before(scale: Scale, shapes: Sequence[Shape], texts: Sequence[Fragment]) -> float:
    """Where the panel of a scale begins: left of its numbers, and of its title or letter there."""
    edge, top, _, foot = scale.box
    items = [(shape.bbox, False) for shape in shapes]
    items += [
        (text.bbox, chart_words.is_turned(text) or bool(_LETTER.fullmatch(text.text.strip())))
        for text in texts
    ]
    level = [(b, turned) for b, turned in items if b[1] < foot and b[3] > top and b[0] < edge]
    for box, is_turned in sorted(level, key=lambda item: -item[0][2]):
        if is_turned and box[0] < edge and edge - box[2] <= _MAX_TITLE_GAP:
            edge = box[0]
        elif edge - box[2] >= _MIN_GAP:
            return (edge + box[2]) / 2
    return edge - _MIN_GAP


def _floors(scale: Scale, shapes: Sequence[Shape], area: BBox) -> list[tuple[float, float]]:
    """The panels on one axis by their lower edges, which stand level, from the left; few are none.

    An edge is that of a level line, of a frame, or of a background with lines over it, right of
    the numbers and no higher than the lowest of them.
    """
    right = scale.box[2]
    lowest = max(chart_scale.middle(label, "y") for label in scale.labels)
    level = [shape.bbox for shape in shapes if shape.is_level]
    edges = [
        (shape.bbox[3], shape.bbox[0], shape.bbox[2])
        for shape in shapes
        if shape.bbox[0] >= right - 1
        and area[0] <= shape.bbox[0]
        and shape.bbox[2] <= area[2] + 1
        and lowest - 1 <= shape.bbox[3] <= area[3]
        and boxes.width(shape.bbox) >= _MIN_PLOT_WIDTH
        and (shape.is_level or shape.kind == "frame" or _is_background(shape, level))
    ]
    filled = {
        shape.bbox: shape
        for shape in shapes
        if shape.kind == "rect" and boxes.width(shape.bbox) > _MIN_PLOT_WIDTH
    }
    apart = set(edges)
    feet = [box for box in filled if any(_is_foot_of(edge, box) for edge in apart)]
    bars = [box for box in feet if _is_bar(filled[box], shapes)]
    edges = [edge for edge in edges if not any(_is_foot_of(edge, bar) for bar in bars)]
    if not edges:
        return []
    widest = max(end - start for _, start, end in edges)
    wide = [edge for edge in edges if edge[2] - edge[1] >= _MIN_FLOOR_SHARE * widest]
    nearest = min(start for _, start, _ in wide)
    floor = max(y for y, start, _ in wide if start <= nearest + _SAME_FLOOR)
    spans = sorted((start, end) for y, start, end in wide if abs(y - floor) <= _SAME_FLOOR)
    marks = sorted(shape.bbox for shape in shapes if shape.bbox[1] < floor - 1)
    found: list[tuple[float, float]] = []
    for start, end in spans:
        if found and _is_joined(found[-1][1], start, marks):
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _is_bar(shape: Shape, shapes: Sequence[Shape]) -> bool:
    """Whether a filled box has nothing drawn within: no panel."""
    inner = boxes.grow(shape.bbox, -_OUTLINE)
    return not any(other is not shape and boxes.holds_middle(inner, other.bbox) for other in shapes)


def _is_foot_of(edge: tuple[float, float, float], bar: BBox) -> bool:
    """Whether a level edge (its height, from where, to where) is the outline of one bar."""
    y, start, end = edge
    off = max(abs(y - bar[3]), abs(start - bar[0]), abs(end - bar[2]))
    return off <= _OUTLINE


def _is_joined(end: float, start: float, marks: Sequence[BBox]) -> bool:
    """Whether a level edge goes on after a gap: a hair, or one that marks, from the left, fill."""
    if start - end <= _MIN_GAP:
        return True
    covered, reached = 0.0, end
    for box in marks:
        covered += max(0.0, min(box[2], start) - max(box[0], reached))
        reached = max(reached, box[2])
    return start - end <= covered / _FILLED_GAP_SHARE


def _is_background(shape: Shape, level: Sequence[BBox]) -> bool:
    """Whether a filled box has level lines over its whole width: those of a grid."""
    if shape.kind != "rect":
        return False
    around = boxes.grow(shape.bbox, 1)
    wide = _GRID_SHARE * boxes.width(shape.bbox)
    over = (line for line in level if boxes.width(line) > wide and boxes.holds(around, line))
    return len(list(islice(over, _MIN_GRID_LINES))) == _MIN_GRID_LINES


def _panel(column: _Column, area: BBox, whole: Panel) -> Panel:
    own = [shape for shape in whole.shapes if _is_in(shape, area)]
    inside = [text for text in whole.texts if _is_within(text, area)]
    labels = column.scale.labels
    if column.is_shared and column.floor is not None:
        shift = column.floor[0] - 1 - column.scale.box[2]
        inside += [
            replace(x, bbox=(x.bbox[0] + shift, x.bbox[1], x.bbox[2] + shift, x.bbox[3]))
            for x in labels
        ]
    beside = [text for text in whole.sideways if _is_within(text, area)]
    name = _name(column, area, [text for text in inside if text not in labels])
    parts = [shape.bbox for shape in own] + [text.bbox for text in (*inside, *beside)]
    drawn = boxes.clip(boxes.union(parts), area)
    return Panel(drawn, tuple(own), tuple(inside), tuple(beside), name)


def _is_in(shape: Shape, area: BBox) -> bool:
    """Whether what is seen of a shape lies in a panel; a bar that goes on beyond it does not."""
    whole = shape.bbox if shape.kind == "rect" else shape.seen
    return boxes.holds(boxes.grow(area, 1), whole)


def _is_within(text: Fragment, area: BBox) -> bool:
    x0, _, x1, _ = text.bbox
    return boxes.holds_middle(area, text.bbox) and x0 >= area[0] - 4 and x1 <= area[2] + 4


def _name(column: _Column, area: BBox, texts: Sequence[Fragment]) -> str:
    """What stands right over the plot of a panel, alone on its line, or below it behind a letter.

    It stands over the middle of the plot or its left end; texts beside each other are a legend.
    """
    top = column.scale.box[1] + column.scale.labels[0].height / 2
    below = [text.text for text in texts if text.bbox[1] > top and is_under_panel(text.text)]
    if len(below) == 1:
        return " ".join(below[0].split())
    over = [
        text
        for text in texts
        if text.bbox[3] <= top + 2
        and text.bbox[1] >= area[1]
        and any(map(str.isalpha, text.text))
        and top - text.bbox[3] <= _MAX_NAME_GAP * text.height
    ]
    words = [text for text in over if not _LETTER.fullmatch(text.text.strip())]
    found = [
        text
        for text in words
        if _is_over_plot(text, column, area)
        and not any(x is not text and _overlap(x.bbox, text.bbox) > _LEVEL for x in words)
    ]
    letters = [text for text in over if text not in words and text.bbox[0] < column.scale.box[2]]
    told = max(found, key=lambda x: x.bbox[3], default=next(iter(letters), None))
    return "" if told is None else " ".join(told.text.split())


def is_under_panel(text: str) -> bool:
    """Whether a text is the name that stands below a panel: `(b) Training data`."""
    return _SUBCAPTION.match(text.strip()) is not None


def _is_over_plot(text: Fragment, column: _Column, area: BBox) -> bool:
    """Whether a text stands over the middle of the plot of a panel, or begins at its left end."""
    left, right = column.floor or (column.scale.box[2], area[2])
    centre, reach = chart_scale.middle(text, "x"), _MAX_OFF_CENTRE * (right - left)
    begins = min(column.scale.box[0], left) - reach <= text.bbox[0] <= left + reach
    return begins or abs(centre - (left + right) / 2) <= reach
