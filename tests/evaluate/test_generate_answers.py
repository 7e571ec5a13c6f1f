"""Questions whose answers are known by construction."""

from mmrag.evaluate.generate_answers import Known, definitions, missing_years, of_table
from mmrag.types import Cell, Figure, Grid, Page

TABLE = [
    ["Boat", "2022", "2023"],
    ["Petrel", "12.5", "14.0"],
    ["Heron", "9.5", "9.5"],
    ["Tern", "7.0", "3.5"],
    ["Total", "29.0", "27.0"],
]
FIGURE = Figure("d-p0003-f01", "d-p0003", 1, (0, 0, 300, 100), "table", "Table 2: Catch in tonnes")


def grid(rows: list[list[str]]) -> Grid:
    """A table of cells 100 points wide and 20 high."""
    return Grid(
        FIGURE.id,
        tuple(
            Cell(
                row, column, row, column, text,
                (100.0 * column, 20.0 * row, 100.0 * column + 90, 20.0 * row + 15),
                is_header=not row or not column,
            )
            for row, line in enumerate(rows)
            for column, text in enumerate(line)
        ),
        "test",
    )  # fmt: skip


def page(text: str) -> Page:
    return Page("d-p0003", "d", 3, 600, 800, text, "pdf")


def by_text(kind: str) -> dict[str, Known]:
    return {item.text: item for item in of_table(FIGURE, grid(TABLE), 3) if item.type == kind}


def test_a_cell_is_asked_for_with_its_box() -> None:
    known = by_text("cell")["What is the value of Petrel in 2023 (Catch in tonnes)?"]
    assert (known.answer, known.page) == ("14.0", 3)
    assert known.boxes == ((200.0, 20.0, 290.0, 35.0),)
    assert len(known.wordings) == 2


def test_the_difference_between_years_is_computed() -> None:
    found = by_text("difference")
    known = found["By how much did Tern change from 2022 to 2023 (Catch in tonnes)?"]
    assert known.answer == "3.5"
    assert len(known.boxes) == 2
    assert not any("Heron" in text for text in found)  # it did not change


def test_the_largest_is_a_row_that_is_no_total() -> None:
    found = by_text("largest")
    assert found["Which is the largest in 2022 (Catch in tonnes)?"].answer == "Petrel"
    assert len(found) == 2


def test_two_rows_of_one_name_are_not_asked_for() -> None:
    twice = grid([*TABLE, ["Tern", "1.0", "1.0"]])
    assert not any("Tern" in item.text for item in of_table(FIGURE, twice, 3))


def test_a_missing_year_looks_as_if_it_were_there() -> None:
    asked = list(missing_years(FIGURE, grid(TABLE), [page("Catches of 2024 are not yet known.")]))
    assert asked[0] == "What is the value of Petrel in 2025 (Catch in tonnes)?"
    assert not list(missing_years(FIGURE, grid([["Boat", "Age"], ["Petrel", "9"]]), []))


def test_an_abbreviation_stands_for_the_words_that_begin_with_its_letters() -> None:
    text = "The Institute of Tidal Energy (ITE) and the harbour (XYZ) met the old ship (SHI)."
    [known] = definitions(page(text))
    assert (known.text, known.answer) == ("What does ITE stand for?", "Institute of Tidal Energy")
