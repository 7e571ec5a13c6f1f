"""What begins on one page and goes on on the next: a sentence, or a table with its head."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from mmrag import boxes
from mmrag.ids import page_id
from mmrag.ingest.layout.headings import Outline
from mmrag.ingest.layout.segments import Segment
from mmrag.ingest.raw import RawPage
from mmrag.text import labels, rows, sentences
from mmrag.text.labels import Label
from mmrag.text.scripts import count_words
from mmrag.types import Continuation, ContinuationKind

# Chosen by hand on pages of reports, papers and filings.
_MARGIN_SHARE = 0.1  # of the page, at its top and bottom: running heads and feet
_MAX_RUNNING_WORDS = 15  # of a head or foot
_MIN_SENTENCE_WORDS = 4  # before the break: less is a label
_MAX_SIZE_CHANGE = 0.07  # of the size of type: more is a footnote, or another text
_FULL_LINE_SHARE = 0.85  # of the width of a page's text: a line that ends there goes on
_MAX_HEAD_CHARS = 400  # of a table's caption and head together
_MAX_HEAD_ROWS = 3
_MAX_LEFT_POINTS = 6.0  # between the left ends of a table on two pages
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]{2}")
_ENDED = re.compile(r"[.!?:…。！？：][\"'”’」』)\]）】]*$")
_BULLET = re.compile(r"(?:[•·▪■●○►✓✔*–—-]|\(?[a-z0-9]{1,3}[.)])\s", re.IGNORECASE)

Span = tuple[int, int]  # start and end in the text of a page


@dataclass(frozen=True, slots=True)
class _Body:
    """A page and its segments in order, but for running heads and feet."""

    page: RawPage
    segments: tuple[Segment, ...]
    headings: frozenset[Segment]

    def text(self, segment: Segment) -> str:
        return self.page.text[segment.start : segment.end]

    def cells(self, segment: Segment) -> list[str]:
        return rows.cells(self.text(segment))


@dataclass(frozen=True, slots=True)
class _Table:
    """A table at the end of a page: its head on that page or an earlier one, and its last row."""

    page: int
    head: Span
    head_text: str
    label: Label | None
    by_amounts: bool  # whether its head is told from its rows by their numbers
    columns: int
    left: float


def find(document: str, raw: Sequence[RawPage], outline: Outline) -> tuple[Continuation, ...]:
    """What goes on from page to page, at most once for each page."""
    bodies = _bodies(raw, outline)
    found: list[Continuation] = []
    table: _Table | None = None
    for before, after in pairwise(bodies):
        table = _table(before) or (table if table and _all_rows(table, before) else None)
        if table and (span := _further_rows(table, after)):
            found.append(_made(document, "table", table.page, table.head, after.page.number, span))
        elif spans := _sentence(before, after):
            number = before.page.number
            found.append(_made(document, "sentence", number, spans[0], number + 1, spans[1]))
    return tuple(found)


def _made(
    document: str, kind: ContinuationKind, before: int, head: Span, number: int, span: Span
) -> Continuation:
    return Continuation(page_id(document, number), kind, page_id(document, before), *head, *span)


def _bodies(raw: Sequence[RawPage], outline: Outline) -> list[_Body]:
    """The pages without what stands in their margins: numbers, and what comes again."""
    margins = [[s for s in page.segments if _is_marginal(page, s)] for page in raw]
    shapes = Counter(
        shape
        for page, segments in zip(raw, margins, strict=True)
        for shape in {_shape(page, segment) for segment in segments}
    )
    return [
        _Body(
            page,
            tuple(
                segment
                for segment in page.segments
                if segment not in segments
                or (shapes[shape := _shape(page, segment)] < 2 and _WORD.search(shape))
            ),
            frozenset(page.segments[at] for at in outline.on_page(page.number)),
        )
        for page, segments in zip(raw, margins, strict=True)
    ]


def _is_marginal(page: RawPage, segment: Segment) -> bool:
    top, bottom = _MARGIN_SHARE * page.height, (1 - _MARGIN_SHARE) * page.height
    short = count_words(page.text[segment.start : segment.end]) <= _MAX_RUNNING_WORDS
    return short and (segment.bbox[3] <= top or segment.bbox[1] >= bottom)


def _shape(page: RawPage, segment: Segment) -> str:
    """The text of a head or foot, whatever its numbers."""
    return _DIGITS.sub("", page.text[segment.start : segment.end]).casefold()


def _table(body: _Body) -> _Table | None:
    """The table that a page ends with, where its head stands on that page."""
    run = _leading_rows(tuple(reversed(body.segments)))[::-1]
    if len(run) < 2:
        return None
    heads = [rows.is_head(body.cells(row)) for row in run]
    if not heads[0]:
        return None
    by_amounts = not all(heads)
    count = min(heads.index(False), _MAX_HEAD_ROWS) if by_amounts else 1
    start, end = run[0].start, run[count - 1].end
    above = body.segments[: body.segments.index(run[0])]
    caption = labels.caption_start(body.text(above[-1])) if above else None
    if caption and end - above[-1].start <= _MAX_HEAD_CHARS:
        start = above[-1].start
    columns = max(len(body.cells(row)) for row in run)
    head_text = body.page.text[run[0].start : end]
    left = min(row.bbox[0] for row in run)
    return _Table(
        body.page.number,
        (start, end),
        head_text,
        caption.label if caption else None,
        by_amounts,
        columns,
        left,
    )


def _all_rows(table: _Table, body: _Body) -> bool:
    """Whether a page holds nothing but rows, as the middle of a long table does."""
    segments = _after_caption(table, body)
    return bool(segments) and all(segment.row for segment in segments)


def _after_caption(table: _Table, body: _Body) -> Sequence[Segment]:
    """The segments of a page without a caption that says "Table 7, continued"."""
    caption = labels.caption_start(body.text(body.segments[0])) if body.segments else None
    return body.segments[1 if caption and caption.label == table.label else 0 :]


def _further_rows(table: _Table, body: _Body) -> Span | None:
    """The rows that a page begins with, where they belong to a table and have no head there."""
    run = _leading_rows(_after_caption(table, body))
    if not run:
        return None
    first = body.cells(run[0])
    has_head = table.by_amounts and rows.is_head(first)
    repeats = body.text(run[0]) == table.head_text.partition("\n")[0]
    if has_head or repeats or abs(len(first) - table.columns) > 1:
        return None
    if abs(min(row.bbox[0] for row in run) - table.left) > _MAX_LEFT_POINTS:
        return None
    return run[0].start, run[-1].end


def _leading_rows(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    return tuple(takewhile(lambda segment: segment.row, segments))


def _sentence(before: _Body, after: _Body) -> tuple[Span, Span] | None:
    """The last sentence of a page and the first of the next, where they are one."""
    ends, begins = _prose(before), _prose(after)
    if not ends or not begins:
        return None
    last, first = ends[-1], begins[0]
    said, goes_on = before.text(last), after.text(first)
    if last in before.headings or first in after.headings or _ENDED.search(said):
        return None
    if count_words(said) < _MIN_SENTENCE_WORDS or _BULLET.match(goes_on):
        return None
    if abs(last.size - first.size) > _MAX_SIZE_CHANGE * last.size:
        return None
    if not goes_on[0].islower() and not _is_full(last, ends):
        return None
    start, end = list(sentences.spans(before.page.text, last.start, last.end))[-1]
    return (start, end), next(sentences.spans(after.page.text, first.start, first.end))


def _prose(body: _Body) -> list[Segment]:
    """The segments of running text and headings: no rows, footnotes, captions, and no figures."""
    counts: Counter[float] = Counter()
    for segment in body.segments:
        counts[segment.size] += segment.end - segment.start
    size = max(counts, key=lambda key: counts[key], default=0.0)
    figures = [figure.bbox for figure in body.page.figures]
    return [
        segment
        for segment in body.segments
        if not segment.row
        and segment.size >= (1 - _MAX_SIZE_CHANGE) * size
        and not labels.caption_start(body.text(segment))
        and not any(boxes.share(segment.bbox, box) > 0.5 for box in figures)
    ]


def _is_full(segment: Segment, prose: Sequence[Segment]) -> bool:
    """Whether a segment reaches the right end of the text, as a line does that goes on."""
    left, right = min(s.bbox[0] for s in prose), max(s.bbox[2] for s in prose)
    return segment.bbox[2] >= left + _FULL_LINE_SHARE * (right - left)
