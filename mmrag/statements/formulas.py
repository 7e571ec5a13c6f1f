"""Formulas over accounts: `365 * avg(payables) / (cost_of_sales + change(inventory))`.

`avg(x)` is the mean of the begin and the end of the period, `change(x)` its end less its begin,
`optional(x)` counts as 0 where no row has that name.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

Reading = Literal["end", "average", "change", "optional"]
Sign = Literal["+", "-", "*", "/"]

_READINGS: dict[str, Reading] = {"avg": "average", "change": "change", "optional": "optional"}
_SIGNS: dict[type[ast.operator], Sign] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


@dataclass(frozen=True, slots=True)
class Operand:
    """An account, and how it is read: at the end of the period, or over it."""

    account: str
    reading: Reading = "end"


@dataclass(frozen=True, slots=True)
class Operation:
    """Two parts and the sign between them."""

    sign: Sign
    left: "Formula"
    right: "Formula"


Formula = Operand | Operation | Decimal


@lru_cache(maxsize=256)
def parse(text: str) -> Formula:
    """Raises `ValueError` for what is no formula."""
    try:
        return _formula(ast.parse(text, mode="eval").body)
    except SyntaxError as error:
        raise ValueError(f"{text!r} is no formula: {error.msg}") from error


def operands(formula: Formula) -> Iterator[Operand]:
    """The accounts of a formula from left to right, those that stand twice twice."""
    if isinstance(formula, Operand):
        yield formula
    elif isinstance(formula, Operation):
        yield from operands(formula.left)
        yield from operands(formula.right)


def evaluate(formula: Formula, value_of: Callable[[Operand], Decimal]) -> Decimal:
    """What a formula is worth. Raises what `value_of` raises.

    Raises `ZeroDivisionError`, too, where a divisor is not above 0: a ratio to a loss says nothing.
    """
    if isinstance(formula, Operand):
        return value_of(formula)
    if isinstance(formula, Decimal):
        return formula
    left, right = evaluate(formula.left, value_of), evaluate(formula.right, value_of)
    match formula.sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            if right <= 0:
                raise ZeroDivisionError(f"the divisor is {right}")
            return left / right


def averaged(formula: Formula, is_balance: Callable[[Operand], bool]) -> Formula:
    """A formula with the mean of the period in place of balances at its end."""
    return _mapped(
        formula,
        lambda item: (
            Operand(item.account, "average") if item.reading == "end" and is_balance(item) else item
        ),
    )


def at_end(formula: Formula) -> Formula:
    """A formula with balances at the end of the period in place of means."""
    return _mapped(
        formula, lambda item: Operand(item.account) if item.reading == "average" else item
    )


def _mapped(formula: Formula, change: Callable[[Operand], Operand]) -> Formula:
    if isinstance(formula, Operation):
        left, right = _mapped(formula.left, change), _mapped(formula.right, change)
        return Operation(formula.sign, left, right)
    return change(formula) if isinstance(formula, Operand) else formula


def written(formula: Formula, name_of: Callable[[Operand], str]) -> str:
    """A formula in words, with brackets where it needs them: `(cash + debtors) / liabilities`."""
    if isinstance(formula, Operand):
        return name_of(formula)
    if isinstance(formula, Decimal):
        return f"{formula}"
    left, right = written(formula.left, name_of), written(formula.right, name_of)
    if formula.sign in "*/" and _is_sum(formula.left):
        left = f"({left})"
    if (formula.sign in "*/-" and _is_sum(formula.right)) or (
        formula.sign == "/" and isinstance(formula.right, Operation)
    ):
        right = f"({right})"
    return f"{left} {formula.sign} {right}"


def _is_sum(formula: Formula) -> bool:
    return isinstance(formula, Operation) and formula.sign in "+-"


def _formula(node: ast.expr) -> Formula:
    match node:
        case ast.Name(id=name):
            return Operand(name)
        case ast.Constant(value=int() as value):
            return Decimal(value)
        case ast.Call(func=ast.Name(id=reading), args=[ast.Name(id=name)], keywords=[]):
            if reading in _READINGS:
                return Operand(name, _READINGS[reading])
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _SIGNS:
            return Operation(_SIGNS[type(sign)], _formula(left), _formula(right))
    raise ValueError(f"{ast.unparse(node)!r} is no part of a formula")
