"""An answer without a model: the best sentence, table row, list or caption, quoted and cited.

Spans of the evidence are ranked by a linear model over features of their words, as pages are, and
an answer is given where another one says that it is likely right. Nothing is computed, counted or
rephrased.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp

from mmrag import grids
from mmrag.answer.answerability import confidence
from mmrag.answer.cell_spans import cell_spans
from mmrag.answer.fitting import may_answer
from mmrag.answer.outlined import below, shown, summary
from mmrag.answer.questions import AnalysedQuestion, analyse
from mmrag.answer.span_features import EvidenceReading, SpanFeatures
from mmrag.answer.spans import CELL, LEVEL, Span
from mmrag.config import AnswerSettings
from mmrag.protocols import NOT_FOUND, AnswerRequest, Reply
from mmrag.text import title_page
from mmrag.text.words import plain_words
from mmrag.types import Evidence

LEAD = "Quoted from the documents:"
OUTLINE = "Outline, quoted from the document:"

COEFFICIENTS = SpanFeatures(
    own=4.65,
    above=3.86,
    near=1.95,
    pairs=1.35,
    phrase=0.00,
    label=0.00,
    page=2.13,
    wanted=1.21,
    lacks=0.00,
    counted=1.96,
    asked=1.28,
    numbers=0.00,
    news=3.39,
    rank=3.33,
    score=4.52,
    figure=-0.08,
    length=0.00,
    row=0.40,
    amount_row=0.44,
    cell=-0.74,
    wanted_cell=0.51,
    cell_named=2.87,
    list=1.31,
    wanted_list=0.20,
    listed=1.86,
    item=-0.18,
    entry=-1.40,
    caption=0.07,
)
"""What each feature of a span counts, learned by `eval/train_answers.py`."""

_WORTH_ADDING = (
    0.5  # of the probability of the best: a second span is quoted from there on; by hand
)
_ALIKE = 0.5  # of the words of the shorter: two such spans say the same; chosen by hand
_MOST_QUOTED = 2  # spans: an answer that can be read at a glance
_MOST_LISTED = 3  # spans where a list is asked for
_MAY_HELP = 0.05
"""Confidence from which on a passage is shown that is no answer: below it 3 of 101 questions of
pages-dev would have got a right answer, from there to 0.3 18 of 95 (`mmrag eval answers`)."""
_OF_SECTION = 0.64
"""That what stands below a heading that names what is asked for answers: by the rule of succession
of the 6 of 9 that did as they were first asked of 30 documents of pages-dev (eval/README.md)."""
_TITLE_PAGES = 2  # on which a document tells its title, maker and date; chosen by hand
_ASKED_AT_ONCE = 4  # questions whose ranking stays at hand: it is asked for again with the answer


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A span with its score: the difference of two is that of the logs of their probabilities."""

    span: Span
    score: float


class ExtractedAnswerer:
    """Answers with quotations; says `NOT_FOUND` where none is likely to be right."""

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

    def confidence(self, request: AnswerRequest) -> float | None:
        """The probability, 0 to 1, that what it would quote answers the question.

        None for a summary, and for all that a figure shows: they are not chosen by a model.
        """
        question = analyse(request.question)
        if question.wanted in ("summary", "shown"):
            return None
        if below(question, [item.evidence for item in request.evidence]):
            return _OF_SECTION
        return _ranked(request.question, (item.evidence for item in request.evidence))[1]

    def stream(self, request: AnswerRequest) -> Reply:
        """The answer in pieces, a quotation each."""
        question = analyse(request.question)
        spans = self._quoted(question, request)
        yield (OUTLINE if question.wanted == "summary" else LEAD) if spans else NOT_FOUND
        for span in spans:
            markers = "".join(f"[{request.evidence[at].marker}]" for at in span.items)
            yield f"\n{quotation(span)} {markers}"
        return ()

    def _quoted(self, question: AnalysedQuestion, request: AnswerRequest) -> list[Span]:
        evidence = [item.evidence for item in request.evidence]
        if question.wanted == "summary":
            return summary(evidence)
        if question.wanted == "shown":
            return shown(question, evidence)
        if section := below(question, evidence):
            return section
        ranked, sure = _ranked(request.question, evidence)
        if not ranked or sure < self._settings.min_score:
            return []
        return [scored.span for scored in choose(question, ranked)]


