"""Which rows at the top of a table name its columns, of numbers, of words, and of both."""

import pytest

from mmrag import grids
from mmrag.ingest.grids import head_rows, headers
from mmrag.types import Cell, Grid

MEETINGS = (
    ("Name", "Standing", "Meetings attended", "At the assembly", "Other seats"),
    ("Ms Ada Birk", "Executive", "6", "Yes", "3"),
    ("Mr Ole Dahl", "Independent", "5", "No", "–"),
    ("Ms Eva Foss", "Independent", "2", "Yes", "11"),
    ("Mr Jon Grue", "Executive", "6", "Yes", "1"),
)


def rows(*texts: tuple[str, ...]) -> list[list[Cell]]:
    return [
        [
            Cell(
                at, column, at, column, text, (60 * column, 20 * at, 60 * column + 40, 20 * at + 9)
            )
            for column, text in enumerate(row)
            if text
        ]
        for at, row in enumerate(texts)
    ]


def test_a_row_of_words_and_numbers_is_no_head_where_its_numbers_stand_over_numbers() -> None:
    assert head_rows.count(rows(*MEETINGS)) == 1
    table = Grid("f", headers.marked([c for row in rows(*MEETINGS) for c in row]), "a test")
    assert grids.columns(table)[2] == "Meetings attended"
    assert grids.rows(table)[1] == "Ms Ada Birk"


def test_words_over_numbers_are_heads_however_many_rows_they_stand_in() -> None:
    found = rows(
        ("", "", "Meetings", "", "Other"),
        ("Name", "Standing", "attended", "Assembly", "seats"),
        *MEETINGS[1:],
    )
    assert head_rows.count(found) == 2


@pytest.mark.parametrize(
    "told",
    [("2023-24", "2022-23"), ("2024E", "2023"), ("31.12.2024", "31.12.2023"), ("2024", "2023")],
)
def test_years_and_dates_over_numbers_are_heads(told: tuple[str, str]) -> None:
    assert head_rows.count(rows(("", *told), ("Honey", "12.5", "11"), ("Wax", "3", "4.5"))) == 1


def test_years_over_years_and_dates_over_dates_are_none() -> None:
    found = rows(
        ("Hive", "Built", "Last seen"),
        ("North", "1981", "3 May 2024"),
        ("South", "1997", "12 June 2024"),
        ("East", "2003", "1 July 2024"),
    )
    assert head_rows.count(found) == 1


def test_a_row_of_dashes_is_a_row_without_values() -> None:
    assert head_rows.count(rows(("", "2024", "2023"), ("Wax", "–", "-"), ("Honey", "3", "4"))) == 1


def test_a_row_of_words_under_named_columns_is_no_head() -> None:
    found = rows(
        ("Hive", "Queen", "Kilograms"),
        ("North", "Carnica", ""),
        ("South", "Buckfast", "12"),
        ("East", "Carnica", "9"),
        ("West", "Ligustica", "14"),
    )
    assert head_rows.count(found) == 1


def test_of_a_table_of_words_the_first_row_is_the_head() -> None:
    found = rows(("Part", "Use"), ("Smoker", "Calms bees"), ("Tool", "Lifts frames"))
    assert head_rows.count(found) == 1


def test_a_table_that_begins_with_numbers_has_no_head() -> None:
    assert head_rows.count(rows(("Honey", "12.5", "11"), ("Wax", "3", "4.5"))) == 0


def test_the_name_of_a_group_under_the_head_is_none() -> None:
    found = rows(("", "2024", "2023"), ("Sales:",), ("Honey", "12.5", "11"), ("Wax", "3", "4.5"))
    assert head_rows.count(found) == 1
