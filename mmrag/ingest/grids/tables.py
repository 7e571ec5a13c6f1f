"""Tables as cells: pieces of text put between the lines where rows and columns part.

The lines are those that PyMuPDF's layout model sees, whether they are drawn or not; the text is
the page's own, or what OCR read.
"""

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from mmrag import boxes
from mmrag.ingest.grids import headers
from mmrag.ingest.layout.model import LayoutBox, Lines
from mmrag.ingest.layout.order import Fragment
from mmrag.text import units
from mmrag.types import BBox, Cell

_SPANNED_SHARE = 0.5  # of a column's width: text over more of it stands in that column as well
_CUT_REACH = 0.6  # of the text's height, from a line of the table to the space where text is cut
# Both by eval/grids.py on tables-dev: 0.3 to 0.7, and 0.3 to 1, change F1 by 0.6 points at most.
_EDGE_POINTS = 3.0  # that the middle of a text may stand outside its table
_UNIT_LINE_HEIGHTS = 4.0  # of its own height: the most that it stands above the table; by hand
_MIN_CROWD = 2.0  # numbers in a cell, over all of a row: so many stand in several columns; by hand
_NESTED_SHARE = 0.8  # of a table's box inside that of another; by hand
_LEADERS = re.compile(r"(?:\s?[.…_=-]){4,}\s*$")
"""Dots that lead the eye to the next column, or a line typed as signs."""
_S_AND_NUMBER = re.compile(r"(?:S\s?)?\(?[\d.,]*\d\)?(?:\s?S)?")
_SEVERAL_NUMBERS = re.compile(r"\d\s+\S*\d")
_SPACE = re.compile(r" +")
_SIGNS = "$€£¥₹"
_NEXT_CURRENCY = re.compile(rf"(?<=[\d)%—–-])\s*([{_SIGNS}])$")
"""A sign of currency behind a number: it stands before the number of the next column."""
_DIGIT = re.compile(r"\d")


def cells(fragments: Sequence[Fragment], table: LayoutBox) -> tuple[Cell, ...]:
    """The cells of a table that hold text, row by row; none where the model saw no lines.

    Cells begin at row and column 0, and no row or column is without text.
    """
    if table.lines is None:
        return ()
    area = boxes.grow(table.bbox, _EDGE_POINTS)
    inside = [fragment for fragment in fragments if boxes.holds_middle(area, fragment.bbox)]
    table = _with_columns(table, table.lines, inside)
    assert table.lines is not None
    places: dict[tuple[int, int, int], list[Fragment]] = {}
    for fragment in inside:
        row = bisect(table.lines.rows, _middle_height(fragment))
        for piece in _pieces(fragment, table.lines.columns):
            first, last = _columns(piece.bbox, table)
            places.setdefault((row, first, last), []).append(piece)
    rows = {row: at for at, row in enumerate(sorted({row for row, _, _ in places}))}
    starts = sorted({first for _, first, _ in places})
    found = []
    for (row, first, last), pieces in sorted(places.items()):
        pieces.sort(key=lambda piece: (round(_middle_height(piece)), piece.bbox[0]))
        text = " ".join(_LEADERS.sub("", piece.text) for piece in pieces).strip()
        box = boxes.union(piece.bbox for piece in pieces)
        begin, end = bisect(starts, first) - 1, bisect(starts, last) - 1
        if text:
            found.append(Cell(rows[row], begin, rows[row], end, text, box))
    whole = headers.marked(_with_currency(_with_dollars(found)))
    line = _unit_line(fragments, table) if whole else None
    if line is None or any(cell.is_header and units.told(cell.text).scale for cell in whole):
        return whole
    below = (replace(cell, row=cell.row + 1, row_end=cell.row_end + 1) for cell in whole)
    return Cell(0, 0, 0, 0, line.text.strip(), line.bbox, is_header=True), *below


def joined(fragments: Sequence[Fragment], boxes_of_tables: Sequence[LayoutBox]) -> tuple[Cell, ...]:
    """The cells of the tables that one figure is made of, one below the other.

    A table inside another is read as a part of that one.
    """
    found: list[Cell] = []
    outer = [
        table
        for table in boxes_of_tables
        if not any(
            boxes.share(table.bbox, other.bbox) > _NESTED_SHARE
            and boxes.area(other.bbox) > boxes.area(table.bbox)
            and other.lines
            for other in boxes_of_tables
        )
    ]
    for table in sorted(outer, key=lambda table: (table.bbox[1], table.bbox[0])):
        down = 1 + max((cell.row_end for cell in found), default=-1)
        found += [
            replace(cell, row=cell.row + down, row_end=cell.row_end + down)
            for cell in cells(fragments, table)
        ]
    return tuple(found)


def _unit_line(fragments: Sequence[Fragment], table: LayoutBox) -> Fragment | None:
    """The line right above a table that says in what it counts: `(in millions)`."""
    left, top, right, _ = table.bbox
    above = [
        fragment
        for fragment in fragments
        if -_EDGE_POINTS <= top - fragment.bbox[3] <= _UNIT_LINE_HEIGHTS * fragment.height
        and left <= (fragment.bbox[0] + fragment.bbox[2]) / 2 <= right
        and units.is_unit_line(fragment.text)
    ]
    return max(above, key=_middle_height, default=None)


