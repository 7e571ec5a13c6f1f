"""What is drawn on a page: bitmaps and groups of vector paths, as boxes."""

import hashlib
from dataclasses import dataclass
from typing import Literal

import pymupdf

from mmrag.ingest import boxes
from mmrag.types import BBox

CELL = 4.0  # points: paths closer than about two cells are one drawing
MAX_PATHS = 200_000
_RULE = 2.0  # points: thinner is a line
_WHOLE = 0.85  # of the page: a background


@dataclass(frozen=True, slots=True)
class Graphic:
    """A bitmap or a group of paths. `paths` counts them; `curves` and `fills` are among them."""

    bbox: BBox
    source: Literal["image", "drawing"]
    paths: int = 0
    curves: int = 0
    fills: int = 0
    key: str = ""  # equal for the same picture at the same place on other pages


def images(page: pymupdf.Page) -> list[Graphic]:
    """The bitmaps of a page, clipped to it; backgrounds and specks are left out."""
    frame = _frame(page)
    found: list[Graphic] = []
    for info in page.get_image_info(hashes=True):
        box = boxes.clip(_box(info["bbox"]), frame)
        if boxes.width(box) < 12 or boxes.height(box) < 12:
            continue
        if boxes.area(box) > _WHOLE * boxes.area(frame):
            continue
        found.append(Graphic(box, "image", key=info["digest"].hex()[:16]))
    return found


def drawings(page: pymupdf.Page) -> list[Graphic]:
    """Groups of vector paths, of the first `MAX_PATHS` of the page."""
    frame = _frame(page)
    paths: list[tuple[BBox, bool, bool]] = []
    every = page.get_cdrawings()[:MAX_PATHS]
    for path in every:
        box = boxes.clip(_box(path["rect"]), frame)
        if box[2] < box[0] or box[3] < box[1] or boxes.area(box) > _WHOLE * boxes.area(frame):
            continue
        long_rule = boxes.height(box) < _RULE and boxes.width(box) > 0.25 * frame[2]
        if long_rule or path.get("fill") == (1.0, 1.0, 1.0):
            continue
        curved = any(item[0] == "c" for item in path["items"])
        paths.append((box, curved, path.get("fill") is not None))
    groups = _groups([box for box, _, _ in paths])
    found = []
    for members in groups:
        chosen = [paths[member] for member in members]
        box = boxes.union(item[0] for item in chosen)
        shape = repr([tuple(round(value) for value in item[0]) for item in chosen[:50]])
        found.append(
            Graphic(
                box,
                "drawing",
                len(chosen),
                sum(curved for _, curved, _ in chosen),
                sum(filled for _, _, filled in chosen),
                hashlib.sha256(shape.encode()).hexdigest()[:16],
            )
        )
    return found


def _groups(paths: list[BBox]) -> list[list[int]]:
    """Positions of paths that lie near each other, by flood fill over a grid of cells."""
    owner: dict[tuple[int, int], int] = {}
    parent = list(range(len(paths)))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for number, (x0, y0, x1, y1) in enumerate(paths):
        columns = range(int(x0 // CELL) - 1, int(x1 // CELL) + 2)
        rows = range(int(y0 // CELL) - 1, int(y1 // CELL) + 2)
        edges = {*columns[:2], *columns[-2:]}
        for row in rows:
            whole_row = row in rows[:2] or row in rows[-2:]  # of a large box the border will do
            for column in columns if whole_row else edges:
                other = owner.setdefault((column, row), number)
                parent[root(number)] = root(other)
    groups: dict[int, list[int]] = {}
    for number in range(len(paths)):
        groups.setdefault(root(number), []).append(number)
    return list(groups.values())


def _frame(page: pymupdf.Page) -> BBox:
    return (0.0, 0.0, float(page.rect.width), float(page.rect.height))


def _box(values: tuple[float, ...]) -> BBox:
    x0, y0, x1, y1 = (float(value) for value in values)
    return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
