"""The figures, charts, tables and diagrams of one page.

Captions lead: each is joined with what is drawn above or below it. What no caption claims counts
too, when it is large enough: bitmaps, groups of vector paths, and the tables that PyMuPDF's layout
model sees.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mmrag import boxes
from mmrag.ingest.drawing import Path
from mmrag.ingest.figures import captions, graphics, kinds, pixels
from mmrag.ingest.figures.captioned import captioned
from mmrag.ingest.figures.captions import Caption
from mmrag.ingest.figures.graphics import Drawn, Graphic
from mmrag.ingest.figures.scene import Scene
from mmrag.ingest.figures.table_signs import needs_layout
from mmrag.ingest.figures.uncaptioned import Title, is_large, title_of, uncaptioned
from mmrag.ingest.layout.model import MAX_LINES, LayoutBox, layout_boxes
from mmrag.ingest.layout.order import Fragment, reading_order
from mmrag.ingest.mupdf import pymupdf
from mmrag.text.scripts import count_words
from mmrag.types import BBox, FigureKind

STAGES = ("images", "pixels", "drawings", "layout")
"""What can be left out of `find_figures` when it failed before."""
# Chosen by hand on pages of reports, papers and slides.
_MIN_TYPE_POINTS = 3.0  # size: smaller type is a part of a drawing
_MIN_TYPE_POINTS_OF_MANY = 5.0  # the same where a page has too many pieces of text
_MAX_CAPTION_GAP_POINTS = 40.0  # between a ruled table and its caption
_MAX_SAMPLE_GAP_POINTS = 20.0  # between a chart and the sample of a legend at its side
_MARGIN_SHARE = 0.07  # of the page, above and below: rules there belong to headers and footers


@dataclass(frozen=True, slots=True)
class FoundFigure:
    """A figure of a page; `bbox` leaves the caption out. Equal `repeat_key`s look the same.

    Where there is no numbered caption, `label` is empty and `caption` the title above the figure.
    """

    bbox: BBox
    kind: FigureKind
    label: str
    caption: str
    caption_bbox: BBox | None
    text: str
    repeat_key: str
    tables: tuple[LayoutBox, ...] = ()  # within the figure, as the layout model sees them
    drawn: tuple[
        tuple[Path, BBox], ...
    ] = ()  # the paths of a chart, diagram or table, and what is seen of each
    read_in: tuple[Fragment, ...] = ()  # what OCR read in its own pixels


def find_figures(
    page: pymupdf.Page,
    lines: Sequence[Fragment],
    use_layout: Literal["auto", "always", "never"] = "auto",
    without: frozenset[str] = frozenset(),
    on_stage: Callable[[str], None] = lambda stage: None,
    on_limit: Callable[[str, str], None] = lambda stage, message: None,
    *,
    is_read: bool = False,
) -> list[FoundFigure]:
    """The figures of a page in reading order.

    `lines` are the page's text, from the PDF or from OCR. `without` leaves out those of
    `STAGES` that failed before; `on_stage` is told each before it runs, `on_limit` the stage and
    what was left out where a page has more than is looked at. `is_read`: OCR read the lines.
    """

    def begins(stage: str) -> bool:
        if stage not in without:
            on_stage(stage)
        return stage not in without

    frame = (0.0, 0.0, float(page.rect.width), float(page.rect.height))
    crowded = len(lines) > MAX_LINES
    tiny = [
        line
        for line in lines
        if line.size < (_MIN_TYPE_POINTS_OF_MANY if crowded else _MIN_TYPE_POINTS)
    ]
    bitmaps = graphics.images(page) if begins("images") else []
    behind = graphics.backgrounds(bitmaps, frame)
    bitmaps = [item for item in bitmaps if item not in behind]
    if behind and begins("pixels"):
        bitmaps += pixels.figures(page, [line.bbox for line in lines])
    drawn = Drawn()
    dense = False
    if begins("drawings"):
        drawn = graphics.drawings(page, [line.bbox for line in tiny])
        if dense := drawn.paths > graphics.MAX_PATHS:
            on_limit("drawings", f"{graphics.MAX_PATHS} of {drawn.paths} paths were looked at")
            on_limit("layout", f"{drawn.paths} paths are too many for the layout model")
    if crowded:
        on_limit("layout", f"{len(lines)} pieces of text are too many for the layout model")
        lines = [line for line in lines if line.size >= _MIN_TYPE_POINTS_OF_MANY]
    named = captions.find(lines)
    frames = [item for item in drawn.groups if _frames_text(item, lines)]
    free = [item for item in drawn.groups if item not in frames and _is_visible(item)]
    graphic = [*bitmaps, *free]
    seen: list[LayoutBox] = []
    wanted = use_layout == "always" or (
        use_layout == "auto"
        and needs_layout(
            named,
            drawn.rules,
            lines,
            drawn=any(is_large(item.bbox, frame) and item.paths > 3 for item in free),
        )
    )
    if wanted and not (crowded or dense) and begins("layout"):
        seen = layout_boxes(page, lines if is_read else ())
        named = captions.find(lines, [box.bbox for box in seen if box.label == "caption"])
    ruled = _ruled(drawn.rules, named, graphic, frame)
    figures = _found(Scene(frame, lines, named, graphic, frames, ruled, seen, drawn.grounds))
    return [_with_paths(figure, drawn) for figure in figures]


def _with_paths(figure: FoundFigure, drawn: Drawn) -> FoundFigure:
    if figure.kind == "table":  # whose lines may be one path with those of others
        lined = tuple((path, seen) for path, seen in drawn.seen if boxes.touch(figure.bbox, seen))
        return replace(figure, drawn=lined)
    if figure.kind not in ("chart", "diagram"):
        return figure
    box = _with_samples(figure.bbox, drawn) if figure.kind == "chart" else figure.bbox
    area = boxes.grow(box, 1)
    inside = tuple((path, seen) for path, seen in drawn.seen if boxes.holds_middle(area, seen))
    return replace(figure, bbox=box, drawn=inside)


def _with_samples(box: BBox, drawn: Drawn) -> BBox:
    """The box of a chart with the samples of a legend that stand at its side, two or more."""
    beside = [
        item.bbox
        for item in drawn.groups
        if not _is_visible(item)
        and boxes.touch(item.bbox, box, _MAX_SAMPLE_GAP_POINTS)
        and box[1] <= boxes.middle(item.bbox)[1] <= box[3]
        and not boxes.holds_middle(box, item.bbox)
    ]
    return boxes.union([box, *beside]) if len(beside) > 1 else box


def _found(scene: Scene) -> list[FoundFigure]:
    named = captioned(scene)
    figures = [_figure(scene, box, caption) for box, caption in named]
    left = [caption for caption in scene.captions if caption not in [c for _, c in named]]
    for box in uncaptioned(scene, [box for box, _ in named]):
        inside = (caption for caption in left if boxes.share(caption.bbox, box) > 0.8)
        figures.append(_figure(scene, box, next(inside, None) or title_of(scene, box)))
    return sorted(figures, key=lambda figure: (round(figure.bbox[1] / 20), figure.bbox[0]))


def _is_visible(item: Graphic) -> bool:
    """Whether a drawing is more than a bullet or an underline."""
    return max(boxes.width(item.bbox), boxes.height(item.bbox)) >= 12


def _frames_text(item: Graphic, lines: Sequence[Fragment]) -> bool:
    """Whether a drawing is only the frame or background of running text."""
    if item.curves > 8 or item.paths > 6:
        return False
    inside = [line for line in lines if boxes.share(line.bbox, item.bbox) > 0.8]
    prose = sum(count_words(line.text) > 6 for line in inside)
    return prose >= 2 or prose == len(inside) == 1


def _ruled(
    rules: Sequence[BBox], named: Sequence[Caption], drawn: Sequence[Graphic], frame: BBox
) -> list[BBox]:
    """What stands between level lines right above or below a caption: a table, or framed text.

    Lines around a drawing are its axes or its grid; only the caption of a table says otherwise.
    """
    top, bottom = _MARGIN_SHARE * frame[3], (1 - _MARGIN_SHARE) * frame[3]
    inner = [rule for rule in rules if top < rule[1] < bottom]
    found = []
    for box in graphics.ruled(inner, [caption.bbox for caption in named]):
        of = {caption.of for caption in named if _borders(box, caption.bbox)}
        if "table" in of or (of and not any(_fills(item, box) for item in drawn)):
            found.append(box)
    return found


def _borders(box: BBox, caption: BBox) -> bool:
    gap = max(caption[1] - box[3], box[1] - caption[3])
    narrower = min(boxes.width(box), boxes.width(caption))
    return -4 < gap < _MAX_CAPTION_GAP_POINTS and boxes.overlap_x(box, caption) > 0.5 * narrower


def _fills(item: Graphic, box: BBox) -> bool:
    inside = boxes.clip(item.bbox, box)
    return boxes.width(inside) > 0 and boxes.area(inside) > 0.1 * boxes.area(box)


def _figure(scene: Scene, box: BBox, caption: Caption | Title | None) -> FoundFigure:
    numbered = caption if isinstance(caption, Caption) else None
    label = numbered.label if numbered else ""
    text = caption.text if caption else ""
    inside = scene.inside(box, numbered.lines if numbered else ())
    parts = [item for item in scene.graphics if boxes.share(item.bbox, box) > 0.5]
    is_table = any(
        boxes.share(table, box) > 0.5 and boxes.share(box, table) > 0.4 for table in scene.tables
    )
    keys = "-".join(sorted(item.key for item in parts)[:4])
    place = ",".join(str(round(value / 4)) for value in box)
    return FoundFigure(
        box,
        kinds.of(label, text, parts, [line.text for line in inside], is_table=is_table),
        label,
        text,
        caption.bbox if caption else None,
        "\n".join(line.text for line in reading_order(inside)),
        f"{place}:{keys}" if keys and not numbered else "",
        tuple(
            item
            for item in scene.layout
            if item.label == "table" and boxes.share(item.bbox, box) > 0.5
        ),
    )
