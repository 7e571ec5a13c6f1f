"""Pieces of text to the cells of a table."""

import time
from dataclasses import replace

from mmrag import grids
from mmrag.ingest.grids import tables
from mmrag.ingest.layout.model import LayoutBox, Lines
from mmrag.ingest.layout.order import Fragment
from mmrag.quantities import quantities
from mmrag.types import Cell, Grid

ROWS, COLUMNS = (20.0, 40.0, 60.0), (100.0, 150.0, 200.0)
BOX = LayoutBox((0.0, 0.0, 250.0, 80.0), "table", Lines(ROWS, COLUMNS))


def piece(text: str, x0: float, x1: float, row: int, down: float = 0.0) -> Fragment:
    top = 20.0 * row + 4 + down
    return Fragment(text, (x0, top, x1, top + 10), 10.0, False)


def texts(cells: tuple[Cell, ...]) -> dict[tuple[int, int], str]:
    return {(cell.row, cell.column): cell.text for cell in cells}


def test_text_stands_in_the_row_and_column_that_its_middle_is_in() -> None:
    found = tables.cells(
        [
            piece("Region", 5, 40, 0),
            piece("2024", 110, 130, 0),
            piece("2023", 160, 180, 0),
            piece("North", 5, 40, 1),
            piece("12.5", 110, 130, 1),
            piece("11.0", 160, 180, 1),
        ],
        BOX,
    )
    assert texts(found)[1, 1] == "12.5"
    assert [cell.text for cell in found if cell.is_header] == ["Region", "2024", "2023", "North"]


def test_a_heading_over_several_columns_spans_them() -> None:
    found = tables.cells(
        [
            piece("Year ended 31 December", 102, 248, 0),
            piece("2024", 110, 130, 1),
            piece("2023", 160, 180, 1),
            piece("2022", 210, 230, 1),
            piece("North", 5, 40, 2),
            piece("1.5", 110, 130, 2),
            piece("1.4", 160, 180, 2),
            piece("1.3", 210, 230, 2),
        ],
        BOX,
    )
    head = next(cell for cell in found if cell.text.startswith("Year"))
    assert (head.column, head.column_end, head.is_header) == (1, 3, True)


def test_lines_of_one_row_are_one_cell() -> None:
    found = tables.cells(
        [
            piece("Cash and", 5, 50, 1, -3),
            piece("equivalents", 5, 60, 1, 4),
            piece("7", 110, 120, 1),
        ],
        BOX,
    )
    assert texts(found) == {(0, 0): "Cash and equivalents", (0, 1): "7"}


def test_numbers_that_touch_over_a_line_are_two_cells_and_words_are_not() -> None:
    found = tables.cells([piece("1,125 9,870", 120, 180, 0), piece("see note", 120, 180, 1)], BOX)
    assert texts(found)[0, 0] == "1,125"
    assert texts(found)[0, 1] == "9,870"
    assert "see note" in texts(found).values()


def test_a_sign_of_currency_stands_before_its_number() -> None:
    found = tables.cells([piece("$ 7,988 $", 102, 148, 0), piece("9,858", 160, 190, 0)], BOX)
    assert texts(found) == {(0, 0): "$ 7,988", (0, 1): "$ 9,858"}


def test_dots_that_lead_to_the_next_column_are_no_text() -> None:
    found = tables.cells([piece("All ages . . . . . . .", 5, 90, 0), piece("5", 110, 120, 0)], BOX)
    assert texts(found) == {(0, 0): "All ages", (0, 1): "5"}


def test_empty_rows_and_columns_and_text_outside_leave_no_trace() -> None:
    found = tables.cells(
        [piece("a", 5, 20, 0), piece("b", 210, 230, 3), piece("far", 300, 330, 0)], BOX
    )
    assert texts(found) == {(0, 0): "a", (1, 1): "b"}


def test_a_table_without_lines_has_no_cells() -> None:
    assert tables.cells([piece("a", 5, 20, 0)], LayoutBox(BOX.bbox, "table")) == ()


def test_tables_of_one_figure_stand_one_below_the_other() -> None:
    below = LayoutBox((0.0, 100.0, 250.0, 180.0), "table", Lines((120.0,), COLUMNS))
    found = tables.joined([piece("a", 5, 20, 0), piece("b", 5, 20, 5)], [below, BOX])
    assert texts(found) == {(0, 0): "a", (1, 0): "b"}


def test_each_number_of_a_row_of_signs_keeps_all_its_digits() -> None:
    found = tables.cells(
        [
            piece("$ 7,988 $", 102, 148, 0),
            piece("1,641 $", 152, 190, 0),
            piece("513", 205, 240, 0),
        ],
        BOX,
    )
    assert list(texts(found).values()) == ["$ 7,988", "$ 1,641", "$ 513"]


def test_numbers_far_from_the_line_between_them_are_cut_and_a_sign_stays_with_its_own() -> None:
    found = tables.cells(
        [piece("2,709,304 2,281,183", 105, 195, 0), piece("1.57% $ 1,134", 105, 195, 1)],
        LayoutBox(BOX.bbox, "table", Lines(ROWS, (100.0, 165.0))),
    )
    assert list(texts(found).values()) == ["2,709,304", "2,281,183", "1.57%", "$ 1,134"]


