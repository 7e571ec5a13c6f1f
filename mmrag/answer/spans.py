"""What can be quoted: sentences, rows with the head of their columns, lists, steps, captions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from mmrag.answer.blocks import (
    Block,
    amounts_apart,
    blocks,
    running_heads,
    without_mark,
)
from mmrag.text import rows, sentences, sources
from mmrag.text.prompting import neutralise
from mmrag.text.scripts import PIECE, count_words
from mmrag.types import Evidence

CELL = " | "
"""What stands between two cells, or two short lines, in a quotation."""
LEVEL = " ▸ "
"""And between the names of a column on several levels, each quoted by itself."""

Role = Literal["sentence", "row", "cell", "list", "steps", "item", "entry", "caption"]
"""What a span is on its page; an entry is a label beside its value.

The heading of a cell is the name of its row.
"""

_LONG_SPAN = 70  # words of one sentence
_LONG_LIST = 130  # words of a list or of steps: what is longer is no answer; by hand
_MOST_ITEMS = 15  # items of a list
_HEAD_DISTANCE = 25  # rows under the head of their columns
_BACK = re.compile(
    r"(?:it|its|this|these|that|those|they|their|he|she|his|her|such|both|also|however)\b",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\(?\s*(?:amounts?\s|figures?\s|expressed\s|dollars\s|euros\s)*in\s(?:[\w.$€£]+\s){0,3}?"
    r"(?:thousand|million|billion|lakh|lac|crore)s?\b[^)]{0,40}\)?|\(₹[^)]*\)",
    re.IGNORECASE,
)
_HAS_LETTER = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one item of evidence that may be quoted by itself."""

    item: int  # index of the evidence
    text: str  # neutralised; cells and short lines set apart by CELL
    role: Role
    heading: str = ""  # what stands above it, quoted with it where it says what it is about
    head: str = ""  # the head of its columns, or of its column, quoted with it
    unit: str = ""  # what its amounts count in, where the table says so, quoted with it
    context: str = ""  # the sentence before it
    also: int | None = None  # index of evidence that is cited beside it: it stands on two pages

    @property
    def items(self) -> tuple[int, ...]:
        """The evidence that it is quoted from."""
        return (self.item,) if self.also is None else (self.item, self.also)

    @property
    def shown(self) -> str:
        """All that a quotation of it shows."""
        return " ".join(filter(None, (self.heading, self.unit, self.head, self.text)))


@dataclass(frozen=True, slots=True)
class _CarriedHead:
    """The head of rows that go on from another page; `item` is the evidence that holds it."""

    item: int
    text: str
    rows: frozenset[str]


def quotable_spans(evidence: Sequence[Evidence]) -> list[Span]:
    """All that may be quoted from the evidence, in its order, each once on its page.

    Entries of lists of sources tell of other documents.
    """
    texts = [neutralise(item.quotable) for item in evidence]
    heads = running_heads(evidence, texts)
    found: list[Span] = []
    for at, (item, text) in enumerate(zip(evidence, texts, strict=True)):
        caption = _one_line(neutralise(item.caption))
        if caption:
            found.append(Span(at, caption, "caption"))
        first, _, rest = text.partition("\n")
        if caption and _one_line(first) == caption:
            text = rest
        carried = _carried_head(evidence, at)
        for block in blocks(text, heads, caption):
            if sources.is_list(block.lines):
                continue
            found.extend(_of_block(at, block, carried))
    whole, halves = _over_page_ends(evidence)
    told = [
        span
        for span in (*found, *whole)
        if span.text not in halves and not sources.is_entry(span.text)
    ]
    first_of: dict[tuple[str, str, int], Span] = {}
    for span in told:
        item = evidence[span.item]
        named = span.shown if span.role == "cell" else span.text
        first_of.setdefault((named, item.document_id, item.page), span)
    return list(first_of.values())


def _of_block(at: int, block: Block, carried: _CarriedHead | None) -> Iterator[Span]:
    match block.kind:
        case "paragraph":
            yield from _sentences(at, block)
        case "rows":
            yield from _rows(at, block, carried)
        case "lines":
            yield from _lines(at, block)
        case _:
            yield from _items(at, block)


def _sentences(at: int, block: Block) -> Iterator[Span]:
    for line in block.lines:
        before = ""
        for sentence in sentences.split(line):
            for part in _cut(sentence):
                if part.endswith((":", "：")):  # it announces what follows
                    continue
                if before and _BACK.match(part) and count_words(before) < _LONG_SPAN // 2:
                    yield Span(at, f"{before} {part}", "sentence", block.heading)
                else:
                    yield Span(at, part, "sentence", block.heading, context=before)
                before = part


