"""Words of questions and of rows and columns in the form in which they are compared."""

import pytest

from mmrag.answer.computing.terms import needed, plain_periods, terms, years


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FY2031 and FY '30", ["2031", "2030"]),
        ("as at 31.3.2031", ["2031"]),
        ("2Q31 against Q2 2030", ["2031", "2030"]),
        ("order 20311 of 1750", []),
    ],
)
def test_years_however_they_are_written(text, expected):
    assert years(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for the year ended 31.3.2031", "31 March 2031"),
        ("on 12/31/2031", "31 December 2031"),
        ("31/12/2031", "31 December 2031"),
        ("3/4/2031", "2031"),
        ("31.31.2031", "2031"),
    ],
)
def test_dates_of_digits_are_told_in_words_as_far_as_they_are_clear(text, expected):
    assert terms(plain_periods(text)).stems - terms("the year ended").stems == terms(expected).stems


@pytest.mark.parametrize(
    "text", ["the second quarter of 2031", "Q2 2031", "2Q31", "2nd quarter 2031"]
)
def test_quarters_are_one_word(text):
    assert {"q2", "2031"} <= terms(text).stems


def test_months_that_ended_tell_a_part_of_a_year_from_the_year():
    assert "9months" in plain_periods("Nine months ended June 30, 2031")
    assert needed("Twelve months ended June 30, 2031") == {"2031"}
    assert needed("Nine months ended June 30, 2031") == {"9month", "2031"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("52 Weeks Ended August 29, 2031", {"2031"}),
        ("Fifty-three weeks ended January 3, 2031", {"2031"}),
        ("13 Weeks Ended May 1, 2031", {"3month", "2031"}),
        ("Thirty-nine weeks ended November 1, 2031", {"9month", "2031"}),
        ("12 weeks ended May 1, 2031", {"weeks12", "2031"}),
    ],
)
def test_weeks_that_make_a_year_are_one_and_those_of_quarters_are_months(name, expected):
    assert needed(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Sales of honey (Note 4)", {"sale", "honei"}),
        ("Total sales", {"sale"}),
        ("Net profit (loss)", {"net", "profit"}),
        ("Year ended December 31, 2031", {"2031"}),
        ("(Sales)", {"sale"}),
    ],
)
def test_what_a_question_has_to_say_to_mean_a_row(name, expected):
    assert needed(name) == expected


def test_phrases_end_at_stop_words_and_marks():
    told = [
        phrase.words for phrase in terms("What was the net profit of Orland Bees, in 2031?").phrases
    ]
    assert told == [("net", "profit"), ("Orland", "Bees"), ("2031",)]


def test_the_words_of_a_name_stand_together_in_what_says_it():
    asked = terms("the profit in 2031, by a reconciliation of many things that were adjusted")
    assert asked.says(needed("Profit"))
    assert not asked.says(needed("Adjusted profit"))
