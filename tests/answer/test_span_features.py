"""What is read of spans, on evidence whose features a person can tell."""

import pytest

from mmrag.answer.questions import analyse
from mmrag.answer.span_features import EvidenceReading, ReadSpan
from mmrag.types import Evidence

REPORT = "Halden reported revenue of 85.5 million."
STILL = "Turbines stood still in May."
LETTER = "Thank you for the apples."


@pytest.fixture
def reading(make_marked):
    def read(question: str, *texts: str) -> EvidenceReading:
        evidence: list[Evidence] = [
            make_marked(f"K{number}Q", f"3fa9c1d2-p{number:04d}", text).evidence
            for number, text in enumerate(texts, start=1)
        ]
        return EvidenceReading(analyse(question), evidence)

    return read


def best(reading: EvidenceReading) -> ReadSpan:
    return max(reading.spans, key=lambda span: span.features.own)


def test_only_spans_that_share_a_word_with_the_question_are_read(reading):
    spans = reading("What revenue did Halden report?", REPORT, LETTER).spans
    assert [span.span.text for span in spans] == ["Halden reported revenue of 85.5 million."]


def test_a_span_that_holds_all_of_the_question_has_its_whole_weight(reading):
    found = best(reading("What revenue did Halden report?", REPORT)).features
    assert found.own == pytest.approx(1)
    assert found.near == pytest.approx(0)
    assert found.news == 1


def test_pairs_are_words_of_the_question_that_stand_side_by_side(reading):
    assert best(reading("Which turbines stood still?", STILL)).features.pairs == 1
    assert best(reading("Which still turbines moved?", STILL)).features.pairs == 0


@pytest.mark.parametrize(
    ("question", "has"),
    [
        ("How much revenue did Halden report?", 1),
        ("How many turbines stood still?", 0),
        ("When did the turbines stand still?", 1),
        ("In which percentage of time did turbines stand still?", 0),
    ],
)
def test_a_span_has_what_is_asked_for_or_not(reading, question, has):
    assert best(reading(question, REPORT, STILL)).features.wanted == has


def test_the_first_piece_of_evidence_ranks_before_the_second(reading):
    first, second = reading("Who has apples?", LETTER, "Apples are sold here.").spans
    assert first.features.rank == 1
    assert second.features.rank == pytest.approx(0.9)


def test_evidence_without_a_name_of_the_question_has_lost_it(reading):
    held = reading("What revenue did Halden report?", REPORT).features([1.0])
    lost = reading("What revenue did Godfrey report?", REPORT).features([1.0])
    assert (held.lost, held.names) == (0, 1)
    assert (lost.lost, lost.names) == (0.5, 0)


def test_a_number_right_before_the_noun_that_is_asked_for_counts_it(reading):
    text = "The depot has 41 tall doors.\nIts doors were opened 12 times."
    first, second = reading("How many doors does the depot have?", text).spans
    assert (first.features.counted, second.features.counted) == (1, 0)
    assert first.features.asked == second.features.asked == 1


def test_a_heading_counts_apart_from_the_text_below_it(reading):
    (found,) = reading("Who has apples?", "Apples\nThey are sold here by the guard.").spans
    assert found.features.own == 0
    assert found.features.above == pytest.approx(1)


def test_what_is_not_found_where_it_is_asked_for_is_lacking(reading):
    found = best(reading("How many turbines stood still?", STILL)).features
    assert (found.wanted, found.lacks) == (0, 1)
    assert best(reading("Why did turbines stand still?", STILL)).features.lacks == 0


def test_the_best_span_draws_all_where_no_other_is_near(reading):
    found = reading("Who has apples?", LETTER, "Apples are sold here.")
    assert found.features([20.0, 0.0]).mass == pytest.approx(1)
    assert found.features([0.0, 0.0]).mass == pytest.approx(0.5)


def test_steps_are_what_is_wanted_of_a_procedure_and_a_sentence_may_tell_it_too(reading):
    text = f"{STILL}\nStarting turbines\n1. Open the gate.\n2. Press the key."
    found = {item.span.role: item for item in reading("How do I start turbines?", text).spans}
    assert found["steps"].features.wanted == 1
    assert (found["item"].features.wanted, found["item"].features.lacks) == (0, 0)


def test_a_number_that_the_question_says_measures_nothing(reading):
    text = "Invoice number 2291, dated 8 April 2031.\nTotal: 1,950.63 euros, to be paid by May."
    found = reading("What is the total of invoice 2291?", text).spans
    assert not any(span.features.counted for span in found)


def test_an_amount_beside_what_it_is_asked_of_measures_it(reading):
    text = "The gift was welcome, a gain of about $20 million.\nThe gain was shared in 2031."
    question = "What is the amount of the gain that the depot made?"
    first, second = reading(question, text).spans
    assert (first.features.counted, second.features.counted) == (1, 0)
