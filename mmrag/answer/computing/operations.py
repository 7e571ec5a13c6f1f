"""What is done with the cells that a question means: each operation has a result, and says it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from mmrag.answer.computing import arithmetic, languages, wording
from mmrag.answer.computing.asked import AskedOperation
from mmrag.answer.computing.cells import NumberCell
from mmrag.answer.computing.lines import lines_of
from mmrag.answer.computing.matching import Tables, agree, look_up
from mmrag.answer.computing.terms import needed
from mmrag.answer.computing.units import PERCENT, POINTS, Unit, converted, shared
from mmrag.types import Operation

_RESULT = re.compile(
    r"\b(?:income|profit|loss|losses|earnings|ebit\w*|result|results|margin|cash|flows?|equity|change"
    r"|changes|growth|balance|increase|decrease|deficit|surplus|gains?|return|net)\b(?!\s+tax)",
    re.IGNORECASE,
)
"""Names of rows whose numbers may be below nothing."""
_MOST_WAYS = 16  # to choose the cells of one table: with more, the question is not clear; by hand


@dataclass(frozen=True, slots=True)
class Found:
    """The result of an operation on some cells, in numbers and in words."""

    operation: Operation
    said: str  # "20.9 million euros more in 2024 than in 2023"
    shown: str  # "Operating profit: 85.5 - 64.6; +32.4 %"
    result: Decimal | str | tuple[str, ...]
    unit: Unit
    cells: tuple[NumberCell, ...]

    def agrees(self, other: "Found") -> bool:
        """Whether two ways to an answer come to the same."""
        if len(self.cells) == len(other.cells) == 1:
            return agree((self.cells[0], other.cells[0]))
        return (self.unit, self.result) == (other.unit, other.result)


def results(question: AskedOperation, held: Tables) -> Iterator[Found]:
    """What each way of finding the cells of a question comes to.

    A number that stands there goes before one that is computed: "net increase in cash" is a row.
    What was measured in a chart is looked up where nothing written says it. Of amounts and their
    shares of a whole beside them the amounts are meant, unless percent are asked for.
    """
    found = list(_results(question, held))
    amounts = [one for one in found if all(cell.unit.name != "%" for cell in one.cells)]
    yield from found if question.wants_percent else amounts or found


def _results(question: AskedOperation, held: Tables) -> Iterator[Found]:
    if question.noun is not None:
        for line in lines_of(question.parts[0], question.noun, held, question.of_group):
            if (found := extreme(question, line)) is not None:
                yield found
        return
    if question.operation == "look-up":
        cells = look_up(question.whole, held) or look_up(question.whole, held, measured=True)
        yield from _standing(question, cells)
        return
    ways = [*_aligned(question, held), *_across(question, held)]
    if question.operation not in ("comparison", "list"):
        parts = [cell.cell for cells in ways for cell in cells]
        cells = [
            cell
            for cell in look_up(question.whole, held)
            if not any(cell.cell is part for part in parts)
        ]
        if standing := list(_standing(question, cells)):
            yield from standing
            return
    for operands in ways:
        is_of_one = shared(cell.unit for cell in operands) is not None
        if is_of_one and (made := combined(question, operands)):
            yield made


def _standing(question: AskedOperation, cells: Sequence[NumberCell]) -> Iterator[Found]:
    """Cells as they stand."""
    yield from (one for cell in cells if (one := looked_up(question, cell)) is not None)


def _aligned(question: AskedOperation, held: Tables) -> Iterator[tuple[NumberCell, ...]]:
    """A cell for each part of a question, all of one row or all of one column of a table."""
    for name in held:
        choices = [look_up(part, {name: held[name]}) for part in question.parts]
        if 0 < _ways(choices) <= _MOST_WAYS:
            for cells in product(*choices):
                rows = {cell.cell.row for cell in cells}
                columns = {cell.cell.column for cell in cells}
                if sorted((len(rows), len(columns))) == [1, len(cells)]:
                    yield cells


def _across(question: AskedOperation, held: Tables) -> Iterator[tuple[NumberCell, ...]]:
    """A cell for each part of a question, of rows that have one name in several tables.

    Each part means one cell in all tables.
    """
    choices = [look_up(part, held) for part in question.parts]
    if len(choices) > 1 and all(len(cells) == 1 for cells in choices):
        operands = tuple(cell for cells in choices for cell in cells)
        tables = {cell.table.grid.figure_id for cell in operands}
        names = {needed(cell.row) for cell in operands}
        if len(tables) == len(operands) and len(names) == 1 and all(names):
            yield operands


def _ways(choices: Sequence[Sequence[NumberCell]]) -> int:
    ways = 1
    for cells in choices:
        ways *= len(cells)
    return ways


def combined(question: AskedOperation, cells: tuple[NumberCell, ...]) -> Found | None:
    """What is done with cells of one unit; None where it makes no sense."""
    match question.operation:
        case "difference" | "percent change":
            return _changed(question, cells[0], cells[1])
        case "comparison":
            return _compared(question, cells[0], cells[1])
        case "ratio" | "share":
            return _divided(question, cells[0], cells[1])
        case "list":
            return _listed(question, cells)
        case _:
            return _added(question, cells)


def looked_up(question: AskedOperation, cell: NumberCell) -> Found | None:
    """A cell as it stands, in the scale that is wanted; None where it is of no such unit."""
    if question.wants_percent and cell.unit.name != "%":
        return None
    value, unit = in_wanted_scale(magnitude(cell), cell.unit, question.power)
    if value is None:
        return None
    grid = cell.table.grid
    said = wording.amount(value, unit, grid)
    if cell.cell.uncertainty is not None:
        if unit != cell.unit:  # what the uncertainty is told in
            return None
        said = wording.about(said, cell.cell.uncertainty, grid)
    return Found("look-up", said, wording.named(cell), value, unit, (cell,))


def _changed(question: AskedOperation, one: NumberCell, other: NumberCell) -> Found | None:
    a, b = magnitude(one), magnitude(other)
    if (a < 0) != (b < 0):
        return None
    name, grid = wording.shared_name((one, other)), one.table.grid
    percent = None if one.unit.name == "%" else arithmetic.percent_change(b, a)
    if question.operation == "percent change":
        if percent is None:
            return None
        result, unit = _rounded(question, percent, arithmetic.percent_decimals(percent)), PERCENT
        shown = f"{wording.number(b, grid)} to {wording.number(a, grid)}"
    else:
        places = arithmetic.decimals((a, b))
        unit = shared((one.unit, other.unit)) or one.unit
        value, unit = in_wanted_scale(arithmetic.rounded(a - b, places), unit, question.power)
        if value is None:
            return None
        result, shown = value, wording.difference(a, b, grid)
        unit = POINTS if unit.name == "%" else unit
        if percent is not None:
            rounded = arithmetic.rounded(percent, arithmetic.PERCENT_DECIMALS)
            shown += f"; {'+' if rounded >= 0 else ''}{wording.amount(rounded, PERCENT, grid)}"
    said = f"{wording.amount(abs(result), unit, grid)} {wording.more(a >= b, one, other)}"
    shown = f"{name}: {shown}" if name else shown
    return Found(question.operation, said, shown, result, unit, (one, other))


def _compared(question: AskedOperation, one: NumberCell, other: NumberCell) -> Found | None:
    """Whether the first is more than the second, or less where that is asked."""
    a, b = magnitude(one), magnitude(other)
    yes = a < b if question.less else a > b
    first, second = wording.told_apart((one, other))
    name, grid = wording.shared_name((one, other)), one.table.grid
    shown = (
        f"{name}: {wording.amount(a, one.unit, grid)}, {first}, against "
        f"{wording.amount(b, one.unit, grid)}, {second}"
    )
    return yes_or_no(yes, shown, (one, other))


def yes_or_no(yes: bool, shown: str, cells: tuple[NumberCell, ...]) -> Found:
    """The answer to whether something is so, or more than another."""
    result = "yes" if yes else "no"
    return Found("comparison", result.capitalize(), shown, result, Unit(None, ""), cells)


def _divided(question: AskedOperation, one: NumberCell, other: NumberCell) -> Found | None:
    a, b = magnitude(one), magnitude(other)
    if a < 0 or b <= 0 or one.unit.name == "%":
        return None
    first, second = wording.told_apart((one, other))
    grid = one.table.grid
    shown = f"{first} to {second}: {wording.number(a, grid)} / {wording.number(b, grid)}"
    if question.operation == "ratio" and not question.wants_percent:
        ratio = _rounded(question, a / b, arithmetic.RATIO_DECIMALS)
        said = wording.number(ratio, grid)
        return Found(question.operation, said, shown, ratio, Unit(None, ""), (one, other))
    share = _rounded(question, 100 * a / b, arithmetic.percent_decimals(100 * a / b))
    said = wording.amount(share, PERCENT, grid)
    return Found(question.operation, said, shown, share, PERCENT, (one, other))


def _listed(question: AskedOperation, cells: tuple[NumberCell, ...]) -> Found | None:
    """Each cell as it stands, in the order in which they are asked for."""
    each = [found.said for cell in cells if (found := looked_up(question, cell)) is not None]
    if len(each) < len(cells):
        return None
    told = (f"{said} ({name})" for said, name in zip(each, wording.told_apart(cells), strict=True))
    name = wording.shared_name(cells)
    return Found("list", "; ".join(told), name, tuple(each), Unit(None, ""), cells)


def _added(question: AskedOperation, cells: tuple[NumberCell, ...]) -> Found | None:
    values = [magnitude(cell) for cell in cells]
    name = wording.shared_name(cells)
    grid = cells[0].table.grid
    total = " + ".join(wording.number(value, grid) for value in values)
    result = sum(values, Decimal(0))
    if question.operation == "mean":
        places = arithmetic.decimals(values) + 1
        result = _rounded(question, result / len(values), places)
        total = f"({total}) / {len(values)}"
    value, unit = in_wanted_scale(
        result, shared(cell.unit for cell in cells) or cells[0].unit, question.power
    )
    if value is None:
        return None
    of = ", ".join(wording.told_apart(cells))
    shown = f"{name}, {of}: {total}" if name else f"{of}: {total}"
    return Found(question.operation, wording.amount(value, unit, grid), shown, value, unit, cells)


def extreme(question: AskedOperation, cells: tuple[NumberCell, ...]) -> Found | None:
    """The row or column with the largest or smallest number, or that of a rank behind it.

    None where two have it, or where the larger of two is asked for and there are more.
    """
    least = question.operation == "smallest"
    ordered = sorted(cells, key=lambda cell: cell.value if least else -cell.value)
    at = question.rank - 1
    unit = shared(cell.unit for cell in cells)
    if at >= len(ordered) or unit is None or (question.of_two and len(ordered) != 2):
        return None
    best = ordered[at]
    if sum(cell.value == best.value for cell in ordered) > 1:
        return None
    label = wording.told_apart(ordered)[at]
    place = f"{wording.ORDINALS[at]} " if at else ""
    name = wording.shared_name(ordered)
    amount = wording.amount(best.value, unit, best.table.grid)
    told = f"{amount}, the {place}{question.operation} of {len(cells)}"
    shown = f"{name}: {told}" if name else told
    return Found(question.operation, label, shown, label, Unit(None, ""), tuple(ordered))


def _rounded(question: AskedOperation, value: Decimal, decimals: int) -> Decimal:
    """A quotient to the decimals that the question wants, or else to so many."""
    return arithmetic.rounded(value, decimals if question.decimals is None else question.decimals)


def in_wanted_scale(value: Decimal, unit: Unit, power: int | None) -> tuple[Decimal | None, Unit]:
    """A value and its unit in the scale that a question wants."""
    if power is None or unit.name == "%":
        return value, unit
    return converted(value, unit, power), Unit(power, unit.name)


def magnitude(cell: NumberCell) -> Decimal:
    """What a cell comes to: accountants write in parentheses what is taken off, costs and taxes.

    Of a result, which may be a loss, the sign is kept.
    """
    may_be_less = _RESULT.search(cell.row) or languages.RESULT.search(cell.row)
    return cell.value if may_be_less else abs(cell.value)
