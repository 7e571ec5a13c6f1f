from collections.abc import Sequence

import pytest

from mmrag.answer.chat import Chat, OnText
from mmrag.errors import ModelError
from mmrag.protocols import Turn
from mmrag.types import Answer


def answered(question: str) -> Answer:
    text = f"Answer to {question}"
    return Answer(question, "answered", text, text, (), (), (), {}, {})


def rewritten(question: str, history: Sequence[Turn]) -> str:
    return f"{question} after {len(history)}"


def test_each_question_is_rewritten_with_what_was_said_and_asked_with_it():
    asked: list[tuple[str, int]] = []

    def ask(question: str, *, history: Sequence[Turn], on_text: OnText | None) -> Answer:
        asked.append((question, len(history)))
        return answered(question)

    talk = Chat(ask, rewritten)
    talk.ask("first")
    answer = talk.ask("second")
    assert asked == [("first after 0", 0), ("second after 2", 2)]
    assert answer.question == "second after 2"
    assert [(turn.role, turn.text) for turn in talk.history[-2:]] == [
        ("user", "second"),
        ("assistant", "Answer to second after 2"),
    ]


def test_a_question_that_fails_leaves_the_history_as_it_was():
    def ask(question: str, *, history: Sequence[Turn], on_text: OnText | None) -> Answer:
        raise ModelError("gone")

    talk = Chat(ask, rewritten)
    with pytest.raises(ModelError):
        talk.ask("first")
    assert talk.history == []


def test_the_pieces_of_the_answer_are_handed_on():
    def ask(question: str, *, history: Sequence[Turn], on_text: OnText | None) -> Answer:
        assert on_text is not None
        on_text("piece")
        return answered(question)

    shown: list[str] = []
    Chat(ask, rewritten).ask("first", on_text=shown.append)
    assert shown == ["piece"]
