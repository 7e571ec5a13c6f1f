"""Tables whose cells are drawn: the level and upright lines around each tell rows and columns.

Where lines are drawn around all cells they say more than a model sees: which texts that stand close
are two cells, and which cell reaches over several rows or columns. Nurminen 2013 (Algorithmic
extraction of data in tables in PDF documents) calls such tables ruled.
"""

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mmrag import boxes
from mmrag.ingest.drawing import Path
from mmrag.ingest.layout.order import Fragment
from mmrag.types import BBox

# Chosen by hand on tables of office programs and of reports, in points where no share.
_THICK = 3.0  # a filled box that is thinner is a line
_LEAN = 0.5  # that a level or upright line may lean
_ONE_LINE = 3.0  # lines closer together are one: double lines, and the two sides of a gap
_REACH = 4.0  # that lines may stand outside the box of their table
_OVER = 4.0  # that a text may reach over a line and be in one cell
_DRAWN_SHARE = 0.6  # of a side of a cell: it is drawn where a line covers more
_INSIDE_SHARE = 0.9  # of the texts of a table, that stand within its lines
_MAX_LINES = 400  # of either direction
_MAX_CELLS = 20_000
_MAX_STRETCHES = 50_000

Place = tuple[int, int]
"""Row and column between lines, counted from before the first line of each."""


@dataclass(frozen=True, slots=True)
class GridSpan:
    """The first and last row and column that a cell takes."""

    row: int
    column: int
    row_end: int
    column_end: int


class Rulings:
    """Lines of one direction: stretches of each, by where they stand."""

    def __init__(self, stretches: Iterable[tuple[float, float, float]]) -> None:
        """Of each stretch where it stands, its begin and its end."""
        groups: list[list[tuple[float, float, float]]] = []
        for stretch in sorted(stretches):
            if not groups or stretch[0] - groups[-1][-1][0] > _ONE_LINE:
                groups.append([])
            groups[-1].append(stretch)
        self.places = tuple(sum(at for at, _, _ in group) / len(group) for group in groups)
        self._runs = [_whole((begin, end) for _, begin, end in group) for group in groups]

    def reach(self) -> tuple[float, float]:
        """From where to where lines go, two of them at least."""
        begins = sorted(runs[0][0] for runs in self._runs)
        ends = sorted(runs[-1][1] for runs in self._runs)
        return begins[:2][-1], ends[-2:][0]

    def is_drawn(self, line: int, begin: float, end: float) -> bool:
        """Whether a line is drawn along most of a stretch."""
        runs = self._runs[line]
        drawn, at = 0.0, max(0, bisect(runs, (begin, begin)) - 1)
        while at < len(runs) and runs[at][0] < end:
            drawn += max(0.0, min(runs[at][1], end) - max(runs[at][0], begin))
            at += 1
        return drawn > _DRAWN_SHARE * (end - begin)


