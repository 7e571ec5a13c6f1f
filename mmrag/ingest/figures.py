"""The figures, charts, tables and diagrams of one page.

Captions lead: each is joined with what is drawn above or below it, up to the nearest body text, as
in pdffigures2 (Clark and Divvala 2016). What no caption claims counts too, when it is large enough:
bitmaps, groups of vector paths, and the tables that PyMuPDF's layout model sees.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import pymupdf

from mmrag.ingest import boxes, captions, graphics, kinds, layout, reading
from mmrag.ingest.captions import Caption
from mmrag.ingest.graphics import Graphic
from mmrag.ingest.layout import LayoutBox
from mmrag.ingest.reading import Fragment
from mmrag.ingest.text import TextLine
from mmrag.types import BBox, FigureKind

MAX_LINES = 3000
"""A page with more lines of text goes without the layout model: it takes minutes on such pages."""
_REACH = 60.0  # points between a caption and its figure
_MARGIN = 0.095  # of the page, above and below: headers and footers
_SMALLEST = 0.012  # of the page: what counts without a caption
_JOIN = 26.0  # points between parts of one figure
_LABELS = 70.0  # points that labels may reach beyond what is drawn
_PAGE = 0.92  # of the page: that is the page itself
_NARROW = 28.0  # points: neither side of a figure without caption is shorter


@dataclass(frozen=True, slots=True)
class FoundFigure:
    """A figure of a page; `bbox` leaves the caption out. Equal `repeat_key`s look the same."""

    bbox: BBox
    kind: FigureKind
    label: str
    caption: str
    caption_bbox: BBox | None
    text: str
    repeat_key: str


@dataclass(frozen=True)
class _Scene:
    """All that is known of a page."""

    frame: BBox
    lines: Sequence[Fragment]
    captions: Sequence[Caption]
    graphics: Sequence[Graphic]
    frames: Sequence[Graphic]  # around running text: a figure only where a caption says so
    layout: Sequence[LayoutBox]

    @cached_property
    def tables(self) -> list[BBox]:
        return [box.bbox for box in self.layout if box.label == "table"]

    @cached_property
    def areas(self) -> list[BBox]:
        """Every box that may be a figure or a part of one; none from the page's margins."""
        pictures = [box.bbox for box in self.layout if box.label == "picture"]
        every = [*(item.bbox for item in self.graphics), *self.tables, *pictures]
        top, bottom = _MARGIN * self.frame[3], (1 - _MARGIN) * self.frame[3]
        return [box for box in every if box[3] > top and box[1] < bottom]

    @cached_property
    def body(self) -> list[LayoutBox]:
        """Boxes of running text, headings, headers and footers that no graphic covers."""
        solid = layout.BODY_LABELS | layout.MARGIN_LABELS
        found = [box for box in self.layout if box.label in solid] or _body_by_rule(self.lines)
        parts = [item.bbox for item in (*self.graphics, *self.frames)]
        parts += [box.bbox for box in self.layout if box.label in layout.FIGURE_LABELS]
        return [
            box
            for box in found
            if not any(boxes.share(box.bbox, part) > 0.5 for part in parts)
            and (boxes.width(box.bbox) > 0.18 * self.frame[2] or box.label in layout.MARGIN_LABELS)
            and not any(boxes.share(box.bbox, caption.bbox) > 0.5 for caption in self.captions)
        ]

    @cached_property
    def loose(self) -> list[BBox]:
        """Lines that are neither body text nor caption: labels of axes, cells, panel titles."""
        claimed = {number for caption in self.captions for number in caption.lines}
        return [
            line.bbox
            for number, line in enumerate(self.lines)
            if number not in claimed
            and not any(boxes.share(line.bbox, body.bbox) > 0.5 for body in self.body)
        ]


