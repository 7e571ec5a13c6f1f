"""What becomes of questions of the sample corpus that are asked."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mmrag.evaluate import datasets
from mmrag.evaluate.answers import (
    AnswersReport,
    abstention_f1,
    answerabilities,
    evaluate_answers,
    judge,
    report,
)
from mmrag.evaluate.datasets import Dataset, PageTruth, Question
from mmrag.evaluate.replies import Reply, Source
from mmrag.index import Index

REPORT = AnswersReport(
    questions=8,
    answered=5,
    abstained=2,
    unsupported=1,
    cited=4,
    unanswerable=4,
    abstained_rightly=3,
    by_type={"string": {"right": 3, "wrong": 3, "abstained": 2}},
    strict=2.0,
)


@pytest.fixture(scope="module")
def index(sample_index: Path) -> Iterator[Index]:
    with Index.open(sample_index) as opened:
        yield opened


@pytest.fixture(scope="module")
def dataset(sample_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Four questions of the sample corpus with an answer, and two without."""
    folder = tmp_path_factory.mktemp("few") / "few"
    folder.mkdir()
    shutil.copy(sample_corpus / "qrels.tsv", folder)
    for name, every, most in (("queries.jsonl", 19, 4), ("unanswerable.jsonl", 5, 2)):
        lines = (sample_corpus / name).read_text().splitlines()[::every][:most]
        (folder / name).write_text("".join(f"{line}\n" for line in lines))
    return datasets.load(folder)


def test_every_question_is_counted_once(index: Index, dataset: Dataset) -> None:
    report, judged = evaluate_answers(index, dataset)
    assert [item.question.id for item in judged] == [question.id for question in dataset.questions]
    assert report.questions == 4
    assert report.answered + report.abstained + report.unsupported == 4
    assert report.answered == sum(item.reply.status == "answered" for item in judged)
    assert sum(report.count(name) for name in ("right", "wrong", "abstained", "unjudged")) == 4
    assert report.unanswerable == 2
    assert report.abstained_rightly <= 2


def test_an_answer_counts_as_cited_where_it_cites_an_evidence_page(
    index: Index, dataset: Dataset
) -> None:
    report, judged = evaluate_answers(index, dataset)
    truths = {item.id: {truth.page for truth in item.pages} for item in dataset.questions}
    right = [
        bool({source.page for source in item.reply.citations} & truths[item.question.id])
        for item in judged
    ]
    assert report.cited == sum(right) > 0


QUESTION = Question(
    "q1", "How tall is the mast?", "boats", "corpus", (), (PageTruth("boats", 2),), (),
    answer="24.26 metres",
)  # fmt: skip
REPLY = Reply("q1", QUESTION.text, "answered", "It is 24.26 metres tall.", "extracted", (
    Source("b-p0002", "boats", 2, "page"),), (), {}, 100, 24)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "reply", "outcome"),
    [
        (QUESTION, REPLY, "right"),
        (QUESTION, replace(REPLY, text="It is 26.42 metres tall."), "wrong"),
        (QUESTION, replace(REPLY, status="unsupported", text="It is tall."), "wrong"),
        (QUESTION, replace(REPLY, status="abstained", text="Nearest: 24.26 metres"), "abstained"),
        (replace(QUESTION, answer=""), REPLY, "unjudged"),
    ],
)
def test_an_answer_is_right_where_its_text_holds_the_gold_answer(
    question: Question, reply: Reply, outcome: str
) -> None:
    assert judge(question, reply).outcome == outcome


def test_a_page_of_another_document_is_no_evidence() -> None:
    elsewhere = replace(REPLY, citations=(Source("c-p0002", "cars", 2, "page"),))
    assert judge(QUESTION, REPLY).cited
    assert not judge(QUESTION, elsewhere).cited


def test_outcomes_are_counted_by_the_type_of_the_gold_answer() -> None:
    wrong = replace(REPLY, text="It is tall.")
    found = report([judge(QUESTION, REPLY), judge(QUESTION, wrong)], [])
    assert found.by_type == {"number": {"right": 1, "wrong": 1}}


def test_questions_about_documents_that_are_not_indexed_are_passed_over(
    index: Index, dataset: Dataset
) -> None:
    elsewhere = tuple(replace(item, document="elsewhere") for item in dataset.questions[1:])
    strange = replace(
        dataset,
        questions=(dataset.questions[0], *elsewhere),
        unanswerable=(("Who knows?", "elsewhere"),),
    )
    found, _ = evaluate_answers(index, strange)
    assert (found.questions, found.unanswerable, found.abstained_rightly) == (1, 0, 0)
    assert [(name, holds) for name, holds, _ in answerabilities(index, strange)] == [
        (dataset.questions[0].document, True)
    ]


def test_evidence_is_weaker_for_questions_without_an_answer(index: Index, dataset: Dataset) -> None:
    found = list(answerabilities(index, dataset))
    assert [holds for _, holds, _ in found] == [True] * 4 + [False] * 2
    with_answer = [value for _, holds, value in found if holds]
    without = [value for _, holds, value in found if not holds]
    assert sum(with_answer) / 4 > sum(without) / 2


def test_the_report_gives_its_counts_as_json() -> None:
    assert json.loads(json.dumps(REPORT.to_json())) == {
        "questions": 8,
        "answered": 5,
        "abstained": 2,
        "unsupported": 1,
        "cited": 4,
        "unanswerable": 4,
        "abstained_rightly": 3,
        "f1": 0.75,  # 3/4 abstained, 2/8 wrongly: 2 * 0.75 / (0.75 + 0.25 + 1)
        "right": 3,
        "wrong": 3,
        "strict": 0.25,
        "by_answer_type": {"string": {"right": 3, "wrong": 3, "abstained": 2}},
    }


def test_nothing_asked_is_no_division_by_zero() -> None:
    assert AnswersReport(0, 0, 0, 0, 0, 0, 0).f1 == 0


def test_f1_weighs_both_kinds_of_questions_the_same() -> None:
    assert abstention_f1(kept=1, abstained=1) == 1
    assert abstention_f1(kept=1, abstained=0) == 0
    assert abstention_f1(kept=0, abstained=1) == pytest.approx(2 / 3)  # precision 1/2, recall 1
