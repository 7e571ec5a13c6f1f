import sqlite3
from pathlib import Path

import pytest

from mmrag.errors import IndexUnusable
from mmrag.store.answers import KeptAnswers
from mmrag.store.layout import IndexLayout


def test_an_answer_is_found_by_its_address_alone(tmp_path: Path) -> None:
    answers = KeptAnswers(IndexLayout(tmp_path))
    assert answers.last(3) == []
    assert answers.get("none") is None
    first, second = (answers.keep(f"question {number}", "{}") for number in (1, 2))
    assert first != second
    found = answers.get(first)
    assert found is not None
    assert (found.question, found.answer, found.mark) == ("question 1", "{}", "")
    assert [item.id for item in answers.last(3)] == [second, first]


def test_an_answer_is_marked_once(tmp_path: Path) -> None:
    answers = KeptAnswers(IndexLayout(tmp_path))
    name = answers.keep("a question", "{}")
    assert answers.mark(name, "right")
    assert not answers.mark(name, "wrong")
    assert not answers.mark("none", "wrong")


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    layout = IndexLayout(tmp_path)
    KeptAnswers(layout).keep("a question", "{}")
    assert layout.answers.stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_written_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    layout = IndexLayout(tmp_path)
    layout.answers.write_bytes(b"not a database, but something else of some length " * 20)
    with pytest.raises(IndexUnusable, match="no-keep-answers"):
        KeptAnswers(layout).keep("a question", "{}")


def test_a_copy_is_of_the_same_answers_and_without_a_fault(tmp_path: Path) -> None:
    answers, other = KeptAnswers(IndexLayout(tmp_path)), IndexLayout(tmp_path / "other")
    other.root.mkdir()
    assert answers.copy(other.answers) == 0
    assert not other.answers.exists()
    name = answers.keep("a question", "{}")
    assert answers.copy(other.answers) == KeptAnswers(other).count() == 1
    assert KeptAnswers(other).get(name) == answers.get(name)
    assert KeptAnswers(other).fault() == ""


@pytest.mark.promise(41)
@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("create view more as select * from answers", "another schema"),
        ("create trigger armed after update on answers begin select 1; end", "another schema"),
        ("update answers set answer = 'no JSON'", "1 of them are none"),
        ("update answers set question = x'00'", "1 of them are none"),
        ("update answers set mark = 'perhaps'", "1 of them are none"),
        ("update answers set asked_at = 'yesterday'", "1 of them are none"),
        ("update answers set asked_at = '2026-13-01T00:00:00+00:00'", "1 of them are none"),
    ],
)
def test_what_no_answers_of_ours_hold_is_a_fault(tmp_path: Path, statement: str, says: str) -> None:
    layout = IndexLayout(tmp_path)
    KeptAnswers(layout).keep("a question", "{}")
    with sqlite3.connect(layout.answers) as db:
        db.execute(statement)
    db.close()
    assert KeptAnswers(layout).fault() == says