def find_figures(
    page: pymupdf.Page,
    lines: Sequence[Fragment],
    use_layout: Literal["auto", "always", "never"] = "auto",
    without: frozenset[str] = frozenset(),
    on_stage: Callable[[str], None] = lambda stage: None,
) -> list[FoundFigure]:
    """The figures of a page in reading order.

    `lines` are the page's text, from the PDF or from OCR. `without` leaves out stages that failed
    before ("images", "drawings", "layout"); `on_stage` is told each before it runs.
    """
    frame = (0.0, 0.0, float(page.rect.width), float(page.rect.height))
    drawn: list[Graphic] = []
    if "images" not in without:
        on_stage("images")
        drawn += graphics.images(page)
    if "drawings" not in without:
        on_stage("drawings")
        drawn += graphics.drawings(page)
    frames = [item for item in drawn if _frames_text(item, lines)]
    drawn = [item for item in drawn if item not in frames and _is_visible(item)]
    named = captions.find(lines)
    seen: list[LayoutBox] = []
    if _wants_layout(use_layout, drawn, named, lines) and "layout" not in without:
        on_stage("layout")
        seen = layout.boxes(page)
        named = captions.find(lines, [box.bbox for box in seen if box.label == "caption"])
    scene = _Scene(frame, lines, named, drawn, frames, seen)
    captioned = _captioned(scene)
    found = [*captioned, *_uncaptioned(scene, [figure.bbox for figure in captioned])]
    return sorted(found, key=lambda figure: (round(figure.bbox[1] / 20), figure.bbox[0]))


def _wants_layout(
    use_layout: Literal["auto", "always", "never"],
    drawn: Sequence[Graphic],
    named: Sequence[Caption],
    lines: Sequence[Fragment],
) -> bool:
    if use_layout == "never" or len(lines) > MAX_LINES:
        return False
    return use_layout == "always" or layout.is_worthwhile(len(drawn), len(named), lines)


def _is_visible(item: Graphic) -> bool:
    """Whether a drawing is more than a bullet or an underline."""
    return item.source == "image" or max(boxes.width(item.bbox), boxes.height(item.bbox)) >= 12


def _frames_text(item: Graphic, lines: Sequence[Fragment]) -> bool:
    """Whether a drawing is only the frame or background of running text."""
    if item.source == "image" or item.curves > 8 or item.paths > 6:
        return False
    inside = [line for line in lines if boxes.share(line.bbox, item.bbox) > 0.8]
    prose = sum(len(line.text.split()) > 6 for line in inside)
    return prose >= 2 or prose == len(inside) == 1


# figures with a caption


def _captioned(scene: _Scene) -> list[FoundFigure]:
    """One figure for each caption that has something drawn, or a table, beside it.

    Of the two habits, captions above tables and below them, the page has the one that serves more
    captions.
    """
    styles = [_matched(scene, table_above) for table_above in (False, True)]
    claims = min(styles, key=lambda style: (-len(style), sum(cost for cost, _ in style.values())))
    return [_figure(scene, box, scene.captions[number]) for number, (_, box) in claims.items()]


def _matched(scene: _Scene, table_above: bool) -> dict[int, tuple[float, BBox]]:
    """Cost and box for each caption, by its position, in one style: tables above captions or below.

    The closest pairs are made first, and what one caption has claimed no other gets.
    """
    options = sorted(
        (cost, number, box)
        for number, caption in enumerate(scene.captions)
        for cost, box in _options(scene, caption, table_above)
    )
    claims: dict[int, tuple[float, BBox]] = {}
    for cost, number, box in options:
        taken = any(_same_place(box, other) for _, other in claims.values())
        if number not in claims and not taken:
            claims[number] = (cost, box)
    return claims


def _same_place(one: BBox, other: BBox) -> bool:
    return max(boxes.share(one, other), boxes.share(other, one)) > 0.5


def _options(scene: _Scene, caption: Caption, table_above: bool) -> list[tuple[float, BBox]]:
    """What a caption may speak of, with a cost that rises with distance.

    A figure is above its caption in the main. Plain lines of text are taken where nothing is drawn.
    """
    penalties = (0, 24) if caption.of == "figure" or table_above else (24, 0)
    options: list[tuple[float, BBox]] = []
    for up, penalty in zip((True, False), penalties, strict=True):
        band = _band(scene, caption, up=up)
        drawn = _content(scene, caption, band)
        if drawn is not None and _distance(drawn, caption) <= _REACH:
            options.append((_distance(drawn, caption) + penalty, drawn))
        plain = _text_block(scene, caption, band)
        if plain is not None:
            options.append((_REACH + _distance(plain, caption) + penalty, plain))
    return options