def _ranked(question: str, evidence: Iterable[Evidence]) -> tuple[tuple[ScoredSpan, ...], float]:
    """As `rank`, without the names of the columns of tables, which tell what stands below them.

    What is kept has neither pictures nor tables, but the spans of their cells.
    """
    found = tuple(evidence)
    if title_page.asked(question):
        found = tuple(item for item in found if item.page <= _TITLE_PAGES)
    cells = tuple(cell_spans(analyse(question), found))
    ranked, sure = _rank(
        question, tuple(replace(item, image=None, tables=(), lines=()) for item in found), cells
    )
    heads = [
        [plain_words(" ".join(grids.columns(table.grid))) for table in item.tables]
        for item in found
    ]
    left = tuple(
        item
        for item in ranked
        if not (own := heads[item.span.item]) or plain_words(item.span.text) not in own
    )
    return left, sure if left[:1] == ranked[:1] else min(sure, _MAY_HELP)


@lru_cache(maxsize=_ASKED_AT_ONCE)
def _rank(
    question: str, evidence: tuple[Evidence, ...], cells: tuple[Span, ...]
) -> tuple[tuple[ScoredSpan, ...], float]:
    ranked, sure = rank(analyse(question), evidence, cells)
    return tuple(ranked), sure


def nearest(question: str, evidence: Sequence[Evidence]) -> list[Span]:
    """The spans that may help, though they are not likely to be right; empty for none."""
    ranked, sure = _ranked(question, evidence)
    if not ranked or sure < _MAY_HELP:
        return []
    return [scored.span for scored in choose(analyse(question), ranked)]


def rank(
    question: AnalysedQuestion,
    evidence: Sequence[Evidence],
    cells: Sequence[Span] | None = None,
) -> tuple[list[ScoredSpan], float]:
    """The spans that share a word with the question, best first, and the confidence in the first.

    What is to be seen or counted on a page no text says: for such a question it is 0. A span that
    cannot be the answer may help at most.
    """
    reading = EvidenceReading(question, evidence, cells)
    scores = [score(read.features) for read in reading.spans]
    if not scores:
        return [], 0.0
    sure = 0.0 if question.visual else confidence(reading.features(scores))
    best = reading.spans[scores.index(max(scores))]
    if not may_answer(question, best):
        sure = min(sure, _MAY_HELP)
    found = [
        ScoredSpan(read.span, value) for read, value in zip(reading.spans, scores, strict=True)
    ]
    return sorted(found, key=lambda scored: -scored.score), sure


def score(features: SpanFeatures) -> float:
    """How well a span with these features answers."""
    return sum(
        coefficient * value for coefficient, value in zip(COEFFICIENTS, features, strict=True)
    )


def choose(question: AnalysedQuestion, ranked: Sequence[ScoredSpan]) -> list[ScoredSpan]:
    """The best span, and others that come close and say something else.

    Where a list or steps are asked for, an item of one stands for all of it.
    """
    is_list = question.wanted in ("list", "steps")
    chosen: list[ScoredSpan] = []
    for scored in ranked:
        is_far = exp(scored.score - ranked[0].score) < _WORTH_ADDING
        if len(chosen) == (_MOST_LISTED if is_list else _MOST_QUOTED) or is_far:
            break
        told = _whole(scored, ranked) if is_list else scored
        if not any(_alike(told.span, other.span) for other in chosen):
            chosen.append(told)
    return chosen


def _whole(scored: ScoredSpan, ranked: Sequence[ScoredSpan]) -> ScoredSpan:
    """The list or the steps that a span is an item of, or that span itself."""
    return next(
        (
            other
            for other in ranked
            if other.span.role in ("list", "steps")
            and other.span.item == scored.span.item
            and scored.span.role == "item"
            and scored.span.text in other.span.text.split(CELL)
        ),
        scored,
    )


def _alike(one: Span, other: Span) -> bool:
    a, b = set(plain_words(one.text)), set(plain_words(other.text))
    return len(a & b) > _ALIKE * min(len(a), len(b))


def quotation(span: Span) -> str:
    """A span between quotation marks, behind its heading, the unit and the head of its columns."""
    parts = (span.heading, span.unit, *span.head.split(LEVEL), span.text)
    return ": ".join(_in_quotes(part) for part in parts if part)


def _in_quotes(text: str) -> str:
    inner = re.sub(r"[“”\"„]", "'", text)
    return f"“{inner}”"
