"""Quarters and halves, as questions, columns and documents name them."""

from dataclasses import replace

import pytest

from mmrag.answer.computing.periods import Calendar, calendars, latest_first, periods
from tests.answer.computing.test_ratios import computed
from tests.tiny_tables import piece, table

SECOND_OF_2032 = Calendar(2, 2032, (2031, 7))
QUARTER = (
    ("Million euros", "Three Months Ended July 29, 2031", "Three Months Ended July 30, 2030"),
    ("Net sales", "50.0", "40.0"),
    ("Cost of sales", "30.0", "25.0"),
    ("Gross profit", "20.0", "15.0"),
    ("Operating profit", "4.0", "3.0"),
    ("Income before taxes", "3.6", "2.6"),
    ("Income tax expense", "0.9", "0.6"),
    ("Net income", "2.7", "2.0"),
    ("Basic", "0.3", "0.2"),
)
BALANCE = (
    ("Million euros", "July 29, 2031", "January 29, 2031", "July 30, 2030"),
    ("Cash and cash equivalents", "1.2", "2.0", "1.0"),
    ("Trade receivables", "3.4", "3.0", "3.1"),
    ("Inventories", "2.0", "2.2", "2.1"),
    ("Total current assets", "6.6", "7.2", "6.2"),
    ("Total assets", "20.0", "16.0", "15.0"),
    ("Trade payables", "2.5", "2.3", "2.4"),
    ("Total current liabilities", "5.5", "5.0", "4.9"),
    ("Long-term debt", "6.0", "5.0", "5.1"),
    ("Retained earnings", "3.0", "2.0", "1.0"),
    ("Total equity", "8.5", "6.0", "5.0"),
    ("Total equity and liabilities", "20.0", "16.0", "15.0"),
)


def report(question, *, names="Beekeepers, second quarter of fiscal 2032"):
    tables = (
        table(QUARTER, caption="Statements of income", names=names),
        table(BALANCE, caption="Balance sheets", names=names, figure_id="3fa9c1d2-p0013-f01"),
    )
    return computed(question, piece("K7Q", tables[0]), piece("M2X", tables[1]))


@pytest.mark.parametrize(
    ("column", "called"),
    [
        ("Three Months Ended July 29, 2031", "Q2 2032 ("),
        ("Thirteen weeks ended July 30, 2030", "Q2 2031 ("),
        ("Six Months Ended July 29, 2031", "H1 2032 ("),
        ("July 29, 2031", "Q2 2032 ("),
        ("January 29, 2031", "2031 ("),
        ("January 30, 2030", "2030 ("),
        ("Three Months Ended April 29, 2031", "Three"),
        ("March 1, 2031", "March"),
        ("2031", "2031"),
    ],
)
def test_a_column_is_called_by_the_period_of_its_document(column, called):
    assert SECOND_OF_2032.called(column).startswith(called)


def test_periods_are_named_in_many_ways():
    text = "from Q2 FY32 and the second quarter of 2031 to 1H30, 2029 Q3 and fiscal 2028"
    assert periods(text) == ["q2 2032", "q2 2031", "h1 2030", "q3 2029", "2028"]
    assert latest_first(["2031", "q1 2032", "q2 2031"]) == ["q1 2032", "q2 2031", "2031"]


@pytest.mark.parametrize(
    ("question", "beginning"),
    [
        ("What was the revenue in Q2 of FY2032?", "50.0 million euros ("),
        ("What was the revenue in the three months ended July 30, 2030?", "40.0 million euros ("),
        (
            "What were the net sales of Beekeepers in the second quarter of fiscal 2031?",
            "40.0 mill",
        ),
        ("Did the gross margin grow in Q2 2032 compared to Q2 2031?", "Yes (gross margin, Q2 2032"),
        ("Was there any drop in cash & cash equivalents between FY2031 and Q2 of FY2032?", "Yes ("),
        ("Did net income as a percent of sales increase in Q2 2032 compared to Q2 2031?", "Yes ("),
        ("What was the revenue in Q3 of FY2032?", None),
        ("What was the revenue in 2032?", None),  # a quarter is no year
    ],
)
def test_quarters_are_found_and_compared(question, beginning):
    answer = report(question)
    assert (answer and answer.text[: len(beginning or "")]) == beginning


def test_a_document_that_does_not_name_its_quarter_has_no_calendar():
    assert report("What was the revenue in Q2 of FY2032?", names="Beekeepers") is None


def test_a_quarter_may_be_named_in_the_name_of_the_file_or_on_the_pages():
    marked = piece("K7Q", table(QUARTER, names="BEES_2032Q2_report"))
    assert calendars("Q2 2032", [marked.evidence]) == {"3fa9c1d2": SECOND_OF_2032}
    told = replace(
        piece("K7Q", table(QUARTER)).evidence,
        quotable="In the second quarter of fiscal 2032 it rained.",
    )
    assert calendars("Q2 2032", [told]) == {"3fa9c1d2": SECOND_OF_2032}
    assert calendars("revenue in 2032", [told]) == {}
