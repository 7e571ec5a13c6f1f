"""Names, numbers and files of a grid."""

from dataclasses import replace
from decimal import Decimal

import pytest

from mmrag import grids
from mmrag.types import Cell, Grid


def grid(*rows: str, heads: int = 1) -> Grid:
    """A grid from lines with `|` between cells; its first column names rows."""
    cells = [
        Cell(at, column, at, column, text.strip(), (0, 0, 1, 1), at < heads or column == 0)
        for at, row in enumerate(rows)
        for column, text in enumerate(row.split("|"))
        if text.strip()
    ]
    return Grid("0a1b2c3d-p0001-f01", tuple(cells), "a test")


def cell(text: str) -> Cell:
    return Cell(0, 0, 0, 0, text, (0, 0, 1, 1))


def test_columns_are_called_by_their_headers_from_top_to_bottom() -> None:
    table = Grid(
        "0a1b2c3d-p0001-f01",
        (
            Cell(0, 1, 0, 2, "Revenue", (0, 0, 1, 1), True),
            Cell(1, 1, 1, 1, "2024", (0, 0, 1, 1), True),
            Cell(1, 2, 1, 2, "2023", (0, 0, 1, 1), True),
            Cell(2, 0, 2, 0, "Norway", (0, 0, 1, 1), True),
            Cell(2, 1, 2, 1, "12.5", (0, 0, 1, 1)),
        ),
        "a test",
    )
    assert grids.columns(table) == ["", "Revenue 2024", "Revenue 2023"]
    assert grids.rows(table) == ["", "", "Norway"]
    assert grids.head_rows(table) == 2
    assert grids.rows(grid("Million euros | 2024", "Rent | 5")) == ["", "Rent"]


def test_rows_belong_to_the_groups_that_they_stand_further_in_than() -> None:
    table = Grid(
        "0a1b2c3d-p0001-f01",
        (
            Cell(0, 1, 0, 1, "2024", (0, 0, 1, 1), True),
            Cell(1, 0, 1, 0, "Assets", (10, 0, 50, 1), True),
            Cell(2, 0, 2, 0, "Current:", (16, 0, 50, 1), True),
            Cell(3, 0, 3, 0, "Cash", (22, 0, 50, 1), True),
            Cell(3, 1, 3, 1, "5", (0, 0, 1, 1)),
            Cell(4, 0, 4, 0, "Land", (16, 0, 50, 1), True),
            Cell(4, 1, 4, 1, "7", (0, 0, 1, 1)),
            Cell(5, 0, 5, 0, "Total", (10, 0, 50, 1), True),
            Cell(5, 1, 5, 1, "12", (0, 0, 1, 1)),
        ),
        "a test",
    )
    assert grids.head_rows(table) == 1
    assert grids.groups(table) == ["", "", "Assets", "Assets Current:", "Assets", ""]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234", "1234"),
        ("(1,234)", "-1234"),
        ("$ 12.3", "12.3"),
        ("–0.5", "-0.5"),
        ("*2,247", "2247"),
        ("4.5 %", "4.5"),
        ("17 (a)", "17"),
        ("73.2% (1.9%)", "73.2"),
        ("53.8(0.5)", "53.8"),
        ("12.3 ± 0.4", "12.3"),
        ("2024", "2024"),
    ],
)
def test_a_cell_is_worth_the_number_that_it_is(text: str, value: str) -> None:
    assert grids.value(cell(text)) == Decimal(value)


@pytest.mark.parametrize("text", ["–", "n/a", "3 of 5", "Table 4", "", "2023-2024 plan", "5 km"])
def test_a_cell_with_words_or_several_numbers_is_worth_none(text: str) -> None:
    assert grids.value(cell(text)) is None


def test_rows_of_numbers_are_told_with_the_names_of_their_columns() -> None:
    assert list(grids.labelled_rows(grid("| 2024 | 2023", "Rent | 5 | 6", "Food | | 7"))) == [
        "Rent 2024 5 2023 6",
        "Food 2023 7",
    ]
    assert list(grids.labelled_rows(grid("Term | Meaning", "NAV | net asset value"))) == []


