"""What tells that a span of the evidence answers a question, and that anything there does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, prod
from typing import NamedTuple

from mmrag.answer.answerability import AnswerFeatures, Rarity
from mmrag.answer.cell_spans import cell_spans
from mmrag.answer.computing.fields import DATE
from mmrag.answer.computing.terms import needed, terms
from mmrag.answer.questions import FRAME, AnalysedQuestion
from mmrag.answer.spans import Span, quotable_spans
from mmrag.text import labels, numbers, page_numbers
from mmrag.text.scripts import count_words
from mmrag.text.stems import content_stems, held, stem, stems_among
from mmrag.text.words import MONTH, content_words, plain, plain_words
from mmrag.types import Evidence

_RANKS = 10  # of the evidence, from which on a lower rank makes no difference
_LONG = 80  # words, from which on a longer span makes no difference
_DATE = re.compile(rf"\b{MONTH}\b|\b(?:1[89]|20)\d\d\b", re.IGNORECASE)
NUMBERED = (
    r"(?:chapter|class|episode|exercise|grade|group|lesson|level|module|part|phase|quarter|question"
    r"|quiz|round|season|stage|step|unit|volume|wave|week)"
)
"""Pattern for nouns whose number names one of them: "unit 7"."""
# Numbers that count nothing: of figures, pages and headings, and days of the month.
_NO_AMOUNT = re.compile(
    rf"{labels.PATTERN}|{page_numbers.PATTERN}"
    rf"|(?i:\b\d{{1,2}}\s+{MONTH}\b|\b{MONTH}\.?\s+\d{{1,2}}\b)"
    rf"|(?i:\b{NUMBERED}[\s#-]*\d{{1,3}}(?:\s*(?:&|and|,|-)\s*\d{{1,3}})*\b)"
    r"|(?:^|(?<=\|\s))\d+(?:\.\d+)*[.)]?\s(?=\D)"
)
_TITLE = re.compile(r"\b[A-Z][\w.'-]+ (?:[A-Z]\.? )*[A-Z][\w'-]+")
_NAME = re.compile(r"\b[A-Z][\w'-]+")
_REASON = re.compile(
    r"\b(?:because|due to|driven by|owing to|thanks to|as a result|resulted from|caused by|led by"
    r"|since|given|reflect(?:s|ed|ing)?|attribut(?:able|ed)|primarily|in order to|so that)\b",
    re.IGNORECASE,
)
_ONE_THING = ("number", "percentage", "date", "person", "place")
"""What an item of a list answers, and not the list."""
_MANY = 200  # spans, from which on more of them make no difference
_COUNTED = 3  # words between a number and what it counts


class SpanFeatures(NamedTuple):
    """Features of one span for one question, each from 0 to 1."""

    own: float  # part of the question's weight, by rarity, in the span and the head of its columns
    above: float  # and in the heading that is quoted with it, beyond that
    near: float  # and in the sentence before it and the title, beyond that
    pairs: float  # part of the question's neighbouring words that are neighbours in the span
    phrase: float  # 1: it holds what the question quotes
    label: float  # 1: it is of the figure that the question names
    page: float  # 1: it is of the page that the question names
    wanted: float  # 1: it holds something of the kind that is asked for
    lacks: float  # 1: a number, date, person or place is asked for and it holds none
    counted: float  # 1: a number in it counts or measures the noun that is asked for
    asked: float  # 1: it holds the noun that is asked for
    numbers: float  # part of the question's numbers and years in the span and the head
    news: float  # 1: it says a word more than the question
    rank: float  # 1: of the best piece of evidence, 0: of the `_RANKS`-th or a later one
    score: float  # of its evidence, as part of the best one's
    figure: float  # 1: of a figure
    length: float  # its words, as part of `_LONG`
    row: float  # 1: a row of a table
    amount_row: float  # 1: and a number is asked for
    cell: float  # 1: an amount in a table
    wanted_cell: float  # 1: and a number is asked for
    cell_named: float  # the parts of its row's and column's names that are asked for, multiplied
    list: float  # 1: a list or steps
    wanted_list: float  # 1: and those are asked for
    listed: float  # of a list, how much of its heading and of the question is the same
    item: float  # 1: one item of a list, or a short line
    entry: float  # 1: a label beside its value
    caption: float


@dataclass(frozen=True, slots=True)
class ReadSpan:
    """A span with its features, and the question's stems in it or near it."""

    span: Span
    features: SpanFeatures
    shown: frozenset[str]
    near: frozenset[str]
    figure: frozenset[str]  # and anywhere in its figure or table


