"""Tables whose cells are drawn."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import pytest

from mmrag.ingest.drawing import Path
from mmrag.ingest.grids import tables
from mmrag.ingest.layout.model import LayoutBox, Lines
from mmrag.ingest.layout.order import Fragment
from mmrag.types import BBox, Cell

ROWS = (0.0, 20.0, 40.0, 60.0, 80.0)
COLUMNS = (0.0, 100.0, 150.0, 200.0)
BOX = LayoutBox((0.0, 0.0, 200.0, 80.0), "table", Lines(ROWS[1:-1], COLUMNS[1:-1]))
NONE_SEEN = LayoutBox(BOX.bbox, "table")


def stroke(x0: float, y0: float, x1: float, y1: float) -> tuple[Path, BBox]:
    path: Path = {"type": "s", "level": 0, "items": [("l", (x0, y0), (x1, y1))]}
    return path, (x0, y0, x1, y1)


def level(heights: Iterable[float] = ROWS, x0: float = 0.0, x1: float = 200.0) -> list:
    return [stroke(x0, y, x1, y) for y in heights]


def upright(places: Iterable[float] = COLUMNS, y0: float = 0.0, y1: float = 80.0) -> list:
    return [stroke(x, y0, x, y1) for x in places]


def piece(text: str, x0: float, x1: float, row: int, down: float = 0.0) -> Fragment:
    top = 20.0 * row + 4 + down
    return Fragment(text, (x0, top, x1, top + 10), 10.0, False)


def placed(cells: Sequence[Cell]) -> dict[str, tuple[int, int, int, int]]:
    return {c.text: (c.row, c.column, c.row_end, c.column_end) for c in cells}


TEXTS = [
    piece("Port", 5, 40, 0), piece("Ships", 110, 130, 0), piece("Crew", 160, 180, 0),
    piece("Bergen", 5, 40, 1), piece("12", 110, 130, 1), piece("96", 160, 180, 1),
    piece("Molde", 5, 40, 2), piece("7", 110, 130, 2), piece("41", 160, 180, 2),
    piece("Vardø", 5, 40, 3), piece("3", 110, 130, 3), piece("18", 160, 180, 3),
]  # fmt: skip


def test_a_table_in_which_no_lines_are_seen_is_read_by_those_that_are_drawn() -> None:
    assert tables.cells(TEXTS, NONE_SEEN) == ()
    found = placed(tables.cells(TEXTS, NONE_SEEN, [*level(), *upright()]))
    assert found["Bergen"] == (1, 0, 1, 0)
    assert found["18"] == (3, 2, 3, 2)


def test_drawn_columns_count_where_fewer_are_seen() -> None:
    seen = LayoutBox(BOX.bbox, "table", Lines(ROWS[1:-1], COLUMNS[1:2]))
    found = placed(tables.cells(TEXTS, seen, [*level(), *upright()]))
    assert (found["12"], found["96"]) == ((1, 1, 1, 1), (1, 2, 1, 2))


def test_a_cell_reaches_over_the_rows_that_no_line_parts_it_from() -> None:
    drawn = [*level((0, 20, 80)), *level((40, 60), x0=100), *upright()]
    texts = [text for text in TEXTS if text.text not in ("Bergen", "Molde", "Vardø")]
    found = tables.cells([*texts, piece("North", 5, 40, 2)], NONE_SEEN, drawn)
    assert placed(found)["North"] == (1, 0, 3, 0)


def test_a_piece_of_text_is_cut_where_a_line_is_drawn_through_it_and_nowhere_else() -> None:
    texts = list(TEXTS)
    texts[3:5] = [piece("Bergen and Askøy 12", 5, 130, 1)]
    head = [piece("Ships and crew", 110, 195, 0)]
    drawn = [*level(), *upright((0, 100, 200)), *upright((150,), y0=20)]
    found = placed(tables.cells([texts[0], *head, *texts[3:]], NONE_SEEN, drawn))
    assert found["Bergen and Askøy"] == (1, 0, 1, 0)
    assert found["12"] == (1, 1, 1, 1)
    assert found["Ships and crew"] == (0, 1, 0, 2)


def test_texts_side_by_side_are_cells_of_their_own_where_no_line_parts_them() -> None:
    """Lines between the columns are drawn in the head alone."""
    drawn = [*level(), *upright((0, 200)), *upright((100, 150), y1=20)]
    found = placed(tables.cells(TEXTS, NONE_SEEN, drawn))
    assert (found["Molde"], found["7"], found["41"]) == ((2, 0, 2, 0), (2, 1, 2, 1), (2, 2, 2, 2))


def test_the_sides_of_a_table_need_not_be_drawn() -> None:
    found = placed(tables.cells(TEXTS, NONE_SEEN, [*level(), *upright(COLUMNS[1:-1])]))
    assert (found["Bergen"], found["96"]) == ((1, 0, 1, 0), (1, 2, 1, 2))


@pytest.mark.parametrize("kind", ["thin boxes", "bordered cells"])
def test_thin_boxes_and_the_borders_of_cells_are_lines(kind) -> None:
    cells: list[BBox] = [
        (x0, y0, x1, y1) for x0, x1 in pairwise(COLUMNS) for y0, y1 in pairwise(ROWS)
    ]
    thin: list[BBox] = [
        *((0.0, y, 200.0, y + 1) for y in ROWS),
        *((x, 0.0, x + 1, 80.0) for x in COLUMNS),
    ]
    boxes, painted = (thin, "f") if kind == "thin boxes" else (cells, "fs")
    drawn = [({"type": painted, "level": 0, "items": [("re", box, 1)]}, box) for box in boxes]
    assert placed(tables.cells(TEXTS, NONE_SEEN, drawn)) == placed(tables.cells(TEXTS, BOX))


@pytest.mark.parametrize(
    "drawn",
    [
        [*level((0, 20, 80)), *upright()],  # around the head, and around all that is below
        [*level(), *upright((0, 200)), stroke(100, 0, 100, 80)],  # two of three columns
    ],
)
def test_lines_that_part_only_some_rows_or_columns_leave_what_is_seen(drawn) -> None:
    assert tables.cells(TEXTS, BOX, drawn) == tables.cells(TEXTS, BOX)


def test_rows_of_numbers_between_two_lines_are_no_cell() -> None:
    """Nothing else is seen, and what one cell would say is no number."""
    drawn = [*level((0, 20, 80)), *upright()]
    assert tables.cells(TEXTS, NONE_SEEN, drawn) == ()


def test_lines_elsewhere_on_the_page_and_lines_without_end_are_no_cells_of_it() -> None:
    away = [stroke(x0 + 300, y0, x1 + 300, y1) for _, (x0, y0, x1, y1) in level()]
    assert tables.cells(TEXTS, NONE_SEEN, [*away, *upright()]) == ()
    many = [stroke(x / 1000, 0, x / 1000, 80) for x in range(60_000)]
    assert tables.cells(TEXTS, NONE_SEEN, [*level(), *many]) == ()
