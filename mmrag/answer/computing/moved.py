"""What of a chart has changed most from one year to another: "which region grew the most?".

Two years are named, and all that the chart holds beside them is compared. Measured values count
where their uncertainty leaves no doubt.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mmrag.answer.computing import wording
from mmrag.answer.computing.cells import NumberCell
from mmrag.answer.computing.chart_names import ChartCells, SaidNames
from mmrag.answer.computing.operations import Found
from mmrag.answer.computing.phrasing import FALLS, RISES
from mmrag.answer.computing.terms import years
from mmrag.answer.computing.units import Unit
from mmrag.text.stems import stem
from mmrag.text.words import words
from mmrag.types import Operation

_RISES = rf"(?:{RISES}|growth|gain(?:s|ed)?)"
_FALLS = rf"(?:{FALLS}|loss|lost|reduc(?:e[sd]?|ing|tion))"
_UP, _DOWN = (re.compile(rf"\b{moves}\b", re.IGNORECASE) for moves in (_RISES, _FALLS))
_WHICH = re.compile(
    r"\b(?:which|what)\s+(?P<noun>[\w-]+(?:\s+[\w-]+){0,2}?)\s+"
    rf"(?:has|have|had|saw|sees|experienc\w*|show\w*|did|{RISES}|{FALLS}|chang\w*|with|underwent)\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(rf"\W*(?:\w+\s+)?(?:chang\w*|{_RISES}|{_FALLS})\b", re.IGNORECASE)
"""What is largest or smallest, right behind that word."""
_AGE = stem("age")


@dataclass(frozen=True, slots=True)
class _Move:
    """Something of the chart, with its number of the earlier year and of the later one."""

    name: str
    before: NumberCell
    after: NumberCell

    @property
    def by(self) -> Decimal:
        return self.after.value - self.before.value

    @property
    def off(self) -> Decimal:
        return sum(
            (Decimal(str(cell.cell.uncertainty or 0)) for cell in (self.before, self.after)),
            Decimal(),
        )


def asks(behind: str) -> bool:
    """Whether a change is what is largest, by the text behind that word."""
    return _CHANGE.match(behind) is not None


def most(text: str, chart: ChartCells, names: SaidNames, is_most: bool) -> Found | None:
    """What changed most, or least; None where the question leaves a choice, or two are close."""
    which = _WHICH.search(text)
    if which is None or (bool(_UP.search(text)) and bool(_DOWN.search(text))):
        return None
    moves = _moves(chart, names)
    if _AGE in {stem(word) for word in words(which["noun"])}:
        moves = [move for move in moves if any(map(str.isdigit, move.name))]
    if (
        len(moves) < 2
        or len({cell.unit for move in moves for cell in (move.before, move.after)}) > 1
    ):
        return None
    told = [(_size(move, text), move) for move in moves]
    told.sort(key=lambda item: item[0], reverse=is_most)
    (first, best), (second, next_one) = told[:2]
    if first <= 0 or abs(first - second) <= best.off + next_one.off:
        return None
    grid = best.before.table.grid
    one, other = (wording.number(cell.value, grid) for cell in (best.before, best.after))
    size: Operation = "largest" if is_most else "smallest"
    shown = f"{one} to {other}, the {size} of {len(moves)} changes"
    cells = tuple(cell for _, move in told for cell in (move.before, move.after))
    return Found(size, best.name, shown, best.name, Unit(None, ""), cells)


def _moves(chart: ChartCells, names: SaidNames) -> list[_Move]:
    """All beside the two years that a question names, where each has a number for both."""
    found: list[_Move] = []
    for dated, others, at in (
        (_two_years(names.rows, chart.rows), chart.columns, 0),
        (_two_years(names.columns, chart.columns), chart.rows, 1),
    ):
        told = names.columns if at == 0 else names.rows
        if dated is None or len(told) > 0:
            continue
        for other, name in others.items():
            places = [(year, other) if at == 0 else (other, year) for year in dated]
            cells = [chart.cells.get(place) for place in places]
            if cells[0] is None or cells[1] is None:
                return []
            found.append(_Move(name, cells[0], cells[1]))
    return found


def _two_years(said: Sequence[int], called: Mapping[int, str]) -> tuple[int, int] | None:
    """The places of two years, the earlier first; None where others are named."""
    dated = sorted((years(called[at]), at) for at in said)
    if len(dated) != 2 or any(len(told) != 1 for told, _ in dated) or dated[0][0] == dated[1][0]:
        return None
    return dated[0][1], dated[1][1]


def _size(move: _Move, text: str) -> Decimal:
    """How far something went in the direction that is asked for, or either way."""
    if _UP.search(text):
        return move.by
    return -move.by if _DOWN.search(text) else abs(move.by)
