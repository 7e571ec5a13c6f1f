"""An answer without a model: the best sentences, table rows or captions, quoted and cited.

Spans of the evidence are scored by the share of the question's telling words that they hold,
themselves and in the lines that say what they are about; a span without a number, a date or a
name is set back where one is asked for. Nothing is computed, counted or rephrased.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mmrag.answer.answerability import Rarity, answerability
from mmrag.answer.questions import AnalysedQuestion, analyse
from mmrag.answer.spans import CELL, Span, quotable_spans
from mmrag.config import AnswerSettings
from mmrag.protocols import NOT_FOUND, AnswerRequest, Reply
from mmrag.text import labels, numbers, page_numbers
from mmrag.text.stems import held, stems_among
from mmrag.text.words import MONTH, content_words, plain, plain_words
from mmrag.types import Evidence

LEAD = "Quoted from the documents:"

_NEAR = 0.4  # weight of a word in the lines around a span, against one in the span
_PAIR = 0.2  # for neighbouring words of the question that are neighbours in the span
_PHRASE = 0.3  # for a phrase that the question quotes
_LABEL = 0.5  # for the figure or table that the question names
_PAGE = 0.3  # for the page that the question names
_NAME = 0.15  # of the score, for a span without the names of the question that are to be had
_RANK = 0.05  # what each lower rank of the evidence costs, of the score
_NOT_WANTED = 0.55  # of the score, for a span without what is asked for
_NO_NEWS = 0.6  # of the score, for a span that says no word more than the question
_LONG = 45  # words: a longer span loses
_LENGTH = 150.0
_WORTH_ADDING = 0.8  # of the best score: further spans are quoted from there on
_ALIKE = 0.5  # of the words of the shorter: two such spans say the same
_MOST = 3
_DATE = re.compile(rf"\b{MONTH}\b|\b(?:1[89]|20)\d\d\b", re.IGNORECASE)
# Numbers that count nothing: of figures, pages and headings, and days of the month.
_NO_AMOUNT = re.compile(
    rf"{labels.PATTERN}|{page_numbers.PATTERN}"
    rf"|(?i:\b\d{{1,2}}\s+{MONTH}\b|\b{MONTH}\.?\s+\d{{1,2}}\b)"
    r"|^\d+(?:\.\d+)*[.)]?\s(?=\D)"
)
_TITLE = re.compile(r"\b[A-Z][\w.'-]+ (?:[A-Z]\.? )*[A-Z][\w'-]+")


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A span with its score, which rises with quality, and the question's stems in it."""

    span: Span
    score: float
    stems: frozenset[str]  # in the span itself and in the head of its columns
    near: frozenset[str]  # in the lines around it, too


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

    def stream(self, request: AnswerRequest) -> Reply:
        """The answer in pieces, a quotation each."""
        question = analyse(request.question)
        ranked, sure = rank(question, [item.evidence for item in request.evidence])
        if not ranked or sure < self._settings.min_score:
            yield NOT_FOUND
            return ()
        yield LEAD
        for scored in choose(question, ranked):
            yield f"\n{_quotation(scored.span)} [{request.evidence[scored.span.item].marker}]"
        return ()


def rank(
    question: AnalysedQuestion, evidence: Sequence[Evidence]
) -> tuple[list[ScoredSpan], float]:
    """The spans that share a word with the question, best first, and the answerability."""
    wanted = frozenset(question.weights)
    found = quotable_spans(evidence)
    stems = [held(f"{span.text} {span.head}", wanted) for span in found]
    titles = [held(f"{item.document} {item.path}", wanted) for item in evidence]
    rarity = Rarity.of(question, stems, titles)
    names = question.names & frozenset[str]().union(*stems, *titles)
    ranked = [
        _scored(question, rarity, names, span, own, titles[span.item], evidence[span.item])
        for span, own in zip(found, stems, strict=True)
        if own
    ]
    ranked.sort(key=lambda scored: -scored.score)
    if not ranked:
        return [], 0.0
    best = ranked[0]
    at = best.span.item
    here = (own for span, own in zip(found, stems, strict=True) if span.item == at)
    page = titles[at].union(*here)
    return ranked, answerability(question, rarity, best.near, page, [*stems, *titles])


def _scored(
    question: AnalysedQuestion,
    rarity: Rarity,
    names: frozenset[str],
    span: Span,
    own: frozenset[str],
    title: frozenset[str],
    item: Evidence,
) -> ScoredSpan:
    wanted = frozenset(question.weights)
    near = own | held(span.context, wanted) | title
    score = rarity.share(own) + _NEAR * (rarity.share(near) - rarity.share(own))
    said = stems_among(map(plain, content_words(span.text)), wanted)
    pairs = question.pairs.intersection(pairwise(said))
    score += _PAIR * len(pairs) / max(len(question.pairs), 1)
    around = f"{span.text} {span.context}".lower()
    score += _PHRASE * any(phrase in around for phrase in question.phrases)
    score += _LABEL * (labels.read(item.caption) in question.labels)
    score += _PAGE * (item.page in question.pages)
    if names:
        score *= 1 - _NAME * len(names - near) / len(names)
    if not _has_wanted(question, span):
        score *= _NOT_WANTED
    if wanted.issuperset(said):
        score *= _NO_NEWS
    length = len(span.text.split()) + len(span.head.split())
    score /= 1 + max(0, length - _LONG) / _LENGTH
    score *= 1 - _RANK * min(span.item, 10)
    return ScoredSpan(span, score, own, near)


def _has_wanted(question: AnalysedQuestion, span: Span) -> bool:
    """Whether a span holds something of the kind that is asked for; a caption only announces."""
    if question.wanted in ("number", "percentage") and labels.caption_start(span.text):
        return CELL in span.text
    match question.wanted:
        case "percentage":
            return "%" in span.text or "percent" in span.text.lower() or span.row
        case "number":
            asked = {number.value for number in numbers.find(question.text)}
            found = numbers.find(_NO_AMOUNT.sub(" ", span.text))
            return any(n.value not in asked and not n.is_year for n in found)
        case "date":
            return bool(_DATE.search(span.text))
        case "person":
            return any(name not in question.text for name in _TITLE.findall(span.text))
        case _:
            return True


def choose(question: AnalysedQuestion, ranked: Sequence[ScoredSpan]) -> list[ScoredSpan]:
    """The best span, and up to two more that come close and say something else."""
    chosen = [ranked[0]]
    for scored in ranked[1:]:
        if len(chosen) == _MOST or scored.score < _WORTH_ADDING * chosen[0].score:
            break
        if not any(_alike(scored.span, other.span) for other in chosen):
            chosen.append(scored)
    return chosen


def _alike(one: Span, other: Span) -> bool:
    a, b = set(plain_words(one.text)), set(plain_words(other.text))
    return len(a & b) > _ALIKE * min(len(a), len(b))


def _quotation(span: Span) -> str:
    quoted = _in_quotes(span.text)
    return f"{_in_quotes(span.head)}: {quoted}" if span.head else quoted


def _in_quotes(text: str) -> str:
    inner = re.sub(r"[“”\"„]", "'", text)
    return f"“{inner}”"
