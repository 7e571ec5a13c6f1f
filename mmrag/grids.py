"""Grids by name and number: what their columns and rows are called, and what their cells are worth.

columns(grid)              ["", "2024", "2023"]
value(grid.cells[4])       Decimal("-1234")  of "(1,234)"
csv_text(grid)             one line a row
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from mmrag.text import numbers
from mmrag.text.characters import fold
from mmrag.types import BBox, Cell, Grid

_UNIT = re.compile(
    r"\b(?:in|expressed in|amounts in)\s+(?:[A-Z]{2,3}\s|US\s)?[$€£¥₹]?\s?(?:hundred |of )*"
    r"(?:thousands?|millions?|billions?|trillions?|lakhs?|lacs?|crores?|percent|per cent)\b"
    r"(?:\s+of\s+[\w.]+(?:\s+dollars)?)?",
    re.IGNORECASE,
)
_SCALE_HEAD = re.compile(
    r"\(?\s?(?:in\s)?[$€£¥₹A-Z.]{0,4}\s?(?:thousand|million|billion|trillion|lakh|lac|crore|mn|bn)s?"
    r"(?:\s(?:of\s)?[A-Za-z. ]{2,20})?\)?",
    re.IGNORECASE,
)
"""A header that says nothing else: `Million euros`, `$ million`, `(EUR thousand)`."""
_MARKS = re.compile(r"[*†‡§#]+|(?<=[\d%)])\s*(?:\([a-z]\)|\[\w{1,2}\]|[ac-j])$")
"""Marks of footnotes at a number: `*12.3`, `4.5 (a)`, `17 [2]`; `5b` and `5k` are scaled."""
_SPREAD = re.compile(r"(?<=[\d%])\s*(?:\(±?\s?\d[\d.]*\s?%?\)|±\s?\d[\d.]*\s?%?)$")
"""How far a measured number varies, behind it: `73.2% (1.9%)`, `12.3 ± 0.4`."""
_MINUS = re.compile(r"-\s?[$€£¥₹(]*\s?$")
_GROUPS_BEFORE_COMMA = re.compile(r"(?<=\d)[.\s'](?=\d{3}(?!\d))")
_ONLY_COMMA, _ONLY_POINT = (
    re.compile(
        rf"\D*(?:\d+{point}(?:\d{{1,2}}|\d{{4,}})|\d{{1,3}}(?:[{group}\s']\d{{3}})+{point}\d+"
        rf"|\d+(?:{group}\d{{3}}){{2,}})\D*"
    )
    for point, group in ((",", r"\."), (r"\.", ","))
)
"""Numbers that have one reading: the comma, or the point, is before decimals."""
_SPACED = re.compile(r"\d\s\d{3}(?!\d)")
_MIN_INDENT_POINTS = 2.0
"""Of a row's name, further right than that of its group; chosen by hand: an indent is 6 or more."""
_AROUND = re.compile(r"[\s()$€£¥₹%+−–-]|US|EUR|USD|GBP")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def of_rows(rows: Sequence[Sequence[str]], box: BBox) -> tuple[Cell, ...]:
    """The cells of rows of texts, all of them at `box`; none of fewer than two rows.

    The first row names columns, the first column rows.
    """
    if len(rows) < 2:
        return ()
    return tuple(
        Cell(row, column, row, column, text, box, is_header=row == 0 or column == 0)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
        if text
    )


def columns(grid: Grid) -> list[str]:
    """The name of each column: its header cells from top to bottom, those that span it too."""
    last = head_rows(grid)
    return _names([cell for cell in grid.cells if cell.is_header and cell.row < last], grid.columns)


def columns_below_titles(grid: Grid) -> list[str]:
    """As `columns`, without what stands over the whole table, where each has more than that."""
    last = head_rows(grid)
    heads = [
        cell
        for cell in grid.cells
        if cell.is_header and cell.row < last and cell.column_end - cell.column + 1 < grid.columns
    ]
    found = _names(heads, grid.columns)
    return found if all(found) else columns(grid)


def _names(heads: Iterable[Cell], count: int) -> list[str]:
    """What headers say over each of `count` columns."""
    found: list[list[str]] = [[] for _ in range(count)]
    for cell in heads:
        for number in range(cell.column, cell.column_end + 1):
            found[number].append(cell.text)
    return [" ".join(texts) for texts in found]


