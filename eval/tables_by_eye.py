"""Measures the tables of real documents against what a person saw of 20 of them.

    python eval/run.py ../shared/data/pages-dev                    (makes the index)
    python eval/tables_by_eye.py indexes/eval-pages-dev --misses

`tables_by_eye.json` says of each how many rows and columns it has, its head among them, and what
stands in three cells: the first cell of their row, their column from 0, and their text. It is one
table of every other document of pages-dev that has any, drawn by number among those that mmrag
found, so that nothing is said of tables that it does not find. Of the tables of a page that one is
taken which holds most of the cells. Texts are compared by letters and digits.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

from mmrag.ids import page_id
from mmrag.index import Index
from mmrag.text.characters import fold
from mmrag.types import Cell, Grid

LABELS = Path(__file__).parent / "tables_by_eye.json"


class Label(NamedTuple):
    """A table as a person saw it; a cell is the first of its row, its column and its text."""

    doc: str
    page: int
    rows: int
    columns: int
    cells: Sequence[tuple[str, int, str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("--misses", action="store_true", help="print what was read otherwise")
    options = parser.parse_args()
    labels = [Label(**item) for item in json.loads(LABELS.read_text(encoding="utf-8"))]
    shape = rows = columns = right = 0
    with Index.open(options.index) as index:
        names = {PurePath(item.path).stem: item.id for item in index.documents()}
        for label in labels:
            page = page_id(names[label.doc], label.page)
            grids = index.catalog.grids.of_pages([page]).values()
            best = max(grids, key=lambda grid: len(held(grid, label.cells)))
            found = held(best, label.cells)
            rows += best.rows == label.rows
            columns += best.columns == label.columns
            shape += (best.rows, best.columns) == (label.rows, label.columns)
            right += len(found)
            if options.misses and (
                (best.rows, best.columns) != (label.rows, label.columns)
                or len(found) < len(label.cells)
            ):
                wrong = [cell for cell in label.cells if cell not in found]
                print(f"{label.doc}, page {label.page}: {best.rows} x {best.columns} for "
                      f"{label.rows} x {label.columns}; cells {wrong}")  # fmt: skip
    count = sum(len(label.cells) for label in labels)
    print(f"tables            {len(labels)}")
    print(f"rows right        {rows}")
    print(f"columns right     {columns}")
    print(f"both right        {shape}")
    print(f"cells right       {right} of {count}")


def held(grid: Grid, cells: Iterable[tuple[str, int, str]]) -> list[tuple[str, int, str]]:
    """Those of some cells that a grid has in their row and column."""
    names: dict[str, set[int]] = {}
    for cell in grid.cells:
        if cell.column == 0:
            names.setdefault(plain(cell.text), set()).update(range(cell.row, cell.row_end + 1))
    return [
        told
        for told in cells
        if any(
            is_at(cell, told[1], names.get(plain(told[0]), set()), told[2]) for cell in grid.cells
        )
    ]


def is_at(cell: Cell, column: int, rows: set[int], text: str) -> bool:
    """Whether a cell covers a column in one of some rows, and says a text."""
    covers = cell.column <= column <= cell.column_end
    return (
        covers
        and not rows.isdisjoint(range(cell.row, cell.row_end + 1))
        and (plain(cell.text) == plain(text))
    )


def plain(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text).lower()))


if __name__ == "__main__":
    main()
