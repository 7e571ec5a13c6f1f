import json
from pathlib import Path

import pytest

from mmrag.errors import UsageError
from mmrag.evaluate import compare


def write(path: Path, values: dict[str, float], **about: str) -> Path:
    mean = sum(values.values()) / len(values)
    report = {
        "dataset": "fruit", "scope": "document", "unit": "page", **about, "metrics": {"mrr": mean},
        "per_question": [
            {"qid": name, "query": f"{name}?", "measures": {"mrr": value}}
            for name, value in values.items()
        ],
    }  # fmt: skip
    path.write_text(json.dumps(report))
    return path


@pytest.fixture
def comparing(tmp_path: Path):
    def comparing(before: dict[str, float], after: dict[str, float], **about: str):
        old = compare.read(write(tmp_path / "old.json", before))
        new = compare.read(write(tmp_path / "new.json", after, **about))
        return compare.compare(old, new, "mrr")

    return comparing


def test_questions_are_paired(comparing) -> None:
    found = comparing({"a": 1.0, "b": 0.5, "c": 0.0}, {"c": 1.0, "b": 0.5, "a": 0.5})
    assert (found.before, found.after) == (0.5, pytest.approx(2 / 3))
    assert [(item.id, item.before, item.after) for item in found.won] == [("c", 0, 1)]
    assert [(item.id, item.before, item.after) for item in found.lost] == [("a", 1, 0.5)]


def test_a_small_change_among_few_questions_is_not_sure(comparing) -> None:
    values = {str(number): 0.5 for number in range(10)}
    low, high = comparing(values, {**values, "3": 1.0, "4": 0.25}).interval
    assert low < 0 < high


def test_a_change_that_every_question_shows_is_sure(comparing) -> None:
    before = {str(number): 0.25 for number in range(10)}
    found = comparing(before, dict.fromkeys(before, 0.5))
    assert found.interval == (0.25, 0.25)
    assert found.difference == 0.25


def test_what_only_one_of_them_asked_is_noted(comparing) -> None:
    found = comparing({"a": 1.0, "b": 1.0}, {"b": 1.0, "c": 0.0, "d": 0.0}, scope="corpus")
    assert found.questions == 1
    assert [note.partition(" in /")[0] for note in found.notes] == [
        "the scope differs: document and corpus",
        "1 questions stand",
        "2 questions stand",
    ]


def test_reports_without_a_common_question_are_refused(comparing) -> None:
    with pytest.raises(UsageError, match="no question in common"):
        comparing({"a": 1.0}, {"b": 1.0})


def test_an_unknown_measure_is_refused(comparing, tmp_path: Path) -> None:
    saved = compare.read(write(tmp_path / "a.json", {"a": 1.0}))
    with pytest.raises(UsageError, match=r"a\.json: no measure 'recall'; there are mrr"):
        compare.compare(saved, saved, "recall")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"per_question": 3}', '{"metrics": {"a": "b"}}'])
def test_a_file_that_is_no_report_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "report.json").write_text(text)
    with pytest.raises(UsageError, match=r"report\.json: not a report"):
        compare.read(tmp_path)
    with pytest.raises(UsageError, match="cannot be read"):
        compare.read(tmp_path / "nothing.json")
