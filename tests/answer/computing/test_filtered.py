"""Rows of a table that meet what a question says: a limit of a number, a kind, or both."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from marked_evidence import answer_to
from tiny_tables import cell_box, piece, table

from mmrag.answer.extracted import ExtractedAnswerer
from mmrag.types import Answer, Table

MEMBERS = (
    ("Member", "Standing", "Meetings attended", "Hives"),
    ("Ada Birk", "Active", "7", "14"),
    ("Ole Dahl", "Honorary & Retired", "7", "2"),
    ("Eva Foss", "Active", "5", "30"),
    ("Jon Grue", "Honorary & Retired", "3", "9"),
)
BIRTHS = (("Year", "Queens reared"), ("2018", "410"), ("2019", "395"), ("2020", "530"))


def members(lines: Sequence[Sequence[str]] = MEMBERS, caption: str = "") -> Table:
    return table(lines, caption=caption, names="Annals of the bee society")


def asked(question: str, *tables: Table) -> Answer:
    marked = [piece(marker, one) for marker, one in zip(("K7Q", "M2X"), tables, strict=False)]
    return answer_to(question, marked, ExtractedAnswerer(), computes=True)


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("Which members have more than 8 hives?", ("Ada Birk", "Eva Foss", "Jon Grue")),
        ("Which active members have attended meetings more than 6 times?", ("Ada Birk",)),
        ("Who are the honorary and retired members?", ("Ole Dahl", "Jon Grue")),
        ("Which members attended at least 7 meetings?", ("Ada Birk", "Ole Dahl")),
        ("How many members attended fewer than seven meetings?", Decimal(2)),
        ("How many members attended exactly 7 meetings?", Decimal(2)),
    ],
)
def test_rows_are_told_by_a_limit_and_a_kind(question: str, result: object) -> None:
    computation = asked(question, members()).computation
    assert computation is not None
    assert computation.result == result


def test_an_answer_says_why_each_row_is_one_and_cites_its_cells() -> None:
    answer = asked("Which active members have attended meetings more than 6 times?", members())
    assert answer.text == "Ada Birk (Active, 7) [K7Q]"
    (citation,) = answer.citations
    first, last = cell_box(1, 0), cell_box(1, 2)
    assert citation.bbox == (first[0], first[1], last[2], last[3])


def test_years_are_counted_by_their_numbers() -> None:
    answer = asked("In how many years were more than 400 queens reared?", members(BIRTHS))
    assert answer.text.startswith("2: 2018 (410); 2020 (530)")


@pytest.mark.parametrize(
    "question",
    [
        "Which members have more than 8 boats?",
        "Which beginners have more than 8 hives?",
        "Which foreign members have more than 8 hives?",
        "Which members of Oslo attended more than 6 meetings?",
        "Which members have more than 8 % of the hives?",
        "Why do active members attend more than 6 meetings?",
        "Which members have more than 100 hives?",
        "Who are the members?",
    ],
)
def test_what_the_table_does_not_say_is_not_told(question: str) -> None:
    assert asked(question, members()).computation is None


def test_a_row_without_its_number_leaves_the_question_open() -> None:
    lines = (*MEMBERS, ("Uma Lind", "Active", "ill", "4"))
    assert asked("Which members attended more than 6 meetings?", members(lines)).computation is None


def test_tables_that_say_different_things_tell_nothing() -> None:
    other = table(
        (MEMBERS[0], ("Ada Birk", "Active", "2", "14"), ("Ole Dahl", "Active", "9", "2")),
        figure_id="3fa9c1d2-p0044-f01",
        names="Annals of the bee society",
    )
    answer = asked("Which members attended more than 6 meetings?", members(), other)
    assert answer.computation is None


def test_a_measured_number_counts_where_it_is_clear_of_the_limit() -> None:
    read = members(BIRTHS)
    cells = tuple(
        cell if cell.is_header else replace(cell, uncertainty=6.0) for cell in read.grid.cells
    )
    drawn = replace(read, grid=replace(read.grid, cells=cells))
    clear = asked("In how many years were more than 480 queens reared?", drawn)
    assert clear.computation is not None
    assert clear.computation.result == Decimal(1)
    close = asked("In how many years were more than 400 queens reared?", drawn)
    assert close.computation is None
