"""What of a question is the question, and what says where to look and how to answer."""

import pytest

from mmrag.answer.computing.instructions import bare


@pytest.mark.parametrize(
    "question",
    [
        "Using only the information within the balance sheet, how high was the honey yield?",
        "According to the annual report: how high was the honey yield?",
        "We want a figure. Please base it on the statement of income. Here is the question: how"
        " high was the honey yield?",
        "how high was the honey yield? If the yield is not a useful metric, then state that.",
        "how high was the honey yield? Answer in USD millions.",
        "how high was the unadjusted honey yield?",
        "how high was the honey yield? Take the standpoint of a keeper who only has the table.",
    ],
)
def test_the_question_alone(question):
    assert bare(question).strip() == "how high was the honey yield?"


@pytest.mark.parametrize(
    "question",
    [
        "In the report of 2031, how high was the yield?",
        "Which table shows the yield, and where is it?",
        "On the chart showing yields, two hives are equal. What is their yield?",
    ],
)
def test_what_says_which_number_is_meant_stays(question):
    assert bare(question) == question
