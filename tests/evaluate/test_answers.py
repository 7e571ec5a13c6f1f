"""What becomes of questions of the sample corpus that are asked, and measures computed by hand."""

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tiny_vlms import Reply as ServerReply
from tiny_vlms import ScriptedServer

from mmrag.config import Settings
from mmrag.evaluate import compare, datasets
from mmrag.evaluate.answers import (
    abstention_f1,
    answerabilities,
    answered_question,
    evaluate_answers,
    summarised,
)
from mmrag.evaluate.datasets import BoxTruth, Dataset, PageTruth, Question
from mmrag.evaluate.judges import Judge
from mmrag.evaluate.replies import Reply, Source
from mmrag.index import Index
from mmrag.protocols import NOT_FOUND, Limits, Turn
from mmrag.protocols import Reply as Said

QUESTION = Question(
    "q1", "How tall is the mast?", "boats", "corpus", (), (PageTruth("boats", 2),), (),
    answer="24.26 metres",
)  # fmt: skip
REPLY = Reply(
    "q1", QUESTION.text, "answered", "It is 24.26 metres tall.", "extracted",
    (Source("b-p0002", "boats", 2, "page"),), (), {}, 100, 24,
)  # fmt: skip
TALL = "It is tall."


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
    for name, every, most in (("queries.jsonl", 21, 4), ("unanswerable.jsonl", 5, 2)):
        lines = (sample_corpus / name).read_text().splitlines()[::every][:most]
        (folder / name).write_text("".join(f"{line}\n" for line in lines))
    return datasets.load(folder)


def test_every_question_is_counted_once(index: Index, dataset: Dataset) -> None:
    report = evaluate_answers(index, dataset)
    assert [item.id for item in report.per_question] == [item.id for item in dataset.questions]
    assert (report.questions, report.unanswerable) == (4, 2)
    assert sum(report.count(name) for name in ("right", "wrong", "abstained", "unjudged")) == 4
    assert report.metrics["cited"] > 0
    assert report.cost["retrieval_s"] > 0
    assert all(item.pages for item in report.per_question)


def test_answers_of_a_model_behind_a_server_are_measured_alike(
    sample_index: Path, dataset: Dataset, scripted_server: ScriptedServer
) -> None:
    """It answers three questions right and one wrong, and says that nothing holds the others."""
    gold = {item.text: item.answer for item in dataset.questions}
    gold[dataset.questions[0].text] = "987,654 tonnes"

    def reply(body: dict[str, object]) -> ServerReply:
        prompt = scripted_server.prompt()
        said = next((answer for text, answer in gold.items() if text in prompt), None)
        marker = re.search(r"\[([A-Z0-9]{3})\]", prompt)
        assert marker is not None
        return ServerReply((NOT_FOUND if said is None else f"It is {said} [{marker[1]}].",))

    scripted_server.answers = reply
    settings = Settings(
        name="scripted", vlm=scripted_server.settings(), answer={"by": "vlm", "compute": False}
    )
    with Index.open(sample_index, settings) as index:
        report = evaluate_answers(index, dataset)
    assert [report.count(name) for name in ("right", "wrong", "abstained")] == [3, 1, 0]
    assert report.metrics["abstention_recall"] == 1.0
    assert report.metrics["hallucinated"] > 0
    assert report.cost["read_tokens"] > 0
    assert {item.reply.maker for item in report.per_question} == {"tiny"}


class Agreeing:
    """A judge that finds every answer right."""

    name = "agreeing"
    max_images = 0
    parallel = 1

    def stream(self, turns: Sequence[Turn], limits: Limits) -> Said:
        first = "A: the answer agrees" in turns[-1].text
        yield "A\nIt agrees." if first else "B\nIt agrees."
        return ()


def test_a_judge_stands_beside_the_rules(index: Index, dataset: Dataset) -> None:
    report = evaluate_answers(index, dataset, judge=Judge(Agreeing()))
    judged = [item for item in report.per_question if item.outcome in ("right", "wrong")]
    assert report.judge["right"] == len(judged) > 0
    assert all(item.judged == "right: It agrees." for item in judged)
    assert any("wrong by construction" in note for note in report.notes)


def test_questions_about_documents_that_are_not_indexed_are_passed_over(
    index: Index, dataset: Dataset
) -> None:
    elsewhere = tuple(replace(item, document="elsewhere") for item in dataset.questions[1:])
    strange = replace(
        dataset,
        questions=(dataset.questions[0], *elsewhere),
        unanswerable=(("Who knows?", "elsewhere"),),
    )
    found = evaluate_answers(index, strange)
    assert (found.questions, found.unanswerable) == (1, 0)
    assert "3 questions were passed over" in found.notes[0]
    assert [(name, holds) for name, holds, _ in answerabilities(index, strange)] == [
        (dataset.questions[0].document, True)
    ]


