"""The boxes of a diagram: closed shapes that hold text, and what stands in each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mmrag import boxes
from mmrag.ingest.grids import chart_words, polygons
from mmrag.ingest.grids.chart_shapes import Shape
from mmrag.ingest.grids.polygons import Point
from mmrag.ingest.layout.order import Fragment, reading_order
from mmrag.types import BBox

# Chosen by hand on drawings of Graphviz, Matplotlib and office programs.
_SAME_SHARE = 0.8  # of the union: two outlines of one box, or a box and its shadow
_DOUBLE_POINTS = 5.0  # between the two lines of a double border
_MIN_SIDE_POINTS = 5.0  # of a box
_WHOLE_SHARE = 0.97  # of the figure, each way, that its own frame or background covers
_WITHIN_SHARE = 0.95  # of a box that stands in another
_PART_SHARE = 0.1  # of a text in a box: of so much in two, each has its own words
_LINE_GAP = 0.6  # heights of a line, to the next line of the same text
_TITLE_GAP = 1.5  # heights of a line, from the title of a box to its border
_MAX_NAME_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Box:
    """A closed shape and what stands in it. `group`: the position of the smallest box around it."""

    outline: tuple[Point, ...]
    bbox: BBox
    texts: tuple[Fragment, ...] = ()
    group: int | None = None

    @property
    def name(self) -> str:
        return name_of(self.texts)


def find(
    shapes: Sequence[Shape], texts: Sequence[Fragment], figure: BBox
) -> tuple[list[Box], list[Fragment]]:
    """The boxes, larger ones before those in them, and the texts that stand in none.

    Of a box that holds others, the text nearest to its border names it, and the others stand free.
    """
    outlines = _outlines(shapes, figure)
    around = [smallest(outlines[:at], shape.bbox) for at, shape in enumerate(outlines)]
    held: list[list[Fragment]] = [[] for _ in outlines]
    free: list[Fragment] = []
    for text in _pieces(texts, outlines):
        within = [
            at
            for at, shape in enumerate(outlines)
            if boxes.holds_middle(shape.bbox, text.bbox)
            and polygons.is_within(boxes.middle(text.bbox), shape.points)
        ]
        (held[within[-1]] if within else free).append(text)
    holders = {group for group, own in zip(around, held, strict=True) if own}
    found: list[Box] = []
    for at, (shape, own) in enumerate(zip(outlines, held, strict=True)):
        if at in holders:
            title = _title(own, shape)
            free += [text for text in own if text not in title]
            own = title
        found.append(Box(shape.points, shape.bbox, tuple(own), around[at]))
    plain = [
        at
        for at, box in enumerate(found)
        if box.texts or at in holders or box.group is None or box.group in holders
    ]
    return kept(found, plain), free


def kept(found: Sequence[Box], places: Sequence[int]) -> list[Box]:
    """The boxes at some positions; what stood in another stands in what that one stood in."""
    new = {place: at for at, place in enumerate(places)}

    def group(box: Box) -> int | None:
        around = box.group
        while around is not None and around not in new:
            around = found[around].group
        return None if around is None else new[around]

    return [replace(found[place], group=group(found[place])) for place in places]


def _title(texts: Sequence[Fragment], shape: Shape) -> list[Fragment]:
    """Of texts between the boxes in a box, those that stand right at its upper or lower border."""
    _, top, _, bottom = shape.bbox
    near = [
        (gap, text)
        for box in paragraphs(texts)
        if (gap := min(box.bbox[1] - top, bottom - box.bbox[3])) < _TITLE_GAP * box.texts[0].height
        for text in box.texts
    ]
    least = min((gap for gap, _ in near), default=0.0)
    return [text for gap, text in near if gap <= least + 1]


def _outlines(shapes: Sequence[Shape], figure: BBox) -> list[Shape]:
    """The closed shapes that may be boxes, larger ones first; of two of one box the outer."""
    found: list[Shape] = []
    for shape in sorted(shapes, key=lambda shape: boxes.area(shape.bbox), reverse=True):
        seen = boxes.clip(shape.bbox, figure)
        is_whole = all(
            side(seen) > _WHOLE_SHARE * side(figure) for side in (boxes.width, boxes.height)
        )
        is_small = min(boxes.width(shape.bbox), boxes.height(shape.bbox)) < _MIN_SIDE_POINTS
        if not is_whole and not is_small and not any(_are_one(shape, other) for other in found):
            found.append(shape)
    return found


def _are_one(one: Shape, other: Shape) -> bool:
    overlap = boxes.iou(one.bbox, other.bbox)
    apart = max(abs(a - b) for a, b in zip(one.bbox, other.bbox, strict=True))
    return overlap > _SAME_SHARE or (overlap > 0.5 and apart <= _DOUBLE_POINTS)


def smallest(found: Sequence[Shape | Box], box: BBox) -> int | None:
    """The position of the smallest one that a box stands in."""
    around = [at for at, s in enumerate(found) if boxes.share(box, s.bbox) > _WITHIN_SHARE]
    return min(around, key=lambda at: boxes.area(found[at].bbox), default=None)


def _pieces(texts: Sequence[Fragment], outlines: Sequence[Shape]) -> Iterator[Fragment]:
    """The texts; one that stands in two boxes beside each other as its words."""
    for text in texts:
        parts = [shape for shape in outlines if boxes.share(text.bbox, shape.bbox) > _PART_SHARE]
        whole = [s for s in parts if boxes.share(text.bbox, s.bbox) > 1 - _PART_SHARE]
        if len(parts) - len(whole) > 1:
            yield from chart_words.words(text)
        else:
            yield text


def name_of(texts: Sequence[Fragment]) -> str:
    """Texts of one place as one line."""
    lines = [" ".join(line.text.split()) for line in reading_order(texts)]
    return " ".join(lines)[:_MAX_NAME_CHARACTERS]


def paragraphs(texts: Sequence[Fragment]) -> list[Box]:
    """Texts in no box, those right below each other as one, each with its own box as outline."""
    groups: list[list[Fragment]] = []
    for text in sorted(texts, key=lambda text: text.bbox[1]):
        for group in groups:
            last = group[-1]
            gap = text.bbox[1] - last.bbox[3]
            beside = boxes.overlap_x(text.bbox, last.bbox)
            narrower = min(boxes.width(text.bbox), boxes.width(last.bbox))
            if abs(gap) < _LINE_GAP * last.height and beside > 0.5 * narrower:
                group.append(text)
                break
        else:
            groups.append([text])
    found = []
    for group in groups:
        box = boxes.union(text.bbox for text in group)
        found.append(Box(polygons.corners(box), box, tuple(group)))
    return found


def with_margin(text: Box, margin: float) -> Box:
    """A text as a box around it, as programs lay one out that has no outline."""
    box = boxes.grow(text.bbox, margin)
    return replace(text, outline=polygons.corners(box), bbox=box)
