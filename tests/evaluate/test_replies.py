"""Answers of a run, kept in a file."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mmrag.errors import UsageError
from mmrag.evaluate import replies
from mmrag.evaluate.replies import Asked
from mmrag.index import Index

REPORT = "halden-tidal-annual-report-2024"
ASKED = [
    Asked("a", "How many gigawatt hours did the turbines deliver?", REPORT),
    Asked("a~1", "What did the turbines deliver in gigawatt hours?", REPORT),
    Asked("-1", "Who is the auditor?", REPORT),
    Asked("b", "Who knows?", "elsewhere"),
]


@pytest.fixture(scope="module")
def index(sample_index: Path) -> Iterator[Index]:
    with Index.open(sample_index) as opened:
        yield opened


def test_what_a_file_holds_is_not_asked_again(index: Index, tmp_path: Path) -> None:
    file = tmp_path / "run" / replies.REPLIES
    replies.ask(index, ASKED[:2], file)
    head, first, second = file.read_text().splitlines()
    changed = {**json.loads(first), "text": "as it was kept"}
    cut = second[: len(second) // 2]
    file.write_text(f"{head}\n{json.dumps(changed)}\n{cut}")
    found = replies.ask(index, ASKED, file)
    assert list(found) == ["a", "a~1", "-1"]  # no document "elsewhere"
    assert found["a"].text == "as it was kept"
    assert found["a~1"] == replies.ask(index, ASKED[1:2], file)["a~1"]
    assert len(file.read_text().splitlines()) == 5  # the line cut short is still there


def test_answers_to_another_question_are_refused(index: Index, tmp_path: Path) -> None:
    file = tmp_path / replies.REPLIES
    replies.ask(index, ASKED[:1], file)
    with pytest.raises(UsageError, match="choose another folder"):
        replies.ask(index, [Asked("a", "What else?", REPORT)], file)


def test_a_file_that_holds_something_else_is_refused(index: Index, tmp_path: Path) -> None:
    file = tmp_path / replies.REPLIES
    file.write_text('{"source": "another index"}\n')
    with pytest.raises(UsageError, match="answers of another index"):
        replies.ask(index, ASKED, file)
    file.write_text("no JSON\n")
    with pytest.raises(UsageError, match="not the answers of a run"):
        replies.ask(index, ASKED, file)


def test_a_wording_belongs_to_its_question() -> None:
    assert ASKED[1].qid == "a"
