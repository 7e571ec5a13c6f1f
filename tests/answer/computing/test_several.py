"""Several numbers of one question, and rows that are parts of another."""

import pytest
from marked_evidence import answer_to
from tiny_tables import piece, table

from mmrag.answer.computed import MAKER
from mmrag.answer.extracted import ExtractedAnswerer

SALES = (
    ("Thousand euros", "2031", "2031 (%)", "2030", "2030 (%)"),
    ("Honey", "71,822", "77%", "78,523", "76%"),
    ("Wax", "11,459", "12%", "11,486", "11%"),
    ("Mead (a)", "10,381", "11%", "13,341", "13%"),
    ("Net sales", "93,662", "100%", "103,350", "100%"),
)
FEES = (
    ("Euros", "2031", "2030"),
    ("Audit fees", "363,000", "378,000"),
    ("Tax fees", "169,000", "30,000"),
    ("Postage fees", "4,500", "3,600"),
)
YEARS = (
    ("Tons", "2031", "2030", "2029"),
    ("Harvest of heather", "12", "19", "17"),
)


def answer(question, rows):
    return answer_to(question, (piece("K7Q", table(rows)),), ExtractedAnswerer(), computes=True)


@pytest.mark.parametrize(
    ("question", "rows", "result"),
    [
        (
            "What were the audit fees in 2030 and 2031 respectively?",
            FEES,
            ("378,000 euros", "363,000 euros"),
        ),
        (
            "What were tax fees and audit fees in 2031, respectively?",
            FEES,
            ("169,000 euros", "363,000 euros"),
        ),
        (
            "What were net sales of wax in 2030 and 2031 respectively?",
            SALES,
            ("11,486 thousand euros", "11,459 thousand euros"),
        ),
    ],
)
def test_each_number_is_told_in_the_order_of_the_question(question, rows, result):
    found = answer(question, rows)
    assert found.models == {"answerer": MAKER}
    assert found.computation.operation == "list"
    assert found.computation.result == result
    assert len(found.computation.operands) == 2


@pytest.mark.parametrize(
    ("question", "rows", "beginning"),
    [
        ("What were net sales of wax in 2031?", SALES, "11,459 thousand euros ("),
        ("By how much did net sales of wax change from 2030 to 2031?", SALES, "27 thousand"),
        ("What is the percentage of net sales from wax in 2031?", SALES, "12 % ("),
        ("What is the average of net sales for 2030 and 2031?", SALES, "98,506.0 thousand euros ("),
        ("What is the total of tax fees and postage fees in 2031?", FEES, "173,500 euros ("),
        ("What are tax fees altogether for 2030 and 2031?", FEES, "199,000 euros ("),
        ("Which year has higher audit fees?", FEES, "2030 ("),
        ("Which year has a lower value of postage fees?", FEES, "2030 ("),
        ("What is the percentage share of wax among net sales in 2031?", SALES, "12.2 % ("),
    ],
)  # fmt: skip
def test_what_is_asked_of_parts_and_of_several_years_is_computed(question, rows, beginning):
    assert answer(question, rows).text.startswith(beginning)


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Which year has a higher harvest of heather?", YEARS),  # of which two?
        ("What were gross sales of wax in 2031?", SALES),  # no row says so
        ("What were net sales of propolis in 2030 and 2031 respectively?", SALES),
    ],
)
def test_what_is_not_said_is_not_computed(question, rows):
    assert answer(question, rows).computation is None


def test_rows_of_a_table_that_ran_together_are_no_series(make_marked):
    text = (
        "The tax consists of: Current: Federal $ (27) $ (13) State 276 249 Total current 249 236 "
        "Deferred 533 (461) Tax on income $ 782 $ (225) for 2031 and 2030."
    )
    page = make_marked("K7Q", "3fa9c1d2-p0012", text)
    found = answer_to(
        "What is the change in tax on income from 2030 to 2031?",
        (page,),
        ExtractedAnswerer(),
        computes=True,
    )
    assert found.computation is None
