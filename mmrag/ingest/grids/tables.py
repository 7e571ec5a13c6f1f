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
from mmrag.ingest.layout.model import LayoutBox
from mmrag.ingest.layout.order import Fragment
from mmrag.ingest.raw import MAX_CELLS
from mmrag.types import BBox, Cell

_SPANNED_SHARE = 0.5  # of a column's width: text over more of it stands in that column as well
_CUT_REACH = 0.6  # of the text's height, from a line of the table to the space where text is cut
# Both by eval/grids.py on tables-dev: 0.3 to 0.7, and 0.3 to 1, change F1 by 0.6 points at most.
_EDGE_POINTS = 3.0  # that the middle of a text may stand outside its table
_LEADERS = re.compile(r"(?:\s?[.…_]){4,}\s*$")
"""Dots that lead the eye to the next column."""
_SPACE = re.compile(r" +")
_NEXT_CURRENCY = re.compile(r"(?<=[\d)%—–-])\s*([$€£¥₹])$")
"""A sign of currency behind a number: it stands before the number of the next column."""
_DIGIT = re.compile(r"\d")
_NUMBER_CELL = re.compile(r"[\W\d_]*\d[\W\d_]*[A-Za-z]{0,2}\W*")
"""A number with its signs, marks and unit: `(1,234)`, `$ 12.3 m`, `4.5 %`."""


def cells(fragments: Sequence[Fragment], table: LayoutBox) -> tuple[Cell, ...]:
    """The cells of a table that hold text, row by row; none where the model saw no lines.

    Cells begin at row and column 0, and no row or column is without text. At most `MAX_CELLS`.
    """
    if table.lines is None:
        return ()
    area = boxes.grow(table.bbox, _EDGE_POINTS)
    places: dict[tuple[int, int, int], list[Fragment]] = {}
    for fragment in fragments:
        if not boxes.holds_middle(area, fragment.bbox):
            continue
        row = bisect(table.lines.rows, _middle_height(fragment))
        for piece in _pieces(fragment, table.lines.columns):
            first, last = _columns(piece.bbox, table)
            places.setdefault((row, first, last), []).append(piece)
    rows = {row: at for at, row in enumerate(sorted({row for row, _, _ in places}))}
    starts = sorted({first for _, first, _ in places})
    found = []
    for (row, first, last), pieces in sorted(places.items())[:MAX_CELLS]:
        pieces.sort(key=lambda piece: (round(_middle_height(piece)), piece.bbox[0]))
        text = " ".join(_LEADERS.sub("", piece.text) for piece in pieces).strip()
        box = boxes.union(piece.bbox for piece in pieces)
        begin, end = bisect(starts, first) - 1, bisect(starts, last) - 1
        if text:
            found.append(Cell(rows[row], begin, rows[row], end, text, box))
    return _with_headers(_with_currency(found))


def joined(fragments: Sequence[Fragment], boxes_of_tables: Sequence[LayoutBox]) -> tuple[Cell, ...]:
    """The cells of the tables that one figure is made of, one below the other."""
    found: list[Cell] = []
    for table in sorted(boxes_of_tables, key=lambda table: (table.bbox[1], table.bbox[0])):
        down = 1 + max((cell.row_end for cell in found), default=-1)
        found += [
            replace(cell, row=cell.row + down, row_end=cell.row_end + down)
            for cell in cells(fragments, table)
        ]
    return tuple(found[:MAX_CELLS])


def _pieces(fragment: Fragment, columns: Sequence[float]) -> Iterator[Fragment]:
    """A fragment, cut where two numbers stand on either side of a line between columns.

    Where a space stands is told by counting characters: digits are equally wide. Words are not cut,
    since a heading may stand over several columns.
    """
    x0, y0, x1, y1 = fragment.bbox
    text, width = fragment.text, (x1 - x0) / max(len(fragment.text), 1)
    spaces = [match.span() for match in _SPACE.finditer(text)]
    cuts = set()
    for line in columns:
        if not spaces or not x0 < line < x1:
            continue
        gap = min(spaces, key=lambda span: abs(x0 + sum(span) / 2 * width - line))
        near = abs(x0 + sum(gap) / 2 * width - line) <= _CUT_REACH * fragment.height
        left, right = text[: gap[0]].split()[-1:], text[gap[1] :].split()[:1]
        if near and all(side and _DIGIT.search(side[0]) for side in (left, right)):
            cuts.add(gap)
    ends = [(0, 0), *sorted(cuts), (len(text), len(text))]
    for (_, start), (stop, _) in pairwise(ends):
        box = (x0 + start * width, y0, x0 + stop * width, y1)
        yield replace(fragment, text=text[start:stop], bbox=box)


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


def _with_currency(found: Sequence[Cell]) -> list[Cell]:
    """The cells, each sign of currency before its number."""
    moved = list(found)
    for at, cell in enumerate(found[:-1]):
        sign = _NEXT_CURRENCY.search(cell.text)
        after = moved[at + 1]
        if sign and after.row == cell.row and _DIGIT.search(after.text):
            moved[at] = replace(moved[at], text=moved[at].text[: sign.start()])
            moved[at + 1] = replace(after, text=f"{sign[1]} {after.text}")
    return moved


def _with_headers(found: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells, with those marked that name columns or rows.

    Rows at the top name columns as long as most of their cells right of the first are no numbers;
    the first column names rows where it holds fewer numbers than words.
    """
    rows: dict[int, list[Cell]] = {}
    for cell in found:
        rows.setdefault(cell.row, []).append(cell)
    heads = 0
    while heads < len(rows) - 1 and not _is_body(rows[heads]):
        heads += 1
    if heads == len(rows) - 1:  # nothing but words: the first row is the head, as in most tables
        heads = min(1, len(rows) - 1)
    first = [cell for cell in found if cell.column == 0 and cell.row >= heads]
    named = sum(map(_is_number, first)) * 2 < len(first)
    return tuple(
        replace(cell, is_header=cell.row < heads or (named and cell.column == 0)) for cell in found
    )


def _is_body(row: Sequence[Cell]) -> bool:
    values = [cell for cell in row if cell.column > 0]
    numbers = [cell for cell in values if _is_number(cell) and not _is_year(cell)]
    return len(numbers) * 2 >= len(values) > 0


def _is_number(cell: Cell) -> bool:
    return _NUMBER_CELL.fullmatch(cell.text) is not None


def _is_year(cell: Cell) -> bool:
    return re.fullmatch(r"(?:19|20)\d\d", cell.text) is not None


def _middle_height(fragment: Fragment) -> float:
    return (fragment.bbox[1] + fragment.bbox[3]) / 2
