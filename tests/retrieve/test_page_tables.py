"""Tables that go on over pages are put together, or none is told where a part may be missing."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from mmrag.ids import figure_id
from mmrag.retrieve.page_tables import PageTables
from mmrag.types import Cell, Figure, Grid

HEAD = "Bridge   Length   Region"
ABOVE, BELOW = 60, 80  # points, where what stands around a table begins on these pages of 800


@pytest.fixture
def whole(storing, catalog):
    """The pages of the whole tables of a document, by the table of one page.

    A line with wide gaps is a row; those of a page that follow each other are its table, below
    `HEAD` whether the page has it or not.
    """
    report, put = storing

    def told(pages: Sequence[Sequence[str]], seed: int = 1, trust: float = 1.0, **figure: str):
        content = {n: {"text": "\n".join(lines)} for n, lines in enumerate(pages, 1)}
        document = report("/docs/bridges.pdf", content)
        tables = [_table(page.id, page.text.split("\n"), **figure) for page in document.pages]
        boxes = {page.id: _boxes(page.text.split("\n")) for page in document.pages}
        put(
            catalog,
            replace(
                document,
                figures=tuple(figure for item in tables if item for figure in item[:1]),
                grids=tuple(replace(item[1], trust=trust) for item in tables if item),
                line_boxes=boxes,
            ),
        )
        name = figure_id(document.pages[seed - 1].id, 1)
        found = list(PageTables(catalog, document.document).whole([name]))
        return [[int(p.grid.figure_id[10:14]) for p in table.parts] for table in found]

    return told


def _boxes(lines: Sequence[str]) -> tuple[tuple[float, float, float, float], ...]:
    return tuple((50.0, 20.0 + 40 * at, 500.0, 30.0 + 40 * at) for at in range(len(lines)))


def _table(page: str, lines: Sequence[str], caption: str = "") -> tuple[Figure, Grid] | None:
    places = [at for at, line in enumerate(lines) if "   " in line]
    if not places:
        return None
    boxes = _boxes(lines)
    area = (50.0, boxes[places[0]][1], 500.0, boxes[places[-1]][3])
    rows = [lines[at].split("   ") for at in places]
    rows = rows if rows[0][0] == "Bridge" else [HEAD.split("   "), *rows]
    cells = (
        Cell(n, column, n, column, text, area, is_header=n == 0 or column == 0)
        for n, row in enumerate(rows)
        for column, text in enumerate(row)
    )
    figure = Figure(figure_id(page, 1), page, 1, area, "table", caption if page[-1] == "1" else "")
    return figure, Grid(figure.id, tuple(cells), "layout model", 1.0)


FIRST = ("", "", "The road office keeps these.", HEAD, "Oak   12   North", "Elm   30   South")
NEXT = ("", "", "Ash   7   North", "Ivy   9   East")
LAST = ("", "", "Yew   5   East", "Those that are closed are left out.")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_parts_on_all_pages_are_one_table_from_whichever_is_found(whole, seed):
    assert whole([FIRST, NEXT, LAST], seed) == [[1, 2, 3]]


def test_heads_and_feet_and_heads_of_columns_may_come_again(whole):
    again = ("Annual report   5", "", HEAD, *NEXT[2:])
    assert whole([FIRST, again, LAST]) == [[1, 2, 3]]


def test_a_table_between_texts_is_whole_on_its_page(whole):
    assert whole([(*FIRST, "So much for the bridges."), NEXT, LAST]) == [[1]]


def test_a_line_that_stands_on_both_pages_is_no_end(whole):
    first, after = (*FIRST, "Figures of 2024"), (*NEXT, "Figures of 2024")
    assert whole([first, after]) == [[1, 2]]


@pytest.mark.promise(70)
@pytest.mark.parametrize(
    "after",
    [
        ("", "", "Ash  7  North"),  # a row that no table has
        ("", "", "Bridge   Built   Region", "Ash   1907   North"),  # names other columns
    ],
)
def test_none_is_told_where_a_part_may_be_missing(whole, after):
    assert whole([FIRST, after]) == []


def test_none_is_told_where_letters_of_a_part_are_missing(whole):
    assert whole([FIRST, NEXT], trust=0.97) == []


def test_where_text_follows_on_the_next_page_the_table_has_ended(whole):
    assert whole([FIRST, ("", "", "The ferries of the county are few.", *NEXT[2:])]) == [[1]]
