"""Pages to passages: stretches of text of bounded length that overlap and know their headings.

A passage starts and ends at a heading, a paragraph, a table row or a sentence, in that order of
preference; only a sentence longer than a whole passage is cut at a word.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mmrag.ids import passage_id
from mmrag.ingest.layout.headings import Outline
from mmrag.ingest.layout.segments import Segment
from mmrag.text import sentences
from mmrag.text.scripts import PIECE
from mmrag.types import Passage

_MIN_FILL_BEFORE_HEADING = 0.4  # of a passage is full before a heading ends it; chosen by hand


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is not divided: a sentence, a row, a heading."""

    start: int
    end: int
    words: int
    segment: int
    heading: bool


def split(
    page_id: str,
    number: int,
    text: str,
    segments: Sequence[Segment],
    outline: Outline,
    words: int,
    overlap: int,
) -> tuple[Passage, ...]:
    """The passages of page `number`, at most `words` words long, sharing up to `overlap` words."""
    units = list(_units(text, segments, outline.on_page(number), words))
    starts = [segment.start for segment in segments]
    passages: list[Passage] = []
    for first, last in _ranges(units, words, overlap):
        start, end = units[first].start, units[last].end
        segment = bisect_right(starts, start) - 1
        passages.append(
            Passage(
                passage_id(page_id, len(passages) + 1),
                page_id,
                start,
                end,
                text[start:end],
                outline.path_at(number, segment),
            )
        )
    return tuple(passages)


def _units(
    text: str, segments: Sequence[Segment], headings: set[int], limit: int
) -> Iterator[_Unit]:
    for at, segment in enumerate(segments):
        whole = segment.row or at in headings
        pieces = (
            [(segment.start, segment.end)]
            if whole
            else sentences.spans(text, segment.start, segment.end)
        )
        for start, end in pieces:
            for part_start, part_end, count in _cut(text, start, end, limit):
                yield _Unit(part_start, part_end, count, at, at in headings)


def _cut(text: str, start: int, end: int, limit: int) -> Iterator[tuple[int, int, int]]:
    """A unit as it is, or where it exceeds a passage, cut at words."""
    words = [match.span() for match in PIECE.finditer(text, start, end)]
    for at in range(0, len(words), limit):
        part = words[at : at + limit]
        yield part[0][0], part[-1][1], len(part)


def _ranges(units: Sequence[_Unit], limit: int, overlap: int) -> Iterator[tuple[int, int]]:
    """First and last unit of each passage."""
    first = 0
    while first < len(units):
        last = _fill(units, first, limit)
        yield first, last
        if last + 1 >= len(units):
            return
        first = (
            last + 1 if units[last + 1].heading else _step_back(units, first, last, limit, overlap)
        )


def _fill(units: Sequence[_Unit], first: int, limit: int) -> int:
    """The last unit that fits, or an earlier one after which a heading or paragraph begins."""
    total = 0
    last = first
    paragraph = None
    for at in range(first, len(units)):
        if total + units[at].words > limit and at > first:
            break
        if (
            units[at].heading
            and total >= _MIN_FILL_BEFORE_HEADING * limit
            and not units[at - 1].heading
        ):
            return at - 1
        total += units[at].words
        last = at
        ends_paragraph = at + 1 < len(units) and units[at + 1].segment != units[at].segment
        if ends_paragraph and total >= 0.75 * limit:
            paragraph = at
    else:
        return last
    while last > first and units[last].heading:  # a heading goes with what follows it
        last -= 1
    return last if paragraph is None else min(paragraph, last)


def _step_back(units: Sequence[_Unit], first: int, last: int, limit: int, overlap: int) -> int:
    """Where the next passage starts: up to `overlap` words back, with room for what comes next."""
    start = last + 1
    shared = 0
    room = min(overlap, limit - units[last + 1].words)
    while start - 1 > first and shared + units[start - 1].words <= room:
        start -= 1
        shared += units[start].words
        if units[start].heading:
            break
    return start
