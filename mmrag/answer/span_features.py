"""What tells that a span of the evidence answers a question, and that anything there does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from mmrag.answer.answerability import EvidenceFeatures, Rarity
from mmrag.answer.questions import AnalysedQuestion
from mmrag.answer.spans import CELL, Span, quotable_spans
from mmrag.text import labels, numbers, page_numbers
from mmrag.text.stems import held, stems_among
from mmrag.text.words import MONTH, content_words, plain
from mmrag.types import Evidence

_RANKS = 10  # of the evidence, from which on a lower rank makes no difference
_DATE = re.compile(rf"\b{MONTH}\b|\b(?:1[89]|20)\d\d\b", re.IGNORECASE)
# Numbers that count nothing: of figures, pages and headings, and days of the month.
_NO_AMOUNT = re.compile(
    rf"{labels.PATTERN}|{page_numbers.PATTERN}"
    rf"|(?i:\b\d{{1,2}}\s+{MONTH}\b|\b{MONTH}\.?\s+\d{{1,2}}\b)"
    r"|^\d+(?:\.\d+)*[.)]?\s(?=\D)"
)
_TITLE = re.compile(r"\b[A-Z][\w.'-]+ (?:[A-Z]\.? )*[A-Z][\w'-]+")


class SpanFeatures(NamedTuple):
    """Features of one span for one question, each from 0 to 1."""

    own: float  # part of the question's weight, by rarity, in the span and the head of its columns
    near: float  # and in the lines around it and the title, beyond that
    pairs: float  # part of the question's neighbouring words that are neighbours in the span
    phrase: float  # 1: it holds what the question quotes
    label: float  # 1: it is of the figure that the question names
    page: float  # 1: it is of the page that the question names
    wanted: float  # 1: it holds something of the kind that is asked for
    news: float  # 1: it says a word more than the question
    rank: float  # 1: of the best piece of evidence, 0: of the `_RANKS`-th or a later one


@dataclass(frozen=True, slots=True)
class ReadSpan:
    """A span with its features, and the question's stems in it or near it."""

    span: Span
    features: SpanFeatures
    near: frozenset[str]


class EvidenceReading:
    """The evidence for one question, read. `spans` are those that share a word with it."""

    def __init__(self, question: AnalysedQuestion, evidence: Sequence[Evidence]) -> None:
        self._question = question
        self._wanted = frozenset(question.weights)
        found = quotable_spans(evidence)
        stems = [held(f"{span.text} {span.head}", self._wanted) for span in found]
        self._titles = [held(f"{item.document} {item.path}", self._wanted) for item in evidence]
        self._texts = [*stems, *self._titles]
        self._rarity = Rarity.of(question, stems, self._titles)
        self._pages = list(self._titles)
        for span, own in zip(found, stems, strict=True):
            for at in span.items:
                self._pages[at] |= own
        self.spans = [
            self._read(span, own, evidence[span.item])
            for span, own in zip(found, stems, strict=True)
            if own
        ]

    def features(self, best: ReadSpan) -> EvidenceFeatures:
        """Features of all the evidence, where `best` is the span that answers best."""
        names = self._question.names
        parts = [len(names & stems) / len(names) for stems in self._texts] if names else [1.0]
        lost = len(names.difference(*self._texts))
        return EvidenceFeatures(
            best=self._rarity.share(best.near),
            page=self._rarity.share(self._pages[best.span.item]),
            names=max(parts),
            lost=lost / (1 + lost),
        )

    def _read(self, span: Span, own: frozenset[str], item: Evidence) -> ReadSpan:
        question, rarity = self._question, self._rarity
        near = own | held(span.context, self._wanted) | self._titles[span.item]
        said = stems_among(map(plain, content_words(span.text)), self._wanted)
        around = f"{span.text} {span.context}".lower()
        features = SpanFeatures(
            own=rarity.share(own),
            near=rarity.share(near) - rarity.share(own),
            pairs=len(question.pairs.intersection(pairwise(said))) / max(len(question.pairs), 1),
            phrase=float(any(phrase in around for phrase in question.phrases)),
            label=float(labels.read(item.caption) in question.labels),
            page=float(question.pages.means(item.page, item.page_label)),
            wanted=float(_has_wanted(question, span)),
            news=float(not self._wanted.issuperset(said)),
            rank=1 - min(*span.items, _RANKS) / _RANKS,
        )
        return ReadSpan(span, features, near)


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
