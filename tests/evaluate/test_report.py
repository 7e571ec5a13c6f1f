"""A report of retrieval is JSON in the shape of the command line's contract."""

import json

from mmrag.evaluate.report import QuestionReport, RetrievalReport

QUESTION = QuestionReport(
    id="q1",
    text="red apples?",
    document="apples",
    truths=("apples#1",),
    found=("apples#2", "apples#1"),
    images=("3fa9c1d2-p0002", "3fa9c1d2-p0001"),
    pages=("3fa9c1d2-p0001",),
    measures={"recall@1": 0.0, "mrr": 0.5},
)
REPORT = RetrievalReport(
    dataset="fruit",
    scope="document",
    unit="page",
    questions=1,
    metrics={"mrr": 1 / 3},
    by_channel={"keyword": {"mrr": 2 / 3}},
    by_type={"colour": {"questions": 1, "mrr": 0.5}},
    confidence={"mrr": (0.111111, 0.777777)},
    latency={"p50": 12.3456},
    per_question=(QUESTION,),
    notes=("one question",),
)


def test_measures_are_rounded_to_four_digits_and_times_to_a_tenth() -> None:
    found = REPORT.to_json()
    assert found["metrics"] == {"mrr": 0.3333}
    assert found["by_channel"] == {"keyword": {"mrr": 0.6667}}
    assert found["confidence"] == {"mrr": [0.1111, 0.7778]}
    assert found["latency_ms"] == {"p50": 12.3}


def test_each_question_says_what_was_sought_and_what_was_found() -> None:
    (question,) = REPORT.to_json()["per_question"]
    assert question == {
        "qid": "q1",
        "query": "red apples?",
        "document": "apples",
        "truths": ["apples#1"],
        "found": ["apples#2", "apples#1"],
        "images": ["3fa9c1d2-p0002", "3fa9c1d2-p0001"],
        "pages": ["3fa9c1d2-p0001"],
        "measures": {"recall@1": 0.0, "mrr": 0.5},
    }


def test_the_whole_is_json() -> None:
    found = json.loads(json.dumps(REPORT.to_json()))
    assert (found["dataset"], found["scope"], found["unit"]) == ("fruit", "document", "page")
    assert found["notes"] == ["one question"]