def _rows(at: int, block: Block, carried: _CarriedHead | None) -> Iterator[Span]:
    table = [amounts_apart(line) for line in block.lines]
    head, head_at, columns = "", -_HEAD_DISTANCE, 0
    unit = _UNIT.search(" ".join((block.heading, *block.lines)))
    named = unit[0].strip() if unit else ""
    before = ""
    names: list[str] = []
    for number, line in enumerate(block.lines):
        cells = table[number]
        if _names_columns(table, number):
            names, head, head_at, columns = cells, CELL.join(cells), number, len(cells)
            before = line
            continue
        fits = number - head_at < _HEAD_DISTANCE and abs(len(cells) - columns) <= 1
        near, also = (head if fits else ""), None
        if carried and not near and line in carried.rows:
            near, also = carried.text, carried.item
        is_of = named if any(map(rows.is_amount, cells[1:])) else ""
        label = "" if _HAS_LETTER.search(cells[0]) else before
        text = CELL.join(cells)
        yield Span(at, text, "row", block.heading, near, is_of, context=label, also=also)
        if fits and len(cells) > 2:
            for name, cell in _named_cells(names, cells):
                yield Span(at, cell, "cell", cells[0], name, is_of, context=block.heading)
        before = line


def _named_cells(names: Sequence[str], cells: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The amounts of a row with the names of their columns, where each cell has one."""
    above = names if len(names) == len(cells) else ["", *names]
    if len(above) == len(cells):
        for name, cell in zip(above[1:], cells[1:], strict=True):
            if name and rows.is_amount(cell) and any(map(str.isdigit, cell)):
                yield name, cell


def _names_columns(table: Sequence[Sequence[str]], at: int) -> bool:
    """Whether a row is the head of those below it: the first, or one between rows of amounts."""
    if at + 1 == len(table) or not rows.is_head(table[at]):
        return False
    return at == 0 or any(map(rows.is_amount, table[at + 1][1:]))


def _items(at: int, block: Block) -> Iterator[Span]:
    told = [_one_line(without_mark(line)) for line in block.lines]
    above = block.intro or block.heading
    if len(told) > 1 and _is_readable(told):
        role: Role = "steps" if block.kind == "steps" else "list"
        yield Span(at, CELL.join(told), role, above, context=block.heading)
    for item in told:
        for part in _cut(item):
            yield Span(at, part, "item", above, context=block.heading)


def _lines(at: int, block: Block) -> Iterator[Span]:
    told = [_one_line(line) for line in block.lines]
    worded = [line for line in told if _HAS_LETTER.search(line)]
    if len(told) > 1 and len(worded) == len(told) and _is_readable(told):
        yield Span(at, CELL.join(told), "list", block.heading)
    for number, line in enumerate(told):
        others = [told[near] for near in (number - 1, number + 1) if 0 <= near < len(told)]
        if not _HAS_LETTER.search(line):
            continue
        yield Span(at, line, "item", block.heading, context=CELL.join(others))
        for near in (number + 1, number - 1):
            if 0 <= near < len(told) and _is_entry(line, told[near]):
                pair = (line, told[near]) if near > number else (told[near], line)
                yield Span(at, CELL.join(pair), "entry", block.heading)


def _is_entry(label: str, value: str) -> bool:
    """Whether a line names what the line beside it gives."""
    return label.endswith(":") or rows.is_amount(value)


def _is_readable(items: Sequence[str]) -> bool:
    return len(items) <= _MOST_ITEMS and sum(map(count_words, items)) <= _LONG_LIST


def _over_page_ends(evidence: Sequence[Evidence]) -> tuple[list[Span], set[str]]:
    """The sentences that go on over the end of a page, and their halves, which say nothing."""
    whole: list[Span] = []
    halves: set[str] = set()
    for at, item in enumerate(evidence):
        goes_on, other = item.continues, _before(evidence, at)
        if goes_on is not None and goes_on.kind == "sentence" and other is not None:
            text = neutralise(sentences.joined(goes_on.before, goes_on.here))
            whole.append(Span(other, _one_line(text), "sentence", also=at))
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


def _cut(sentence: str) -> Iterator[str]:
    """A sentence, or parts of an endless one, cut behind a semicolon or a comma."""
    plain = " ".join(sentence.split())
    words = [match.span() for match in PIECE.finditer(plain)]
    while len(words) > _LONG_SPAN:
        last = [plain[end - 1] for _, end in words]
        ends = [at for at in range(20, _LONG_SPAN) if last[at] in ";:；："]
        ends = ends or [at for at in range(40, _LONG_SPAN) if last[at] in ",，、"]
        if not ends:  # cut elsewhere it would end before what it says
            break
        end = ends[-1] + 1
        yield plain[words[0][0] : words[end - 1][1]]
        words = words[end:]
    if words:
        yield plain[words[0][0] : words[-1][1]]


def _one_line(text: str) -> str:
    return CELL.join(rows.cells(" ".join(text.split("\n")).strip())) if text else ""