class EvidenceReading:
    """The evidence for one question, read. `spans` are those that share a word with it.

    `cells` are the spans of its tables, where these were read already.
    """

    def __init__(
        self,
        question: AnalysedQuestion,
        evidence: Sequence[Evidence],
        cells: Sequence[Span] | None = None,
    ) -> None:
        self._question = question
        self._wanted = frozenset(question.weights)
        self._said = terms(question.text).stems
        self._numbers = frozenset(root for root in question.names if root[:1].isdigit())
        self._best_score = max((item.score for item in evidence), default=0.0)
        told = quotable_spans(evidence)
        found = [*told, *(cell_spans(question, evidence) if cells is None else cells)]
        stems = [held(_own(span), self._wanted) for span in found]
        self._titles = [held(f"{item.document} {item.path}", self._wanted) for item in evidence]
        self._texts = [*stems, *self._titles]
        self.rarity = Rarity.of(question, stems[: len(told)], self._titles)
        self._pages = list(self._titles)
        for span, own in zip(found, stems, strict=True):
            for at in span.items:
                self._pages[at] |= own
        self.spans = [
            self._read(span, own, evidence[span.item])
            for span, own in zip(found, stems, strict=True)
            if own or held(span.heading, self._wanted)
        ]

    def features(self, scores: Sequence[float]) -> AnswerFeatures:
        """Features of an answer by the span with the highest of `scores`, one for each span."""
        at = max(range(len(scores)), key=scores.__getitem__)
        best, told, question = self.spans[at], self.spans[at].features, self._question
        drawn = [exp(score - scores[at]) for score in scores]
        dates = _dates(question, best.span)
        same = sum(
            part
            for part, other in zip(drawn, self.spans, strict=True)
            if other.span.text in best.span.text
            or best.span.text in other.span.text
            or (dates and not dates.isdisjoint(_dates(question, other.span)))
        )
        names, wanted = question.names, question.wanted
        parts = [len(names & stems) / len(names) for stems in self._texts] if names else [1.0]
        lost = len(names.difference(*self._texts))
        return AnswerFeatures(
            best=self.rarity.share(best.near),
            shown=self.rarity.share(best.shown),
            page=self.rarity.share(self._pages[best.span.item]),
            names=max(parts),
            lost=lost / (1 + lost),
            wanted=told.wanted,
            lacks=told.lacks,
            counted=told.counted,
            asked=told.asked,
            numbers=told.numbers,
            pairs=told.pairs,
            row=told.row,
            cell=told.cell,
            listing=told.list,
            caption=told.caption,
            above=told.above,
            length=told.length,
            mass=same / sum(drawn),
            score=scores[at],
            retrieved=min(1.0, max(0.0, self._best_score)),
            many=min(len(scores), _MANY) / _MANY,
            named=float(bool(question.labels or question.pages or question.phrases)),
            computed=float(question.computed),
            compared=float(question.compared),
            polar=float(wanted == "yes or no"),
            listed=float(wanted == "list"),
            amount=float(wanted in ("number", "percentage")),
        )

    def _read(self, span: Span, own: frozenset[str], item: Evidence) -> ReadSpan:
        question, rarity = self._question, self.rarity
        shown = own | held(span.heading, self._wanted)
        near = shown | held(span.context, self._wanted) | self._titles[span.item]
        said = stems_among(map(plain, content_words(_own(span))), self._wanted)
        around = f"{span.text} {span.heading} {span.context}".lower()
        has = _has_wanted(question, span)
        is_list = span.role in ("list", "steps") and question.wanted not in _ONE_THING
        is_amount = question.wanted in ("number", "percentage")
        features = SpanFeatures(
            own=rarity.share(own),
            above=rarity.share(shown) - rarity.share(own),
            near=rarity.share(near) - rarity.share(shown),
            pairs=len(question.pairs.intersection(pairwise(said))) / max(len(question.pairs), 1),
            phrase=float(any(phrase in around for phrase in question.phrases)),
            label=float(labels.read(item.caption) in question.labels),
            page=float(question.pages.means(item.page, item.page_label)),
            wanted=float(bool(has)),
            lacks=float(has is False),
            counted=float(_counts(question, span)),
            asked=float(question.asked in shown),
            numbers=len(self._numbers & own) / max(len(self._numbers), 1),
            news=float(not self._wanted.issuperset(said)),
            rank=1 - min(*span.items, _RANKS) / _RANKS,
            score=item.score / self._best_score if self._best_score > 0 else 0.0,
            figure=float(item.kind != "page"),
            length=min(count_words(span.text), _LONG) / _LONG,
            row=float(span.role == "row"),
            amount_row=float(is_amount and span.role in ("row", "entry")),
            cell=float(span.role == "cell"),
            wanted_cell=float(is_amount and span.role == "cell"),
            cell_named=self._named(span) if span.role == "cell" else 0.0,
            list=float(is_list),
            wanted_list=float(is_list and question.wanted in ("list", "steps")),
            listed=self._titled(span) if is_list else 0.0,
            item=float(span.role == "item"),
            entry=float(span.role == "entry"),
            caption=float(span.role == "caption"),
        )
        figure = near | held(item.caption, self._wanted)
        if item.kind != "page":
            figure |= self._pages[span.item]
        return ReadSpan(span, features, shown, near, figure)

    def _titled(self, span: Span) -> float:
        """How far the heading of a span is what is asked for, its document's names aside."""
        title = self._titles[span.item]
        wanted = {root for root in self._wanted - title if root not in FRAME}
        heading = set(content_stems(span.heading)) - title - FRAME
        return len(wanted & heading) / max(1, len(wanted | heading))

    def _named(self, span: Span) -> float:
        """The parts of the names of a cell's row and column that the question says, multiplied."""
        names = (needed(span.heading), needed(span.head))
        return prod(len(name & self._said) / max(1, len(name)) for name in names)


