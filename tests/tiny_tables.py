"""Small tables as evidence, their numbers made up."""

from collections.abc import Sequence

from mmrag.types import Cell, Evidence, Grid, MarkedEvidence, Table

INCOME = (
    ("Million euros", "2031", "2030"),
    ("Sales of honey", "48.2", "40.0"),
    ("Cost of jars", "(12.5)", "(10.0)"),
    ("Operating profit", "9.1", "(2.3)"),
    ("Staff, persons", "310", "284"),
)


def cell_box(row: int, column: int) -> tuple[float, float, float, float]:
    """Where a cell of these tables stands."""
    return (100.0 * column, 20.0 * row, 100.0 * column + 60, 20.0 * row + 12)


def table(
    lines: Sequence[Sequence[str]] = INCOME,
    *,
    caption: str = "Table 1. Income statement",
    names: str = "Beekeepers of Orland annual report",
    figure_id: str = "3fa9c1d2-p0012-f01",
    head_rows: int = 1,
) -> Table:
    """A table whose first lines name its columns, and whose first column names its rows."""
    cells = tuple(
        Cell(
            row, column, row, column, text, cell_box(row, column),
            is_header=row < head_rows or column == 0,
        )
        for row, line in enumerate(lines)
        for column, text in enumerate(line)
        if text
    )  # fmt: skip
    return Table(Grid(figure_id, cells, "made up"), caption, (), names)


def piece(marker: str, *tables: Table, image_id: str = "") -> MarkedEvidence:
    """A piece of evidence with tables: the figure of the first, or the page of an `image_id`."""
    name = image_id or tables[0].grid.figure_id
    document, page, *figure = name.split("-")
    return MarkedEvidence(
        marker,
        Evidence(
            name, "table" if figure else "page", document, "Annual report", "/docs/a.pdf",
            int(page[1:]), (0.0, 0.0, 400.0, 300.0) if figure else None, "", tables[0].caption, "",
            "ab" * 32, 1.0, tables=tables,
        ),
    )  # fmt: skip
