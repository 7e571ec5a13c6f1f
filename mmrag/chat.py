"""A talk over an index: follow-up questions that stand on what was said before."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from mmrag import registry
from mmrag.protocols import Turn
from mmrag.types import Answer

if TYPE_CHECKING:
    from mmrag.index import Index


class Chat:
    """Keeps the history; every question is rewritten to stand alone and searched anew."""

    def __init__(self, index: "Index", *, k: int | None, documents: tuple[str, ...]) -> None:
        self._index = index
        self._k = k
        self._documents = documents
        self._rewriter = registry.rewriter(index.settings)
        self.history: list[Turn] = []

    def ask(self, question: str, on_text: Callable[[str], None] | None = None) -> Answer:
        """Answer a question or a follow-up; `Answer.question` is the question as it was searched.

        Raises what `Index.ask` raises; the history then stays as it was.
        """
        alone = self._rewriter(question, tuple(self.history))
        answer = self._index.ask(
            alone,
            k=self._k,
            documents=self._documents,
            history=tuple(self.history),
            on_text=on_text,
        )
        self.history += [Turn("user", question), Turn("assistant", answer.text)]
        return answer
