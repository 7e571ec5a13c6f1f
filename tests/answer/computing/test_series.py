"""Amounts that a sentence gives for several years."""

import pytest
from marked_evidence import answer_to

from mmrag.answer.computed import MAKER
from mmrag.answer.extracted import ExtractedAnswerer
from mmrag.types import PlacedLine

NOTES = """Rent of the hives was $4.9 million, $6.4 million, and $8.8 million which includes rent of
carts of $2.7 million, $3.8 million, and $5.4 million for 2029, 2030, and 2031.
Advertising and show costs are charged when incurred, and totaled $396 million in 2031, $411 million
in 2030 and $397 million in 2029.
The reserve for stings was 12% and 15% as of December 31, 2030 and 2031, respectively.
Sales of wax were $5 million and $6 million."""


def asked(question, make_marked, text=NOTES):
    page = make_marked("K7Q", "3fa9c1d2-p0012", text)
    return answer_to(question, (page,), ExtractedAnswerer(), computes=True)


@pytest.mark.parametrize(
    ("question", "beginning"),
    [
        ("What was the rent of the hives in 2031?", "8.8 million dollars ("),
        ("What is the rent of carts in 2030?", "3.8 million dollars ("),
        (
            "What is the growth rate of advertising and show costs for FY2031?",
            "3.65 % less in 2031",
        ),
        ("How much did the reserve for stings grow from 2030 to 2031?", "3 percentage points more"),
    ],
)
def test_an_amount_belongs_to_its_year_and_to_the_words_before_its_list(
    question, beginning, make_marked
):
    answer = asked(question, make_marked)
    assert answer.models == {"answerer": MAKER}
    assert answer.text.startswith(beginning)
    assert [item.marker for item in answer.citations] == ["K7Q"]


@pytest.mark.parametrize(
    "question",
    [
        "What were the sales of wax in 2031?",  # no years there
        "What was the rent of the barns in 2031?",
        "What was the rent of the hives in 2032?",
        "What was the rent of the hives?",
    ],
)
def test_what_a_sentence_does_not_say_of_a_year_is_not_computed(question, make_marked):
    assert asked(question, make_marked).computation is None


def test_sentences_that_disagree_give_no_result(make_marked):
    other = NOTES.replace("$8.8 million", "$9.9 million")
    text = f"{NOTES}\n{other}"
    assert asked("What was the rent of the hives in 2031?", make_marked, text).computation is None


def test_what_a_sentence_gives_is_cited_at_its_lines(make_marked):
    boxes = [(50.0, 20.0 * at, 300.0, 20.0 * at + 12) for at in range(6)]
    lines = tuple(map(PlacedLine, NOTES.splitlines(), boxes))
    page = make_marked("K7Q", "3fa9c1d2-p0012", NOTES, lines=lines)
    question = "What was the rent of the hives in 2031?"
    answer = answer_to(question, (page,), ExtractedAnswerer(), computes=True)
    assert answer.citations[0].bbox == (50.0, 0.0, 300.0, 32.0)
