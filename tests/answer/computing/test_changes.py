"""Changes of accounts, by whatever names statements have for them."""

import pytest

from tests.answer.computing.test_ratios import balance, both, computed, piece


@pytest.mark.parametrize(
    ("question", "beginning"),
    [
        (
            "What is the year-over-year change in revenue from 2030 to 2031 (in percents and"
            " round to one decimal place)? Calculate it by utilizing the statement.",
            "25.0 % more in 2031",
        ),
        ("By how much did the revenue grow from 2030 to 2031?", "10.0 million euros more in 2031"),
    ],
)
def test_an_account_is_found_by_its_name_in_the_statement(question, beginning):
    answer = both(question)
    assert answer is not None
    assert answer.text.startswith(beginning)
    assert [operand.row_name for operand in answer.computation.operands] == ["Net sales"] * 2


@pytest.mark.parametrize(
    "question",
    [
        "By how much did the revenue from wax grow from 2030 to 2031?",
        "By how much did the revenue grow from 2020 to 2021?",
    ],
)
def test_what_is_more_than_an_account_or_of_another_year_is_left(question):
    assert both(question) is None


def test_without_its_statement_nothing_is_computed():
    question = "By how much did the revenue grow from 2030 to 2031?"
    assert computed(question, piece("K7Q", balance())) is None


@pytest.mark.parametrize(
    ("question", "beginning"),
    [
        ("Does Beekeepers have an improving gross margin profile as of FY2031?", "Yes (gross"),
        ("Was the operating margin of Beekeepers lower in 2031 than in 2030?", "No (operating"),
        (
            "Has Beekeepers's quick ratio improved or declined between FY2031 and FY2030? If the"
            " quick ratio is not useful for such a company, then state that and explain why.",
            "0.04 more in 2031 than in 2030 (quick ratio, 2031: 0.836 = ",
        ),
        (
            "How does the effective tax rate in 2031 compare to 2030?",
            "1.9 percentage points more in 2031 than in 2030 (effective tax rate, 2031: 25.0 % = ",
        ),
        ("By how much did the net profit margin grow from 2030 to 2031?", "0.4 percentage points"),
        ("Did the days sales outstanding improve in 2031?", None),  # that of 2030 needs 2029
        ("Did the debt to assets ratio improve in 2031?", "0.01 less in 2031 than in 2030"),
    ],
)
def test_a_ratio_changes_by_points_or_is_compared(question, beginning):
    answer = both(question)
    assert (answer is None) == (beginning is None)
    if answer is not None:
        assert answer.text.startswith(beginning)
        assert {citation.support for citation in answer.citations} == {"supported"}


def test_by_how_many_percent_a_share_changed_is_not_told():
    assert both("By what percent did the gross margin grow from 2030 to 2031?") is None


@pytest.mark.parametrize(
    ("question", "beginning"),
    [
        ("By how much did the working capital grow from 2030 to 2031?",
         "0.1 million euros less in 2031 than in 2030 (working capital, 2031: 1.1 million"),
        ("Did the working capital increase between 2030 and 2031?", "No (working capital, 2031"),
        ("By what percentage did the working capital change from 2030 to 2031?", "8.33 % less in"),
    ],
)  # fmt: skip
def test_an_account_without_a_row_changes_as_what_it_is_made_of(question, beginning):
    answer = both(question)
    assert (answer and answer.text[: len(beginning)]) == beginning
