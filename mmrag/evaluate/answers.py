"""What becomes of questions with known evidence, and of questions without any answer."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from mmrag.answer.extracted import rank
from mmrag.answer.questions import analyse
from mmrag.evaluate.datasets import Dataset, Question
from mmrag.index import Index
from mmrag.types import Answer

OnAnswer = Callable[[Question, Answer], None]


@dataclass(frozen=True, slots=True)
class AnswersReport:
    """Counts of questions: those with evidence by what became of them, and those without."""

    questions: int  # that have evidence in a document of the index
    answered: int
    abstained: int
    unsupported: int
    cited: int  # of the questions, with a citation on a page that holds the evidence
    unanswerable: int  # questions about a document of the index that does not answer them
    abstained_rightly: int  # of the unanswerable

    @property
    def f1(self) -> float:
        """F1 of abstention; see `abstention_f1`."""
        kept = 1 - self.abstained / max(1, self.questions)
        return abstention_f1(kept, self.abstained_rightly / max(1, self.unanswerable))

    def to_json(self) -> dict[str, float]:
        return {
            "questions": self.questions,
            "answered": self.answered,
            "abstained": self.abstained,
            "unsupported": self.unsupported,
            "cited": self.cited,
            "unanswerable": self.unanswerable,
            "abstained_rightly": self.abstained_rightly,
            "f1": round(self.f1, 4),
        }


def evaluate_answers(
    index: Index, dataset: Dataset, on_answer: OnAnswer | None = None
) -> AnswersReport:
    """Ask each question of its own document, with the profile's answerer, and count.

    Questions about documents that the index does not hold are passed over. An answer counts as
    cited where one of its citations lies on an evidence page; whether its words are right, only a
    reader can tell: `on_answer` is given each question that has evidence, and its answer.
    """
    held = _by_name(index)
    found: Counter[str] = Counter()
    for question in _answerable(dataset, held):
        answer = index.ask(question.text, documents=held[question.document])
        pages = {truth.page for truth in question.pages}
        found["questions"] += 1
        found[answer.status] += 1
        found["cited"] += any(citation.page in pages for citation in answer.citations)
        if on_answer is not None:
            on_answer(question, answer)
    for text, name in _unanswerable(dataset, held):
        found["unanswerable"] += 1
        found["rightly"] += index.ask(text, documents=held[name]).status == "abstained"
    return AnswersReport(
        questions=found["questions"],
        answered=found["answered"],
        abstained=found["abstained"],
        unsupported=found["unsupported"],
        cited=found["cited"],
        unanswerable=found["unanswerable"],
        abstained_rightly=found["rightly"],
    )


def abstention_f1(kept: float, abstained: float) -> float:
    """F1 of "abstains" as the sign of "has no answer", both kinds of questions weighing the same.

    `kept` is the part of the questions with an answer that were answered, `abstained` the part of
    those without one that were not; both from 0 to 1.
    """
    wrongly = 1 - kept
    return 2 * abstained / (abstained + wrongly + 1)


def answerabilities(index: Index, dataset: Dataset) -> Iterator[tuple[str, bool, float]]:
    """Document, whether it holds the answer, and the answerability, for every question.

    Each is asked of its own document, where that is indexed, as extracted answers are made.
    """
    held = _by_name(index)
    questions = [(item.text, item.document, True) for item in _answerable(dataset, held)]
    questions += [(text, name, False) for text, name in _unanswerable(dataset, held)]
    for text, name, answerable in questions:
        k = index.tuned.answer.k
        evidence = index.evidence(text, k=k, documents=held[name], images=False)
        yield name, answerable, rank(analyse(text), evidence)[1]


_Held = Mapping[str, Sequence[str]]
"""The IDs of an index's documents by file name without ending, as datasets name them."""


def _by_name(index: Index) -> _Held:
    held: defaultdict[str, list[str]] = defaultdict(list)
    for document in index.documents():
        held[PurePath(document.path).stem].append(document.id)
    return held


def _answerable(dataset: Dataset, held: _Held) -> list[Question]:
    return [item for item in dataset.questions if item.pages and item.document in held]


def _unanswerable(dataset: Dataset, held: _Held) -> list[tuple[str, str]]:
    return [(text, name) for text, name in dataset.unanswerable if name in held]
