"""Cells that name others: headings over several columns, periods further down, wrapped labels."""

from mmrag import grids
from mmrag.ingest.grids import headers
from mmrag.types import Cell, Grid

WIDTH, HEIGHT = 100, 20


def cell(row: int, column: int, text: str, middle: float | None = None) -> Cell:
    """A cell in the middle of its column, or with its middle at a place across the page."""
    across = WIDTH * column + 50 if middle is None else middle
    box = (across - 20, HEIGHT * row, across + 20, HEIGHT * row + 12)
    return Cell(row, column, row, column, text, box)


def row(at: int, *texts: str) -> list[Cell]:
    return [cell(at, column, text) for column, text in enumerate(texts) if text]


def grid(*cells: Cell) -> Grid:
    return Grid("0a1b2c3d-p0001-f01", headers.marked(cells), "a test")


def test_headings_reach_over_the_columns_that_they_stand_over_the_middle_of() -> None:
    table = grid(
        cell(0, 3, "Years ended", middle=400),
        cell(1, 2, "2024", middle=250),
        cell(1, 5, "2023", middle=550),
        *row(2, "", "Food", "Drinks", "Total", "Food", "Drinks", "Total"),
        *row(3, "North", "1.5", "2.5", "4.0", "1.0", "2.0", "3.0"),
    )
    assert grids.columns(table)[1:] == [
        "Years ended 2024 Food",
        "Years ended 2024 Drinks",
        "Years ended 2024 Total",
        "Years ended 2023 Food",
        "Years ended 2023 Drinks",
        "Years ended 2023 Total",
    ]


def test_a_heading_over_two_of_three_columns_leaves_the_third_alone() -> None:
    table = grid(
        cell(0, 1, "Shares", middle=200),
        *row(1, "", "Number", "Amount", "Total"),
        *row(2, "Opening", "1.5", "2.5", "4.0"),
    )
    assert grids.columns(table)[1:] == ["Shares Number", "Shares Amount", "Total"]


def test_headings_of_two_lines_stay_over_their_own_column() -> None:
    table = grid(
        *row(0, "", "Paid-in", "Retained", "Treasury"),
        *row(1, "", "capital", "earnings", "stock"),
        *row(2, "Opening", "1.5", "2.5", "4.0"),
    )
    assert grids.columns(table)[1:] == ["Paid-in capital", "Retained earnings", "Treasury stock"]


def test_periods_further_down_name_the_columns_below_them() -> None:
    table = grid(
        cell(0, 1, "Three months ended 30 June", middle=200),
        *row(1, "", "North", "South"),
        *row(2, "Sales", "1.5", "2.5"),
        cell(3, 1, "Six months ended 30 June", middle=200),
        *row(4, "Sales", "3.5", "4.5"),
        *row(5, "Costs", "3.0", "4.0"),
    )
    names = grids.columns_by_row(table)
    assert names[2][1] == "Three months ended 30 June North"
    assert names[4][2] == names[5][2] == "Six months ended 30 June South"
    assert [item.text for item in table.cells if item.row == 3 and item.is_header]


def test_years_and_names_anew_take_the_place_of_those_at_the_top() -> None:
    table = grid(
        *row(0, "", "2024", "2023"),
        *row(1, "Sales", "1.5", "2.5"),
        *row(2, "", "2022", "2021"),
        *row(3, "(in thousands)", "Food", "Drinks"),
        *row(4, "Sales", "3.5", "4.5"),
    )
    assert grids.columns_by_row(table)[4][1:] == ["2022 Food", "2021 Drinks"]
    assert grids.columns_by_row(table)[1][1:] == ["2024", "2023"]


def test_a_row_with_a_name_and_years_for_values_names_no_columns() -> None:
    table = grid(
        *row(0, "", "Loan", "Bond"),
        *row(1, "Amount", "1.5", "2.5"),
        *row(2, "Due", "2031", "2029"),
        *row(3, "Rate", "3.5", "4.5"),
    )
    assert grids.columns_by_row(table)[3][1:] == ["Loan", "Bond"]


def test_a_label_of_two_lines_is_one_wherever_its_values_stand() -> None:
    table = grid(
        *row(0, "", "2024"),
        *row(1, "Purchases of land, net"),
        *row(2, "of proceeds", "1.5"),
        *row(3, "Cash at the", "2.5"),
        *row(4, "end of the year"),
        *row(5, "Total", "4.0"),
    )
    assert grids.lines(table) == [
        ["", "2024"],
        ["Purchases of land, net of proceeds", "1.5"],
        ["Cash at the end of the year", "2.5"],
        ["Total", "4.0"],
    ]


def test_names_of_groups_and_tables_in_lower_case_are_not_joined() -> None:
    of_groups = grid(*row(0, "", "2024"), *row(1, "Loans:"), *row(2, "of members", "1.5"))
    lower = grid(*row(0, "", "2024"), *row(1, "fruit"), *row(2, "apples", "1.5"))
    assert of_groups.rows == lower.rows == 3