def test_a_line_above_that_names_the_unit_is_the_first_header() -> None:
    rows = [piece("2024", 110, 130, 1), piece("Rent", 5, 40, 2), piece("12.5", 110, 130, 2)]
    box = LayoutBox((0.0, 22.0, 250.0, 80.0), "table", Lines(ROWS, COLUMNS))
    named = tables.cells([piece("(in millions, except per share data)", 40, 200, 0), *rows], box)
    assert (named[0].text, named[0].row, named[0].is_header) == (
        "(in millions, except per share data)",
        0,
        True,
    )
    assert texts(named)[2, 1] == "12.5"


def test_other_lines_above_are_no_part_of_the_table() -> None:
    rows = [piece("2024", 110, 130, 1), piece("Rent", 5, 40, 2), piece("12.5", 110, 130, 2)]
    box = LayoutBox((0.0, 22.0, 250.0, 80.0), "table", Lines(ROWS, COLUMNS))
    prose = piece("Costs rose by half, in millions of homes", 40, 200, 0)
    far = replace(piece("(in millions)", 40, 200, 0), bbox=(40, -60, 200, -50))
    assert tables.cells([prose, far, *rows], box) == tables.cells(rows, box)


def test_a_table_that_names_its_unit_itself_needs_no_line_above() -> None:
    rows = [piece("$ thousand", 5, 40, 1), piece("2024", 110, 130, 1), piece("1.5", 110, 130, 2)]
    box = LayoutBox((0.0, 22.0, 250.0, 80.0), "table", Lines(ROWS, COLUMNS))
    above = piece("(in millions)", 40, 200, 0)
    assert tables.cells([above, *rows], box) == tables.cells(rows, box)


def test_columns_that_the_model_did_not_see_are_told_by_the_gaps_between_numbers() -> None:
    box = LayoutBox(BOX.bbox, "table", Lines(ROWS, ()))
    found = tables.cells(
        [
            *(
                piece(text, x0, x0 + 30, 0)
                for text, x0 in (("Item", 5), ("1.5", 110), ("1.6", 160))
            ),
            *(piece(text, x0, x0 + 30, 1) for text, x0 in (("Rent", 5), ("80", 110), ("88", 160))),
            piece("Food", 5, 35, 2),
            piece("1,040 1,120", 110, 190, 2),
            piece("-" * 40, 5, 190, 3),
        ],
        box,
    )
    assert texts(found) == {
        (0, 0): "Item", (0, 1): "1.5", (0, 2): "1.6",
        (1, 0): "Rent", (1, 1): "80", (1, 2): "88",
        (2, 0): "Food", (2, 1): "1,040", (2, 2): "1,120",
    }  # fmt: skip


def test_a_table_inside_another_is_read_once() -> None:
    inner = LayoutBox((100.0, 20.0, 200.0, 60.0), "table", Lines((40.0,), (150.0,)))
    fragments = [piece("Rent", 5, 40, 1), piece("1", 110, 120, 1), piece("2", 160, 170, 2)]
    assert tables.joined(fragments, [inner, BOX]) == tables.cells(fragments, BOX)


def test_a_table_of_ten_thousand_rows_or_five_hundred_columns_is_read_in_seconds() -> None:
    start = time.process_time()
    rows = tuple(20.0 * at for at in range(1, 10_000))
    long = LayoutBox((0.0, 0.0, 250.0, 200_000.0), "table", Lines(rows, COLUMNS))
    found = tables.cells(
        [piece(str(at) if at % 7 else "Year 2024", 110, 130, at) for at in range(10_000)]
        + [piece("Item" if at % 3 else "of items", 5, 40, at) for at in range(10_000)],
        long,
    )
    columns = tuple(50.0 * at for at in range(1, 500))
    wide = LayoutBox((0.0, 0.0, 25_000.0, 80.0), "table", Lines(ROWS, columns))
    spread = [piece(f"{at}", 50 * at + 5, 50 * at + 20, row) for at in range(500) for row in (1, 2)]
    heads = [piece(f"Group {at}", 200 * at + 5, 200 * at + 50, 0) for at in range(125)]
    assert len(found) > 19_000
    grid = Grid("0a1b2c3d-p0001-f01", found, "a test")
    assert len(grids.columns_by_row(grid)) == grid.rows
    assert quantities(grid, "")
    assert len(tables.cells([*heads, *spread], wide)) == 1_125
    assert time.process_time() - start < 20


def test_a_table_of_pictures_has_no_cells() -> None:
    assert tables.joined([], [BOX]) == ()


def test_an_s_beside_a_number_is_a_dollar_in_a_table_of_dollars_alone() -> None:
    read = [piece("S 5,863 S", 102, 148, 0), piece("4,380", 160, 190, 0), piece("S-1", 5, 40, 0)]
    dollars = tables.cells([*read, piece("$ 7", 205, 240, 0)], BOX)
    assert list(texts(dollars).values()) == ["S-1", "$ 5,863", "$ 4,380", "$ 7"]
    assert "S 5,863 S" in texts(tables.cells(read, BOX)).values()
