"""The sample corpus is found as well as eval/results says."""

import json
from pathlib import Path

import pytest

from mmrag.evaluate import datasets
from mmrag.evaluate.retrieval import evaluate
from mmrag.index import Index

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = json.loads((ROOT / "eval" / "results" / "sample.json").read_text())
ONE_QUESTION = 0.03
"""Of the 34 questions with a figure; other processors round vectors otherwise."""


@pytest.mark.parametrize(
    "run", PUBLISHED["runs"], ids=lambda run: f"{run['unit']}s in {run['scope']} scope"
)
def test_retrieval_is_not_worse_than_published(sample_index, sample_corpus, run) -> None:
    dataset = datasets.load(sample_corpus)
    with Index.open(sample_index) as index:
        report = evaluate(index.searcher, dataset, run["unit"], run["scope"], channels=())
    assert report.questions == run["questions"]
    for name, value in run["metrics"].items():
        assert report.metrics[name] >= value - ONE_QUESTION, name


def test_no_question_of_others_is_published() -> None:
    for path in (ROOT / "eval" / "results").glob("*.json"):
        assert "per_question" not in path.read_text()
