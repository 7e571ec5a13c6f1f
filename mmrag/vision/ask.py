"""Questions about one picture: from its text, fields and data, or in a conversation with a model.

Without a model a value is read out of a grid or a field, or a line is quoted that has the words of
the question; else it abstains. A model's answer is compared with the text in the picture.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from mmrag import audit, boxes, grids
from mmrag.audit import Audited
from mmrag.protocols import Compute, Turn
from mmrag.readings import PageReading
from mmrag.text.stems import content_stems
from mmrag.types import BBox, Grid
from mmrag.vision import fields, model, parts, prompts, relevance
from mmrag.vision.computed import over_grids
from mmrag.vision.field_words import FIELDS
from mmrag.vision.looking import EMBEDDED, Bench, By, View, nothing_computed

NOT_THERE = "NOT IN THE PICTURE"
"""What a model says, alone, where the picture does not hold the answer."""
MAX_HISTORY = 12
"""Turns of a conversation that are told again, its first with the picture; chosen by hand."""
_SHORT_WORD, _CAPITAL_SHARE = 3, 0.8  # letters of a short word; share in a title; by hand
_QUOTED_SHARE = 0.6  # of the question's words, in a line that is quoted; chosen by hand


@dataclass(frozen=True, slots=True)
class AnswerPlace:
    """What an answer rests on: the text, and where."""

    text: str
    bbox: BBox


@dataclass(frozen=True, slots=True)
class AskResult:
    """An answer, or none: then `text` is empty. `claims` of a model's are audited.

    `passed_over`: a cheap look found too little of the question, and no model was asked.
    """

    by: str
    question: str
    text: str
    places: tuple[AnswerPlace, ...] = ()
    claims: tuple[Audited, ...] = ()
    passed_over: bool = False

    @property
    def is_nothing(self) -> bool:
        return not self.text


@dataclass(frozen=True, slots=True)
class AskPicture:
    """Answers a question about a picture.

    `if_relevant`: a model is asked only where a cheap look finds `relevance.LEAST` of the question.
    """

    question: str
    by: By = "auto"
    if_relevant: bool = False

    name: ClassVar[str] = "ask"
    version: ClassVar[str] = f"5-{prompts.ASK.version}"
    reads: ClassVar[bool] = True
    result: ClassVar[type] = AskResult

    def run(self, view: View, bench: Bench) -> AskResult:
        """The answer; empty where the picture does not hold it, as far as can be told."""
        if not bench.asks_model(self.by):
            return by_rules(view.reading, self.question, bench.compute)
        if self.if_relevant and not _is_relevant(view.reading, self.question):
            return AskResult(EMBEDDED, self.question, "", passed_over=True)
        return PictureTalk(view, bench, goes_on=False).ask(self.question)


def _is_relevant(reading: PageReading, question: str) -> bool:
    kinds = {figure.kind for figure in reading.figures}
    return relevance.score(question, reading.text, kinds) >= relevance.LEAST


def by_rules(reading: PageReading, question: str, compute: Compute = nothing_computed) -> AskResult:
    """What its tables and charts come to; else the cell, the field, or the line that says it."""
    computed = over_grids(reading, question, compute)
    if computed is not None:
        cells = tuple(
            AnswerPlace(f"{cell.value} {cell.unit}".strip(), cell.bbox)
            for cell in computed.operands
        )
        return AskResult(EMBEDDED, question, computed.text, cells)
    asked = frozenset(content_stems(question))
    for find in (_in_grids, _in_fields, _in_lines):
        places = find(reading, asked)
        if places:
            text = "; ".join(place.text for place in places)
            return AskResult(EMBEDDED, question, text, tuple(places))
    return AskResult(EMBEDDED, question, "")


def _in_grids(reading: PageReading, asked: frozenset[str]) -> list[AnswerPlace]:
    """The one cell of a table whose row and column are both named by the question, in full."""
    found = []
    for grid in reading.grids:
        found += _cells(grid, asked) if grid.chart is None else []
    return found if len(found) == 1 else []


def _cells(grid: Grid, asked: frozenset[str]) -> list[AnswerPlace]:
    columns, rows = grids.columns(grid), grids.rows(grid)
    named_columns = {at for at, name in enumerate(columns) if _named(name, asked)}
    named_rows = {at for at, name in enumerate(rows) if _named(name, asked)}
    if len(columns) == 2 and named_rows:
        named_columns = {1}
    return [
        AnswerPlace(cell.text, cell.bbox)
        for cell in grid.cells
        if cell.column in named_columns and cell.row in named_rows and not cell.is_header
    ]


def _named(name: str, asked: frozenset[str]) -> bool:
    stems = content_stems(name)
    return bool(stems) and asked.issuperset(stems)


def _in_fields(reading: PageReading, asked: frozenset[str]) -> list[AnswerPlace]:
    """The field that has most of the question's words, by its kind or else by its label.

    A kind is told by more than the word beside it: a total of taxes is called a total as well.
    """
    kinds = [name for name in FIELDS if _named(name, asked)]
    read = [*fields.by_rules(reading, kinds).fields] if kinds else []
    read += [one for one in fields.by_rules(reading, ()).fields if _named(one.name, asked)]
    found = [one for one in read if one.bbox is not None and one.value != fields.ABSENT]
    best = max(found, key=lambda one: len(content_stems(one.name)), default=None)
    return [AnswerPlace(best.value, best.bbox)] if best and best.bbox else []


def _in_lines(reading: PageReading, asked: frozenset[str]) -> list[AnswerPlace]:
    """The line that has most of the question's words, and at least two of them.

    None of a chart, whose lines are titles and labels, and no heading: these name what is said.
    """
    best: tuple[float, AnswerPlace] | None = None
    drawn = [figure.bbox for figure in reading.figures if figure.kind == "chart"]
    for line in reading.lines:
        if _is_heading(line.text) or line.text[:1].islower():  # a title, or a part of a sentence
            continue
        if any(boxes.holds_middle(box, line.bbox) for box in drawn):
            continue
        shared = asked.intersection(content_stems(line.text))
        share = len(shared) / len(asked) if asked else 0.0
        says_more = len(line.text.split()) > len(shared)
        is_telling = len(shared) >= 2 and share >= _QUOTED_SHARE and says_more
        if is_telling and (best is None or share > best[0]):
            best = (share, AnswerPlace(line.text, line.bbox))
    return [best[1]] if best else []


def _is_heading(text: str) -> bool:
    """Whether nearly all longer words begin with a capital, and no sentence ends: a title."""
    longer = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > _SHORT_WORD]
    capital = sum(word[0].isupper() for word in longer)
    ends = text.rstrip(" \"'”’)").endswith((".", "!", "?", "。"))
    return len(longer) > 1 and not ends and capital >= _CAPITAL_SHARE * len(longer)


@dataclass(slots=True)
class PictureTalk:
    """Turns about one picture, which is sent once, with its first question.

    A model that takes one picture sees the whole of it where the talk goes on, and where it does
    not, the part that the question is about.
    """

    view: View
    bench: Bench
    goes_on: bool = True
    _turns: list[Turn] = field(default_factory=list)

    def ask(self, question: str) -> AskResult:
        """The model's answer to the next question, audited by the text in the picture."""
        asked = f"{prompts.ASK.text}\n\n{question}"
        if self._turns:
            new = [Turn("user", asked)]
        else:
            shown = parts.images_for(self.view, self.bench, question)
            is_part = self.goes_on and len(shown) == 1
            new = model.opening(asked, [self.view.image] if is_part else shown)
        said = " ".join(model.next_said(self.bench, [*bounded(self._turns), *new]).split())
        self._turns += [*new, Turn("assistant", said)]
        maker = model.name(self.bench)
        if said.strip(" .").upper() == NOT_THERE:
            return AskResult(maker, question, "")
        claims = audit.by_text(said, self.view.reading.text)
        return AskResult(maker, question, said, (), claims)


def bounded(turns: Sequence[Turn]) -> list[Turn]:
    """The beginning, which has the picture and its answer, and the last turns of a conversation."""
    if len(turns) <= MAX_HISTORY:
        return list(turns)
    head = 3  # system, first question with the picture, first answer
    kept = MAX_HISTORY - head
    return [*turns[:head], *turns[len(turns) - (kept - kept % 2) :]]
