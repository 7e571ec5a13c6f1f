"""The order of messages: what a worker may say next about its job, and about no other."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mmrag.ingest.events import ParseTask
from mmrag.ingest.raw import Opened, RawPage
from mmrag.ingest.sandbox.conversation import Conversation
from mmrag.ingest.sandbox.messages import (
    BadMessage,
    Finished,
    Job,
    Message,
    Ready,
    Recycle,
    Refused,
)
from mmrag.types import Problem

TASK = ParseTask(Path("a.pdf"), "ab" * 32, "abababab")
OPENED = Opened(2, 2, "", {}, ())
REFUSED = Refused(Problem("open", "empty"))


def page(number: int) -> RawPage:
    return RawPage.empty(number)


def said(
    *messages: Message, job: int = 5, first: int = 1, known: int | None = None
) -> Conversation:
    conversation = Conversation()
    conversation.begin(Job(5, TASK, first), known)
    conversation.admit(0, Ready())
    for message in messages:
        conversation.admit(job, message)
    return conversation


@pytest.mark.parametrize(
    "messages",
    [[OPENED, page(1), page(2), Finished()], [REFUSED], [OPENED, page(1), Recycle(2)]],
)
def test_a_file_is_told_in_order_and_then_it_is_over(messages: Sequence[Message]) -> None:
    assert said(*messages).is_over
    assert not said(*messages[:-1]).is_over


def test_a_file_goes_on_where_another_worker_left_it() -> None:
    assert said(OPENED, page(2), Finished(), first=2, known=2).is_over
    assert said(OPENED, Finished(), first=3, known=2).is_over


@pytest.mark.promise(31)
def test_of_a_file_that_is_counted_no_page_is_told() -> None:
    conversation = Conversation()
    conversation.begin(Job(5, replace(TASK, only_counts=True)), None)
    conversation.admit(0, Ready())
    with pytest.raises(BadMessage, match="before the last page"):
        conversation.admit(5, Finished())
    conversation.admit(5, OPENED)
    with pytest.raises(BadMessage, match="a page that was not asked for"):
        conversation.admit(5, page(1))
    conversation.admit(5, Finished())
    assert conversation.is_over


@pytest.mark.promise(31)
@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([page(1)], "out of order"),
        ([Finished()], "before the last page"),
        ([OPENED, Finished()], "before the last page"),
        ([OPENED, OPENED], "opened twice"),
        ([OPENED, page(2)], "out of order"),
        ([OPENED, page(1), page(1)], "out of order"),
        ([OPENED, page(1), page(2), page(3)], "out of order"),
        ([OPENED, Recycle(1)], "before a page"),
        ([OPENED, page(1), Recycle(1)], "at another page"),
        ([Recycle(1)], "before a page"),
        ([REFUSED, REFUSED], "not asked for"),
        ([OPENED, page(1), page(2), Finished(), OPENED], "not asked for"),
    ],
)
def test_what_comes_out_of_order_is_no_message(messages: Sequence[Message], reason: str) -> None:
    with pytest.raises(BadMessage, match=reason):
        said(*messages)


@pytest.mark.promise(31)
def test_a_worker_speaks_of_its_own_job_after_it_has_started_once() -> None:
    with pytest.raises(BadMessage, match="another job"):
        said(OPENED, job=6)
    with pytest.raises(BadMessage, match="another count of pages"):
        said(OPENED, first=2, known=3)
    with pytest.raises(BadMessage, match="a second start"):
        said().admit(0, Ready())
    conversation = Conversation()
    conversation.begin(Job(5, TASK), None)
    with pytest.raises(BadMessage, match="not asked for"):
        conversation.admit(5, OPENED)
