"""Cells of a table that name columns and rows, how far they reach, and labels of several lines."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from mmrag import boxes
from mmrag.ingest.grids import head_rows
from mmrag.text import rows as row_text
from mmrag.types import Cell

_PERIOD = re.compile(r"\b(?:19|20)\d\d\b|\bFY\s?\d{2,4}\b|\bQ[1-4]\b|\bmonths\b|\bended\b", re.I)
# Chosen by hand on tables of annual reports.
_SKIP_SHARE = 0.25  # of the distance of two columns: the cost of a column that no heading is over
_OFF_SHARE = 0.5  # of that distance: from the middle of a heading to that of its columns
_MAX_COLUMNS = 30  # of a table whose headings are fitted over columns: the work grows by its square
_MAX_FITTED_ROWS = 20  # of headings further down that are fitted
_MAX_GAP_SHARE = 0.8  # of a line's height, between two lines of one label

Rows = dict[int, list[Cell]]


def marked(found: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells in whole rows: labels of several lines as one, and those that name others marked.

    Rows at the top name columns as `head_rows` tells; further down they do so where a table of
    numbers names its periods anew. The first column names
    rows where it holds fewer numbers than words. A heading reaches over the columns that it stands
    over the middle of, where these have names of their own.
    """
    rows = _by_row(found)
    heads = head_rows.count(list(rows.values()))
    rows = _with_whole_labels(rows, heads)
    again = _repeated_heads(rows, heads)
    reach = _fitted(list(rows.values()), heads, again)
    first = [cell for at in list(rows)[heads:] for cell in rows[at] if cell.column == 0]
    named = sum(map(_is_number, first)) * 2 < len(first)
    marked = []
    for at, cells in enumerate(rows.values()):
        for cell in cells:
            left, right = reach.get(cell, (cell.column, cell.column_end))
            is_head = at < heads or at in again or (named and cell.column == 0)
            end = min(at + cell.row_end - cell.row, len(rows) - 1)
            marked.append(
                replace(cell, row=at, row_end=end, column=left, column_end=right, is_header=is_head)
            )
    return tuple(marked)


def _by_row(found: Sequence[Cell]) -> Rows:
    rows: Rows = {}
    for cell in found:
        rows.setdefault(cell.row, []).append(cell)
    return rows


def _with_whole_labels(rows: Rows, heads: int) -> Rows:
    """The rows, those joined that are lines of one label: the second begins in lower case.

    One of the two holds nothing but its part of the label. Where most labels begin so, none is.
    """
    labels = [cell.text for cells in rows.values() for cell in cells if cell.column == 0]
    if sum(text[0].islower() for text in labels) * 2 > len(labels):
        return rows
    whole: Rows = {}
    for at, (number, cells) in enumerate(rows.items()):
        before = next(reversed(whole)) if whole else None
        if before is None or at <= heads or not _is_rest(whole[before], cells):
            whole[number] = cells
            continue
        upper, lower = whole[before], cells
        label = replace(
            upper[0],
            text=f"{upper[0].text} {lower[0].text}",
            bbox=boxes.union([upper[0].bbox, lower[0].bbox]),
        )
        whole[before] = [label, *upper[1:], *lower[1:]]
    return whole


def _is_rest(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    above, below = upper[0], lower[0]
    return (
        above.column == below.column == 0
        and 1 in (len(upper), len(lower))
        and below.text[0].islower()
        and not above.text.endswith(":")
        and below.bbox[1] - above.bbox[3] < _MAX_GAP_SHARE * (below.bbox[3] - below.bbox[1])
    )


def _repeated_heads(rows: Rows, heads: int) -> set[int]:
    """Rows further down, by place, that name columns anew: periods, and names right below them."""
    body = list(rows.values())[heads:]
    with_values = [cells for cells in body if cells[-1].column_end > 0]
    if sum(map(head_rows.is_mostly_numbers, with_values)) * 2 < len(with_values):
        return set()
    found: set[int] = set()
    for at, cells in enumerate(body, heads):
        values = [cell for cell in cells if cell.column_end > 0]
        if not values or any(map(_is_amount, values)):
            continue
        is_named = cells[0].column_end == 0 and not cells[0].text.startswith("(")
        periods = sum(_PERIOD.search(cell.text) is not None for cell in values)
        if (at - 1 in found and len(values) > 1) or (not is_named and periods * 2 >= len(values)):
            found.add(at)
    return found


def _fitted(
    every: Sequence[Sequence[Cell]], heads: int, again: set[int]
) -> dict[Cell, tuple[int, int]]:
    """The first and last column of headings that stand over the middle of several with names."""
    sides: dict[int, tuple[float, float]] = {}
    for at, cells in enumerate(every):
        for cell in cells:
            if at >= heads and at not in again and cell.column == cell.column_end > 0:
                left, right = sides.get(cell.column, (cell.bbox[0], cell.bbox[2]))
                sides[cell.column] = (min(left, cell.bbox[0]), max(right, cell.bbox[2]))
    found: dict[Cell, tuple[int, int]] = {}
    below: set[int] = set()  # columns with names of their own further down in the same head
    for at in (*sorted(again, reverse=True)[-_MAX_FITTED_ROWS:], *reversed(range(heads))):
        if at + 1 not in again and at + 1 >= heads:  # the lowest row of a head
            below = set(sides) if at in again else set()
        else:
            below |= {cell.column for cell in every[at + 1] if cell.column == cell.column_end}
        places = sorted(below & sides.keys())
        headings = [cell for cell in every[at] if cell.column in places]
        if headings and 1 < len(places) <= _MAX_COLUMNS and len(headings) < len(places):
            found |= _over_columns(headings, [(place, *sides[place]) for place in places])
    return found


def _over_columns(
    headings: Sequence[Cell], columns: Sequence[tuple[int, float, float]]
) -> Mapping[Cell, tuple[int, int]]:
    """Each heading over neighbouring columns, so that all middles fit best.

    `columns` are number, left and right. What is least in sum: the distances of the middles, and
    `_SKIP_SHARE` of a column's width for each column without a heading.
    """
    pitch = (columns[-1][2] - columns[0][1]) / len(columns)

    def off(heading: Cell, first: int, last: int) -> float:
        middle = (columns[first][1] + columns[last][2]) / 2
        return abs(middle - (heading.bbox[0] + heading.bbox[2]) / 2)

    @cache
    def best(heading: int, start: int) -> tuple[float, tuple[tuple[int, int], ...]]:
        """The least cost of the headings from this one on, over the columns from `start` on."""
        if heading == len(headings):
            return _SKIP_SHARE * pitch * (len(columns) - start), ()
        found: tuple[float, tuple[tuple[int, int], ...]] = (float("inf"), ())
        own = headings[heading]
        for first in range(start, len(columns)):
            for last in range(first, len(columns)):
                is_whole = columns[last][0] - columns[first][0] == last - first
                if not is_whole or not columns[first][0] <= own.column <= columns[last][0]:
                    continue
                cost, rest = best(heading + 1, last + 1)
                cost += off(own, first, last) + _SKIP_SHARE * pitch * (first - start)
                found = min(found, (cost, ((first, last), *rest)))
        return found

    return {
        heading: (columns[first][0], columns[last][0])
        for heading, (first, last) in zip(headings, best(0, 0)[1], strict=False)
        if off(heading, first, last) <= _OFF_SHARE * pitch
    }


def _is_number(cell: Cell) -> bool:
    return head_rows.kind(cell) in ("number", "year", "date")


def _is_amount(cell: Cell) -> bool:
    return row_text.is_amount(cell.text) and head_rows.kind(cell) != "year"
