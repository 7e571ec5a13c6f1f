"""Evidence under markers that a test knows."""

from collections.abc import Sequence
from typing import Any

from mmrag.answer.ask import answer_question
from mmrag.protocols import Answerer
from mmrag.types import Answer, MarkedEvidence


def answer_to(
    question: str, marked: Sequence[MarkedEvidence], answerer: Answerer, **options: Any
) -> Answer:
    """`answer_question`, with the markers that the evidence has already."""
    return answer_question(
        question,
        [item.evidence for item in marked],
        answerer,
        draw=lambda count, *_: [item.marker for item in marked],
        **options,
    )
