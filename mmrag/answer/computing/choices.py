"""Which of several that a question names is the most, and whether something is above nothing.

"Among operations, investing and financing, which brought in the most cash flow in 2031?" compares
three accounts of a statement, "which is larger in 2031, North or South?" two rows of a table. "Does
it have positive working capital?" compares one with nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mmrag.answer.computing import asked_lines, instructions, ratios, wording
from mmrag.answer.computing.asked_lines import says_no_more
from mmrag.answer.computing.cells import NumberCell
from mmrag.answer.computing.matching import Tables, agree, look_up, names_document
from mmrag.answer.computing.operations import Found, yes_or_no
from mmrag.answer.computing.phrasing import LEAST, MORE, MOST, POLAR
from mmrag.answer.computing.statement_rows import NoRow, StatementRows, Unclear, magnitude
from mmrag.answer.computing.terms import OPTIONAL, terms, years
from mmrag.answer.computing.units import Unit, shared
from mmrag.statements import questions, spelled
from mmrag.statements.definitions import load
from mmrag.text.numbers import is_year
from mmrag.text.stems import stem
from mmrag.text.words import is_content, words
from mmrag.types import Operation

_SIGN = re.compile(
    rf"{POLAR}(?P<before>[^?]*?)\b(?P<sign>positive|negative)\b(?P<after>[^?]*)", re.IGNORECASE
)
_SOUND = re.compile(
    rf"{POLAR}(?P<before>[^?]*?)\b(?:(?:reasonabl|relative|fair)l?y\s+)?"
    r"(?:healthy|sound|strong|good|adequate|sufficient|solid)\s+liquidity(?:\s+(?:profile|position))?"
    r"(?P<after>[^?]*)",
    re.IGNORECASE,
)
_AND_OR = r"(?:\s*,\s*(?:and|or)\s+|\s*,\s*|\s+(?:and|or)\s+)"
_ITEM = r"[^\s,?;:]+(?:\s+(?!and\b|or\b)[^\s,?;:]+){0,4}?"
_LIST = rf"{_ITEM}(?:{_AND_OR}{_ITEM})+?"
_VERB = (
    r"(?:has|had|have|is|was|were|are|did|does|do|brought|brings|contributed|contributes|generated"
    r"|generates|made|makes|grew|shows?|showed|reported|recorded|lost|earned|cost|used)"
)
_CHOICES = (
    re.compile(
        rf"^\W*(?:among|of|between)\s+(?:the\s+)?(?P<list>{_LIST}),\s*(?:which|what)\s+(?P<rest>[^?]+)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"^\W*(?:which|what)(?:\s+one)?\s+of\s+(?:the\s+)?(?P<list>{_LIST})\s+(?P<rest>{_VERB}\b[^?]+)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"^\W*(?:which|what)\s+(?P<rest>[^?]+?)[,:]\s*(?P<list>{_ITEM}(?:\s*,\s*{_ITEM})*?\s*,?\s+or\s+{_ITEM})\W*$",
        re.IGNORECASE,
    ),
)
"""Questions that name what one of is asked, before, in or behind them."""
_SPLIT = re.compile(_AND_OR, re.IGNORECASE)
_IN_PARENTHESES = re.compile(r"\([^()]*\)")
_MOST, _LEAST = (
    re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for words in (
        rf"{MOST}|higher|larger|more|greater|bigger",
        rf"{LEAST}|lower|smaller|less|fewer",
    )
)
_SIZE = re.compile(rf"\b(?:{MOST}|{LEAST}|{MORE})\b", re.IGNORECASE)
_PAID = re.compile(r"\b(?:used|uses|lost|loses|spent|spends|consumed)\b", re.IGNORECASE)
_WORKS_TEXT = (
    "brought in bring contribute generate make show report record cost use lose spend consume than"
)
_WORKS = frozenset(map(stem, (*_WORKS_TEXT.split(), "brings", "activities"))) | OPTIONAL
"""Stems that say no more than that something is worth so much."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """What a question names to choose from, and by what."""

    names: tuple[str, ...]
    matter: str  # "cash flow", without years
    year: str  # empty for the last there is
    is_most: bool
    is_paid: bool  # asks which took the most, rather than brought it

    @property
    def operation(self) -> Operation:
        return "largest" if self.is_most else "smallest"


def results(question: str, held: Tables) -> Iterator[Found]:
    """The answer of each document that has one; nothing where a question asks otherwise."""
    text = instructions.bare(question)
    yield from _signs(text, held)
    yield from _sound(text, held)
    choice = _read(text)
    if choice is not None:
        found = [*_of_accounts(choice, held)] or [*_of_rows(choice, held)]
        yield from found


def _signs(text: str, held: Tables) -> Iterator[Found]:
    """Whether a line or ratio that may be either is above nothing, or below."""
    if (found := _SIGN.search(text)) is not None:
        for line in _lines(f"{found['before']} {found['after']}", held):
            if isinstance(line.result, Decimal) and line.result:
                yes = (line.result > 0) == (found["sign"].lower() == "positive")
                yield yes_or_no(yes, f"{line.shown}: {line.said}", line.cells)


def _sound(text: str, held: Tables) -> Iterator[Found]:
    """Whether a ratio of liquidity that a question names is at its usual mark or above."""
    found = _SOUND.search(text)
    rest = f"{found['before']} {found['after']}" if found else ""
    ratio = questions.find(rest).ratio
    if ratio is None or ratio.sound is None:
        return
    for line in _lines(rest, held):
        if isinstance(line.result, Decimal):
            mark = f"{ratio.sound} or more is the usual mark"
            shown = f"{line.said}: {line.shown}; {mark}"
            yield yes_or_no(line.result >= ratio.sound, shown, line.cells)


def _lines(rest: str, held: Tables) -> Iterator[Found]:
    """The line or ratio that a text names, of each document."""
    what = asked_lines.read(rest)
    if what is None or len(what.years) > 1:
        return
    for tables in ratios.by_document(held):
        if says_no_more(what.text, what.said, tables[0].table):
            try:
                yield ratios.found(what, StatementRows(tables))
            except (NoRow, Unclear, ZeroDivisionError):
                continue


def _read(text: str) -> _Choice | None:
    found = next((match for shape in _CHOICES if (match := shape.search(text))), None)
    if found is None or len(years(text)) > 1:
        return None
    rest = _IN_PARENTHESES.sub(" ", found["rest"])
    is_most, is_least = bool(_MOST.search(rest)), bool(_LEAST.search(rest))
    names = tuple(map(_bare_name, _SPLIT.split(found["list"])))
    if is_most == is_least or len(set(names)) < 2:
        return None
    year = "".join(years(text))
    matter = " ".join(word for word in _SIZE.sub(" ", rest).split() if word.strip("?.,") != year)
    return _Choice(names, matter, year, is_most, is_paid=bool(_PAID.search(rest)))


def _bare_name(name: str) -> str:
    return re.sub(r"^\s*the\s+", "", name, flags=re.IGNORECASE).strip()


def _of_accounts(choice: _Choice, held: Tables) -> Iterator[Found]:
    """The choice among accounts of the statements of a document."""
    matter = [word for word in words(choice.matter) if is_content(word)]
    for tables in ratios.by_document(held):
        names = tables[0].table.names
        about = [word for word in matter if stem(word) not in _WORKS and not _names(word, names)]
        accounts = [_account(name, choice.names[-1], about) for name in choice.names]
        if None in accounts or len(set(accounts)) < len(accounts):
            continue
        rows = StatementRows(tables)
        year = choice.year or max(rows.years(), default="")
        try:
            cells = tuple(rows.cell(str(account), year) for account in accounts)
        except (NoRow, Unclear):
            continue
        held_accounts = load().accounts
        values = [
            magnitude(held_accounts[str(account)], cell) * (-1 if choice.is_paid else 1)
            for account, cell in zip(accounts, cells, strict=True)
        ]
        if choice.is_paid and not all(held_accounts[str(account)].signed for account in accounts):
            continue
        if (found := _best(choice, cells, values)) is not None:
            yield found


def _account(name: str, last: str, about: Sequence[str]) -> str | None:
    """The account that one of several names means: "operations" of cash flow is that from them.

    What the last name ends with may be of all: "investing and financing activities".
    """
    matter = " ".join(about)
    shared = last.split()[-1]
    short = name.removesuffix(f" {shared}")
    for told in (f"{short} {matter}", f"{matter} from {short}", f"{short} {shared}", name):
        if (found := spelled.account(told)) and (matter or told == name):
            return found
    return None


def _of_rows(choice: _Choice, held: Tables) -> Iterator[Found]:
    """The choice among rows, or columns, of one table."""
    for key in held:
        table = {key: held[key]}
        asked = (terms(f"{name} ; {choice.matter} ; {choice.year}") for name in choice.names)
        found = [look_up(part, table) for part in asked]
        if not all(found) or not all(map(agree, found)):
            continue
        cells = tuple(cells[0] for cells in found)
        if len(set(cells)) == len(cells) and (best := _best(choice, cells)) is not None:
            yield best


def _best(
    choice: _Choice, cells: tuple[NumberCell, ...], values: Sequence[Decimal] = ()
) -> Found | None:
    """The one with the most, or the least; None where two have it, or units differ."""
    values = values or [cell.value for cell in cells]
    best = max(values) if choice.is_most else min(values)
    if values.count(best) > 1 or shared(cell.unit for cell in cells) is None:
        return None
    name = choice.names[values.index(best)]
    grid = cells[0].table.grid
    told = ", ".join(
        f"{wording.named(cell)}: {wording.amount(cell.value, cell.unit, grid)}" for cell in cells
    )
    shown = f"{told}; the {choice.operation} of {len(cells)}"
    said = name[:1].upper() + name[1:]
    return Found(choice.operation, said, shown, said, Unit(None, ""), cells)


def _names(word: str, document: str) -> bool:
    return is_year(word) or names_document(word, document)
