"""Answers that are put together from what a document says of itself, without a search for words.

A summary is its outline: how its sections begin, and sentences with its key figures. What a figure
shows is its caption, and the sentences that mention it.
"""

from collections.abc import Iterator, Sequence

from mmrag.answer.questions import AnalysedQuestion
from mmrag.answer.spans import Span, quotable_spans
from mmrag.text import labels, numbers
from mmrag.text.prompting import neutralise
from mmrag.types import Evidence

_MOST_FIGURES = 3  # sentences with key figures in a summary; by hand
_MOST_MENTIONS = 2  # sentences that mention a figure, beside its caption; by hand


def summary(evidence: Sequence[Evidence]) -> list[Span]:
    """The title if it is printed, the first sentence of each heading, and key figures, in order."""
    spans = [span for span in quotable_spans(evidence) if span.role == "sentence"]
    leads: dict[tuple[str, str], Span] = {}
    for span in spans:
        leads.setdefault((evidence[span.item].document_id, span.heading), span)
    opening = list(leads.values())
    told = [span for span in spans if span not in opening and _amounts(span.text)]
    figures = sorted(told, key=lambda span: -_amounts(span.text))[:_MOST_FIGURES]
    chosen = [span for span in spans if span in opening or span in figures]
    return [*_title(evidence), *chosen]


def _title(evidence: Sequence[Evidence]) -> Iterator[Span]:
    """The title of the document, where its first piece of evidence prints it."""
    title = _plain(evidence[0].document) if evidence else ""
    if title and title in _plain(evidence[0].quotable):
        yield Span(0, title, "item")


def shown(question: AnalysedQuestion, evidence: Sequence[Evidence]) -> list[Span]:
    """The captions of the figures that a question names, each with sentences that mention it."""
    return [
        span
        for at, item in enumerate(evidence)
        if labels.read(item.caption) in question.labels
        for span in _of_figure(question, at, item)
    ]


def _of_figure(question: AnalysedQuestion, at: int, item: Evidence) -> Iterator[Span]:
    spans = [span for span in quotable_spans([item]) if span.role in ("caption", "sentence")]
    mentions = [span for span in spans if span.role == "sentence" and _mentions(question, span)]
    yield from (_at(span, at) for span in spans if span.role == "caption")
    yield from (_at(span, at) for span in mentions[:_MOST_MENTIONS])


def _mentions(question: AnalysedQuestion, span: Span) -> bool:
    return any(
        label in question.labels for named in labels.find(span.text) for label in named.labels
    )


def _at(span: Span, at: int) -> Span:
    """A span as of the evidence `at`; a caption and what mentions it need no heading."""
    return Span(at, span.text, span.role)


def _plain(text: str) -> str:
    return " ".join(neutralise(text).split())


def _amounts(text: str) -> int:
    """How many amounts a sentence names: per cent, money, and numbers with a scale."""
    return sum(item.percent or item.money or item.scaled for item in numbers.find(text))
