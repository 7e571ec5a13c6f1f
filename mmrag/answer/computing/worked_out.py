"""A formula over accounts, worked out with the rows of one document in one year."""

from decimal import Decimal

from mmrag.answer.computing import wording
from mmrag.answer.computing.cells import NumberCell
from mmrag.answer.computing.statement_rows import NoRow, StatementRows, Unclear, magnitude
from mmrag.answer.computing.units import shared
from mmrag.statements import formulas
from mmrag.statements.definitions import load
from mmrag.statements.formulas import Formula, Operand, Operation


class WorkedOut:
    """A formula with a number for each of its accounts, in a year or in a part of it.

    An account without a row is replaced by what it is made of, and left out where it is optional.
    Raises `NoRow`, and `Unclear` where an account has several numbers, or they have several units.
    """

    def __init__(self, rows: StatementRows, year: int, formula: Formula, part: str = "") -> None:
        self.year = year
        self.period = f"{part.upper() if len(part) == 2 else part} {year}".strip()
        self._part = part
        self._rows = rows
        self._cells: dict[Operand, tuple[NumberCell, ...]] = {}
        held = self._held(formula)
        if held is None:
            raise NoRow(str(formula))
        self._formula = held
        unit = shared(cell.unit for cell in self.cells)
        if unit is None:
            raise Unclear(str(formula))
        self.unit = unit

    @property
    def cells(self) -> tuple[NumberCell, ...]:
        """The cells that went into it, each once."""
        return tuple(dict.fromkeys(cell for held in self._cells.values() for cell in held))

    @property
    def value(self) -> Decimal:
        """Raises `ZeroDivisionError` where a divisor is not above 0."""
        return formulas.evaluate(self._formula, self._value)

    @property
    def text(self) -> str:
        """The formula with the name and number of each account."""
        return formulas.written(self._formula, self._text)

    def _held(self, formula: Formula) -> Formula | None:
        if isinstance(formula, Decimal):
            return formula
        if isinstance(formula, Operation):
            left, right = self._held(formula.left), self._held(formula.right)
            return Operation(formula.sign, left, right) if left and right else left or right
        first = self.year - (formula.reading in ("average", "change"))
        if self._part and first < self.year:
            raise Unclear(str(formula))
        periods = [f"{self._part} {year}".strip() for year in range(first, self.year + 1)]
        try:
            cells = tuple(self._rows.cell(formula.account, period) for period in periods)
        except NoRow:
            parts = load().accounts[formula.account].formula
            if formula.reading == "optional":
                return None
            if formula.reading != "end" or not parts:
                raise
            return self._held(formulas.parse(parts))
        self._cells[formula] = cells
        return formula

    def _values(self, operand: Operand) -> list[Decimal]:
        account = load().accounts[operand.account]
        return [magnitude(account, cell) for cell in self._cells[operand]]

    def _value(self, operand: Operand) -> Decimal:
        values = self._values(operand)
        match operand.reading:
            case "average":
                return sum(values, Decimal()) / len(values)
            case "change":
                return values[-1] - values[0]
            case _:
                return values[-1]

    def _text(self, operand: Operand) -> str:
        title = load().accounts[operand.account].title
        numbers = list(map(wording.number, self._values(operand)))
        match operand.reading:
            case "average":
                return f"average {title} of {' and '.join(numbers)}"
            case "change":
                return f"change in {title} from {' to '.join(numbers)}"
            case _:
                return f"{title} {numbers[-1]}"


def defined(formula: Formula) -> str:
    """A formula in words, as a definition."""
    return formulas.written(formula, _named)


def _named(operand: Operand) -> str:
    title = load().accounts[operand.account].title
    match operand.reading:
        case "average":
            return f"average {title}"
        case "change":
            return f"change in {title}"
        case "optional":
            return f"{title} if any"
        case _:
            return title
