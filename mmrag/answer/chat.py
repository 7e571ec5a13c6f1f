"""A talk over an index: follow-up questions that stand on what was said before."""

from collections.abc import Callable, Sequence
from typing import Protocol

from mmrag.protocols import Rewriter, Turn
from mmrag.types import Answer

OnText = Callable[[str], None]


class Ask(Protocol):
    """Searches for a question and answers it."""

    def __call__(
        self, question: str, *, history: Sequence[Turn], on_text: OnText | None
    ) -> Answer: ...


class Chat:
    """Keeps the history; every question is rewritten to stand alone and searched anew."""

    def __init__(self, ask: Ask, rewriter: Rewriter) -> None:
        self._ask = ask
        self._rewriter = rewriter
        self.history: list[Turn] = []

    def ask(self, question: str, on_text: OnText | None = None) -> Answer:
        """Answer a question or a follow-up; `Answer.question` is the question as it was searched.

        Raises what asking raises; the history then stays as it was.
        """
        history = tuple(self.history)
        alone = self._rewriter(question, history)
        answer = self._ask(alone, history=history, on_text=on_text)
        self.history += [Turn("user", question), Turn("assistant", answer.text)]
        return answer