def columns_by_row(grid: Grid) -> list[list[str]]:
    """The names of the columns for each row: those of `columns`, until further down come new ones.

    Under a new heading over several columns their own names at the top stay what they are.
    """
    names = top = columns(grid)
    first = head_rows(grid)
    single = [cell for cell in grid.cells if cell.row < first and cell.column == cell.column_end]
    lowest = _names(single, grid.columns)
    body = {cell.row for cell in grid.cells if not cell.is_header}
    heads: dict[int, list[Cell]] = {}
    for cell in grid.cells:
        if cell.row >= first and cell.row not in body:
            heads.setdefault(cell.row, []).append(cell)
    heads = {row: held for row, held in heads.items() if any(cell.column_end for cell in held)}
    found = [top] * first
    for row in range(first, grid.rows):
        if row in heads and row - 1 not in heads:
            end = next(at for at in range(row, grid.rows + 1) if at not in heads)
            held = [cell for at in range(row, end) for cell in heads[at]]
            anew = _names(held, grid.columns)
            own = _names([x for x in held if x.column == x.column_end], grid.columns)
            names = [
                f"{new} {low}".strip() if new and not mine else new or old
                for new, mine, low, old in zip(anew, own, lowest, top, strict=True)
            ]
        found.append(names)
    return found


def rows(grid: Grid) -> list[str]:
    """The name of each row: what its first column says; empty where that names no row."""
    heads = head_rows(grid)
    first = {
        cell.row: cell.text
        for cell in grid.cells
        if cell.column == 0 and cell.is_header and cell.row >= heads
    }
    return [first.get(number, "") for number in range(grid.rows)]


def labelled_rows(grid: Grid) -> Iterator[str]:
    """The rows of a table of numbers, each value behind the name of its column.

    "Sales 2024 12.5 2023 11.0": what stands together is found together. None of a table of words.
    """
    body = [cell for cell in grid.cells if not cell.is_header]
    if grid.chart is not None or sum(value(cell) is not None for cell in body) * 2 < len(body):
        return
    names, labels, over = columns_by_row(grid), rows(grid), groups(grid)
    for row, cells in groupby(body, key=lambda cell: cell.row):
        told = (f"{names[row][cell.column]} {cell.text}" for cell in cells)
        yield " ".join(filter(None, (over[row], labels[row], *told)))


def head_rows(grid: Grid) -> int:
    """How many rows at the top name the columns; the name of a group of rows below does not."""
    body = min((cell.row for cell in grid.cells if not cell.is_header), default=grid.rows)
    over = [cell.row for cell in grid.cells if cell.row < body and cell.column_end > 0]
    return max(over, default=-1) + 1


def corner(grid: Grid) -> str:
    """What a table calls its rows: the heads of its first column."""
    first = head_rows(grid)
    return " ".join(cell.text for cell in grid.cells if cell.row < first and not cell.column)


def groups(grid: Grid) -> list[str]:
    """The name of the group that each row belongs to: of the rows of names alone over its block.

    A row belongs to the nearest such row above it whose name begins further left, and to what that
    one belongs to: "Assets Current assets:" of "Cash". Empty for none.
    """
    heads = head_rows(grid)
    with_values = {cell.row for cell in grid.cells if cell.column > 0}
    named = {cell.row: cell for cell in grid.cells if cell.column == 0 and cell.row >= heads}
    found = [""] * grid.rows
    over: list[Cell] = []
    for row, cell in sorted(named.items()):
        while over and cell.bbox[0] < over[-1].bbox[0] + _MIN_INDENT_POINTS:
            over.pop()
        found[row] = " ".join(group.text for group in over)
        if row not in with_values:
            over.append(cell)
    return found


def value(cell: Cell, *, decimal_comma: bool = False) -> Decimal | None:
    """The number that a cell is, signed and as written; None where it is none, or more than one.

    The scale of the table ("in millions") is not applied: `mmrag.quantities` does.
    """
    read = number(cell.text, decimal_comma=decimal_comma)
    return None if read is None or _AROUND.sub("", read[1]) else read[0]


