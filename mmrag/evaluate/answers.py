"""What becomes of questions with known evidence, and of questions without any answer."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from mmrag.answer.extracted import rank
from mmrag.answer.questions import analyse
from mmrag.evaluate import correctness, gold, replies
from mmrag.evaluate.datasets import Dataset, Question
from mmrag.evaluate.gold import AnswerType
from mmrag.evaluate.replies import OnReply, Reply
from mmrag.index import Index

Outcome = Literal["right", "wrong", "abstained", "unjudged"]
"""`wrong`: it answers, and its text does not hold the gold answer; `unjudged`: there is none."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with evidence, and what came of it."""

    question: Question
    reply: Reply
    type: AnswerType
    outcome: Outcome
    strict: float  # of the short answer; 0 where it abstains
    complete: float  # part of what the gold answer requires; 0 where it abstains
    cited: bool  # with a citation on a page that holds the evidence


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
    by_type: Mapping[AnswerType, Mapping[Outcome, int]] = field(default_factory=dict)
    strict: float = 0.0  # sum over the questions

    def count(self, outcome: Outcome) -> int:
        """How many questions with evidence came to that."""
        return sum(counts.get(outcome, 0) for counts in self.by_type.values())

    @property
    def f1(self) -> float:
        """F1 of abstention; see `abstention_f1`."""
        kept = 1 - self.abstained / max(1, self.questions)
        return abstention_f1(kept, self.abstained_rightly / max(1, self.unanswerable))

    def to_json(self) -> dict[str, object]:
        return {
            "questions": self.questions,
            "answered": self.answered,
            "abstained": self.abstained,
            "unsupported": self.unsupported,
            "cited": self.cited,
            "unanswerable": self.unanswerable,
            "abstained_rightly": self.abstained_rightly,
            "f1": round(self.f1, 4),
            "right": self.count("right"),
            "wrong": self.count("wrong"),
            "strict": round(self.strict / max(1, self.questions), 4),
            "by_answer_type": {name: dict(counts) for name, counts in self.by_type.items()},
        }


def evaluate_answers(
    index: Index, dataset: Dataset, file: Path | None = None, on_reply: OnReply | None = None
) -> tuple[AnswersReport, list[Judged]]:
    """Ask each question of its own document, with the profile's answerer, and judge the answers.

    Questions about documents that the index does not hold are passed over. An answer counts as
    cited where one of its citations lies on an evidence page, and as right where its text holds the
    gold answer (`mmrag.evaluate.correctness`). `file` keeps the replies, see `replies.ask`.
    """
    asked = [item for item in replies.questions(dataset) if "~" not in item.key]
    found = replies.ask(index, asked, file, on_reply)
    judged = [judge(item, found[item.id]) for item in dataset.questions if item.id in found]
    return report(judged, [reply for key, reply in found.items() if key.startswith("-")]), judged


def judge(question: Question, reply: Reply) -> Judged:
    """The outcome of a question by rules alone."""
    wanted = gold.read(question.answer)
    asked = question.published or question.text
    outcome: Outcome = "abstained"
    if reply.answered and wanted.type == "none":
        outcome = "unjudged"
    elif reply.answered:
        outcome = "right" if correctness.holds(wanted, asked, reply.text) else "wrong"
    pages = {(truth.document, truth.page) for truth in question.pages}
    return Judged(
        question,
        reply,
        wanted.type,
        outcome,
        correctness.strict(wanted, asked, reply.text) if reply.answered else 0.0,
        correctness.completeness(wanted, asked, reply.text)
        if reply.answered and wanted.type != "none"
        else 0.0,
        any((item.document, item.page) in pages for item in reply.citations),
    )


def report(judged: list[Judged], without: list[Reply]) -> AnswersReport:
    """The counts of questions with evidence, and of the replies to those without an answer."""
    status = Counter(item.reply.status for item in judged)
    by_type: defaultdict[AnswerType, Counter[Outcome]] = defaultdict(Counter)
    for item in judged:
        by_type[item.type][item.outcome] += 1
    return AnswersReport(
        questions=len(judged),
        answered=status["answered"],
        abstained=status["abstained"],
        unsupported=status["unsupported"],
        cited=sum(item.cited for item in judged),
        unanswerable=len(without),
        abstained_rightly=sum(not reply.answered for reply in without),
        by_type={name: by_type[name] for name in gold.TYPES if name in by_type},
        strict=sum(item.strict for item in judged),
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
    documents = replies.held(index)
    for asked in replies.questions(dataset):
        if asked.document in documents and "~" not in asked.key:
            evidence = index.evidence(
                asked.text,
                k=index.tuned.answer.k,
                documents=documents[asked.document],
                images=False,
            )
            holds = not asked.key.startswith("-")
            yield asked.document, holds, rank(analyse(asked.text), evidence)[1]