def _whole(stretches: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Stretches of one line, those that overlap as one, in order."""
    found: list[tuple[float, float]] = []
    for begin, end in sorted(stretches):
        if found and begin <= found[-1][1]:
            begin, end = found[-1][0], max(end, found.pop()[1])
        found.append((begin, end))
    return found


@dataclass(frozen=True, slots=True)
class Lattice:
    """Level and upright lines, and the cells that they leave."""

    across: Rulings
    down: Rulings
    regions: Mapping[Place, GridSpan]

    @property
    def columns(self) -> tuple[float, ...]:
        """Where upright lines stand, in points, rising; column 1 begins at the first."""
        return self.down.places

    def region(self, x: float, y: float) -> GridSpan:
        """The cell at a point."""
        return self.regions[bisect(self.across.places, y), bisect(self.down.places, x)]

    def row(self, y: float) -> int:
        """The row between lines at a height."""
        return bisect(self.across.places, y)

    def parts(self, box: BBox) -> list[float]:
        """Places across at which lines part what stands in a box."""
        first, last = bisect(self.columns, box[0] + _OVER), bisect(self.columns, box[2] - _OVER)
        return [
            self.columns[at] for at in range(first, last) if self.down.is_drawn(at, box[1], box[3])
        ]


def lattice(
    paths: Sequence[tuple[Path, BBox]], table: BBox, inside: Sequence[Fragment]
) -> Lattice | None:
    """The lines of a table by the paths that a page draws; None where they are not its cells.

    `inside` are its texts, nearly all of which lie between lines, and no two columns of numbers
    stand between the same two level lines.
    """
    level, upright = _stretches(paths, boxes.grow(table, _REACH))
    if not (level and upright and inside) or len(level) + len(upright) > _MAX_STRETCHES:
        return None
    across = Rulings(level)
    sides = ((x, across.places[0], across.places[-1]) for x in across.reach())
    down = Rulings([*upright, *sides])  # the outermost need not be drawn
    rows, columns = across.places, down.places
    if not (2 < len(rows) <= _MAX_LINES and 2 < len(columns) <= _MAX_LINES):
        return None
    if (len(rows) + 1) * (len(columns) + 1) > _MAX_CELLS:
        return None
    frame = (columns[0], rows[0], columns[-1], rows[-1])
    held = sum(boxes.holds_middle(frame, text.bbox) for text in inside)
    if held < _INSIDE_SHARE * len(inside):
        return None
    regions = _regions(across, down)
    found = None if regions is None else Lattice(across, down, regions)
    return None if found is None or _is_crowded(found, inside) else found


def _stretches(
    paths: Sequence[tuple[Path, BBox]], area: BBox
) -> tuple[list[tuple[float, float, float]], list[tuple[float, float, float]]]:
    """Level and upright stretches of lines within an area."""
    level: list[tuple[float, float, float]] = []
    upright: list[tuple[float, float, float]] = []
    for path, seen in paths:
        if not boxes.touch(seen, area):
            continue
        for x0, y0, x1, y1 in _lines(path):
            if not boxes.touch((x0, y0, x1, y1), area):
                continue
            if x1 - x0 > max(_ONE_LINE, y1 - y0):
                level.append(((y0 + y1) / 2, x0, x1))
            elif y1 - y0 > max(_ONE_LINE, x1 - x0):
                upright.append(((x0 + x1) / 2, y0, y1))
    return level, upright


def _lines(path: Path) -> Iterator[BBox]:
    """The lines of a path: strokes, the sides of boxes that have a border, and thin boxes."""
    is_stroked = "s" in path["type"]
    for kind, *points in path.get("items") or ():
        if kind == "l" and is_stroked:
            (x0, y0), (x1, y1) = sorted(points[:2])
            if abs(x1 - x0) <= _LEAN or abs(y1 - y0) <= _LEAN:
                yield (x0, min(y0, y1), x1, max(y0, y1))
        elif kind == "re":
            x0, y0, x1, y1 = points[0]
            x0, x1, y0, y1 = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
            if min(x1 - x0, y1 - y0) < _THICK:
                yield (x0, y0, x1, y1)
            elif is_stroked:
                yield from (
                    (x0, y0, x1, y0),
                    (x0, y1, x1, y1),
                    (x0, y0, x0, y1),
                    (x1, y0, x1, y1),
                )


def _regions(across: Rulings, down: Rulings) -> dict[Place, GridSpan] | None:
    """The cell at each place between lines; None where some are no boxes."""
    rows = [across.places[0] - _REACH, *across.places, across.places[-1] + _REACH]
    columns = [down.places[0] - _REACH, *down.places, down.places[-1] + _REACH]
    owner = {
        (row, column): (row, column)
        for row in range(len(rows) - 1)
        for column in range(len(columns) - 1)
    }

    def root(place: Place) -> Place:
        while owner[place] != place:
            owner[place] = owner[owner[place]]
            place = owner[place]
        return place

    # what stands outside the outermost lines goes with the row or column that it stands beside
    for row, (top, bottom) in list(enumerate(pairwise(rows)))[1:-1]:
        for line in range(1, len(down.places) - 1):
            if not down.is_drawn(line, top, bottom):
                owner[root((row, line + 1))] = root((row, line))
    for column, (left, right) in list(enumerate(pairwise(columns)))[1:-1]:
        for line in range(1, len(across.places) - 1):
            if not across.is_drawn(line, left, right):
                owner[root((line + 1, column))] = root((line, column))
    members: dict[Place, list[Place]] = defaultdict(list)
    for place in owner:
        members[root(place)].append(place)
    found: dict[Place, GridSpan] = {}
    for places in members.values():
        at_rows, at_columns = zip(*places, strict=True)
        region = GridSpan(min(at_rows), min(at_columns), max(at_rows), max(at_columns))
        height, width = region.row_end - region.row + 1, region.column_end - region.column + 1
        if height * width != len(places):
            return None
        found |= dict.fromkeys(places, region)
    return found


def _is_crowded(found: Lattice, inside: Sequence[Fragment]) -> bool:
    """Whether rows of numbers stand between two level lines: then lines do not part the rows."""
    numbers: dict[GridSpan, set[int]] = defaultdict(set)
    for text in inside:
        x, y = boxes.middle(text.bbox)
        if text.text[-1:].isdigit() and not any(map(str.isalpha, text.text)):
            numbers[found.region(x, y)].add(round(y / max(text.height, 1.0)))
    crowded: dict[int, int] = defaultdict(int)
    for region, heights in numbers.items():
        crowded[region.row] += len(heights) > 1
    return any(count > 1 for count in crowded.values())
