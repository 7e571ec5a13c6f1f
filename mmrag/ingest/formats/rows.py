"""Rows of values set as tables, some rows a page, each page under the names of the columns."""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mmrag import grids
from mmrag.ingest.formats.flow import MARGIN, MAX_WIDTH, PAGE_WIDTH, HtmlBlock
from mmrag.ingest.formats.markup import MarkedCell, MarkedTable
from mmrag.text import numbers

ROWS_A_PAGE = 40
"""Chosen by hand: what fits on a page of paper."""
_POINTS_A_CHARACTER = 5.6  # of the type that tables are set in, with some room
_PADDING = 12.0  # points, of a cell, both sides
_MAX_HEADS = 3  # rows that name columns; chosen by hand
_WIDEST = 60  # characters of a column before its cells have several lines; chosen by hand


@dataclass(frozen=True, slots=True)
class Rows:
    """A table of values: `rows` of equal length; the first `heads` of them name columns.

    `addresses` name the rows, as "3" or "B7", for captions; `names_rows`: so does the first column.
    """

    caption: str
    rows: Sequence[Sequence[str]]
    heads: int
    names_rows: bool
    first_number: int = 1  # of the first row, as the file counts
    letters: tuple[str, str] = ("", "")  # of its first and last column, in a spreadsheet


def of_values(
    caption: str,
    rows: Sequence[Sequence[str]],
    first_number: int = 1,
    letters: tuple[str, str] = ("", ""),
) -> Rows:
    """Rows made equally long, and what names columns and rows told by where numbers stand."""
    width = max((len(row) for row in rows), default=0)
    even = [[*row, *[""] * (width - len(row))] for row in rows]
    heads = _heads(even)
    body = even[heads:]
    first = [row[0] for row in body if row and row[0]]
    named = width > 1 and bool(first) and sum(map(_is_number, first)) * 2 < len(first)
    return Rows(caption, even, heads, named, first_number, letters)


def _heads(rows: Sequence[Sequence[str]]) -> int:
    """How many rows at the top name columns: words and years, and no other numbers.

    Where no numbers follow, the first alone does.
    """
    if len(rows) < 2 or not any(rows[0]):
        return 0
    count = next(
        (
            at
            for at, row in enumerate(rows)
            if any(_is_number(value) and not numbers.is_year(value) for value in row)
        ),
        len(rows),
    )
    return count if count <= _MAX_HEADS and count < len(rows) else min(count, 1)


def _is_number(value: str) -> bool:
    read = grids.number(value)
    return read is not None and not any(map(str.isalpha, read[1]))


def pages(table: Rows, number: int) -> Iterator[tuple[HtmlBlock, MarkedTable]]:
    """A block and its table for each page of the rows; `number` tells tables of a file apart."""
    head, body = table.rows[: table.heads], table.rows[table.heads :]
    width = _width(table.rows)
    for at in range(0, max(len(body), 1), ROWS_A_PAGE):
        part = body[at : at + ROWS_A_PAGE]
        first = table.first_number + table.heads + at
        caption = _caption(table, first if at else table.first_number, first + len(part) - 1)
        yield _page(table, [*head, *part], caption, f"t{number}r{at}", width)


def _caption(table: Rows, first: int, last: int) -> str:
    """What the rows are called: "Sales!A1:D20", or "rows 42 to 81" of a table of many."""
    begin, end = table.letters
    if begin:
        return f"{table.caption}!{begin}{first}:{end}{last}"
    is_part = len(table.rows) - table.heads > ROWS_A_PAGE
    return ", ".join(filter(None, (table.caption, f"rows {first} to {last}" if is_part else "")))


def _width(rows: Sequence[Sequence[str]]) -> float:
    """Points of a page on which the columns stand side by side."""
    columns = [min(max(map(len, column)), _WIDEST) for column in zip(*rows, strict=True)]
    wanted = sum(columns) * _POINTS_A_CHARACTER + len(columns) * _PADDING + 2 * MARGIN
    return min(max(wanted, PAGE_WIDTH), MAX_WIDTH)


def _page(
    table: Rows, rows: Sequence[Sequence[str]], caption: str, key: str, width: float
) -> tuple[HtmlBlock, MarkedTable]:
    cells, lines = [], []
    for at, row in enumerate(rows):
        written = []
        for column, value in enumerate(row):
            is_header = at < table.heads or (table.names_rows and column == 0)
            name = f"{key}c{at}-{column}"
            element = "th" if is_header else "td"
            written.append(f'<{element} id="{name}">{html.escape(value)}</{element}>')
            if value.strip():
                cells.append(MarkedCell(name, at, column, at, column, value, is_header))
        lines.append(f"<tr>{''.join(written)}</tr>")
    title = f"<p><b>{html.escape(caption)}</b></p>" if caption else ""
    return (
        HtmlBlock(f"{title}<table>{''.join(lines)}</table>", width=width),
        MarkedTable(caption, tuple(cells)),
    )