def _own(span: Span) -> str:
    """The words of a span itself: of a cell the name of its row, too."""
    return f"{span.heading if span.role == 'cell' else ''} {span.head} {span.text}"


def _has_wanted(question: AnalysedQuestion, span: Span) -> bool | None:
    """Whether a span holds something of the kind that is asked for; None where any text may be.

    A caption only announces.
    """
    match question.wanted:
        case "number" | "percentage" if span.role == "caption":
            return False
        case "percentage":
            told = f"{span.shown} {span.context if span.role == 'cell' else ''}".lower()
            return "%" in told or "percent" in told
        case "number":
            asked = {number.value for number in numbers.find(question.text)}
            found = numbers.find(_NO_AMOUNT.sub(" ", span.text))
            return any(n.value not in asked and not n.is_year for n in found)
        case "steps":
            return span.role in ("steps", "list") or None
        case "reason":
            return _REASON.search(span.text) is not None or None
        case "figure":
            return labels.caption_start(span.text) is not None
        case "date":
            asked_dates = set(_DATE.findall(question.text))
            return any(found not in asked_dates for found in _DATE.findall(span.shown))
        case "person":
            return any(name not in question.text for name in _TITLE.findall(span.text))
        case "place":
            return any(name not in question.text for name in _NAME.findall(span.text))
        case _:
            return None


def _dates(question: AnalysedQuestion, span: Span) -> frozenset[str]:
    """The dates that a span tells where one is asked for: those that tell the same agree."""
    if question.wanted != "date":
        return frozenset()
    return frozenset(found["value"].lower() for found in DATE.finditer(span.shown))


def _counts(question: AnalysedQuestion, span: Span) -> bool:
    """Whether a number stands at the noun that a question asks the number or the amount of.

    Right before it, or behind it where it is an amount: "a gain of about $20 billion". What the
    question says itself is not asked: "the total of invoice 2291".
    """
    if question.wanted != "number":
        return False
    words = plain_words(_NO_AMOUNT.sub(" ", span.text))
    told = set(plain_words(question.text))
    nouns = question.measured | ({question.asked} if question.asked else set())
    for at, word in enumerate(words):
        if not any(word[:2] == noun[:2] for noun in nouns) or stem(word) not in nouns:
            continue
        before = words[max(0, at - _COUNTED) : at]
        behind = words[at + 1 : at + 1 + _COUNTED] if stem(word) in question.measured else []
        if any(_is_amount(other) for other in (*before, *behind) if other not in told):
            return True
    return False


def _is_amount(word: str) -> bool:
    return any(not number.is_year for number in numbers.find(word))
