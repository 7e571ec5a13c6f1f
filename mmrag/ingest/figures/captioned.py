"""Figures with a caption: what is drawn, ruled or set in columns above or below it.

Each caption has a band of the page up to the nearest body text in its column, as in pdffigures2
(Clark and Divvala 2016, section 3), and the closest pairs of caption and content are made first.
"""

from collections.abc import Sequence

from mmrag import boxes
from mmrag.ingest.figures.captions import Caption
from mmrag.ingest.figures.scene import Scene
from mmrag.types import BBox

# Chosen by hand on pages of reports, papers and slides.
_MAX_GAP_POINTS = 60.0  # between a caption and its figure
_ALIGNED_POINTS = 4.0  # between left ends that are meant to be the same
_BELOW_PENALTY_POINTS = 24.0  # that a figure below its caption has to be nearer


def captioned(scene: Scene) -> list[tuple[BBox, Caption]]:
    """The box of each caption that has something drawn, or a table, beside it.

    Of the two habits, captions above tables and below them, the page has the one that serves more
    captions.
    """
    styles = [_matched(scene, table_above) for table_above in (False, True)]
    claims = min(styles, key=lambda style: (-len(style), sum(cost for cost, _ in style.values())))
    return [(box, scene.captions[number]) for number, (_, box) in claims.items()]


def same_place(one: BBox, other: BBox) -> bool:
    """Whether most of one box lies in the other."""
    return max(boxes.share(one, other), boxes.share(other, one)) > 0.5


def _matched(scene: Scene, table_above: bool) -> dict[int, tuple[float, BBox]]:
    """Cost and box for each caption, by its position, in one style: tables above captions or below.

    What one caption has claimed no other gets.
    """
    options = sorted(
        (cost, number, box)
        for number, caption in enumerate(scene.captions)
        for cost, box in _options(scene, caption, table_above)
    )
    claims: dict[int, tuple[float, BBox]] = {}
    for cost, number, box in options:
        taken = any(same_place(box, other) for _, other in claims.values())
        if number not in claims and not taken:
            claims[number] = (cost, box)
    return claims


def _options(scene: Scene, caption: Caption, table_above: bool) -> list[tuple[float, BBox]]:
    """What a caption may speak of, with a cost that rises with distance.

    A figure is above its caption in the main. Plain lines of text are taken where nothing is drawn.
    """
    above = caption.of == "figure" or table_above
    penalties = (0.0, _BELOW_PENALTY_POINTS) if above else (_BELOW_PENALTY_POINTS, 0.0)
    options: list[tuple[float, BBox]] = []
    for up, penalty in zip((True, False), penalties, strict=True):
        band = _band(scene, caption, up=up)
        drawn = _content(scene, caption, band)
        if drawn is not None and _distance(drawn, caption) <= _MAX_GAP_POINTS:
            options.append((_distance(drawn, caption) + penalty, drawn))
        named = caption.label.startswith(("Figure", "Table"))  # an exhibit may be a whole paper
        plain = _text_block(scene, caption, band) if named else None
        if plain is not None:
            options.append((_MAX_GAP_POINTS + _distance(plain, caption) + penalty, plain))
    return options


def _distance(box: BBox, caption: Caption) -> float:
    return max(0.0, caption.bbox[1] - box[3], box[1] - caption.bbox[3])


def _band(scene: Scene, caption: Caption, *, up: bool) -> BBox:
    """The part of the caption's column from it to the nearest body text or other caption.

    A table right beside the caption, as the layout model sees it, may be wider than the column.
    """
    x0, x1 = scene.column(caption.bbox)
    for table in scene.tables:
        beside = _distance(table, caption) <= _MAX_GAP_POINTS
        if (
            beside
            and boxes.overlap_x(table, caption.bbox) > 0
            and (table[3] <= caption.bbox[1] + 4) == up
        ):
            x0, x1 = min(x0, table[0]), max(x1, table[2])
    stops = [
        box
        for box in (
            *(body.bbox for body in scene.body),
            *(other.bbox for other in scene.captions if other is not caption),
        )
        if boxes.overlap_x(box, (x0, 0, x1, 0)) > 0.3 * min(boxes.width(box), x1 - x0)
        and boxes.iou(box, caption.bbox) < 0.1
        and boxes.share(box, caption.bbox) < 0.5
    ]
    if up:
        edge = max((b[3] for b in stops if b[3] <= caption.bbox[1] + 4), default=scene.frame[1])
        return (x0, edge, x1, caption.bbox[1])
    edge = min((b[1] for b in stops if b[1] >= caption.bbox[3] - 4), default=scene.frame[3])
    return (x0, caption.bbox[3], x1, edge)


