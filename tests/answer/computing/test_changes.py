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
