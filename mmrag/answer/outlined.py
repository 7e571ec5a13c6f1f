"""Answers that are put together from what a document says of itself, without a search for words.

A summary is its outline: how its sections begin, and sentences with its key figures. What a figure
shows is its caption, and the sentences that mention it. "The risks" are what stands below a heading
with that word.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter

from mmrag.answer.blocks import Block, blocks, running_heads, without_mark
from mmrag.answer.questions import AnalysedQuestion
from mmrag.answer.spans import Span, quotable_spans
from mmrag.text import labels, numbers, section_names, sentences
from mmrag.text.prompting import neutralise
from mmrag.text.scripts import count_words
from mmrag.types import Evidence

_MOST_FIGURES = 3  # sentences with key figures in a summary; by hand
_MOST_BEFORE = 80  # words of a section before its list, if that is what it is about; by hand
_FEWEST_WORDS = 4  # of a sentence of a summary; chosen by hand
_NOTE = re.compile(r"\W*(?:notes?|sources?)\s*:", re.IGNORECASE)
"""What stands below a chart."""
_ORDINAL = re.compile(
    r"(?:first|second|third|fourth|fifth|sixth)(?:ly)?,?\s|(?:finally|lastly|last),", re.IGNORECASE
)
_MOST_SENTENCES = 2  # of a section without a list; chosen by hand
_MOST_ITEMS = 15  # of a section's list; chosen by hand
_MOST_MENTIONS = 2  # sentences that mention a figure, beside its caption; by hand


def summary(evidence: Sequence[Evidence]) -> list[Span]:
    """The title if it is printed, the first sentence of each heading, and key figures, in order."""
    spans = [
        span
        for span in quotable_spans(evidence)
        if span.role == "sentence" and count_words(span.text) >= _FEWEST_WORDS
        if not _NOTE.match(span.text)
    ]
    leads: dict[tuple[str, str], Span] = {}
    for span in spans:
        leads.setdefault((evidence[span.item].document_id, span.heading), span)
    opening = list(leads.values())
    told = [span for span in spans if span not in opening and _amounts(span.text)]
    figures = sorted(told, key=lambda span: -_amounts(span.text))[:_MOST_FIGURES]
    chosen = [span for span in spans if span in opening or span in figures]
    title = list(_title(evidence))
    if not chosen:  # slides and posters, of short lines
        chosen = [Span(at, _first_line(item), "item") for at, item in enumerate(evidence)]
        chosen = [span for span in chosen if _plain(span.text) not in {s.text for s in title}]
    return [*title, *chosen]


def below(question: AnalysedQuestion, evidence: Sequence[Evidence]) -> list[Span]:
    """What stands below a heading that names what is asked for: its list, or first sentences."""
    if not evidence:
        return []
    names = section_names.of(evidence[0].document, evidence[0].path)
    wanted = section_names.asked(question.text, names)
    found: list[Span] = []
    at = 0
    while at < len(evidence) and section_names.likeness(wanted, _first_line(evidence[at])):
        last = at + 1
        while last < len(evidence) and _goes_on(evidence[last - 1], evidence[last], wanted):
            last += 1
        found += _of_section(wanted, at, evidence[at:last])
        at = last
    return found


def _of_section(wanted: Sequence[str], first: int, pieces: Sequence[Evidence]) -> list[Span]:
    """The list that a section begins with, over its pages, or its first sentences.

    Its heading is quoted with the first of them. Under one that names something else before what is
    asked for, only sentences with its words tell of it.
    """
    texts = [neutralise(item.quotable) for item in pieces]
    heads = running_heads(pieces, texts)
    heading, _, texts[0] = texts[0].partition("\n")
    held = [(at, block) for at, text in enumerate(texts, first) for block in blocks(text, heads)]
    listed = [number for number, (_, block) in enumerate(held) if block.kind in ("list", "steps")]
    before = [line for _, block in held[: listed[0]] for line in block.lines] if listed else []
    if listed and sum(map(count_words, before)) <= _MOST_BEFORE:
        told = list(_items(held[listed[0] :]))[:_MOST_ITEMS]
    else:
        told = list(_sentences((at, block) for at, block in held if at == first))
        if not section_names.opens(wanted, heading):
            told = [span for span in told if section_names.are_in(wanted, span.text)]
        told = _counted(told) or told[:_MOST_SENTENCES]
    stands = [_without_spaces(item.quotable) for item in pieces]
    told = [span for span in told if _without_spaces(span.text) in stands[span.item - first]]
    return [
        replace(span, heading="" if number else " ".join(heading.split()))
        for number, span in enumerate(told)
    ]


def _without_spaces(text: str) -> str:
    """As quotations are compared, so that none is told that was broken by something between."""
    return "".join(neutralise(text).split())


def _sentences(held: Iterable[tuple[int, Block]]) -> Iterator[Span]:
    for at, block in held:
        for line in block.lines if block.kind == "paragraph" else ():
            for sentence in sentences.split(line):
                if not sentence.endswith((":", "：")):  # it announces what follows
                    yield Span(at, sentence, "sentence")


def _counted(told: Sequence[Span]) -> list[Span]:
    """The sentences that count what they tell: "First, ...", with the one before; empty for one."""
    starts = [at for at, span in enumerate(told) if _ORDINAL.match(span.text)]
    if len(starts) < 2 or starts[0] > 1:
        return []
    return [*told[: starts[0]], *(told[at] for at in starts)]


def _items(held: Sequence[tuple[int, Block]]) -> Iterator[Span]:
    """The items of a list; of those of other pages the first that is one of its kind goes on."""
    for at, group in groupby(held, itemgetter(0)):
        of_kind = [block for _, block in group if block.kind == held[0][1].kind]
        for block in of_kind:
            if block.heading == of_kind[0].heading:
                yield from (
                    Span(at, _first_sentence(without_mark(line)), "item") for line in block.lines
                )


def _first_line(item: Evidence) -> str:
    return item.quotable.partition("\n")[0]


def _first_sentence(item: str) -> str:
    """That of an item of a list, its number aside."""
    until = next((end for _, end in sentences.spans(item) if count_words(item[:end]) > 1), None)
    return item[:until]


def _goes_on(before: Evidence, piece: Evidence, wanted: Sequence[str]) -> bool:
    """Whether a piece is the next page of the section that the one before it is of."""
    begins_anew = section_names.likeness(wanted, _first_line(piece))
    is_of_it = piece.document_id == before.document_id and piece.page == before.page + 1
    return is_of_it and not begins_anew


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
