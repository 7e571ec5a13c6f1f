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
)
from mmrag.evaluate.datasets import Dataset
from mmrag.index import Index
from mmrag.types import Answer

REPORT = AnswersReport(
    questions=8,
    answered=5,
    abstained=2,
    unsupported=1,
    cited=4,
    unanswerable=4,
    abstained_rightly=3,
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
    seen: list[tuple[str, Answer]] = []
    report = evaluate_answers(
        index, dataset, on_answer=lambda question, answer: seen.append((question.id, answer))
    )
    assert [name for name, _ in seen] == [question.id for question in dataset.questions]
    assert report.questions == 4
    assert report.answered + report.abstained + report.unsupported == 4
    assert report.answered == sum(answer.status == "answered" for _, answer in seen)
    assert report.unanswerable == 2
    assert report.abstained_rightly <= 2


def test_an_answer_counts_as_cited_where_it_cites_an_evidence_page(
    index: Index, dataset: Dataset
) -> None:
    truths = {item.id: {truth.page for truth in item.pages} for item in dataset.questions}
    right: list[bool] = []
    report = evaluate_answers(
        index,
        dataset,
        on_answer=lambda question, answer: right.append(
            bool({citation.page for citation in answer.citations} & truths[question.id])
        ),
    )
    assert report.cited == sum(right) > 0


def test_questions_about_documents_that_are_not_indexed_are_passed_over(
    index: Index, dataset: Dataset
) -> None:
    elsewhere = tuple(replace(item, document="elsewhere") for item in dataset.questions[1:])
    strange = replace(
        dataset,
        questions=(dataset.questions[0], *elsewhere),
        unanswerable=(("Who knows?", "elsewhere"),),
    )
    report = evaluate_answers(index, strange)
    assert (report.questions, report.unanswerable, report.abstained_rightly) == (1, 0, 0)
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
    }


def test_nothing_asked_is_no_division_by_zero() -> None:
    assert AnswersReport(0, 0, 0, 0, 0, 0, 0).f1 == 0


def test_f1_weighs_both_kinds_of_questions_the_same() -> None:
    assert abstention_f1(kept=1, abstained=1) == 1
    assert abstention_f1(kept=1, abstained=0) == 0
    assert abstention_f1(kept=0, abstained=1) == pytest.approx(2 / 3)  # precision 1/2, recall 1
