"""The operation that a question asks for, done with the cells of the evidence's tables.

A question is read as an operation over cells. It is computed where every cell that it needs is
named by the words of the question, and by no others; where tables contradict each other, both are
shown and none is chosen. Anything else is left to who answers next.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mmrag.answer.computing import arithmetic, asked, wording
from mmrag.answer.computing.asked import Asked
from mmrag.answer.computing.cells import MAX_COLUMNS, MAX_ROWS, NumberCell, tables
from mmrag.answer.computing.matching import Tables, agree, look_up
from mmrag.answer.computing.terms import Terms
from mmrag.answer.computing.units import PERCENT, POINTS, Unit, converted
from mmrag.protocols import AnswerRequest
from mmrag.types import Computation, Operand

MAKER = "computed"
"""Who answered, in `Answer.models`."""
_RESULT = re.compile(
    r"\b(?:income|profit|loss|losses|earnings|ebit\w*|result|results|margin|cash|flows?|equity|change"
    r"|changes|growth|balance|increase|decrease|deficit|surplus|gains?|return|net)\b(?!\s+tax)",
    re.IGNORECASE,
)
"""Names of rows whose numbers may be below nothing."""


@dataclass(frozen=True, slots=True)
class Computed:
    """A computed answer, its markers in brackets.

    Without a computation it shows what the documents contradict each other in.
    """

    text: str
    computation: Computation | None
    cited: tuple[tuple[int, Operand], ...]  # pieces of evidence, by number, and the cells of each
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """The result of an operation on some cells, before it is put into words."""

    said: str  # "20.9 million euros more in 2024 than in 2023"
    shown: str  # "Operating profit: 85.5 - 64.6; +32.4 %"
    result: Decimal
    unit: Unit
    cells: tuple[NumberCell, ...]


def compute(request: AnswerRequest) -> Computed | None:
    """The computed answer to a question; None where it cannot be computed with certainty."""
    question = asked.read(request.question)
    evidence = [item.evidence for item in request.evidence]
    held = tables(evidence)
    if question is None or not held:
        return None
    results = list(_results(question, held))
    if not results:
        return None
    markers = [item.marker for item in request.evidence]
    if not all(_agrees(results[0], other) for other in results):
        return _disagreement(results, markers)
    found = results[0]
    operands = tuple((cell.item, _operand(cell)) for cell in found.cells)
    cited = dict.fromkeys(markers[cell.item] for cell in found.cells)
    computation = Computation(
        question.operation,
        tuple(operand for _, operand in operands),
        found.result,
        str(found.unit),
    )
    text = f"{found.said} ({found.shown}) {''.join(f'[{marker}]' for marker in cited)}"
    return Computed(text, computation, operands, tuple(_notes(held)))


def _results(question: Asked, held: Tables) -> Iterator[_Found]:
    """What each way of finding the cells of a question comes to."""
    match question.operation:
        case "look-up":
            for cell in look_up(question.parts[0], held):
                if (found := _looked_up(question, cell)) is not None:
                    yield found
        case "difference" | "percent change":
            for cells in _pairs(question.parts, held):
                if (found := _changed(question, *cells)) is not None:
                    yield found


def _pairs(parts: Sequence[Terms], held: Tables) -> Iterator[tuple[NumberCell, NumberCell]]:
    """Two cells of one row or of one column of a table, one for each of two parts."""
    for name in held:
        one, other = (look_up(part, {name: held[name]}) for part in parts)
        for first in one:
            for second in other:
                same_row = first.cell.row == second.cell.row
                same_column = first.cell.column == second.cell.column
                if same_row != same_column:
                    yield first, second


def _looked_up(question: Asked, cell: NumberCell) -> _Found | None:
    if question.wants_percent and cell.unit.name != "%":
        return None
    value, unit = _wanted(_magnitude(cell), cell.unit, question.power)
    if value is None:
        return None
    return _Found(wording.amount(value, unit), wording.named(cell), value, unit, (cell,))


def _changed(question: Asked, one: NumberCell, other: NumberCell) -> _Found | None:
    if one.unit != other.unit or (one.value < 0) != (other.value < 0):
        return None
    a, b = _magnitude(one), _magnitude(other)
    first, second = wording.told_apart((one, other))
    name = wording.shared_name((one, other))
    percent = None if one.unit.name == "%" else arithmetic.percent_change(b, a)
    signed = f"{wording.number(a)} - {wording.number(b)}"
    more = "more" if a >= b else "less"
    if question.operation == "percent change":
        if percent is None:
            return None
        places = arithmetic.PERCENT_DECIMALS if question.decimals is None else question.decimals
        result, unit = arithmetic.rounded(percent, places), PERCENT
        shown = f"{name}: {wording.number(b)} to {wording.number(a)}"
    else:
        places = arithmetic.decimals((a, b))
        value, unit = _wanted(arithmetic.rounded(a - b, places), one.unit, question.power)
        if value is None:
            return None
        result, shown = value, f"{name}: {signed}"
        if unit.name == "%":
            unit = POINTS
        if percent is not None:
            shown += f"; {arithmetic.rounded(percent, arithmetic.PERCENT_DECIMALS):+f} %"
    said = f"{wording.amount(abs(result), unit)} {more}, {first} against {second}"
    return _Found(said, shown, result, unit, (one, other))


def _wanted(value: Decimal, unit: Unit, power: int | None) -> tuple[Decimal | None, Unit]:
    """A value and its unit in the scale that a question wants."""
    if power is None or unit.name == "%":
        return value, unit
    return converted(value, unit, power), Unit(power, unit.name)


def _magnitude(cell: NumberCell) -> Decimal:
    """What a cell comes to: accountants write in parentheses what is taken off, costs and taxes.

    Of a result, which may be a loss, the sign is kept.
    """
    return cell.value if _RESULT.search(cell.row) else abs(cell.value)


def _agrees(one: _Found, other: _Found) -> bool:
    if len(one.cells) == 1:
        return agree((one.cells[0], other.cells[0]))
    return one.unit == other.unit and one.result == other.result


def _disagreement(results: Sequence[_Found], markers: Sequence[str]) -> Computed | None:
    """Two results that contradict each other, of different tables; None where one table has both.

    A table in which a question fits several cells is not contradicted: the question is not clear.
    """
    one = results[0]
    other = next(item for item in results if not _agrees(one, item))
    if one.cells[0].table.grid.figure_id == other.cells[0].table.grid.figure_id:
        return None
    shown = "; ".join(
        f"{item.said} ({item.shown}) [{markers[item.cells[0].item]}]" for item in (one, other)
    )
    cited = tuple((cell.item, _operand(cell)) for item in (one, other) for cell in item.cells)
    return Computed(f"The documents say different things: {shown}", None, cited)


def _operand(cell: NumberCell) -> Operand:
    return Operand(
        cell.value,
        str(cell.unit),
        cell.table.grid.figure_id,
        cell.cell.bbox,
        cell.cell.row,
        cell.cell.column,
        cell.row,
        cell.column,
    )


def _notes(held: Tables) -> Iterator[str]:
    """What was not read of the tables, as far as it can matter."""
    for name, (_, table) in held.items():
        if not table.grid.cells:
            yield f"{name}: this table is too large to be computed with"
        elif table.grid.rows > MAX_ROWS or table.grid.columns > MAX_COLUMNS:
            yield (
                f"{name}: only the first {MAX_ROWS:,} rows and {MAX_COLUMNS} columns of this table "
                "were looked through"
            )
