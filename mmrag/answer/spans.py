"""What can be quoted: sentences, table rows with the head of their columns, captions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mmrag.text import labels, rows, sentences
from mmrag.text.prompting import neutralise
from mmrag.text.scripts import PIECE, count_words
from mmrag.types import Evidence

CELL = " | "
"""What stands between two cells, or two short lines, in a quotation."""

_LEADERS = re.compile(r"\.{5}|(?:\. ){5}")
_NUMBERED = re.compile(r"(?:\d+(?:\.\d+)*|[A-Z]|[IVX]+)\.?\s+[^\d\s]\D*")
_DIGIT = re.compile(r"\d")
_SHORT_LINE = 12  # words: a label, a bullet, a heading
_LONG_SPAN = 70  # words
_RUN_LINES = 7
_RUN_WORDS = 60
_HEAD_DISTANCE = 25  # lines


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one item of evidence that may be quoted by itself."""

    item: int  # index of the evidence
    text: str  # neutralised; cells and short lines set apart by CELL
    context: str = ""  # lines near it that say what it is about
    head: str = ""  # the head of its columns, quoted with it
    row: bool = False
    caption: bool = False
    also: int | None = None  # index of evidence that is cited beside it: it stands on two pages

    @property
    def items(self) -> tuple[int, ...]:
        """The evidence that it is quoted from."""
        return (self.item,) if self.also is None else (self.item, self.also)


@dataclass(frozen=True, slots=True)
class _CarriedHead:
    """The head of rows that go on from another page; `item` is the evidence that holds it."""

    item: int
    text: str
    rows: frozenset[str]


def quotable_spans(evidence: Sequence[Evidence]) -> list[Span]:
    """All that may be quoted from the evidence, in its order."""
    found: list[Span] = []
    for at, item in enumerate(evidence):
        caption = _one_line(neutralise(item.caption))
        if caption:
            found.append(Span(at, caption, caption=True))
        lines = [line.strip() for line in neutralise(item.quotable).splitlines()]
        # A line of a table of contents says where, not what.
        lines = _joined([line for line in lines if line and not _LEADERS.search(line)])
        if caption and lines and _one_line(lines[0]) == caption:
            lines = lines[1:]
        inside = list(_run([caption, *lines])) if caption else []
        if len(inside) > 1 and item.kind != "table":  # a table is quoted row by row
            found.append(Span(at, CELL.join(inside)))
        found.extend(_of_lines(at, lines, caption, _carried_head(evidence, at)))
    whole, halves = _over_page_ends(evidence)
    return list(dict.fromkeys(span for span in (*found, *whole) if span.text not in halves))


def _over_page_ends(evidence: Sequence[Evidence]) -> tuple[list[Span], set[str]]:
    """The sentences that go on over the end of a page, and their halves, which say nothing."""
    whole: list[Span] = []
    halves: set[str] = set()
    for at, item in enumerate(evidence):
        goes_on, other = item.continues, _before(evidence, at)
        if goes_on is not None and goes_on.kind == "sentence" and other is not None:
            text = neutralise(sentences.joined(goes_on.before, goes_on.here))
            whole.append(Span(other, _one_line(text), also=at))
            halves |= {_one_line(neutralise(part)) for part in (goes_on.before, goes_on.here)}
    return whole, halves


def _before(evidence: Sequence[Evidence], at: int) -> int | None:
    """The evidence from which the evidence `at` goes on."""
    goes_on = evidence[at].continues
    images = [item.image_id for item in evidence]
    if goes_on is None or goes_on.image_id not in images:
        return None
    return images.index(goes_on.image_id)


def _carried_head(evidence: Sequence[Evidence], at: int) -> _CarriedHead | None:
    goes_on, other = evidence[at].continues, _before(evidence, at)
    if goes_on is None or goes_on.kind != "table" or other is None:
        return None
    *_, head = neutralise(goes_on.before).splitlines()
    lines = neutralise(goes_on.here).splitlines()
    return _CarriedHead(other, CELL.join(rows.cells(head)), frozenset(map(str.strip, lines)))


