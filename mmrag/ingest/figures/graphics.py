"""What is drawn on a page: bitmaps, groups of vector paths, and ruled lines, as boxes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mmrag import boxes
from mmrag.ingest.drawing import Path
from mmrag.ingest.figures import clips
from mmrag.ingest.mupdf import pymupdf
from mmrag.types import BBox

CELL = 4.0  # points: paths closer than about two cells are one drawing
MAX_PATHS = 20_000
"""Paths of one page that are looked at; of more, an even choice over the page, and the page goes
without the layout model, which takes minutes on it."""
# Chosen by hand on pages of reports, papers and slides.
_MAX_RULE_POINTS = 2.5  # high: a level line is thinner
_MIN_RULE_SHARE = 0.12  # of the page's width: a line that may rule a table is longer
_BACKGROUND_SHARE = 0.85  # of the page: a background covers more
_WHITE = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Graphic:
    """A bitmap, a group of paths, or ink on a scan. `curves` and `fills` are among the `paths`.

    Each box of a path counts: programs draw the bars of a series as one path.
    """

    bbox: BBox
    source: Literal["image", "drawing", "ink"]
    paths: int = 0
    curves: int = 0
    fills: int = 0
    key: str = ""  # equal for the same picture at the same place on other pages


@dataclass(frozen=True, slots=True)
class Drawn:
    """The vector paths of a page: groups that lie together, and long level lines for themselves."""

    groups: tuple[Graphic, ...] = ()
    rules: tuple[BBox, ...] = ()
    grounds: tuple[BBox, ...] = ()  # white boxes, as programs put behind a figure
    seen: Sequence[tuple[Path, BBox]] = ()  # every path, and the box of what is seen of it

    @property
    def paths(self) -> int:
        """Paths on the page, whether they were looked at or not."""
        return len(self.seen)


@dataclass(frozen=True, slots=True)
class _Mark:
    bbox: BBox
    curved: bool
    filled: bool
    parts: int = 1  # boxes that it is made of


def images(page: pymupdf.Page) -> list[Graphic]:
    """The bitmaps of a page as far as they are seen, but for specks. Backgrounds are among them."""
    frame = _frame(page)
    found: list[Graphic] = []
    drawn = page.get_image_info(hashes=True)
    scissors = clips.scissors_of_images(page) if drawn else []
    for info in drawn:
        box = clips.box_of(info["bbox"])
        place = next((at for at, (other, _) in enumerate(scissors) if _same(box, other)), None)
        if place is not None:
            box = boxes.clip(box, scissors.pop(place)[1])
        box = boxes.clip(box, frame)
        if boxes.width(box) < 12 or boxes.height(box) < 12:
            continue
        found.append(Graphic(box, "image", key=info["digest"].hex()[:16]))
    return found


def is_background(box: BBox, frame: BBox) -> bool:
    """Whether a box fills the page, as a background or a scan does."""
    return boxes.area(box) > _BACKGROUND_SHARE * boxes.area(frame)


def backgrounds(items: Sequence[Graphic], frame: BBox) -> list[Graphic]:
    """The bitmaps that fill the page: one alone, or a scan's strips together."""
    whole = [item for item in items if is_background(item.bbox, frame)]
    strips = [
        item for item in items if boxes.width(item.bbox) > _BACKGROUND_SHARE * boxes.width(frame)
    ]
    if not whole and sum(
        boxes.area(strip.bbox) for strip in strips
    ) > _BACKGROUND_SHARE * boxes.area(frame):
        return strips
    return whole