def _with_columns(table: LayoutBox, lines: Lines, inside: Sequence[Fragment]) -> LayoutBox:
    """The table, its columns told by the gaps between numbers where the model saw too few.

    That is where most rows would have several numbers in one cell, each drawn by itself.
    """
    rows: dict[int, list[Fragment]] = {}
    for fragment in inside:
        rows.setdefault(bisect(lines.rows, _middle_height(fragment)), []).append(fragment)
    crowded = [row for row in rows.values() if _is_crowded(row, lines.columns)]
    if len(crowded) * 2 < len(rows):
        return table
    taken = sorted(
        (piece.bbox[0], piece.bbox[2])
        for row in crowded
        for piece in row
        if not _SEVERAL_NUMBERS.search(piece.text) and _LEADERS.sub("", piece.text)
    )
    if not taken:
        return table
    columns = []
    end = taken[0][1]
    for left, right in taken:
        if left > end:
            columns.append((left + end) / 2)
        end = max(end, right)
    return replace(table, lines=replace(lines, columns=tuple(columns)))


def _is_crowded(row: Sequence[Fragment], columns: Sequence[float]) -> bool:
    numbers = [piece for piece in row if piece.text[-1:].isdigit()]
    cells = {bisect(columns, (piece.bbox[0] + piece.bbox[2]) / 2) for piece in numbers}
    return len(numbers) >= _MIN_CROWD * len(cells) > 0


def _pieces(fragment: Fragment, columns: Sequence[float]) -> Iterator[Fragment]:
    """A fragment, cut where two numbers stand on either side of a line between columns.

    Where a space stands is told by counting characters: digits are equally wide. Words are not cut,
    since a heading may stand over several columns.
    """
    x0, y0, x1, y1 = fragment.bbox
    text, width = fragment.text, (x1 - x0) / max(len(fragment.text), 1)
    spaces = [x.span() for x in _SPACE.finditer(text) if text[x.start() - 1] not in _SIGNS]
    numbers_alone = all(_DIGIT.search(word) or word in _SIGNS for word in text.split())
    cuts: dict[tuple[int, int], tuple[float, float]] = {}
    for line in columns:
        if not spaces or not x0 < line < x1:
            continue
        gap = min(spaces, key=lambda span: abs(x0 + sum(span) / 2 * width - line))
        near = abs(x0 + sum(gap) / 2 * width - line) <= _CUT_REACH * fragment.height
        before, after = text[: gap[0]].split()[-1:], text[gap[1] :].split()[:2]
        after = after[1:] if after and after[0] in _SIGNS else after[:1]
        if (near or numbers_alone) and all(
            side and _DIGIT.search(side[0]) for side in (before, after)
        ):
            cuts[gap] = (x0 + gap[0] * width, x0 + gap[1] * width) if near else (line, line)
    ends = [((0, 0), (x0, x0)), *sorted(cuts.items()), ((len(text), len(text)), (x1, x1))]
    for ((_, start), (_, left)), ((stop, _), (right, _)) in pairwise(ends):
        yield replace(fragment, text=text[start:stop], bbox=(left, y0, right, y1))


def _columns(box: BBox, table: LayoutBox) -> tuple[int, int]:
    """The first and last column that a text stands in."""
    assert table.lines is not None
    x0, _, x1, _ = table.bbox
    edges = [x0, *table.lines.columns, x1]
    spanned = [
        at
        for at, (left, right) in enumerate(pairwise(edges))
        if min(box[2], right) - max(box[0], left) > _SPANNED_SHARE * (right - left) > 0
    ]
    if spanned:
        return spanned[0], spanned[-1]
    column = bisect(table.lines.columns, (box[0] + box[2]) / 2)
    return column, column


def _with_dollars(found: Sequence[Cell]) -> list[Cell]:
    """The cells; in a table of dollars, an S beside a number is one that OCR mistook."""
    if not any("$" in cell.text for cell in found):
        return list(found)
    return [
        replace(cell, text=cell.text.replace("S", "$"))
        if _S_AND_NUMBER.fullmatch(cell.text)
        else cell
        for cell in found
    ]


def _with_currency(found: Sequence[Cell]) -> list[Cell]:
    """The cells, each sign of currency before its number."""
    moved = list(found)
    for at, (cell, after) in enumerate(pairwise(found)):
        sign = _NEXT_CURRENCY.search(cell.text)
        if sign and after.row == cell.row and _DIGIT.search(after.text):
            moved[at] = replace(cell, text=moved[at].text.removesuffix(sign[1]).rstrip())
            moved[at + 1] = replace(after, text=f"{sign[1]} {after.text}")
    return moved


def _middle_height(fragment: Fragment) -> float:
    return (fragment.bbox[1] + fragment.bbox[3]) / 2