def _of_lines(
    item: int, lines: Sequence[str], caption: str, carried: _CarriedHead | None = None
) -> Iterator[Span]:
    heading, head, head_at, columns = caption, "", -_HEAD_DISTANCE, 0
    for at, line in enumerate(lines):
        cells = rows.cells(line)
        before = lines[at - 1] if at else ""
        after = lines[at + 1] if at + 1 < len(lines) else ""
        if len(cells) > 1 and not _NUMBERED.fullmatch(line):
            if rows.is_head(cells):
                head, head_at, columns = CELL.join(cells), at, len(cells)
            fits = at - head_at < _HEAD_DISTANCE and abs(len(cells) - columns) <= 1
            near = head if fits and any(map(rows.is_amount, cells[1:])) else ""
            label = "" if cells[0][:1].isalpha() else before
            also = None
            if carried and not head and line in carried.rows:
                near, also = carried.text, carried.item
            text = CELL.join(cells)
            yield Span(item, text, f"{heading} {label} {near}", near, row=True, also=also)
        elif count_words(line) <= _SHORT_LINE:
            yield Span(item, _one_line(line), f"{heading} {before} {after}")
            run = list(_run(lines[at:]))
            if len(run) > 1:
                yield Span(item, CELL.join(run), heading)
            start = labels.caption_start(line)
            if start and start.label.kind == "figure":  # words in a chart come before its caption
                inside = reversed(list(_run(lines[at::-1])))
                yield Span(item, CELL.join(inside), heading)
            if _is_heading(line):
                heading = line
        else:
            if line[:1].islower() and before and count_words(before) <= _SHORT_LINE:
                line = f"{before} {line}"  # the sentence began on a line of its own
            for sentence in sentences.split(line):
                for part in _cut(sentence):
                    yield Span(item, part, heading)
            if line.endswith(":"):
                told = [*_cut(list(sentences.split(line))[-1])][-1]
                yield Span(item, CELL.join([told, *_run(lines[at + 1 :])]), heading)


def _joined(lines: Sequence[str]) -> list[str]:
    """The lines, with what a comma leaves open put to what follows it."""
    found: list[str] = []
    for line in lines:
        before = found[-1] if found else ""
        if before.endswith(",") and count_words(before) > _SHORT_LINE:
            found[-1] = f"{before} {line}"
        else:
            found.append(line)
    return found


def _run(lines: Sequence[str]) -> Iterator[str]:
    """The lines from here that read as a list: a short one, and short ones after it."""
    total = 0
    for line in lines[:_RUN_LINES]:
        count = count_words(line)
        total += count
        if count > 2 * _SHORT_LINE or total > _RUN_WORDS:
            return
        yield _one_line(line)


def _is_heading(line: str) -> bool:
    if labels.caption_start(line):
        return True
    return not _DIGIT.search(line[:1]) and line[:1].isupper() and line[-1:] not in ".;,"


def _cut(sentence: str) -> Iterator[str]:
    """A sentence, or parts of an endless one, cut behind a semicolon or comma if there is one."""
    plain = " ".join(sentence.split())
    words = [match.span() for match in PIECE.finditer(plain)]
    while len(words) > _LONG_SPAN:
        last = [plain[end - 1] for _, end in words]
        ends = [at for at in range(20, _LONG_SPAN) if last[at] in ";:；："]
        ends = ends or [at for at in range(40, _LONG_SPAN) if last[at] in ",，、"]
        end = (ends[-1] if ends else _LONG_SPAN - 1) + 1
        yield plain[words[0][0] : words[end - 1][1]]
        words = words[end:]
    if words:
        yield plain[words[0][0] : words[-1][1]]


def _one_line(text: str) -> str:
    return CELL.join(rows.cells(" ".join(text.split("\n")).strip())) if text else ""