def drawings(page: pymupdf.Page, glyphs: Sequence[BBox] = (), max_paths: int = MAX_PATHS) -> Drawn:
    """The vector paths of a page. `glyphs` are marks set as type: they group with the paths."""
    frame = _frame(page)
    seen = list(clips.visible(page.get_cdrawings(extended=True), frame))
    chosen = seen[:: -(-len(seen) // max_paths) or 1]
    marks = [_Mark(glyph, curved=False, filled=False) for glyph in glyphs]
    rules: list[BBox] = []
    grounds: list[BBox] = []
    for path, box in chosen:
        if is_background(box, frame):
            continue
        fill = path.get("fill")
        if fill == _WHITE:
            grounds += [box] * (len(path["items"]) == 1 and path["items"][0][0] == "re")
            continue
        if boxes.height(box) < _MAX_RULE_POINTS and boxes.width(box) > _MIN_RULE_SHARE * frame[2]:
            rules.append(box)
            if boxes.width(box) > 2 * _MIN_RULE_SHARE * frame[2]:
                continue
        curved = any(item[0] == "c" for item in path["items"])
        parts = max(1, sum(item[0] == "re" for item in path["items"]))
        marks.append(_Mark(box, curved, fill is not None, parts))
    groups = [_graphic([marks[number] for number in group]) for group in _groups(marks)]
    return Drawn(tuple(groups), tuple(rules), tuple(grounds), seen)


def inked(areas: Sequence[BBox]) -> list[Graphic]:
    """Areas of ink that lie together, as one graphic for each group."""
    marks = [_Mark(area, curved=False, filled=False) for area in areas]
    return [_graphic([marks[number] for number in group], "ink") for group in _groups(marks)]


def _graphic(marks: Sequence[_Mark], source: Literal["drawing", "ink"] = "drawing") -> Graphic:
    shape = repr([tuple(round(value) for value in mark.bbox) for mark in marks[:50]])
    return Graphic(
        boxes.union(mark.bbox for mark in marks),
        source,
        sum(mark.parts for mark in marks),
        sum(mark.curved for mark in marks),
        sum(mark.parts for mark in marks if mark.filled),
        hashlib.sha256(shape.encode()).hexdigest()[:16],
    )


def _groups(marks: Sequence[_Mark]) -> list[list[int]]:
    """Positions of marks that lie near each other, by flood fill over a grid of cells."""
    owner: dict[tuple[int, int], int] = {}
    parent = list(range(len(marks)))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for number, mark in enumerate(marks):
        x0, y0, x1, y1 = mark.bbox
        columns = range(int(x0 // CELL) - 1, int(x1 // CELL) + 2)
        rows = range(int(y0 // CELL) - 1, int(y1 // CELL) + 2)
        edges = {*columns[:2], *columns[-2:]}
        for row in rows:
            whole_row = row in rows[:2] or row in rows[-2:]  # of a large box the border will do
            for column in columns if whole_row else edges:
                other = owner.setdefault((column, row), number)
                parent[root(number)] = root(other)
    groups: dict[int, list[int]] = {}
    for number in range(len(marks)):
        groups.setdefault(root(number), []).append(number)
    return list(groups.values())


def ruled(rules: Sequence[BBox], between: Sequence[BBox]) -> list[BBox]:
    """Boxes from the first to the last of the lines that begin and end at the same places.

    What lies `between` two lines (a caption) parts them: they belong to two tables.
    """
    columns: dict[tuple[int, int], list[BBox]] = {}
    for rule in sorted(rules, key=lambda rule: rule[1]):
        ends = next(
            (key for key in columns if abs(key[0] - rule[0]) < 4 and abs(key[1] - rule[2]) < 4),
            (round(rule[0]), round(rule[2])),
        )
        columns.setdefault(ends, []).append(rule)
    found: list[BBox] = []
    for column in columns.values():
        runs = [[column[0]]]
        for rule in column[1:]:
            gap = (rule[0], runs[-1][-1][3], rule[2], rule[1])
            if any(boxes.share(box, gap) > 0.5 for box in between):
                runs.append([])
            runs[-1].append(rule)
        found += [boxes.union(run) for run in runs if len(run) > 1]
    return [box for box in found if boxes.height(box) >= 15]


def _frame(page: pymupdf.Page) -> BBox:
    return (0.0, 0.0, float(page.rect.width), float(page.rect.height))


def _same(one: BBox, other: BBox) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) < 1