def _distance(box: BBox, caption: Caption) -> float:
    return max(0.0, caption.bbox[1] - box[3], box[1] - caption.bbox[3])


def _column(scene: _Scene, box: BBox) -> tuple[float, float]:
    """The left and right end of the column that a box stands in: half the page or all of it."""
    middle = scene.frame[2] / 2
    if box[0] < middle - 12 and box[2] > middle + 12:
        return scene.frame[0], scene.frame[2]
    if not _two_columns(scene):
        return scene.frame[0], scene.frame[2]
    return (scene.frame[0], middle + 4) if box[2] <= middle + 12 else (middle - 4, scene.frame[2])


def _two_columns(scene: _Scene) -> bool:
    """Whether text or captions stand side by side on the page."""
    middle = scene.frame[2] / 2
    blocks = [*(b.bbox for b in scene.body), *(caption.bbox for caption in scene.captions)]
    left = [
        box for box in blocks if box[2] <= middle + 12 and boxes.width(box) > 0.2 * scene.frame[2]
    ]
    right = [
        box for box in blocks if box[0] >= middle - 12 and boxes.width(box) > 0.2 * scene.frame[2]
    ]
    return bool(left and right)


def _band(scene: _Scene, caption: Caption, *, up: bool) -> BBox:
    """The part of the caption's column from it to the nearest body text or other caption."""
    x0, x1 = _column(scene, caption.bbox)
    stops = [
        box
        for box in (
            *(b.bbox for b in scene.body),
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


def _body_by_rule(lines: Sequence[Fragment]) -> list[LayoutBox]:
    """Blocks with several lines of prose, for pages that the layout model did not see."""
    blocks: dict[int, list[TextLine]] = {}
    for line in reading.order(lines):
        blocks.setdefault(line.block, []).append(line)
    return [
        LayoutBox(boxes.union(line.bbox for line in block), "text")
        for block in blocks.values()
        if sum(len(line.text.split()) > 5 and not layout.is_row(line.text) for line in block) >= 2
    ]


def _content(scene: _Scene, caption: Caption, band: BBox) -> BBox | None:
    """What is drawn in a band, with its labels; None where that is nothing."""
    inside = [box for box in scene.areas if boxes.share(box, band) > 0.5]
    tabular = [box for box in inside if any(boxes.share(box, t) > 0.5 for t in scene.tables)]
    drawn = [box for box in inside if box not in tabular]
    wanted, rest = (tabular, drawn) if caption.of == "table" else (drawn, tabular)
    parts = [boxes.clip(box, band) for box in wanted or rest]
    parts = parts or [f.bbox for f in scene.frames if boxes.share(f.bbox, band) > 0.7]
    parts = [part for part in parts if boxes.area(part) > 0 or boxes.width(part) > 20]
    if not parts:
        return None
    near = sorted(boxes.merge(parts, 30.0), key=lambda box: _distance(box, caption))
    box = near[0]
    for other in near[1:]:
        if boxes.overlap_x(box, other) > 0 or _same_row(box, other):
            box = boxes.union([box, other])
    box = _with_labels(scene, box, band)
    return box if min(boxes.width(box), boxes.height(box)) >= 15 else None


def _same_row(one: BBox, other: BBox) -> bool:
    common = min(one[3], other[3]) - max(one[1], other[1])
    return common > 0.4 * min(boxes.height(one), boxes.height(other))


def _with_labels(scene: _Scene, box: BBox, band: BBox) -> BBox:
    """`box` grown by the short texts beside it: axis labels, legends, panel titles."""
    loose = [text for text in scene.loose if boxes.share(text, band) > 0.7]
    while True:
        near = [text for text in loose if boxes.touch(text, box, 11.0)]
        loose = [text for text in loose if text not in near]
        if not near:
            return box
        box = boxes.union([box, *near])


def _text_block(scene: _Scene, caption: Caption, band: BBox) -> BBox | None:
    """The lines right beside a caption where nothing is drawn: a table without rules."""
    near = sorted(
        (text for text in scene.loose if boxes.share(text, band) > 0.7),
        key=lambda box: _distance(box, caption),
    )
    if not near or _distance(near[0], caption) > 30:
        return None
    box = near[0]
    for line in near[1:]:
        if boxes.touch(line, (band[0], box[1], band[2], box[3]), 14.0):
            box = boxes.union([box, line])
    return box if min(boxes.width(box), boxes.height(box)) >= 20 else None


# figures without one


def _uncaptioned(scene: _Scene, taken: Sequence[BBox]) -> list[FoundFigure]:
    """Bitmaps, drawings and tables that no caption claimed, when they are large enough."""
    drawn = [
        item.bbox
        for item in scene.graphics
        if not any(boxes.share(item.bbox, box) > 0.4 for box in taken)
        and not (item.source == "image" and boxes.height(item.bbox) < _NARROW)  # a line of text
        and (item.source == "image" or item.paths > 3 or item.curves > 3)
    ]
    seen = [
        box.bbox
        for box in scene.layout
        if box.label in layout.FIGURE_LABELS and not any(_same_place(box.bbox, t) for t in taken)
    ]
    found = []
    for part in _joined(scene, [*drawn, *seen]):
        box = _with_labels(scene, part, boxes.clip(boxes.grow(part, _LABELS), scene.frame))
        if boxes.area(box) < _SMALLEST * boxes.area(scene.frame):
            continue
        if min(boxes.width(box), boxes.height(box)) < _NARROW or _is_prose(scene, box):
            continue
        if boxes.area(box) > _PAGE * boxes.area(scene.frame):
            continue
        if not any(boxes.share(box, other) > 0.5 for other in taken):
            found.append(_figure(scene, box, None))
    return found


def _joined(scene: _Scene, parts: Sequence[BBox]) -> list[BBox]:
    """Parts that stand close together with no body text between them, as their unions."""
    joined: list[BBox] = []
    for part in parts:
        box = part
        while near := next((b for b in joined if _belong(scene, b, box)), None):
            joined.remove(near)
            box = boxes.union([box, near])
        joined.append(box)
    return joined


def _belong(scene: _Scene, one: BBox, other: BBox) -> bool:
    if boxes.touch(one, other):
        return True
    if not boxes.touch(one, other, _JOIN):
        return False
    whole = boxes.union([one, other])
    return not any(boxes.share(body.bbox, whole) > 0.3 for body in scene.body)


def _is_prose(scene: _Scene, box: BBox) -> bool:
    """Whether a box holds running text in the main, and no bitmap and no table."""
    if any(boxes.share(table, box) > 0.5 for table in scene.tables):
        return False
    if any(item.source == "image" and boxes.share(item.bbox, box) > 0.8 for item in scene.graphics):
        return False
    inside = [line for line in scene.lines if boxes.share(line.bbox, box) > 0.6]
    prose = [line for line in inside if len(line.text.split()) > 6 and not layout.is_row(line.text)]
    return len(prose) >= 3 and 2 * len(prose) > len(inside)


def _figure(scene: _Scene, box: BBox, caption: Caption | None) -> FoundFigure:
    claimed = set(caption.lines) if caption else set()
    inside = [
        line
        for number, line in enumerate(scene.lines)
        if boxes.share(line.bbox, box) > 0.6 and number not in claimed
    ]
    parts = [item for item in scene.graphics if boxes.share(item.bbox, box) > 0.5]
    is_table = any(
        boxes.share(table, box) > 0.5 and boxes.share(box, table) > 0.4 for table in scene.tables
    )
    kind = kinds.of(caption.label if caption else "", parts, inside, is_table)
    keys = sorted(item.key for item in parts)
    place = ",".join(str(round(value / 4)) for value in box)
    return FoundFigure(
        box,
        kind,
        caption.label if caption else "",
        caption.text if caption else "",
        caption.bbox if caption else None,
        "\n".join(line.text for line in reading.order(inside)),
        "" if caption else f"{place}:{'-'.join(keys[:4])}" if keys else "",
    )
