"""Lines and ratios of statements: a quick ratio from a balance sheet, or capital expenditure from a
cash flow statement that calls it "purchases of property".

Each account must be one row of the statements of one document, with one number for the year that is
asked. Where one is missing or unclear, or the question says more than what it names, the year and
whose it is, nothing is computed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mmrag import ids
from mmrag.answer.computing import arithmetic, asked, wording
from mmrag.answer.computing.cells import ReadTable
from mmrag.answer.computing.matching import Tables, names_document
from mmrag.answer.computing.operations import Found, in_wanted_scale
from mmrag.answer.computing.statement_rows import NoRow, StatementRows, Unclear
from mmrag.answer.computing.terms import OPTIONAL, plain_periods, years
from mmrag.answer.computing.units import PERCENT, Unit
from mmrag.answer.computing.worked_out import WorkedOut, defined
from mmrag.statements import formulas, questions, spelled
from mmrag.statements.definitions import RatioUnit, load
from mmrag.statements.formulas import Formula, Operand
from mmrag.statements.questions import NamedLines
from mmrag.text.numbers import is_year
from mmrag.text.stems import content_stems, stem
from mmrag.text.words import is_content, words
from mmrag.types import Operation, Table

DECIMALS: Mapping[RatioUnit, int] = {"times": 2, "percent": 1, "days": 1}
"""Of a ratio where the question wants no other: as reports give them."""
DIGITS_OF_PARTS = 3
"""That tell something of a number below 1: "0.0503". Chosen by hand."""
_INSTRUCTION = re.compile(
    r"(?:^|(?<=[.?!:]))\s*(?:please\s+)?(?:you\s+are|assume|adopt|answer|address|base|calculate"
    r"|compute|express|format|give|if\s+data|respond|return|round|use|what\s+was\s+asked|write)\b"
    r"[^.?!:]*[.?!:]*",
    re.IGNORECASE,
)
"""Sentences about how to answer, where another one holds the question."""
_DEFINES = re.compile(
    r"\s+defined\s+as\b|(?<=[.?!;])\s*(?:please\s+)?define\s+[^.?!:]{2,80}?\s+as\b", re.IGNORECASE
)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5}
_MEAN = re.compile(
    rf"\b(?P<count>[2-9]|{'|'.join(_NUMBERS)})[\s-]+years?(?:[\s-]+period)?\s+average\b"
    r"(?:\s+of)?",
    re.IGNORECASE,
)
_WORDING_TEXT = """
annual fiscal year end usd million billion ratio rate percent percentage unit term base last latest
recent within dollar euro pound rupee
"""
_WORDING = frozenset(stem(word) for word in _WORDING_TEXT.split())
"""Stems that say how a number is to be told, rather than which."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of statements, and what is to be done with the numbers of several years."""

    named: NamedLines
    formula: Formula
    text: str  # the question, without its definition of the ratio
    years: tuple[int, ...]  # the mean of which is asked; empty for the last there is
    decimals: int | None
    power: int | None

    @property
    def operation(self) -> Operation:
        if len(self.years) > 1:
            return "mean"
        return "ratio" if self.named.ratio else "look-up"


def results(question: str, held: Tables) -> Iterator[Found]:
    """The line or ratio that a question asks for, of each document of which it may be asked.

    Nothing where it asks for something else, or nothing can be computed.
    """
    what = _read(question)
    if what is None:
        return
    for tables in by_document(held):
        if says_no_more(what.text, what.named.said, tables[0].table):
            try:
                yield _found(what, StatementRows(tables))
            except (NoRow, Unclear, ZeroDivisionError):
                continue


def by_document(held: Tables) -> Iterable[list[ReadTable]]:
    """The tables of each document."""
    documents: dict[str, list[ReadTable]] = {}
    for name, read in held.items():
        documents.setdefault(ids.document_of(name), []).append(read)
    return documents.values()


def _read(question: str) -> _Asked | None:
    question = asked.question_alone(question)
    bare = _INSTRUCTION.sub(" ", question)
    text = plain_periods(bare if questions.find(bare) else question)
    text, definition = _defining(text)
    named = questions.find(text)
    if named.ratio:
        formula = spelled.find(definition) or _defined(
            formulas.parse(named.ratio.formula), definition
        )
    else:
        formula = Operand(named.account) if named.account and not definition else None
    mean = _MEAN.search(text)
    asked_years = _years(text, formula, mean) if formula else None
    if formula is None or asked_years is None:
        return None
    return _Asked(
        named=named,
        formula=formula,
        text=asked.without_scale(_MEAN.sub(" ", text)),
        years=asked_years,
        decimals=asked.decimals_wanted(question),
        power=asked.power_wanted(question),
    )


def _defining(text: str) -> tuple[str, str]:
    """A question without its definition of what it asks for, and that; empty for none."""
    found = _DEFINES.search(text)
    return (text[: found.start()], text[found.end() :]) if found else (text, "")