def _content(scene: Scene, caption: Caption, band: BBox) -> BBox | None:
    """What is drawn in a band, with its labels; None where that is nothing."""
    beside = [other.bbox for other in scene.captions if _level(other.bbox, caption.bbox)]
    inside = [
        box
        for box in scene.areas
        if boxes.share(box, band) > 0.5
        and all(_across(box, caption.bbox) <= _across(box, other) for other in beside)
    ]
    inside, band = _own(scene, inside, caption, beside, band)
    tabular = [box for box in inside if any(boxes.share(box, t) > 0.5 for t in scene.tables)]
    drawn = [box for box in inside if box not in tabular]
    is_table = caption.of == "table" or (
        # What shades its rows is drawn, and an exhibit may be either.
        caption.label.startswith("Exhibit") and any(table in inside for table in scene.tables)
    )
    wanted, other = (tabular, drawn) if is_table else (drawn, tabular)
    parts = [boxes.clip(box, band) for box in wanted or other]
    parts = parts or [f.bbox for f in scene.frames if boxes.share(f.bbox, band) > 0.7]
    parts = [part for part in parts if boxes.area(part) > 0 or boxes.width(part) > 20]
    if not parts:
        return None
    near = sorted(boxes.merge(parts, 30.0), key=lambda box: _distance(box, caption))
    box = _with_rows(near[0], near[1:])
    box = scene.grown(boxes.clip(scene.on_ground(box), boxes.union([box, band])), band)
    return box if min(boxes.width(box), boxes.height(box)) >= 15 else None


def _own(
    scene: Scene, inside: Sequence[BBox], caption: Caption, beside: Sequence[BBox], band: BBox
) -> tuple[list[BBox], BBox]:
    """Boxes without what reaches over to a caption beside; where all do, the part of each here.

    Two tables side by side, each with its caption, may be one box to the layout model. Comes with
    the part of the band in which labels are looked for.
    """
    alone = [box for box in inside if not any(_reaches(box, other) for other in beside)]
    if alone or not inside:
        return alone, band
    left, right = band[0], band[2]
    for other in beside:
        if other[0] > caption.bbox[0]:
            right = min(right, _between(scene, inside, caption.bbox, other))
        else:
            left = max(left, _between(scene, inside, other, caption.bbox))
    band = (left, band[1], right, band[3])
    return [boxes.clip(box, band) for box in inside], band


def _reaches(box: BBox, caption: BBox) -> bool:
    return boxes.overlap_x(box, caption) > 0.5 * boxes.width(caption)


def _between(scene: Scene, inside: Sequence[BBox], left: BBox, right: BBox) -> float:
    """Where what belongs to two captions parts: left of what is set above or below the right."""
    aligned = any(
        abs(line.bbox[0] - right[0]) < _ALIGNED_POINTS
        for box in inside
        for line in scene.inside(box)
    )
    return right[0] - _ALIGNED_POINTS if aligned else (left[2] + right[0]) / 2


def _level(one: BBox, other: BBox) -> bool:
    """Whether one of two captions stands beside the other."""
    apart = boxes.overlap_x(one, other) == 0
    return apart and one[1] < other[3] and other[1] < one[3]


def _across(one: BBox, other: BBox) -> float:
    """Points between two boxes from left to right; 0 where one is above the other."""
    return max(0.0, one[0] - other[2], other[0] - one[2])


def _with_rows(box: BBox, others: Sequence[BBox]) -> BBox:
    """`box` with those others that stand over, under or beside it: panels of one figure."""
    for other in others:
        if boxes.overlap_x(box, other) > 0 or _same_row(box, other):
            box = boxes.union([box, other])
    return box


def _same_row(one: BBox, other: BBox) -> bool:
    common = min(one[3], other[3]) - max(one[1], other[1])
    return common > 0.4 * min(boxes.height(one), boxes.height(other))


def _text_block(scene: Scene, caption: Caption, band: BBox) -> BBox | None:
    """The lines right beside a caption where nothing is drawn: a table without rules."""
    near = sorted(
        (line.bbox for line in scene.loose if boxes.share(line.bbox, band) > 0.7),
        key=lambda box: _distance(box, caption),
    )
    if not near or _distance(near[0], caption) > 30:
        return None
    box = near[0]
    for line in near[1:]:
        if boxes.touch(line, (band[0], box[1], band[2], box[3]), 14.0):
            box = boxes.union([box, line])
    return box if min(boxes.width(box), boxes.height(box)) >= 20 else None
