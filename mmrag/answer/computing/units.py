"""What the numbers of a table are in: their scale and their unit."""

import re
from dataclasses import dataclass
from decimal import Decimal

from mmrag import grids
from mmrag.text import numbers
from mmrag.types import Cell, Table

_CURRENCIES = (
    ("dollars", r"\$|\bdollars?\b|\bUSD\b"),
    ("euros", r"€|\beuros?\b|\bEUR\b"),
    ("pounds", r"£|\bpounds? sterling\b|\bGBP\b"),
    ("rupees", r"₹|\brupees?\b|\bINR\b|\bRs\b"),
    ("yen", r"¥|\byen\b|\bJPY\b"),
    ("francs", r"\bfrancs?\b|\bCHF\b"),
    ("crowns", r"\bcrowns?\b|\bkron(?:er|or)\b|\b(?:SEK|NOK|DKK)\b"),
)
_COMPILED = tuple((name, re.compile(shape, re.IGNORECASE)) for name, shape in _CURRENCIES)
SCALE_NAMES = {
    0: "",
    3: "thousand",
    5: "lakh",
    6: "million",
    7: "crore",
    9: "billion",
    12: "trillion",
}
_PERCENT = re.compile(r"%|\bper\s?cent(?:age)?s?\b|\bpct\b", re.IGNORECASE)
_UNSCALED = re.compile(
    r"\bper\b|\bratio\b|\bmargin\b|\brates?\b|\bshares?\b|\bemployees\b|\bheadcount\b|\bnumber\b"
    r"|\bdays\b|\bstores\b|\bunits\b|\bcustomers\b|\bpeople\b|\bstaff\b|\btimes\b|\bmultiple\b"
    r"|\bEPS\b|\byield\b|\bcount\b",
    re.IGNORECASE,
)
"""Names of what a table counts apart from the money that its scale is of."""
_SUFFIX = re.compile(r"\s*([^\W\d_]{1,9}(?:[/²³][^\W\d_]{0,3}[²³]?)?)\.?")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit and its scale; `power` is that of ten, None where nothing says it."""

    power: int | None
    name: str  # "euros", "%", "kg"; empty where nothing says it

    def __str__(self) -> str:
        if self.power is None:
            return ""
        return " ".join(filter(None, (SCALE_NAMES.get(self.power, ""), self.name)))


@dataclass(frozen=True, slots=True)
class Read:
    """The number of a cell with what the cell itself says of its unit."""

    value: Decimal
    suffix: str = ""


def read(cell: Cell) -> Read | None:
    """The number that a cell is, with a unit behind it at most; None where it is none."""
    number = grids.value(cell)
    if number is not None:
        return Read(number, "%" if "%" in cell.text else "")
    found = numbers.find(cell.text, spelled=False)
    if len(found) != 1 or cell.text[: found[0].start].strip():
        return None
    behind = _SUFFIX.fullmatch(cell.text[found[0].end :])
    return Read(found[0].digits, behind[1]) if behind and not found[0].scaled else None


def currency(*texts: str) -> str:
    """The first currency that one of several texts names; empty for none."""
    found = (name for text in texts for name, shape in _COMPILED if shape.search(text))
    return next(found, "")


def unit_of(cell: Cell, suffix: str, row: str, column: str, table: Table) -> Unit:
    """What a cell is in, by itself, its row and column, and its table, in this order."""
    if suffix == "%" or _PERCENT.search(row) or _PERCENT.search(column):
        return Unit(0, "%")
    if suffix:
        return Unit(0, suffix)
    whole = grids.unit(table.caption, table.grid)
    if _UNSCALED.search(row) or _UNSCALED.search(column):
        name = currency(cell.text, row, column)
        return Unit(0, name) if name else Unit(None, "")
    for text in (column, row, whole):
        powers = numbers.scales(text)
        if len(powers) == 1:
            return Unit(powers.pop(), currency(cell.text, text, column, row, table.caption))
    if name := currency(column, row, whole):
        return Unit(0, name)
    return Unit(None, "")


def converted(value: Decimal, unit: Unit, power: int | None) -> Decimal | None:
    """A value in another scale; None where its own is not known. No digit is lost."""
    if power is None or power == unit.power:
        return value
    return None if unit.power is None else value.scaleb(unit.power - power)
