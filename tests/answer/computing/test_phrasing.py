"""How questions phrase operations."""

import pytest

from mmrag.answer.computing.phrasing import phrased


@pytest.mark.parametrize(
    ("question", "operation"),
    [
        ("What was the honey yield in 2031?", "look-up"),
        ("How much honey was sold in 2031?", "look-up"),
        ("By how much did sales grow from 2030 to 2031?", "difference"),
        ("How much higher were sales in 2031 than in 2030?", "difference"),
        ("What is the difference between honey and wax in 2031?", "difference"),
        ("Did sales rise or fall in 2031?", "difference"),
        ("By what percentage did sales rise in 2031?", "percent change"),
        ("By how many percentage points did the share rise from 2030 to 2031?", "difference"),
        ("What percentage of sales was honey in 2031?", "share"),
        ("What was wax as a share of sales in 2031?", "share"),
        ("What is the ratio of wax to honey in 2031?", "ratio"),
        ("What were the average sales from 2029 to 2031?", "mean"),
        ("How much honey and wax was sold together in 2031?", "sum"),
        ("How much was sold altogether in 2030 and 2031?", "sum"),
        ("What were sales in 2030 and 2031 respectively?", "list"),
        ("What were honey and wax in 2031, respectively?", "list"),
        ("What is the percentage contribution of wax among the total sales in 2031?", "share"),
        ("What percentage of sales are made up of wax in 2031?", "share"),
        ("Which hive had the highest yield in 2031?", "largest"),
        ("Which year has a higher yield?", "largest"),
        ("Which year has the lower yield of wax?", "smallest"),
        ("In which year were sales the lowest?", "smallest"),
        ("According to the 2031 report, which hive has the second highest yield?", "largest"),
        ("Did sales rise from 2030 to 2031?", "comparison"),
        ("Were sales higher in 2031 than in 2030?", "comparison"),
    ],
)
def test_the_operation_of_a_question(question, operation):
    found = phrased(question)
    assert found is not None
    assert found.operation == operation


@pytest.mark.parametrize(
    "question",
    [
        "Why did sales grow from 2030 to 2031?",
        "Who sold the honey in 2031?",
        "Which hives are in the north?",
        "Why were sales 7 and 9 in 2030 and 2031 respectively?",
        "By how much did sales and costs rise from 2030 to 2031 respectively?",
        "Is the growth of sales in 2031 due to the weather?",
        "By how much did the percent of sales change from 2030 to 2031?",
        "Describe the sales of 2031.",
    ],
)
def test_what_is_not_read_as_an_operation(question):
    assert phrased(question) is None


def test_each_year_of_a_range_is_a_part():
    found = phrased("What were the average sales from 2029 to 2031?")
    assert found is not None
    assert [part.split()[-1] for part in found.parts] == ["2029", "2030", "2031"]


def test_the_later_year_goes_first_unless_the_question_orders_them():
    grew = phrased("By how much did sales grow from 2030 to 2031?")
    compared = phrased("How much lower were sales in 2030 than in 2031?")
    assert grew is not None
    assert compared is not None
    assert [part.split()[-1] for part in grew.parts] == ["2031", "2030"]
    assert [part.split()[-1] for part in compared.parts] == ["2030", "2031"]


def test_a_comparison_on_one_road_is_of_both_on_it():
    found = phrased("How much higher is the speed of carts compared to bees on the hill road?")
    assert found is not None
    assert all("hill road" in part for part in found.parts)


def test_what_stands_on_one_thing_is_compared_with_the_same_on_the_other():
    found = phrased("How much lower is the yield of carts on heather compared to clover hay?")
    assert found is not None
    assert ["heather" in part for part in found.parts] == [True, False]
    assert all("yield of carts" in part for part in found.parts)


def test_a_rank_is_read():
    found = phrased("Which hive had the third highest yield in 2031?")
    assert found is not None
    assert found.rank == 3
