"""Questions whose answers are known by construction: of tables, and of definitions in text.

    cell        a row and a column of a table                the number in its cell
    difference  two columns of a row, which are years        how far their numbers are apart
    largest     the row with the largest number of a column  the name of the row
    definition  what an abbreviation stands for              the words before it

Each is asked in several wordings. A table whose columns are years is asked for a year that stands
nowhere in the document, too: such a question looks as if it could be answered.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from mmrag import grids
from mmrag.text import labels
from mmrag.text.words import STOP_WORDS
from mmrag.types import BBox, Cell, Figure, Grid, Page

NAMED = re.compile(
    rf"\(?(?i:\b(?:as (?:shown|seen|given|listed) in |see ))?{labels.FIGURE_PATTERN}\)?[.:]?"
)
"""A label in a caption or sentence: "see Figure 3."."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_TOTAL = re.compile(r"\b(?:total|sum|all|overall|average|mean|group)\b", re.IGNORECASE)
_ABBREVIATION = re.compile(r"\(([A-Z]{3,6})\)")
_FEWEST_ROWS = 3  # to be the largest of; chosen by hand
_MOST_LETTERS = 60  # of a row's or column's name in a question; chosen by hand


@dataclass(frozen=True, slots=True)
class Known:
    """A question with its answer. `boxes` are the cells that hold it, on the page of the figure."""

    text: str
    wordings: tuple[str, ...]
    answer: str
    type: str
    page: int
    boxes: tuple[BBox, ...] = ()
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table: its name, and the cells with a number by the names of their columns."""

    name: str
    cells: dict[str, Cell]

    def value(self, column: str) -> Decimal | None:
        """The number of a cell that is nothing else."""
        return grids.value(self.cells[column]) if column in self.cells else None


def of_table(figure: Figure, grid: Grid, page: int) -> Iterator[Known]:
    """The questions of a table whose rows and columns have names that tell them apart."""
    about = _about(figure)
    rows = _rows(grid)
    for row in rows:
        for column, cell in row.cells.items():
            named = column if grid.columns > 2 else ""
            yield _look_up(row.name, named, about, cell, figure, page)
        yield from _differences(row, about, figure, page)
    yield from _largest(rows, about, figure, page)


def missing_years(figure: Figure, grid: Grid, pages: Sequence[Page]) -> Iterator[str]:
    """Questions for the rows of a table in a year that stands nowhere in its document."""
    rows = _rows(grid)
    years = {int(name) for row in rows for name in row.cells if _YEAR.fullmatch(name)}
    if not years:
        return
    held = {int(found) for page in pages for found in _YEAR.findall(page.text)}
    missing = next(year for year in range(max(years) + 1, max(years) + 1000) if year not in held)
    for row in rows:
        yield _value_in(row.name, str(missing), _about(figure))


def definitions(page: Page) -> Iterator[Known]:
    """What abbreviations of a page stand for: the words before each that begin with its letters."""
    for found in _ABBREVIATION.finditer(page.text):
        words = re.findall(r"[\w-]+", page.text[max(0, found.start() - 120) : found.start()])
        words = _spelled_out(found[1], words)
        if words:
            yield Known(
                f"What does {found[1]} stand for?",
                (f"What is {found[1]} short for?", f"Spell out the abbreviation {found[1]}."),
                " ".join(words),
                "definition",
                page.number,
            )


def _spelled_out(letters: str, before: Sequence[str]) -> list[str]:
    """The last words that begin with these letters in order, small words between them left out."""
    taken: list[str] = []
    left = list(letters)
    for word in reversed(before):
        if not left:
            break
        if word[0].upper() == left[-1]:
            left.pop()
        elif word.lower() not in STOP_WORDS:
            return []
        taken.insert(0, word)
    return [] if left else taken


def _rows(grid: Grid) -> list[_Row]:
    """The rows with a name of their own and numbers under columns with a name of their own."""
    columns, names = grids.columns(grid), grids.rows(grid)
    told = {name for name, count in Counter(columns).items() if count == 1 and _tells(name)}
    if grid.columns == 2:  # its second column needs no name
        told.add(columns[1])
    once = {name for name, count in Counter(names).items() if count == 1 and _tells(name)}
    found: dict[int, _Row] = {}
    for cell in grid.cells:
        name, column = names[cell.row], columns[cell.column]
        has_number = grids.number(cell.text) is not None
        plain = cell.row == cell.row_end and cell.column == cell.column_end
        if cell.is_header or not (plain and has_number) or name not in once or column not in told:
            continue
        found.setdefault(cell.row, _Row(name, {})).cells[column] = cell
    return list(found.values())


def _tells(name: str) -> bool:
    return any(char.isalnum() for char in name) and len(name) <= _MOST_LETTERS


def _look_up(row: str, column: str, about: str, cell: Cell, figure: Figure, page: int) -> Known:
    if not column:
        text = f"What is the value of {row}{about}?"
        others = (f"How much is {row}{about}?", f"{row}{about}: what is it?")
    elif _YEAR.fullmatch(column):
        text = _value_in(row, column, about)
        others = (f"How much was {row} in {column}{about}?", f"{row}, {column}{about}: how much?")
    elif column[0].isalpha():
        text = f"What is the {column} of {row}{about}?"
        others = (f"What {column} does {row} have{about}?", f"{row}{about}: what is the {column}?")
    else:
        text = f"What is the value of {row} in {column}{about}?"
        others = (f"How much is {row} in {column}{about}?", f"{row}, {column}{about}: how much?")
    return Known(text, others, cell.text, "cell", page, (cell.bbox,), figure)


def _value_in(row: str, year: str, about: str) -> str:
    return f"What is the value of {row} in {year}{about}?"


def _differences(row: _Row, about: str, figure: Figure, page: int) -> Iterator[Known]:
    years = sorted(column for column in row.cells if _YEAR.fullmatch(column))
    for before, after in pairwise(years):
        old, new = row.value(before), row.value(after)
        if old is None or new is None or old == new:
            continue
        yield Known(
            f"By how much did {row.name} change from {before} to {after}{about}?",
            (
                f"What is the difference in {row.name} between {before} and {after}{about}?",
                f"How far apart are {row.name} in {before} and in {after}{about}?",
            ),
            f"{abs(new - old):,}",
            "difference",
            page,
            (row.cells[before].bbox, row.cells[after].bbox),
            figure,
        )


def _largest(rows: Sequence[_Row], about: str, figure: Figure, page: int) -> Iterator[Known]:
    parts = [row for row in rows if not _TOTAL.search(row.name)]
    for column in dict.fromkeys(name for row in parts for name in row.cells):
        values = [(value, row) for row in parts if (value := row.value(column)) is not None]
        ranked = sorted(values, key=lambda item: -item[0])
        if len(ranked) < _FEWEST_ROWS or ranked[0][0] == ranked[1][0]:
            continue
        where = f"in {column}" if _YEAR.fullmatch(column) else f"by {column}"
        yield Known(
            f"Which is the largest {where}{about}?",
            (f"What has the highest value {where}{about}?", f"What comes first {where}{about}?"),
            ranked[0][1].name,
            "largest",
            page,
            (ranked[0][1].cells[column].bbox,),
            figure,
        )


def _about(figure: Figure) -> str:
    """What the caption says, behind a question that is understood with it alone."""
    text = NAMED.sub("", figure.caption, count=1).strip(" .:-–—")
    return f" ({text})" if text else ""