def test_evidence_is_weaker_for_questions_without_an_answer(index: Index, dataset: Dataset) -> None:
    found = list(answerabilities(index, dataset))
    assert [holds for _, holds, _ in found] == [True] * 4 + [False] * 2
    with_answer = [value for _, holds, value in found if holds]
    without = [value for _, holds, value in found if not holds]
    assert sum(with_answer) / 4 > sum(without) / 2


@pytest.mark.parametrize(
    ("question", "reply", "outcome"),
    [
        (QUESTION, REPLY, "right"),
        (QUESTION, replace(REPLY, text="It is 26.42 metres tall."), "wrong"),
        (QUESTION, replace(REPLY, status="unsupported", text=TALL), "wrong"),
        (QUESTION, replace(REPLY, status="abstained", text="Nearest: 24.26 metres"), "abstained"),
        (replace(QUESTION, answer=""), REPLY, "unjudged"),
    ],
)
def test_an_answer_is_right_where_its_text_holds_the_gold_answer(
    question: Question, reply: Reply, outcome: str
) -> None:
    found = answered_question(question, reply, "doc")
    assert found.outcome == outcome
    assert found.measures["right"] == (outcome == "right")


def test_the_form_that_a_question_asks_for_is_known_though_it_is_not_searched_for() -> None:
    question = replace(QUESTION, answer="3", published="How tall is the mast? Answer in million.")
    reply = replace(REPLY, text="It is 3 million tall.")
    assert answered_question(question, reply, "doc").outcome == "right"


def test_an_answer_is_attributed_where_it_is_right_and_cites_the_box() -> None:
    question = replace(QUESTION, boxes=(BoxTruth("boats", 2, (0, 0, 100, 100)),))
    there = Source("b-p0002-f01", "boats", 2, "table", (0, 0, 100, 90))
    for source, text, attributed in (
        (there, REPLY.text, 1),
        (replace(there, page=3), REPLY.text, 0),
        (there, TALL, 0),
    ):
        found = answered_question(question, replace(REPLY, citations=(source,), text=text), "doc")
        assert found.measures["attributed"] == attributed
    assert "attributed" not in answered_question(QUESTION, REPLY, "doc").measures


def test_the_measures_of_some_questions_computed_by_hand() -> None:
    """Of 4 questions 2 are right, 1 wrong, 1 abstained; of 2 without an answer 1 is answered."""
    wrong = replace(REPLY, text="It is 26.42 metres tall.", confidence=0.25)
    silent = replace(REPLY, status="abstained", text="Nearest: page 2", citations=())
    right = replace(REPLY, confidence=0.75)
    answered = [answered_question(QUESTION, item, "doc") for item in (right, right, wrong, silent)]
    report = summarised("boats", answered, [silent, wrong], [[right, right, wrong], [silent]])
    assert report.outcomes == {"number": {"right": 2, "wrong": 1, "abstained": 1}}
    expected = {
        "right": 2 / 4,
        "answered": 3 / 4,
        "right_of_answered": 2 / 3,
        "cited": 3 / 4,
        "first_of_answered": 1,
        "page_precision": 3 / 4,
        "accuracy": 3 / 6,
        "f1": 2 * 2 / (4 + 4),  # precision 2 of 4 that are answered, recall 2 of 4
        "abstention_precision": 1 / 2,
        "abstention_recall": 1 / 2,
        "abstention_f1": 1 / 2,
        "abstention_balanced": 2 * 0.5 / (0.5 + 0.25 + 1),
        "consistent": 1 / 3,  # pairs: the same, and twice another number
        "calibration_error": 0.25,  # 0.75 said and 1 right, 0.25 said and 0 right
        "coverage_at_60": 1 / 2,  # two right at 0.75; with those at 0.25 half is wrong
        "risk_area": 1 / 2 * 0 + 1 / 2 * 2 / 4,
    }
    assert {name: report.metrics[name] for name in expected} == pytest.approx(expected)
    assert report.by_type["number"]["questions"] == 4
    assert report.wrongly_answered == (wrong,)
    low, high = report.confidence["right"]
    assert 0 <= low < 0.5 < high <= 1


def test_a_report_of_nothing_is_no_division_by_zero() -> None:
    assert summarised("boats", [], []).metrics["f1"] == 0


def test_reports_are_compared_by_question(tmp_path: Path) -> None:
    for name, text in (("before", TALL), ("after", REPLY.text)):
        answered = answered_question(QUESTION, replace(REPLY, text=text), "doc")
        report = summarised("boats", [answered], [])
        (tmp_path / name).write_text(json.dumps(report.to_json()))
    before, after = (compare.read(tmp_path / name) for name in ("before", "after"))
    found = compare.compare(before, after, compare.default_measure(after))
    assert (found.measure, found.difference) == ("right", 1)
    assert [item.id for item in found.won] == ["q1"]


def test_f1_weighs_both_kinds_of_questions_the_same() -> None:
    assert abstention_f1(kept=1, abstained=1) == 1
    assert abstention_f1(kept=1, abstained=0) == 0
    assert abstention_f1(kept=0, abstained=1) == pytest.approx(2 / 3)  # precision 1/2, recall 1
