"""What a question asks of statements: an account or a ratio, of which years, as it defines it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mmrag.answer.computing import instructions, periods
from mmrag.answer.computing.instructions import Definition
from mmrag.answer.computing.matching import joined_names, names_document
from mmrag.answer.computing.terms import OPTIONAL, plain_periods, years
from mmrag.statements import formulas, names, questions, spelled
from mmrag.statements.definitions import RatioUnit, load
from mmrag.statements.formulas import Formula, Operand
from mmrag.statements.names import Name
from mmrag.statements.questions import NamedLines
from mmrag.text.numbers import is_year
from mmrag.text.stems import content_stems, stem
from mmrag.text.words import is_content, words
from mmrag.types import Operation, Table

_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5}
_MEAN = re.compile(
    rf"\b(?P<count>[2-9]|{'|'.join(_NUMBERS)})[\s-]+years?(?:[\s-]+period)?\s+average\b"
    r"(?:\s+of)?",
    re.IGNORECASE,
)
_USING = re.compile(r"\s*\((?:using|based\s+on|with)\s+(?P<what>[^()]*)\)", re.IGNORECASE)
"""Of which accounts something is to be computed."""
_WORDING_TEXT = """
annual fiscal year end usd million billion ratio rate percent percentage unit term base last latest
recent within dollar euro pound rupee quantity outline direct directly explicitly data
"""
_WORDING = frozenset(stem(word) for word in _WORDING_TEXT.split())
"""Stems that say how a number is to be told, rather than which."""
_PRONOUNS = frozenset(("it", "this", "that", "here"))


@dataclass(frozen=True, slots=True)
class AskedLines:
    """What is asked of statements, and what is to be done with the numbers of several years."""

    title: str
    formula: Formula
    said: frozenset[str]  # the stems that name it
    unit: RatioUnit | None  # None for an amount
    source: str  # who defines it; empty where nobody has to
    text: str  # the question, without its definitions
    years: tuple[int, ...]  # the mean of which is asked; empty for the last there is
    part: str  # of the year: "q2"; empty for all of it
    decimals: int | None
    power: int | None

    @property
    def operation(self) -> Operation:
        if len(self.years) > 1:
            return "mean"
        return "ratio" if self.unit else "look-up"


@dataclass(frozen=True, slots=True)
class _Line:
    """An account, a ratio, or accounts with a sign between them."""

    title: str
    formula: Formula
    said: frozenset[str]
    unit: RatioUnit | None = None
    source: str = ""


def read(question: str) -> AskedLines | None:
    """The line or ratio that a question asks for; None where it asks for something else."""
    defined = [
        Definition(item.name, plain_periods(item.formula))
        for item in instructions.definitions(question)
    ]
    text = _text(question)
    line = _line(text, defined)
    if line is None:
        return None
    mean = _MEAN.search(text)
    asked_years = _years(text, line.formula, mean)
    rest = _without_parts(_MEAN.sub(" ", text), line.formula)
    part = periods.part_of(text)
    if asked_years is None or rest is None or part is None or (part and not asked_years):
        return None
    return AskedLines(
        title=line.title,
        formula=line.formula,
        said=line.said | {part},
        unit=line.unit,
        source=line.source,
        text=instructions.without_scale(rest),
        years=asked_years,
        part=part,
        decimals=instructions.decimals_wanted(question),
        power=instructions.power_wanted(question),
    )


def says_no_more(text: str, said: frozenset[str], table: Table) -> bool:
    """Whether a question is but what is `said`, its year, whose it is, and how it is to be told."""
    known = said | OPTIONAL | _WORDING
    rest = [word for word in words(text) if is_content(word) and not is_year(word)]
    named = joined_names(rest, table.names)
    return all(
        stem(word) in known or word in named or names_document(word, table.names) for word in rest
    )


def _text(question: str) -> str:
    """The question alone; what it tells to compute, where it names no ratio and that does."""
    asked = instructions.alone(instructions.without_definitions(question))
    bare = instructions.without_sentences(asked)
    text = plain_periods(bare if questions.find(bare) else asked)
    told = plain_periods(instructions.to_compute(question))
    is_told = questions.find(told).ratio is not None and questions.find(text).ratio is None
    return told if is_told and not instructions.definitions(question) else text


def _line(text: str, defined: list[Definition]) -> _Line | None:
    """What a text names, by the definitions that it comes with; None where these do not fit it."""
    parts = {names.of_label(item.name): item.formula for item in defined}
    if (found := spelled.within(text, parts)) is not None:
        return _Line(found.title, found.formula, found.said)
    named = questions.find(text)
    own = next((item for item in defined if _is_of(item.name, named, text)), None)
    others = {name: told for name, told in parts.items() if own is None or told != own.formula}
    if named.ratio:
        default = formulas.parse(named.ratio.formula)
        formula = _defined(default, own.formula, others) if own else default
        if formula is not None and (own or not others):
            source = named.ratio.source if named.ratio.names else ""
            return _Line(named.ratio.title, formula, named.said, named.ratio.unit, source)
    elif named.account and not others:
        default = Operand(named.account)
        formula = spelled.find(own.formula) if own else default
        if formula is not None:
            return _Line(load().accounts[named.account].title, formula, named.said)
    return None


def _is_of(name: str, named: NamedLines, text: str) -> bool:
    """Whether a definition is of what is asked, rather than of a part of it."""
    told = names.of_label(name)
    if not told or told[0] in _PRONOUNS or set(told) <= set(names.of_text(text)):
        return True
    found = questions.find(name)
    if named.ratio:
        return found.ratio == named.ratio
    return bool(named.account) and found.account == named.account


def _defined(default: Formula, definition: str, parts: Mapping[Name, str]) -> Formula | None:
    """The formula of a ratio as a question defines it: as it spells it out, else averaged or not.

    None where the question defines it otherwise, over other accounts.
    """
    if (found := spelled.find(definition, parts)) is not None:
        return found
    definition = " ".join((definition, *parts.values()))
    stems = set(content_stems(definition))
    readings = {item.reading for item in formulas.operands(default)}
    if stem("average") in stems and "average" not in readings:
        default = formulas.averaged(default, stands_in_balance)
    elif stem("average") not in stems:
        default = formulas.at_end(default)
    operands = list(formulas.operands(default))
    needed = {item.account for item in operands if item.reading != "optional"}
    is_change = any(item.reading == "change" for item in operands)
    same = needed <= set(questions.find(definition).accounts)
    return default if same and is_change == (stem("change") in stems) else None


def stands_in_balance(operand: Operand) -> bool:
    """Whether an account is of one day, rather than of a period."""
    return load().accounts[operand.account].statements[0] == "balance"


def _without_parts(text: str, formula: Formula) -> str | None:
    """A question without the accounts that it says to use; None where it says to use others."""
    using = _USING.search(text)
    if using is None:
        return text
    operands = formulas.operands(formula)
    held = {part for operand in operands for part in questions.with_parts(operand.account)}
    told = set(questions.find(using["what"]).accounts)
    return _USING.sub(" ", text) if told and told <= held else None


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
