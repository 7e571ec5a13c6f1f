"""Tables that go on over pages."""

from mmrag import grids
from mmrag.ingest.grids import continued
from mmrag.types import Cell, Continuation, Figure, Grid

FIRST, SECOND = "0a1b2c3d-p0001", "0a1b2c3d-p0002"


def figure(page: str, ordinal: int, top: float) -> Figure:
    box = (10.0, top, 200.0, top + 100)
    return Figure(f"{page}-f{ordinal:02}", page, ordinal, box, "table")


def grid(of: Figure, *rows: str, heads: int) -> Grid:
    cells = (
        Cell(at, column, at, column, text, _box(of, at, column), at < heads or column == 0)
        for at, row in enumerate(rows)
        for column, text in enumerate(row.split("|"))
        if text
    )
    return Grid(of.id, tuple(cells), "a test")


def _box(of: Figure, row: int, column: int) -> tuple[float, float, float, float]:
    top = of.bbox[1] + 20 * row
    return (10.0 + 50 * column, top, 40.0 + 50 * column, top + 10)


def goes_on(page: str = SECOND) -> Continuation:
    return Continuation(page, "table", FIRST, 0, 10, 0, 20)


ABOVE = figure(FIRST, 1, 500.0)
BELOW = figure(SECOND, 1, 50.0)
HEAD = grid(ABOVE, "|2024|2023", "Rent|5|6", heads=1)


def test_rows_on_the_next_page_stand_under_the_head_of_the_first() -> None:
    rest = grid(BELOW, "Food|7|8", "Total|12|14", heads=0)
    first, second = continued.with_heads([HEAD, rest], [ABOVE, BELOW], [goes_on()])
    assert first == HEAD
    assert grids.columns(second) == ["", "2024", "2023"]
    assert grids.rows(second) == ["", "Food", "Total"]


def test_each_cell_is_cited_on_its_own_page_and_a_head_from_before_has_an_empty_box() -> None:
    rest = grid(BELOW, "Food|7|8", heads=0)
    second = continued.with_heads([HEAD, rest], [ABOVE, BELOW], [goes_on()])[1]
    boxes = {cell.text: cell.bbox for cell in second.cells}
    assert boxes["7"] == _box(BELOW, 0, 1)
    assert boxes["2024"] == (60.0, 50.0, 90.0, 50.0)


def test_a_first_row_of_words_is_no_head_where_the_table_goes_on() -> None:
    head = grid(ABOVE, "Term|Meaning", "NAV|net asset value", heads=1)
    rest = grid(BELOW, "ROE|return on equity", "TSR|total return", heads=1)
    second = continued.with_heads([head, rest], [ABOVE, BELOW], [goes_on()])[1]
    assert grids.columns(second) == ["Term", "Meaning"]
    assert grids.head_rows(second) == 1


def test_a_table_of_other_columns_or_one_that_does_not_go_on_stays_as_it_is() -> None:
    other = grid(BELOW, "Food|7", heads=0)
    assert continued.with_heads([HEAD, other], [ABOVE, BELOW], [goes_on()]) == (HEAD, other)
    rest = grid(BELOW, "Food|7|8", heads=0)
    assert continued.with_heads([HEAD, rest], [ABOVE, BELOW], []) == (HEAD, rest)


def test_the_last_table_of_a_page_goes_on_as_the_first_of_the_next() -> None:
    before, after = figure(FIRST, 2, 100.0), figure(SECOND, 2, 400.0)
    tables = [
        grid(before, "|2020|2019", "Rent|1|2", heads=1),
        HEAD,
        grid(BELOW, "Food|7|8", heads=0),
        grid(after, "Fees|7|8", heads=0),
    ]
    found = continued.with_heads(tables, [before, ABOVE, BELOW, after], [goes_on()])
    assert [grids.columns(item)[1] for item in found] == ["2020", "2024", "2024", ""]


def test_heads_that_come_again_are_heads_with_their_own_boxes() -> None:
    head = grid(ABOVE, "Term|Meaning", "NAV|net asset value", heads=1)
    rest = grid(BELOW, "Term|Meaning", "ROE|return on equity", heads=0)
    second = continued.with_heads([head, rest], [ABOVE, BELOW], [goes_on()])[1]
    assert grids.lines(second) == [["Term", "Meaning"], ["ROE", "return on equity"]]
    assert grids.head_rows(second) == 1
    assert second.cells[0].bbox == _box(BELOW, 0, 0)


def test_a_row_that_was_read_as_one_with_the_heads_above_it_is_parted_from_them() -> None:
    rest = grid(BELOW, "Rate 2024|2024 7|2023 8", "Total|12|14", heads=0)
    head = grid(ABOVE, "Rate|2024|2023", "Rent|5|6", heads=1)
    joined = grid(BELOW, "Rate Food|2024 7|2023 8", "Total|12|14", heads=0)
    second = continued.with_heads([head, joined], [ABOVE, BELOW], [goes_on()])[1]
    assert grids.lines(second) == [
        ["Rate", "2024", "2023"],
        ["Food", "7", "8"],
        ["Total", "12", "14"],
    ]
    box = next(cell.bbox for cell in second.cells if cell.text == "7")
    assert box[1] == (_box(BELOW, 0, 1)[1] + _box(BELOW, 0, 1)[3]) / 2
    first_head = continued.with_heads([HEAD, rest], [ABOVE, BELOW], [goes_on()])[1]
    assert grids.lines(first_head)[1][0] == "Rate 2024"
