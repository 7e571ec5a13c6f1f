"""Tables as cells: pieces of text put between the lines where rows and columns part.

The lines are those that are drawn around all cells, else those that PyMuPDF's layout model sees,
whether they are drawn or not; the text is the page's own, or what OCR read.
"""

import re
from bisect import bisect
from collections.abc import Collection, Iterator, Sequence
from dataclasses import astuple, replace
from itertools import pairwise

from mmrag import boxes
from mmrag.ingest.drawing import Path
from mmrag.ingest.grids import headers, ruled
from mmrag.ingest.grids.ruled import GridSpan, Lattice
from mmrag.ingest.layout.model import LayoutBox, Lines
from mmrag.ingest.layout.order import Fragment
from mmrag.text import units
from mmrag.types import BBox, Cell

_SPANNED_SHARE = 0.5  # of a column's width: text over more of it stands in that column as well
_CUT_REACH = 0.6  # of the text's height, from a line of the table to the space where text is cut
_DRAWN_CUT_REACH = 2.0  # the same from a drawn line: letters are not equally wide
# Both by eval/grids.py on tables-dev: 0.3 to 0.7, and 0.3 to 1, change F1 by 0.6 points at most.
_EDGE_POINTS = 3.0  # that the middle of a text may stand outside its table
_MIN_DRAWN_SHARE = 0.9  # of the cells that are seen, that drawn lines leave; by hand
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


def cells(
    fragments: Sequence[Fragment], table: LayoutBox, drawn: Sequence[tuple[Path, BBox]] = ()
) -> tuple[Cell, ...]:
    """The cells of a table that hold text, row by row; none where there are no lines.

    Cells begin at row and column 0, and no row or column is without text. `drawn` are the paths of
    its figure.
    """
    area = boxes.grow(table.bbox, _EDGE_POINTS)
    inside = [fragment for fragment in fragments if boxes.holds_middle(area, fragment.bbox)]
    lattice = ruled.lattice(drawn, table.bbox, inside) if drawn else None
    places = {} if lattice is None else _in_lattice(inside, lattice)
    if table.lines is not None:
        seen = _between_lines(inside, _with_columns(table, table.lines, inside))
        places = places if _are_as_many(places, seen) else seen
    if not places:
        return ()
    rows = sorted({region.row for region in places})
    columns = sorted({region.column for region in places})
    found = []
    for region, pieces in sorted(places.items(), key=lambda item: astuple(item[0])):
        pieces.sort(key=lambda piece: (round(_middle_height(piece)), piece.bbox[0]))
        text = " ".join(_LEADERS.sub("", piece.text) for piece in pieces).strip()
        box = boxes.union(piece.bbox for piece in pieces)
        row, column = bisect(rows, region.row) - 1, bisect(columns, region.column) - 1
        row_end, column_end = bisect(rows, region.row_end), bisect(columns, region.column_end)
        if text:
            found.append(Cell(row, column, row_end - 1, column_end - 1, text, box))
    whole = headers.marked(_with_currency(_with_dollars(found)))
    line = _unit_line(fragments, table) if whole else None
    if line is None or any(cell.is_header and units.told(cell.text).scale for cell in whole):
        return whole
    below = (replace(cell, row=cell.row + 1, row_end=cell.row_end + 1) for cell in whole)
    return Cell(0, 0, 0, 0, line.text.strip(), line.bbox, is_header=True), *below


def _are_as_many(drawn: Collection[GridSpan], seen: Collection[GridSpan]) -> bool:
    """Whether drawn lines tell as many rows and columns as are seen: else they part only some."""
    return len(drawn) >= _MIN_DRAWN_SHARE * len(seen) and all(
        len({getattr(region, name) for region in drawn})
        >= len({getattr(region, name) for region in seen})
        for name in ("row", "column")
    )


