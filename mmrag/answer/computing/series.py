"""Series told in a sentence: "Rent was $4.9 million and $8.8 million in 2030 and 2031".

As many amounts in a row as years, or each amount before its year, are cells as those of a table:
they are looked up and computed with. Which series is meant is told by the words before its amounts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from mmrag.answer.computing.asked import AskedOperation
from mmrag.answer.computing.cells import NumberCell
from mmrag.answer.computing.matching import names_document
from mmrag.answer.computing.operations import Found, combined, looked_up
from mmrag.answer.computing.terms import GENERIC, OPTIONAL, Terms
from mmrag.answer.computing.units import PERCENT, Unit, currency_name
from mmrag.text import numbers, sentences
from mmrag.text.numbers import Number
from mmrag.text.prompting import one_line
from mmrag.text.stems import content_stems, stem
from mmrag.text.words import MONTH
from mmrag.types import Cell, Evidence, Grid, Table

_BEHIND = re.compile(
    r"\s*(?:in|for|during|at|as\s+of|on)?\s*(?:the\s+)?(?:fiscal\s+)?(?:years?\s+)?(?:ended\s+)?"
    rf"(?:{MONTH}\.?\s+\d{{1,2}},?\s+)?(?P<year>(?:19|20)\d\d)\b(?!\s*(?:,|and)\s*(?:19|20)\d\d)",
    re.IGNORECASE,
)
"""The year of an amount, right behind it."""
_BETWEEN = re.compile(
    rf"(?:{_BEHIND.pattern})?[\s,;]*(?:and|or|(?:as\s+)?compared\s+(?:to|with)|versus|from|to)?\s*",
    re.IGNORECASE,
)
"""What stands between the amounts of one list."""
_YEAR = re.compile(r"(?<![\d,.$€£-])\b(?:19|20)\d\d\b(?![,.]?\d)")
_SIDE_BY_SIDE = re.compile(r"(?<!\S)\(?\d[\d,.]*\)?\s+[$€£(\s]*(?!(?:19|20)\d\d\b)\d")
"""Two numbers with nothing between them: rows of a table that ran together are no sentence."""
_SIGN = re.compile(r"[$€£¥₹]")
_LEAD = re.compile(r"[-+(]?\s?(?:US|A|C|HK)?[$€£¥₹]?\s?\(?$")
_TAIL = re.compile(
    r"\)?(?:\s?(?:%|per\s?cent\b|percent(?:age)?(?:\s+points?)?\b"
    r"|(?:thousand|million|billion|trillion|lakh|lac|crore)s?\b|(?:mn|bn)\b))?\)?",
    re.IGNORECASE,
)
_LONGEST_NAME = 80  # characters of what a series is called in an answer, its last ones; by hand
_NOWHERE = (0.0, 0.0, 0.0, 0.0)
"""The place of an amount, which is not known: its sentence is cited, at the lines that hold it."""


@dataclass(frozen=True, slots=True)
class ToldSeries:
    """Amounts of one thing by years; `stems` are of the words before them."""

    stems: frozenset[str]
    cells: dict[str, NumberCell]


def results(question: AskedOperation, evidence: Sequence[Evidence]) -> Iterator[Found]:
    """What an operation comes to over the series that a question names."""
    if question.noun is not None:
        return
    for number, item in enumerate(evidence):
        if item.kind != "page":  # the sentences of a figure stand on its page, too
            continue
        for sentence in sentences.of_paragraph(item.quotable):
            for series in told(sentence, number, item):
                yield from _of_series(question, series)


def _of_series(question: AskedOperation, series: ToldSeries) -> Iterator[Found]:
    if question.operation == "look-up":
        found = [looked_up(question, cell) for cell in _meant(question.whole, series)]
    else:
        choices = [_meant(part, series) for part in question.parts]
        pairs = [cells for cells in product(*choices) if len(set(cells)) == len(cells)]
        alike = [cells for cells in pairs if len({cell.unit for cell in cells}) == 1]
        found = [combined(question, cells) for cells in alike]
    yield from (item for item in found if item is not None)


def _meant(asked: Terms, series: ToldSeries) -> list[NumberCell]:
    """The amount of the one year that is asked, where the series is called what is asked."""
    if len(asked.years) != 1:
        return []
    cell = series.cells.get(next(iter(asked.years)))
    if cell is None:
        return []
    told = (word for phrase in asked.phrases for word in phrase.words)
    wanted = {stem(word) for word in told if not names_document(word, cell.table.names)}
    wanted -= OPTIONAL | GENERIC | asked.years
    return [cell] if wanted and wanted <= series.stems else []


def told(sentence: str, number: int, item: Evidence) -> Iterator[ToldSeries]:
    """The series of a sentence of a piece of evidence, which is of that `number`."""
    found = numbers.find(sentence, spelled=False)
    amounts = [one for one in found if one.money or one.scaled or one.percent]
    years = list(_YEAR.finditer(sentence))
    names = f"{item.document}\n{item.path}"
    table = Table(Grid(item.image_id, (), "sentence"), sentence, (), names)
    begin = 0
    for run in _runs(sentence, amounts):
        start, end = _start(sentence, run[0]), _end(sentence, run[-1])
        name, begin = sentence[begin:start], end
        if _SIDE_BY_SIDE.search(name):
            continue
        stems = frozenset(content_stems(name))
        own = _paired(sentence, run)
        if own is None and len(run) > 1:
            after = [match[0] for match in years if match.start() >= end]
            before = [match[0] for match in years if match.end() <= start]
            own = after or before
        if stems and own and len(set(own)) == len(own) == len(run) > 1:
            yield ToldSeries(stems, _cells(sentence, name, run, own, number, table))


def _runs(sentence: str, amounts: Sequence[Number]) -> list[list[Number]]:
    """The amounts by lists: those between which nothing is said but their years."""
    runs: list[list[Number]] = []
    for amount in amounts:
        start = _start(sentence, amount)
        if runs and _BETWEEN.fullmatch(sentence, _end(sentence, runs[-1][-1]), start):
            runs[-1].append(amount)
        else:
            runs.append([amount])
    return runs


def _paired(sentence: str, run: Sequence[Number]) -> list[str] | None:
    """The year behind each amount of a list; None where one has none."""
    found = [_BEHIND.match(sentence, _end(sentence, amount)) for amount in run]
    return [match["year"] for match in found if match] if all(found) else None


def _cells(
    sentence: str, name: str, run: Sequence[Number], years: Sequence[str], item: int, table: Table
) -> dict[str, NumberCell]:
    """The amounts by year; one scale behind the last of several is that of all."""
    units = [_unit(sentence, amount) for amount in run]
    if run[-1].scaled and not any(amount.scaled for amount in run[:-1]):
        units = [Unit(units[-1].power, unit.name or units[-1].name) for unit in units]
    row = one_line(name[-_LONGEST_NAME:].strip(), _LONGEST_NAME)
    return {
        year: NumberCell(
            item, table, Cell(0, at, 0, at, amount.text, _NOWHERE), amount.digits, unit,
            row=row, column=year, group="", corner="", dated=True,
        )
        for at, (year, amount, unit) in enumerate(zip(years, run, units, strict=True))
    }  # fmt: skip


def _unit(sentence: str, amount: Number) -> Unit:
    if amount.percent:
        return PERCENT
    power = amount.value.adjusted() - amount.digits.adjusted()
    sign = _SIGN.search(sentence, _start(sentence, amount), amount.start)
    return Unit(power, currency_name(sign[0]) if sign else "")


def _start(sentence: str, amount: Number) -> int:
    """Where an amount begins, its sign included."""
    match = _LEAD.search(sentence, 0, amount.start)
    return match.start() if match else amount.start


def _end(sentence: str, amount: Number) -> int:
    """Where an amount ends, its scale or unit included."""
    match = _TAIL.match(sentence, amount.end)
    return match.end() if match else amount.end
