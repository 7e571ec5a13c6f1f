"""What an evaluation of answers found, in the shape of the command line's contract."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from mmrag import contract
from mmrag.evaluate.calibration import Bin, Risk
from mmrag.evaluate.gold import AnswerType
from mmrag.evaluate.replies import Reply
from mmrag.evaluate.report import Metrics, rounded

Outcome = Literal["right", "wrong", "abstained", "unjudged"]
"""`wrong`: it answers, and its text does not hold the gold answer; `unjudged`: there is none."""
OUTCOMES: tuple[Outcome, ...] = ("right", "wrong", "abstained", "unjudged")


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question with evidence, its reply, and the measures of it, each from 0 to 1.

    `pages` are the image IDs of the pages that hold the evidence.
    """

    id: str
    text: str
    document: str
    gold: str
    type: AnswerType
    kinds: tuple[str, ...]  # of evidence and document, as the dataset names them
    pages: tuple[str, ...]
    outcome: Outcome
    measures: Metrics
    reply: Reply
    judged: str = ""  # the judge's verdict and words, where there is one

    def to_json(self) -> dict[str, Any]:
        return {
            "qid": self.id,
            "query": self.text,
            "document": self.document,
            "gold": self.gold,
            "type": self.type,
            "pages": list(self.pages),
            "outcome": self.outcome,
            "status": self.reply.status,
            "answer": self.reply.text,
            "maker": self.reply.maker,
            "confidence": self.reply.confidence,
            "cited": [item.image_id for item in self.reply.citations],
            "judged": self.judged,
            "measures": rounded(self.measures),
        }


@dataclass(frozen=True, slots=True)
class AnswersReport:
    """Measures of answers. `notes` say what the reader of the figures should know.

    `metrics` are over the questions with evidence, but for those that say otherwise:

        right               the answer holds the gold answer (mmrag.evaluate.correctness)
        strict              the score of the short answer (the same)
        complete            the part of the gold answer's elements that the answer mentions
        answered            the questions that are answered
        right_of_answered   of these, those that are right
        cited               the answer cites a page that holds the evidence
        cited_of_answered, first_of_answered   of those answered: any citation, the first one
        page_precision, page_recall   of the citations (mmrag.evaluate.citing)
        box, middle         of questions with known boxes: a cited box is a true one, or within one
        attributed, attributed_middle   of these: right, and the box too (CiteVQA)
        accuracy            of all questions: right, or rightly abstained from (MMLongBench-Doc)
        f1                  of `right` among those answered and those with evidence (the same)
        abstention_precision, abstention_recall, abstention_f1   over all questions
        abstention_balanced   the F1 where both kinds of questions weigh the same
        supported           of the claims: borne out by what they cite
        hallucinated        of the claims: borne out by nothing that was retrieved
        consistent          of pairs of wordings: the same answer
        calibration_error, risk_area   of the confidence, over what is answered
        coverage_at_60      the most of it that can be answered so that 60 % is right
    """

    dataset: str
    questions: int  # that have evidence in a document of the index
    unanswerable: int  # questions about a document of the index that does not answer them
    metrics: Metrics
    confidence: Mapping[str, tuple[float, float]]  # 95 %, of means over questions
    outcomes: Mapping[AnswerType, Mapping[Outcome, int]]
    by_type: Mapping[str, Metrics]  # by type of answer, with "questions", their number
    by_kind: Mapping[str, Metrics]  # by kind of evidence and document, likewise
    claims: Mapping[str, int] = field(default_factory=dict)  # by verdict
    reliability: tuple[Bin, ...] = ()
    risk: tuple[Risk, ...] = ()
    cost: Metrics = field(default_factory=dict)  # per question: seconds and tokens
    judge: Mapping[str, float | str] = field(default_factory=dict)
    per_question: tuple[AnsweredQuestion, ...] = field(default=(), repr=False)
    wrongly_answered: tuple[Reply, ...] = field(default=(), repr=False)  # that have no answer
    made_by: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def count(self, outcome: Outcome) -> int:
        """How many questions with evidence came to that."""
        return sum(counts.get(outcome, 0) for counts in self.outcomes.values())

    def to_json(self) -> dict[str, Any]:
        """The object that `mmrag eval answers --json` prints."""
        return contract.versioned(
            {
                "dataset": self.dataset,
                "scope": "document",
                "unit": "answer",
                "questions": self.questions,
                "unanswerable": self.unanswerable,
                "metrics": rounded(self.metrics),
                "confidence": {
                    name: [round(low, 4), round(high, 4)]
                    for name, (low, high) in self.confidence.items()
                },
                "outcomes": {name: dict(counts) for name, counts in self.outcomes.items()},
                "by_type": {name: rounded(found) for name, found in self.by_type.items()},
                "by_kind": {name: rounded(found) for name, found in self.by_kind.items()},
                "claims": dict(self.claims),
                "reliability": [rounded(asdict(item)) for item in self.reliability],
                "risk_coverage": [rounded(asdict(item)) for item in self.risk],
                "cost": {name: round(value, 3) for name, value in self.cost.items()},
                "judge": dict(self.judge),
                "made_by": dict(self.made_by),
                "notes": list(self.notes),
                "per_question": [item.to_json() for item in self.per_question],
                "wrongly_answered": [
                    {
                        "query": item.question,
                        "answer": item.text,
                        "maker": item.maker,
                        "confidence": item.confidence,
                    }
                    for item in self.wrongly_answered
                ],
            }
        )
