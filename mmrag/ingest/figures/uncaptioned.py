"""Figures that no numbered caption names: large enough, not prose, with the title above them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from mmrag import boxes
from mmrag.ingest.figures.captioned import same_place
from mmrag.ingest.figures.scene import Scene
from mmrag.ingest.figures.table_signs import is_row
from mmrag.ingest.layout.model import FIGURE_LABELS
from mmrag.ingest.layout.order import Fragment
from mmrag.text import scripts
from mmrag.types import BBox

# Chosen by hand on pages of reports, papers and slides.
_MIN_AREA_SHARE = 0.012  # of the page: smaller is no figure
_MIN_SIDE_POINTS = 28.0  # of either side of a figure
_MAX_PART_GAP_POINTS = 26.0  # between parts of one figure
_MAX_LABEL_REACH_POINTS = 70.0  # that labels may reach beyond what is drawn
_MAX_AREA_SHARE = 0.92  # of the page: larger is the page itself
_MAX_TITLE_GAP_POINTS = 26.0  # between a figure and its title
_MAX_TITLE_LINES = 8
_MAX_SUBTITLE_LINES = 2  # plain ones between a title and its figure
_MAX_SMALL_LINES = 4  # the same in smaller type than the text of the page
_SMALLER = 0.93  # of the size of that text
_TITLE_LABELS = frozenset({"section-header", "title", "caption"})
_MAX_TITLE_CHARS = 200  # beyond, the heading alone is the title
_NOTE = re.compile(
    r"(?:notes?|sources?|quellen?|anmerkung(?:en)?|fuentes?|notas?|fontes?|font[ei]|"
    r"remarques?)\b|(?:来源|來源|出典|资料|資料|注)[:：]",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class Title:
    """The words over a figure, or the caption without a number above or below it."""

    text: str
    bbox: BBox


def is_large(box: BBox, frame: BBox) -> bool:
    """Whether a box is large enough to be a figure without a caption."""
    if min(boxes.width(box), boxes.height(box)) < _MIN_SIDE_POINTS:
        return False
    return boxes.area(box) >= _MIN_AREA_SHARE * boxes.area(frame)


def uncaptioned(scene: Scene, taken: Sequence[BBox]) -> list[BBox]:
    """Bitmaps, drawings and tables that no caption claimed."""
    drawn = [
        item.bbox
        for item in scene.graphics
        if not any(boxes.share(item.bbox, box) > 0.4 for box in taken)
        and not (
            item.source != "drawing" and boxes.height(item.bbox) < _MIN_SIDE_POINTS
        )  # a line of text
        and (item.source != "drawing" or item.paths > 3 or item.curves > 3)
    ]
    seen = [
        box.bbox
        for box in scene.layout
        if box.label in FIGURE_LABELS and not any(same_place(box.bbox, t) for t in taken)
    ]
    found: list[BBox] = []
    for box in _whole(scene, _joined(scene, [*drawn, *seen])):
        if not is_large(box, scene.frame) or _is_prose(scene, box):
            continue
        if boxes.area(box) > _MAX_AREA_SHARE * boxes.area(scene.frame):
            continue
        if not any(boxes.share(box, other) > 0.5 for other in taken):
            found.append(box)
    return found


def _whole(scene: Scene, parts: Sequence[BBox]) -> list[BBox]:
    """Each part with its labels and all that is drawn in it; those that then overlap are one."""
    whole: list[BBox] = []
    for part in parts:
        more = [item.bbox for item in scene.graphics if boxes.share(item.bbox, part) > 0.5]
        box = scene.on_ground(boxes.union([part, *more]))
        title = title_of(scene, box)
        band = boxes.clip(boxes.grow(box, _MAX_LABEL_REACH_POINTS), scene.frame)
        box = scene.grown(box, band, title.bbox if title else None)
        while same := next((other for other in whole if same_place(other, box)), None):
            whole.remove(same)
            box = boxes.union([box, same])
        whole.append(box)
    return whole


def title_of(scene: Scene, box: BBox) -> Title | None:
    """The heading right above a figure, with what stands between; or its caption of no number."""
    for other in scene.layout:
        if other.label == "caption" and _beside(other.bbox, box):
            title = _title(scene, [other.bbox])
            if title is not None and not _NOTE.match(title.text):
                return title
    above = [
        line
        for number, line in enumerate(scene.lines)
        if number not in scene.claimed
        and line.bbox[3] <= box[1] + 4
        and boxes.overlap_x(line.bbox, box) > 0.5 * boxes.width(line.bbox)
    ]
    rows: list[list[Fragment]] = []
    headings: list[list[Fragment]] = []
    strong, end = 0, box[1]
    for row in _rows_upward(above):
        gap = end - max(line.bbox[3] for line in row)
        if (
            gap > (1.1 * row[0].height if rows else _MAX_TITLE_GAP_POINTS)
            or len(rows) >= _MAX_TITLE_LINES
        ):
            break
        if any(
            _goes_on(line, other) for line in row for other in scene.lines if other not in above
        ):
            break
        rows.append(row)
        end = min(line.bbox[1] for line in row)
        if any(line.bold or _headed(scene, line.bbox) for line in row):
            strong = len(rows)
            headings.append(row)
        elif len(rows) - strong > _most_between(scene, row):
            break
    chosen = rows[:strong]
    if sum(len(line.text) for row in chosen for line in row) > _MAX_TITLE_CHARS:
        chosen = headings
    return _title(scene, [line.bbox for row in chosen for line in row]) if chosen else None


def _most_between(scene: Scene, row: Sequence[Fragment]) -> int:
    """Plain lines that may stand between a title and its figure: more in small type."""
    is_small = all(line.size < _SMALLER * scene.type_size for line in row)
    return _MAX_SMALL_LINES if is_small else _MAX_SUBTITLE_LINES


def _rows_upward(lines: Sequence[Fragment]) -> list[list[Fragment]]:
    """Lines by baseline, from the lowest."""
    rows: list[list[Fragment]] = []
    for line in sorted(lines, key=lambda line: -line.bbox[3]):
        if rows and rows[-1][0].bbox[3] - line.bbox[3] < 3:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _title(scene: Scene, areas: Sequence[BBox]) -> Title | None:
    lines = [
        line for line in scene.lines if any(boxes.share(line.bbox, area) > 0.6 for area in areas)
    ]
    lines.sort(key=lambda line: (round(line.bbox[3] / 3), line.bbox[0]))
    text = reduce(scripts.join, (line.text for line in lines), "")
    if not _WORD.search(text):
        return None
    return Title(text, boxes.union(line.bbox for line in lines))


def _goes_on(line: Fragment, other: Fragment) -> bool:
    """Whether `other` is type of the same size on the same baseline, a few spaces away."""
    gap = max(other.bbox[0] - line.bbox[2], line.bbox[0] - other.bbox[2])
    same = abs(line.bbox[3] - other.bbox[3]) < 3 and abs(line.size - other.size) < 0.5
    return same and gap < 1.6 * line.height


def _headed(scene: Scene, line: BBox) -> bool:
    return any(
        box.label in _TITLE_LABELS and boxes.share(line, box.bbox) > 0.6 for box in scene.layout
    )


def _beside(caption: BBox, box: BBox) -> bool:
    """Whether a caption stands right above or below a box."""
    gap = max(caption[1] - box[3], box[1] - caption[3])
    within = boxes.overlap_x(caption, box) > 0.5 * min(boxes.width(caption), boxes.width(box))
    return within and -4 < gap < _MAX_TITLE_GAP_POINTS


def _joined(scene: Scene, parts: Sequence[BBox]) -> list[BBox]:
    """Parts that stand close together with no body text between them, as their unions."""
    joined: list[BBox] = []
    for part in parts:
        box = part
        while near := next((b for b in joined if _belong(scene, b, box)), None):
            joined.remove(near)
            box = boxes.union([box, near])
        joined.append(box)
    return joined


def _belong(scene: Scene, one: BBox, other: BBox) -> bool:
    if boxes.touch(one, other):
        return True
    if not boxes.touch(one, other, _MAX_PART_GAP_POINTS):
        return False
    whole = boxes.union([one, other])
    return not any(boxes.share(body.bbox, whole) > 0.3 for body in scene.body)


def _is_prose(scene: Scene, box: BBox) -> bool:
    """Whether a box holds running text in the main, and no bitmap and no table."""
    if any(boxes.share(table, box) > 0.5 for table in scene.tables):
        return False
    if any(item.source == "image" and boxes.share(item.bbox, box) > 0.8 for item in scene.graphics):
        return False
    inside = scene.inside(box)
    prose = [
        line for line in inside if scripts.count_words(line.text) > 6 and not is_row(line.text)
    ]
    return len(prose) >= 3 and 2 * len(prose) > len(inside)