def number(text: str, *, decimal_comma: bool = False) -> tuple[Decimal, str] | None:
    """The one number of a cell, signed and as written, and what stands around it.

    None where there is none, or more than one: an amount in parentheses is negative; marks of
    footnotes, and how far a number varies, count for nothing.
    """
    text = _SPREAD.sub("", _MARKS.sub("", fold(text)).strip())
    if decimal_comma:
        text = _GROUPS_BEFORE_COMMA.sub("", text).replace(",", ".")
    found = numbers.find(text, spelled=False)
    if len(found) != 1:
        return None
    start, end = found[0].start, found[0].end
    is_negative = _MINUS.search(text[:start]) or ("(" in text[:start] and ")" in text[end:])
    digits = abs(found[0].digits)
    return -digits if is_negative else digits, f"{text[:start]} {text[end:]}"


def has_decimal_comma(grid: Grid) -> bool:
    """Whether a grid writes `1.234,56`: more of its numbers can only be read so than otherwise."""
    texts = [cell.text for cell in grid.cells]
    commas = sum(_ONLY_COMMA.fullmatch(text) is not None for text in texts)
    return commas > sum(_ONLY_POINT.fullmatch(text) is not None for text in texts)


def written(value: Decimal, grid: Grid) -> str:
    """A number as a grid writes its own: `1,234.5`, `1.234,5` or `1 234,5`."""
    text = f"{value:,f}"
    if not has_decimal_comma(grid):
        return text
    has_spaces = any(_SPACED.search(cell.text) for cell in grid.cells)
    return text.translate({ord(","): " " if has_spaces else ".", ord("."): ","})


def unit(title: str, grid: Grid) -> str:
    """The scale or unit that the title or a header names for the whole table; empty for none."""
    heads = [cell.text for cell in grid.cells if cell.is_header]
    found = [_UNIT.search(title), *(_UNIT.search(x) or _SCALE_HEAD.fullmatch(x) for x in heads)]
    return next((match[0].strip(" ()") for match in found if match), "")


def lines(grid: Grid) -> list[list[str]]:
    """The texts as a rectangle, row by row; a cell that spans several stands in its first."""
    table = [[""] * grid.columns for _ in range(grid.rows)]
    for cell in grid.cells:
        table[cell.row][cell.column] = cell.text
    return table


def csv_text(grid: Grid) -> str:
    """The grid as CSV. What a spreadsheet would run as a formula is quoted with `'`.

    A column with values that were measured is followed by that of their uncertainties: `± Tram`.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        [inert(_one_way(item)) for item in line] for line in _with_uncertainties(grid)
    )
    return text.getvalue()


def _with_uncertainties(grid: Grid) -> Iterator[list[str]]:
    told = {
        (cell.row, cell.column): f"{cell.uncertainty:g}"
        for cell in grid.cells
        if cell.uncertainty is not None
    }
    names, last_head = columns(grid), head_rows(grid) - 1
    measured = {column for _, column in told}
    for row, line in enumerate(lines(grid)):
        found = []
        for column, text in enumerate(line):
            found.append(text)
            if column in measured:
                head = f"± {names[column]}".strip() if row == last_head else ""
                found.append(told.get((row, column), head))
        yield found


def _one_way(text: str) -> str:
    """A text whose lines end as those of the file do: a carriage return alone would end a row."""
    return text.strip().replace("\r\n", "\n").replace("\r", "\n")


def markdown(grid: Grid) -> str:
    """The grid as a table of Markdown, its header rows in one line."""
    heads = head_rows(grid)
    table = [columns(grid) if heads else [""] * grid.columns, *lines(grid)[heads:]]
    marked = [_markdown_line(line) for line in table]
    return "\n".join([marked[0], _markdown_line(["---"] * grid.columns), *marked[1:]]) + "\n"


def inert(text: str) -> str:
    """A text of a CSV file that no spreadsheet takes for a formula."""
    is_number = value(Cell(0, 0, 0, 0, text, (0, 0, 0, 0))) is not None
    return f"'{text}" if text.startswith(_FORMULA) and not is_number else text


def _markdown_line(items: Sequence[str]) -> str:
    return f"| {' | '.join(_escaped(items))} |"


def _escaped(items: Sequence[str]) -> Iterator[str]:
    for item in items:
        yield re.sub(r"([\\|\[\]<>`*_])", r"\\\1", " ".join(item.split()))
