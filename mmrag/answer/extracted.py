"""An answer without a model: the best sentences, table rows or captions, quoted and cited.

Spans of the evidence are ranked by a linear model over features of their words, as pages are, and
an answer is given where another one says that the evidence holds it. Nothing is computed, counted
or rephrased.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mmrag.answer.answerability import answerability
from mmrag.answer.questions import AnalysedQuestion, analyse
from mmrag.answer.span_features import EvidenceReading, SpanFeatures
from mmrag.answer.spans import Span
from mmrag.config import AnswerSettings
from mmrag.protocols import NOT_FOUND, AnswerRequest, Reply
from mmrag.text.words import plain_words
from mmrag.types import Evidence

LEAD = "Quoted from the documents:"

COEFFICIENTS = SpanFeatures(
    own=1.0,
    near=1.08,
    pairs=0.49,
    phrase=0.34,
    label=0.32,
    page=0.50,
    wanted=0.21,
    news=0.58,
    rank=0.84,
)
"""What each feature of a span counts, learned by `eval/train_answers.py`."""

_WORTH_ADDING = 0.8  # of the best score: further spans are quoted from there on; chosen by hand
_AS_GOOD = 0.8  # of its score: a span within a longer one is quoted in its place; chosen by hand
_ALIKE = 0.5  # of the words of the shorter: two such spans say the same; chosen by hand
_MOST_QUOTED = 3  # spans: an answer that can be read at a glance


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A span with its score, which rises with quality."""

    span: Span
    score: float


class ExtractedAnswerer:
    """Answers with quotations; says `NOT_FOUND` where the evidence is too weak for the question."""

    def __init__(self, settings: AnswerSettings | None = None) -> None:
        self._settings = settings or AnswerSettings()

    @property
    def name(self) -> str:
        return "extracted"

    @property
    def wants_images(self) -> bool:
        return False

    @property
    def only_quotes(self) -> bool:
        return True

    def stream(self, request: AnswerRequest) -> Reply:
        """The answer in pieces, a quotation each."""
        question = analyse(request.question)
        ranked, sure = rank(question, [item.evidence for item in request.evidence])
        if not ranked or sure < self._settings.min_score:
            yield NOT_FOUND
            return ()
        yield LEAD
        for scored in choose(question, ranked):
            markers = "".join(f"[{request.evidence[at].marker}]" for at in scored.span.items)
            yield f"\n{_quotation(scored.span)} {markers}"
        return ()


def rank(
    question: AnalysedQuestion, evidence: Sequence[Evidence]
) -> tuple[list[ScoredSpan], float]:
    """The spans that share a word with the question, best first, and the answerability.

    What is to be seen or counted on a page no text says: for such a question it is 0.
    """
    reading = EvidenceReading(question, evidence)
    ranked = sorted(reading.spans, key=lambda read: -score(read.features))
    if not ranked:
        return [], 0.0
    sure = 0.0 if question.visual else answerability(reading.features(ranked[0]))
    return [ScoredSpan(read.span, score(read.features)) for read in ranked], sure


def score(features: SpanFeatures) -> float:
    """How well a span with these features answers, from 0 up."""
    return sum(
        coefficient * value for coefficient, value in zip(COEFFICIENTS, features, strict=True)
    )


def choose(question: AnalysedQuestion, ranked: Sequence[ScoredSpan]) -> list[ScoredSpan]:
    """The best span, and up to two more that come close and say something else."""
    chosen: list[ScoredSpan] = []
    for scored in ranked:
        if len(chosen) == _MOST_QUOTED or scored.score < _WORTH_ADDING * ranked[0].score:
            break
        if not any(_alike(scored.span, other.span) for other in chosen):
            chosen.append(_shortest(scored, ranked))
    return chosen


def _shortest(scored: ScoredSpan, ranked: Sequence[ScoredSpan]) -> ScoredSpan:
    """The best span within a span that is nearly as good, or that span itself."""
    return next(
        (
            other
            for other in ranked
            if other.span.item == scored.span.item
            and other.score >= _AS_GOOD * scored.score
            and len(other.span.text) < len(scored.span.text)
            and other.span.text in scored.span.text
        ),
        scored,
    )


def _alike(one: Span, other: Span) -> bool:
    a, b = set(plain_words(one.text)), set(plain_words(other.text))
    return len(a & b) > _ALIKE * min(len(a), len(b))


def _quotation(span: Span) -> str:
    quoted = _in_quotes(span.text)
    return f"{_in_quotes(span.head)}: {quoted}" if span.head else quoted


def _in_quotes(text: str) -> str:
    inner = re.sub(r"[“”\"„]", "'", text)
    return f"“{inner}”"
