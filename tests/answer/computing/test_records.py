"""Questions over all the rows of a table, which is set on several pages."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from tiny_tables import table

from mmrag.answer.computing.records import FoundRecords, answer, is_of_all
from mmrag.types import FILE_READER, RecordTable

HEADS = ("harvest_id", "day", "hive", "honey", "yield_kg", "unit_price")
ROWS = (
    ("H-1", "2031-04-02", "Oak", "Lime", "12", "4.5"),
    ("H-2", "2031-04-09", "Elm", "Clover", "7", "5.0"),
    ("H-3", "2031-05-01", "Oak", "Clover", "20", "5.5"),
    ("H-4", "2031-05-20", "North field", "Lime", "3", "4.0"),
    ("H-5", "2032-05-21", "Elm", "Heather", "9", "9.0"),
)


def records(
    rows: Sequence[Sequence[str]] = ROWS,
    heads: Sequence[str] = HEADS,
    name: str = "",
    names: str = "harvests",
    rows_a_page: int = 2,
    reader: str = FILE_READER,
) -> RecordTable:
    tables = (
        table(
            [heads, *rows[at : at + rows_a_page]],
            caption=f"rows {at + 2} to {at + 1 + rows_a_page}",
            names=names,
            figure_id=f"3fa9c1d2-p{1 + at // rows_a_page:04d}-f01",
        )
        for at in range(0, len(rows), rows_a_page)
    )
    parts = (replace(item, grid=replace(item.grid, reader=reader)) for item in tables)
    return RecordTable("3fa9c1d2", name, tuple(parts))


def found(question: str, *tables: RecordTable) -> FoundRecords | None:
    return answer(question, tables or (records(),))


def result(question: str, *tables: RecordTable) -> object:
    told = found(question, *tables)
    return None if told is None else told.result


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the total yield?", Decimal(51)),
        ("What is the total yield of the hive Oak?", Decimal(32)),
        ("What is the total yield in April 2031?", Decimal(19)),
        ("What was the average unit price of clover?", Decimal("5.25")),
        ("How many harvests are there?", Decimal(5)),
        ("How many harvests in 2031?", Decimal(4)),
        ("How many harvests have a yield above 8?", Decimal(3)),
        ("How many harvests of Lime had a yield of at least 4?", Decimal(1)),
        ("How many different hives are there?", Decimal(3)),
        ("Which harvest has the highest yield?", "H-3"),
        ("What is the lowest unit price?", Decimal("4.0")),
        ("Which hive has the highest total yield?", "Oak"),
        ("Which honey has the highest average unit price?", "Heather"),
        ("Which hive has the fewest harvests?", "North field"),
        ("What honey is harvest H-5?", "Heather"),
        ("What is the yield of H-4?", Decimal(3)),
        ("Which hives are there?", ("Oak", "Elm", "North field")),
        ("Which harvests are of clover?", ("H-2", "H-3")),
        ("What is the total yield by honey?", ("Lime (15)", "Clover (27)", "Heather (9)")),
        ("How many harvests per hive?", ("Oak (2)", "Elm (2)", "North field (1)")),
        ("total yield of clover", Decimal(27)),
        ("number of harvests in 2031", Decimal(4)),
        ("Show me all harvests with a yield of 7", "H-2"),
        ("What percentage of harvests are of clover?", Decimal("40.0")),
        ("What share of the total yield is of heather?", Decimal("17.6")),
    ],
)
def test_rows_of_all_pages_are_counted_summed_and_compared(question: str, expected: object) -> None:
    assert result(question) == expected


@pytest.mark.promise(70)
@pytest.mark.parametrize(
    "question",
    [
        "What is the total yield of stolen honey?",  # nothing says what was stolen
        "How many harvests did Ada bring in?",
        "How many harvests were not of lime?",
        "What is the total yield before May?",
        "What is the total profit?",
        "What is the total?",
        "Which hive has the most harvests?",  # two have two
        "Which hive has the highest yield and the lowest yield?",
        "How many harvests in 2033?",
        "Why is the yield of Oak the highest?",
        "What is the yield of Oak?",  # two harvests
    ],
)
def test_what_the_table_does_not_say_is_not_told(question: str) -> None:
    assert result(question) is None


def test_a_result_is_cited_at_its_cells_on_each_page() -> None:
    told = found("What is the total yield of Elm?")
    assert told is not None
    assert told.needs_all
    assert told.shown == "yield_kg, the sum of 2 rows of hive Elm"
    assert {part: [c.text for c in cells] for part, cells in told.cells.items()} == {
        0: ["7"],
        2: ["9"],
    }


def test_the_largest_of_two_rows_that_are_alike_is_not_told_but_how_much_it_is() -> None:
    rows = [*ROWS, ("H-6", "2032-06-01", "Elm", "Lime", "20", "4.0")]
    assert result("Which harvest has the highest yield?", records(rows)) is None
    assert result("What is the highest yield?", records(rows)) == Decimal(20)


def test_rows_that_add_others_up_are_none() -> None:
    rows = [*ROWS, ("Total", "", "", "", "51", "")]
    assert result("What is the total yield?", records(rows)) == Decimal(51)
    assert result("How many harvests are there?", records(rows)) == Decimal(5)


def test_a_value_of_two_columns_is_not_clear() -> None:
    rows = [*ROWS, ("H-6", "2032-06-01", "Lime", "Heather", "1", "4.0")]
    assert result("What is the total yield of Lime?", records(rows)) is None


def test_tables_that_say_different_things_are_not_told() -> None:
    other = records(ROWS[:3])
    assert result("What is the total yield?", records(), other) is None
    assert result("What is the lowest yield of Clover?", records(), other) == Decimal(7)


def test_a_sheet_is_called_by_its_name() -> None:
    sheet = records(
        [("Oak", "3", "5"), ("Elm", "4", "6")], ("Hive", "2031", "2032"), "Queens", "bees", 40
    )
    told = found("What is the total number of queens in 2032?", sheet)
    assert told is not None
    assert told.result == Decimal(11)
    assert not told.needs_all


@pytest.mark.promise(70)
def test_a_page_of_a_table_with_more_cannot_say_what_is_of_all() -> None:
    page = "3fa9c1d2-p0002-f01"
    assert is_of_all("What is the median and the highest yield?", [records()], page)
    assert not is_of_all("What is the yield of H-4?", [records()], page)
    assert not is_of_all("What is the highest yield?", [records(rows_a_page=9)], page)


def test_cells_over_several_rows_are_not_summed() -> None:
    whole = records()
    (first, *rest), grid = whole.parts, whole.parts[0].grid
    wide = replace(grid.cells[-1], row_end=grid.cells[-1].row + 1)
    part = replace(first, grid=replace(grid, cells=(*grid.cells[:-1], wide)))
    assert result("What is the total yield?", replace(whole, parts=(part, *rest))) is None


STAFF = (
    ("Ann Lee", "Engineer", "R&D", "$85,000", "2031-01-15", "Bob Ray"),
    ("Bob Ray", "Head of R&D", "R&D", "$140,000", "2030-02-15", ""),
    ("Cy Dow", "Engineer", "R&D", "$91,500", "2032-03-15", "Bob Ray"),
    ("Di Fox", "Accountant", "Finance", "$72,000", "2031-04-15", "Ed Gil"),
    ("Ed Gil", "CFO", "Finance", "$155,000", "2032-05-15", ""),
    ("Flo Hay", "Sales Rep", "Sales", "", "2032-06-15", "Bob Ray"),
)
STAFF_HEADS = ("Name", "Job Title", "Department", "Salary", "Start Date", "Manager")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who has the highest salary?", "Ed Gil"),
        ("Who works in Finance?", ("Di Fox", "Ed Gil")),
        ("Who started in 2031?", ("Ann Lee", "Di Fox")),
        ("Which employees have Bob Ray as manager?", ("Ann Lee", "Cy Dow", "Flo Hay")),
        ("How many engineers are there?", Decimal(2)),
        ("How many people work in R&D?", Decimal(3)),
        ("Which department has the most engineers?", None),  # one alone has any
        ("What is the salary of Flo Hay?", None),
        ("What is the salary of Bob Ray?", None),  # or of those whose manager is Ray?
    ],
)
def test_people_are_counted_and_told_by_name(question: str, expected: object) -> None:
    assert result(question, records(STAFF, STAFF_HEADS, names="people")) == expected


def test_signs_of_cells_are_the_unit() -> None:
    told = found("What is the average salary in Finance?", records(STAFF, STAFF_HEADS))
    assert told is not None
    assert told.said == "113,500 dollars"


def test_events_that_a_file_is_called_by_are_its_rows() -> None:
    rows = [("login", "error"), ("logout", "info"), ("login", "error"), ("upload", "error")]
    log = records(rows, ("event", "level"), names="events")
    assert result("How many events have level error?", log) == Decimal(3)
    assert result("How many different events are there?", log) == Decimal(3)
    assert result("How many levels are there?", log) == Decimal(2)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which hive grew the most from 2030 to 2032?", "Elm"),
        ("Which hives shrank between 2031 and 2032?", ("Oak", "Ash")),
        ("Which hives grew?", None),
        ("Which hive grew and which fell from 2030 to 2032?", None),
    ],
)
def test_rows_that_rise_or_fall_between_two_columns_are_told(
    question: str, expected: object
) -> None:
    rows = [("Oak", "30", "33", "32"), ("Elm", "40", "41", "46"), ("Ash", "50", "50", "47")]
    heads = ("Hive", "2030", "2031", "2032")
    assert result(question, records(rows, heads, "Bees", "census")) == expected


BRIDGES = (
    ("Oak Gate", "12.01.2004", "120", "4.5", "North"),
    ("Elm Span", "31.12.1999", "1,800", "20.0", "South"),
    ("Ash Link", "05.06.2021", "640", "7.5", "North"),
    ("Ivy Gate", "09.09.2021", "77", "9.0", "East"),
)
BRIDGE_HEADS = ("Bridge", "Opened", "Length (m)", "Cost (million euros)", "Region")


def bridges(rows: Sequence[Sequence[str]] = BRIDGES, caption: str = "Register of bridges"):
    """A table of pages, as the layout model reads it."""
    told = records(rows, BRIDGE_HEADS, caption, "road office", 3, "layout model")
    parts = (replace(part, caption=caption if not at else "") for at, part in enumerate(told.parts))
    return replace(told, parts=tuple(parts))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many bridges are in the register?", Decimal(4)),
        ("What is the total cost of all bridges?", Decimal("41.0")),
        ("Which is the longest bridge?", "Elm Span"),
        ("What is the shortest bridge?", "Ivy Gate"),
        ("Which bridge is the most expensive?", "Elm Span"),
        ("Which is the least expensive bridge?", "Oak Gate"),
        ("What is the cost of the longest bridge?", Decimal("20.0")),
        ("In which region is the shortest bridge?", "East"),
        ("How long is Ash Link?", Decimal(640)),
        ("How many bridges are longer than 100 m?", Decimal(3)),
        ("How many bridges are shorter than 700?", Decimal(3)),
        ("How many were opened in 2021?", Decimal(2)),
        ("Which bridges are shorter than 100?", "Ivy Gate"),
        ("How many bridges cost more than 8 million euros?", Decimal(2)),
        ("How many bridges were opened in 2021?", Decimal(2)),
        ("How many bridges were opened in December 1999?", Decimal(1)),
        ("Which bridge is the oldest?", "Elm Span"),
        ("Which bridge was opened last?", "Ivy Gate"),
        ("Which region has the most bridges?", "North"),
        ("What percentage of bridges are in the North?", Decimal("50.0")),
    ],
)
def test_rows_of_a_table_of_pages_are_all_of_its_pages(question: str, expected: object) -> None:
    assert result(question, bridges()) == expected


@pytest.mark.promise(70)
@pytest.mark.parametrize(
    "row",
    [
        ("Closed bridges", "", "", "", ""),  # the name of a group, or the rest of a row
        ("Total north", "", "760", "12.0", ""),
        ("Bridge Yew Arch", "Opened 01.01.2020", "Length (m) 5"),  # joined with its heads
    ],
)
def test_of_a_table_of_pages_with_rows_that_are_none_of_its_own_nothing_is_told(row) -> None:
    for question in ("How many bridges are there?", "What is the total length?"):
        assert result(question, bridges((*BRIDGES, row))) is None


def test_the_most_of_several_rows_that_say_the_same_is_that() -> None:
    rows = [("O-1", "Table", "89", "30"), ("O-2", "Stool", "20", "4"), ("O-3", "Table", "89", "31")]
    orders = records(rows, ("Order", "Product", "Price", "Weight (kg)"))
    assert result("Which product is the most expensive?", orders) == "Table"
    assert result("Which order is the most expensive?", orders) is None
    assert result("How many orders are heavier than 5 kg?", orders) == Decimal(2)


@pytest.mark.parametrize(
    ("question", "head", "expected"),
    [
        ("Who is the oldest?", "Date of birth", "Ada Lind"),
        ("Which employee is the youngest?", "Born", "Cy Roe"),
        ("Who is the oldest?", "Hired", None),  # who came first may be young
        ("Who was hired first?", "Hired", "Ada Lind"),
        ("Who was hired last?", "Hired", "Cy Roe"),
        ("Which employee has the latest date?", "Date", "Cy Roe"),
    ],
)
def test_people_are_as_old_as_their_birth(question: str, head: str, expected: object) -> None:
    rows = [("Ada Lind", "1961-02-03"), ("Cy Roe", "1990-01-01"), ("Bo Doe", "1977-05-06")]
    assert result(question, records(rows, ("Employee", head))) == expected


def test_what_was_built_first_is_the_oldest_also_by_its_year() -> None:
    rows = [("Oak Gate", "1907", "1999"), ("Elm Span", "1890", "2004")]
    built = records(rows, ("Bridge", "Built", "Renovated"))
    assert result("Which is the oldest bridge?", built) == "Elm Span"
    assert result("Which bridge was built last?", built) == "Oak Gate"
    assert result("Which bridge was renovated first?", built) == "Oak Gate"
    assert (
        result("Which bridge is the oldest?", records(rows, ("Bridge", "Painted", "Seen"))) is None
    )


def test_heads_that_come_again_are_no_rows() -> None:
    again = bridges((*BRIDGES[:2], BRIDGE_HEADS, *BRIDGES[2:], ("Total", "", "2,637", "41.0", "")))
    assert result("How many bridges are there?", again) == Decimal(4)
    assert result("What is the average cost?", again) == Decimal("10.25")


@pytest.mark.parametrize(
    "question",
    [
        "Which is the tallest bridge?",  # of no column
        "How many road offices are there?",
        "Which bridge was built first?",
    ],
)
def test_what_no_column_measures_is_not_told(question: str) -> None:
    assert result(question, bridges()) is None