def _between_lines(inside: Sequence[Fragment], table: LayoutBox) -> dict[GridSpan, list[Fragment]]:
    assert table.lines is not None
    edges = (table.bbox[0], *table.lines.columns, table.bbox[2])
    places: dict[GridSpan, list[Fragment]] = {}
    for fragment in inside:
        row = bisect(table.lines.rows, _middle_height(fragment))
        for piece in _pieces(fragment, table.lines.columns):
            first, last = _columns(piece.bbox, edges)
            places.setdefault(GridSpan(row, first, row, last), []).append(piece)
    return places


def _in_lattice(inside: Sequence[Fragment], lattice: Lattice) -> dict[GridSpan, list[Fragment]]:
    places: dict[GridSpan, list[Fragment]] = {}
    for fragment in inside:
        for piece in _pieces(fragment, lattice.parts(fragment.bbox), are_drawn=True):
            region = lattice.region(*boxes.middle(piece.bbox))
            places.setdefault(region, []).append(piece)
    for region in [region for region in places if region.column_end > region.column]:
        pieces = [part for piece in places[region] for part in _pieces(piece, lattice.columns)]
        if _are_beside(pieces):  # what parts them is not drawn
            del places[region]
            for piece in pieces:
                row = lattice.row(_middle_height(piece))
                first, last = _columns(piece.bbox, lattice.columns)
                own = GridSpan(row, first + 1, row, last + 1)
                places.setdefault(own, []).append(piece)
    return places


def _are_beside(pieces: Sequence[Fragment]) -> bool:
    """Whether two of the pieces stand side by side."""
    down = sorted(pieces, key=_middle_height)
    return any(
        (one.bbox[2] <= other.bbox[0] or other.bbox[2] <= one.bbox[0])
        and _middle_height(other) - _middle_height(one) < one.height / 2
        for one, other in pairwise(down)
    )


def joined(
    fragments: Sequence[Fragment],
    boxes_of_tables: Sequence[LayoutBox],
    drawn: Sequence[tuple[Path, BBox]] = (),
) -> tuple[Cell, ...]:
    """The cells of the tables that one figure is made of, one below the other.

    A table inside another is read as a part of that one. `drawn` are the paths of the figure.
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
            for cell in cells(fragments, table, drawn)
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


def _pieces(
    fragment: Fragment, columns: Sequence[float], *, are_drawn: bool = False
) -> Iterator[Fragment]:
    """A fragment, cut where two numbers stand on either side of a line between columns.

    Where a space stands is told by counting characters: digits are equally wide. Words are not cut,
    since a heading may stand over several columns, but where lines `are_drawn` through them.
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
        off = abs(x0 + sum(gap) / 2 * width - line)
        if are_drawn:
            if off <= _DRAWN_CUT_REACH * fragment.height:
                cuts[gap] = (line, line)
            continue
        near = off <= _CUT_REACH * fragment.height
        before, after = text[: gap[0]].split()[-1:], text[gap[1] :].split()[:2]
        after = after[1:] if after and after[0] in _SIGNS else after[:1]
        if (near or numbers_alone) and all(
            side and _DIGIT.search(side[0]) for side in (before, after)
        ):
            cuts[gap] = (x0 + gap[0] * width, x0 + gap[1] * width) if near else (line, line)
    ends = [((0, 0), (x0, x0)), *sorted(cuts.items()), ((len(text), len(text)), (x1, x1))]
    for ((_, start), (_, left)), ((stop, _), (right, _)) in pairwise(ends):
        yield replace(fragment, text=text[start:stop], bbox=(left, y0, right, y1))


def _columns(box: BBox, edges: Sequence[float]) -> tuple[int, int]:
    """The first and last column that a text stands in; the outermost `edges` bound the first."""
    spanned = [
        at
        for at, (left, right) in enumerate(pairwise(edges))
        if min(box[2], right) - max(box[0], left) > _SPANNED_SHARE * (right - left) > 0
    ]
    if spanned:
        return spanned[0], spanned[-1]
    column = bisect(edges[1:-1], (box[0] + box[2]) / 2)
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
