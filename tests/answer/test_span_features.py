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
    held = reading("What revenue did Halden report?", REPORT)
    lost = reading("What revenue did Godfrey report?", REPORT)
    assert held.features(best(held)).lost == 0
    assert held.features(best(held)).names == 1
    assert lost.features(best(lost)).lost == 0.5
    assert lost.features(best(lost)).names == 0
