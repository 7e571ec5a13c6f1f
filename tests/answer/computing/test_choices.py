"""Which of several named things is the most, and whether something is above nothing."""

from dataclasses import replace

import pytest

from tests.answer.computing.test_ratios import both, computed
from tests.tiny_tables import piece, table

CASH_FLOWS = (
    ("Million euros", "2031", "2030"),
    ("Net income", "2.7", "2.0"),
    ("Depreciation and amortization", "1.1", "1.0"),
    ("Deferred income taxes", "0.2", "0.1"),
    ("Stock-based compensation", "0.3", "0.2"),
    ("Net cash provided by operating activities", "4.3", "3.3"),
    ("Purchases of property and equipment", "(2.1)", "(5.0)"),
    ("Acquisitions, net of cash acquired", "(0.4)", "-"),
    ("Net cash used in investing activities", "(2.5)", "(5.0)"),
    ("Dividends paid", "(1.0)", "(0.9)"),
    ("Proceeds from long-term debt", "1.0", "6.0"),
    ("Net cash provided by financing activities", "0.0", "5.1"),
    ("Net increase in cash", "1.8", "3.4"),
)
YIELDS = (
    ("Hives of", "Honey (kg)", "Wax (kg)"),
    ("North", "120", "14"),
    ("South", "340", "9"),
    ("West", "340", "3"),
)
OWED = (
    ("Million euros", "2031", "2030"),
    ("Assets", "", ""),
    ("Hives", "30", "20"),
    ("Total assets", "30", "20"),
    ("Liabilities", "", ""),
    ("Loans from members", "7", "9"),
    ("Owed for jars", "12", "6"),
    ("Total liabilities", "19", "15"),
)


def indented(made):
    """A table whose rows stand further right than the names of their groups."""
    cells = tuple(
        replace(cell, bbox=(cell.bbox[0] + 8, *cell.bbox[1:]))
        if cell.row and cell.text not in ("Assets", "Liabilities")
        else cell
        for cell in made.grid.cells
    )
    return replace(made, grid=replace(made.grid, cells=cells))


def flows(question):
    marked = piece("K7Q", table(CASH_FLOWS, caption="Statement of cash flows"))
    return computed(question, marked)


@pytest.mark.parametrize(
    ("question", "beginning"),
    [
        (
            "Among operations, investing, and financing activities, which brought in the most (or"
            " lost the least) cash flow for Beekeepers in FY2030?",
            "Financing activities (",
        ),
        ("Which of operating, investing and financing activities used the most cash in 2031?",
         "Investing ("),
        ("Of operating and investing activities, which brought in less cash in 2031?",
         "Investing activities ("),
        ("Which brought in the most cash in 2031: operating, investing or financing activities?",
         "Operating ("),
    ],
)  # fmt: skip
def test_accounts_are_compared_by_the_names_of_their_statement(question, beginning):
    answer = flows(question)
    assert answer is not None
    assert answer.text.startswith(beginning)
    assert len(answer.computation.operands) == answer.text.count(": ")


@pytest.mark.parametrize(
    "question",
    [
        "Among operations, investing, and sports, which brought in the most cash in 2031?",
        "Among operating and investing activities, which brought in the most cash in 2019?",
        "Among operating and investing activities, which brought in the most cash for Wasps in"
        " 2031?",
        "Among operating and investing activities, which had the most employees in 2031?",
    ],
)
def test_what_is_no_account_of_another_year_or_company_is_not_compared(question):
    assert flows(question) is None


@pytest.mark.parametrize(
    ("question", "beginning"),
    [
        ("Which has more honey, North or South?", "South (North, Honey (kg): 120"),
        ("Among North, South and West, which has the least wax?", "West ("),
        ("Which of the South and the West has the most honey?", None),  # as much
        ("Which has more honey, North or East?", None),
    ],
)
def test_rows_are_compared_by_their_names(question, beginning):
    answer = computed(question, piece("K7Q", table(YIELDS, caption="Yields")))
    assert (answer and answer.text[: len(beginning or "")]) == beginning


@pytest.mark.parametrize(
    ("question", "beginning"),
    [
        ("Does Beekeepers have positive working capital based on 2031 data?", "Yes (working"),
        ("Was the net income of Beekeepers negative in 2029?", "Yes ("),
        ("Is the operating profit positive in 2029?", "No ("),
        ("Did Drones have positive working capital in 2031?", None),
        ("Does Beekeepers have positive reviews?", None),
    ],
)
def test_a_sign_is_told_of_what_may_be_below_nothing(question, beginning):
    answer = both(question)
    assert (answer and answer.text[: len(beginning or "")]) == beginning


@pytest.mark.parametrize(
    ("question", "beginning"),
    [
        ("What was the largest liability in the balance sheet in 2031?", "Owed for jars ("),
        ("What was the smallest liability in the balance sheet of Beekeepers in 2030?",
         "Owed for jars (2030: 6 million euros, the smallest of 2)"),
        ("What was the largest liability in the balance sheet of Wasps in 2031?", None),
        ("What was the largest expense in 2031?", None),
    ],
)  # fmt: skip
def test_the_largest_of_a_group_of_rows(question, beginning):
    answer = computed(question, piece("K7Q", indented(table(OWED, caption="Balance sheet"))))
    assert (answer and answer.text[: len(beginning or "")]) == beginning


@pytest.mark.parametrize(
    ("question", "beginning"),
    [
        (
            "Does Beekeepers have a reasonably healthy liquidity profile based on its quick ratio"
            " for FY2031? If the quick ratio is not relevant, then state that.",
            "No (0.836, or 83.6 %: quick ratio, 2031 = ",
        ),
        ("Was the liquidity strong?", None),
        ("Does it have sound liquidity based on its current ratio for 2031?", "Yes (1.20: "),
        ("Does it have sound liquidity based on its debt ratio for 2031?", None),
    ],
)
def test_liquidity_is_sound_by_the_usual_mark_of_a_ratio(question, beginning):
    answer = both(question)
    assert (answer and answer.text[: len(beginning or "")]) == beginning


SALES = (
    ("Million euros", "2031", "2030"),
    ("Sales in the northern regions", "20.5", "21.0"),
    ("Southern", "31.2", "12.4"),
    ("Overseas", "(1.2)", "0.2"),
    ("Net sales", "50.5", "33.6"),
    ("Staff", "310", "284"),
)


@pytest.mark.parametrize(
    ("question", "beginning"),
    [
        ("Which region had the highest net sales in 2031?", "Southern (2031: 31.2 million euros"),
        ("Which region had the lowest net sales in 2030?", "Overseas ("),
        ("Which queen had the highest net sales in 2031?", None),
        ("Which region had the highest profit in 2031?", None),
        ("Which region had the highest net sales in 2029?", None),
    ],
)
def test_rows_that_add_up_to_another_are_parts_of_it(question, beginning):
    answer = computed(question, piece("K7Q", table(SALES, caption="")))
    assert (answer and answer.text[: len(beginning or "")]) == beginning


def test_rows_that_add_up_to_another_by_chance_are_no_parts_of_it():
    rows = (("", "2031"), ("Hill farm", "155"), ("Brook farm", "146"), ("Lake farm", "301"))
    question = "Which farm had the highest yield in 2031?"
    held = replace(table(rows, caption=""), heading=("Yield",))
    assert computed(question, piece("K7Q", held)) is None
    total = replace(table((*rows[:3], ("Total", "301")), caption=""), heading=("Yield",))
    answer = computed(question, piece("K7Q", total))
    assert answer is not None
    assert answer.text.startswith("Hill farm")