def _defined(formula: Formula, definition: str) -> Formula | None:
    """The formula of a ratio as a question defines it: averaged or not, over the same accounts.

    None where the question defines it otherwise.
    """
    if not definition:
        return formula
    stems = set(content_stems(definition))
    readings = {item.reading for item in formulas.operands(formula)}
    if stem("average") in stems and "average" not in readings:
        formula = formulas.averaged(formula, _stands_in_balance)
    elif stem("average") not in stems:
        formula = formulas.at_end(formula)
    operands = list(formulas.operands(formula))
    needed = {item.account for item in operands if item.reading != "optional"}
    is_change = any(item.reading == "change" for item in operands)
    same = needed <= set(questions.find(definition).accounts)
    return formula if same and is_change == (stem("change") in stems) else None


def _stands_in_balance(operand: Operand) -> bool:
    return load().accounts[operand.account].statements[0] == "balance"


def _years(text: str, formula: Formula, mean: re.Match[str] | None) -> tuple[int, ...] | None:
    """The years of which a number is asked; None where that is not clear."""
    named = sorted(map(int, years(text)))
    if mean:
        count = int(_NUMBERS.get(mean["count"].lower(), mean["count"]))
        first = named[-1] - count + 1 if named else 0
        right = named and (len(named) == 1 or named[0] == first)
        return tuple(range(first, named[-1] + 1)) if right else None
    readings = {item.reading for item in formulas.operands(formula)}
    is_period = len(named) == 2 and named[1] - named[0] == 1
    if len(named) < 2 or (is_period and not readings.isdisjoint(("average", "change"))):
        return tuple(named[-1:])
    return None


def says_no_more(text: str, said: frozenset[str], table: Table) -> bool:
    """Whether a question is but what is `said`, its year, whose it is, and how it is to be told."""
    known = said | OPTIONAL | _WORDING
    rest = [word for word in words(text) if is_content(word) and not is_year(word)]
    return all(stem(word) in known or names_document(word, table.names) for word in rest)


def _found(what: _Asked, rows: StatementRows) -> Found:
    """Raises `NoRow`, `Unclear`, and `ZeroDivisionError` where a divisor is not above 0."""
    periods = what.years or tuple(map(int, sorted(rows.years())[-1:]))
    if not periods:
        raise NoRow(str(what.formula))
    parts = [WorkedOut(rows, year, what.formula) for year in periods]
    value = sum((part.value for part in parts), Decimal()) / len(parts)
    cells = tuple(dict.fromkeys(cell for part in parts for cell in part.cells))
    when = str(periods[0]) if len(parts) == 1 else f"mean of {periods[0]} to {periods[-1]}"
    worked = "; ".join(part.text for part in parts)
    ratio = what.named.ratio
    if ratio is not None:
        said, result, unit = told(value, ratio.unit, what.decimals)
        shown = [f"{ratio.title}, {when} = {worked}", *_otherwise(what, rows, parts, ratio.unit)]
        if ratio.names:
            shown.append(f"defined as {defined(what.formula)} by {ratio.source}")
    else:
        said, result, unit = _amount(value, cells[0].unit, what)
        title = load().accounts[what.named.account].title
        is_row = len(cells) == len(parts)  # whose own name says what it is
        shown = list(map(wording.named, cells)) if is_row else [f"{title}, {when} = {worked}"]
    return Found(what.operation, said, "; ".join(shown), result, unit, cells)


def _otherwise(
    what: _Asked, rows: StatementRows, parts: Sequence[WorkedOut], unit: RatioUnit
) -> Iterator[str]:
    """What a ratio is with balances at the year's end in place of averages, or the other way."""
    if all(map(_stands_in_balance, formulas.operands(what.formula))):
        return  # all of one day
    other, how = formulas.at_end(what.formula), "with balances at the year's end"
    if other == what.formula:
        other = formulas.averaged(what.formula, _stands_in_balance)
        how = "with average balances"
    if other != what.formula and len(parts) == 1:
        try:
            value = WorkedOut(rows, parts[0].year, other).value
        except (NoRow, Unclear, ZeroDivisionError):
            return
        yield f"{how} {told(value, unit, what.decimals)[0]}"


def _amount(value: Decimal, unit: Unit, what: _Asked) -> tuple[str, Decimal, Unit]:
    """An amount in words, as a number and its unit, in the scale that is asked for."""
    wanted, unit = in_wanted_scale(value, unit, what.power)
    if wanted is None:
        raise Unclear(what.named.account)
    if what.decimals is not None:
        wanted = arithmetic.rounded(wanted, what.decimals)
    return wording.amount(wanted, unit), wanted, unit


def told(value: Decimal, unit: RatioUnit, decimals: int | None) -> tuple[str, Decimal, Unit]:
    """A ratio in words, as a number and its unit: below 1 as a part of it and in percent."""
    places = DECIMALS[unit] if decimals is None else decimals
    part = arithmetic.rounded(value, max(places, DIGITS_OF_PARTS - 1 - value.adjusted()))
    percent = arithmetic.rounded(value * 100, max(1, places - 2))
    if unit == "percent":
        return f"{wording.amount(percent, PERCENT)}, or {wording.number(part)}", percent, PERCENT
    if unit == "times" and abs(value) < 1:
        said = f"{wording.number(part)}, or {wording.amount(percent, PERCENT)}"
        return said, part, Unit(None, "")
    result = arithmetic.rounded(value, places)
    named = Unit(0, "days") if unit == "days" else Unit(None, "")
    return wording.amount(result, named), result, named
