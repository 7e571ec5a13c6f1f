"""Grids of an index: tables and charts as data."""

import json
import sqlite3
from collections.abc import Iterable, Iterator

from mmrag.store.session import Session
from mmrag.store.storable import storable
from mmrag.types import Axis, Cell, Chart, Grid

LONGEST_COMPUTED = 1_000_000
"""Characters of JSON of a grid that is read for an answer: some 16,000 cells, which take 60 ms. By
hand."""
_SELECT = "select figure_id, reader, trust, cells, chart from grids"


class Grids:
    """The table of grids, one for a figure at most."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_figures(self, figure_ids: Iterable[str]) -> dict[str, Grid]:
        """The grids of those figures that have one, by figure ID."""
        rows = self._session.rows_of(f"{_SELECT} where figure_id in", figure_ids)
        return {row["figure_id"]: _grid(row) for row in rows}

    def of_pages(self, page_ids: Iterable[str]) -> dict[str, Grid]:
        """The grids of the figures of several pages, by figure ID.

        Those of more than `LONGEST_COMPUTED` come without their cells.
        """
        rows = self._session.rows_of(
            "select g.figure_id, g.reader, g.trust, g.chart, "
            f"case when length(g.cells) <= {LONGEST_COMPUTED} then g.cells else '[]' end as cells "
            "from figures f join grids g on g.figure_id = f.id where f.page_id in",
            page_ids,
        )
        return {row["figure_id"]: _grid(row) for row in rows}

    def all(self) -> Iterator[Grid]:
        """Every grid, in order of the figures' IDs."""
        return map(_grid, self._session.execute(f"{_SELECT} order by figure_id"))

    def count(self) -> int:
        """Grids of all documents."""
        return self._session.count("grids")

    def insert(self, grids: Iterable[Grid]) -> None:
        """Call it in a transaction, after their figures."""
        self._session.execute_many(
            "insert into grids (figure_id, reader, trust, cells, chart) values (?, ?, ?, ?, ?)",
            (
                [grid.figure_id, grid.reader, grid.trust, _cells_json(grid), _chart_json(grid)]
                for grid in grids
            ),
        )


def _cells_json(grid: Grid) -> str:
    rows = [
        [
            cell.row,
            cell.column,
            cell.row_end,
            cell.column_end,
            storable(cell.text),
            [round(value, 1) for value in cell.bbox],
            int(cell.is_header),
            *([] if cell.uncertainty is None else [cell.uncertainty]),
        ]
        for cell in grid.cells
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _chart_json(grid: Grid) -> str:
    if grid.chart is None:
        return ""
    chart = grid.chart
    axes = [[storable(axis.title), axis.scale] for axis in (chart.x, chart.y)]
    texts = [[storable(text) for text in texts] for texts in (chart.series, chart.left_out)]
    return json.dumps([chart.type, *axes, *texts], ensure_ascii=False, separators=(",", ":"))


def _grid(row: sqlite3.Row) -> Grid:
    cells = tuple(
        Cell(first, left, last, right, text, tuple(box), bool(is_header), *measured)
        for first, left, last, right, text, box, is_header, *measured in json.loads(row["cells"])
    )
    chart = None
    if row["chart"]:
        kind, x, y, series, left_out = json.loads(row["chart"])
        chart = Chart(kind, Axis(*x), Axis(*y), tuple(series), tuple(left_out))
    return Grid(row["figure_id"], cells, row["reader"], row["trust"], chart)