def test_the_unit_is_what_title_or_head_say() -> None:
    table = grid("Costs | 2024", "Rent | 5")
    assert grids.unit("Table 3: Costs (in thousands)", table) == "in thousands"
    assert grids.unit("Table 3", grid("In millions of euros | 2024", "Rent | 5")).startswith(
        "In mil"
    )
    assert grids.unit("Table 3", grid("Million euros | 2024", "Rent | 5")) == "Million euros"
    assert grids.unit("Table 3", table) == ""


def test_csv_holds_every_row_and_nothing_that_a_spreadsheet_would_run() -> None:
    text = grids.csv_text(grid("Item | Price", "=HYPERLINK(1) | -5.00", "@sum | +49 30 1"))
    assert text.splitlines() == ["Item,Price", "'=HYPERLINK(1),-5.00", "'@sum,'+49 30 1"]


def test_what_was_measured_has_its_uncertainty_in_the_column_after_it() -> None:
    cells = [
        Cell(0, 0, 0, 0, "Year", (0, 0, 1, 1), is_header=True),
        Cell(0, 1, 0, 1, "Tram", (0, 0, 1, 1), is_header=True),
        Cell(0, 2, 0, 2, "Ferry", (0, 0, 1, 1), is_header=True),
        Cell(1, 0, 1, 0, "2014", (0, 0, 1, 1), is_header=True),
        Cell(1, 1, 1, 1, "41.3", (0, 0, 1, 1), uncertainty=0.25),
        Cell(1, 2, 1, 2, "7", (0, 0, 1, 1)),
        Cell(2, 0, 2, 0, "2015", (0, 0, 1, 1), is_header=True),
        Cell(2, 2, 2, 2, "8", (0, 0, 1, 1)),
    ]
    table = Grid("0a1b2c3d-p0001-f01", tuple(cells), "chart drawing")
    assert grids.csv_text(table).splitlines() == [
        "Year,Tram,± Tram,Ferry",
        "2014,41.3,0.25,7",
        "2015,,,8",
    ]


def test_markdown_keeps_a_table_of_pipes_and_links_a_table() -> None:
    text = grids.markdown(grid("Item | Note", "a | [x](http://y.z)"))
    assert text.splitlines()[0] == "| Item | Note |"
    assert text.splitlines()[2] == "| a | \\[x\\](http://y.z) |"


@pytest.mark.parametrize(
    "text", ["12/05/2031", "2031-05-12", "12.05.2031", "12 May 2031", "May 2031", "12:30"]
)
def test_a_date_is_no_number(text: str) -> None:
    assert grids.value(cell(text)) is None


def test_control_characters_of_a_cell_run_nothing_and_break_no_line_of_csv() -> None:
    cells = tuple(
        Cell(0, at, 0, at, text, (0, 0, 9, 9)) for at, text in enumerate(("\t=1+1", "\r-2", "a\rb"))
    )
    text = grids.csv_text(Grid("3fa9c1d2-p0001-f01", cells, "made up"))
    assert text == '\'=1+1,-2,"a\nb"\n'


def test_what_stands_over_the_whole_table_names_no_column() -> None:
    box = (0.0, 0.0, 10.0, 10.0)
    title = Cell(0, 0, 0, 1, "Register of bridges", box, is_header=True)
    heads = [Cell(1, at, 1, at, text, box, is_header=True) for at, text in enumerate(("Name", "m"))]
    row = [Cell(2, at, 2, at, text, box) for at, text in enumerate(("Oak", "7"))]
    found = Grid("3fa9c1d2-p0001-f01", (title, *heads, *row), "a test")
    assert grids.columns_below_titles(found) == ["Name", "m"]
    bare = replace(found, cells=(title, *(replace(cell, row=cell.row - 1) for cell in row)))
    assert grids.columns_below_titles(bare) == ["Register of bridges", "Register of bridges"]
