"""Units of computed numbers: their scale, and their name as a sentence says it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mmrag.quantities import Quantity
from mmrag.text import units

_NAMES = {
    "$": "dollars", "€": "euros", "£": "pounds", "¥": "yen", "₹": "rupees",
    "pp": "percentage points", "bps": "basis points",
}  # fmt: skip
"""Signs as words; other units are words already."""
_MONEY = frozenset(name for sign, name in _NAMES.items() if sign not in ("pp", "bps"))

_PIECES = re.compile(r"\b(?:quantity|quantities|qty|pieces|number|count)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit and its scale; `power` is that of ten, None where nothing says it."""

    power: int | None
    name: str  # "euros", "%", "kg"; empty where nothing says it

    def __str__(self) -> str:
        if self.power is None:
            return ""
        scale = units.SCALE_NAMES.get(self.power, f"10^{self.power}") if self.power else ""
        return " ".join(filter(None, (scale, self.name)))


PERCENT, POINTS = Unit(0, "%"), Unit(0, "percentage points")


def unit_of(quantity: Quantity, names: Sequence[str]) -> Unit:
    """The unit of a cell, by the names of its row, its column and its table.

    Of no known scale where these name none: a sign beside a number says the currency, and not
    whether it is in millions. What is counted by pieces is not in the unit of its table.
    """
    if any(map(_PIECES.search, names[:2])):
        return Unit(None, "")
    sign, _, rest = quantity.unit.partition(" ")
    name = " ".join(filter(None, (currency_name(sign), rest)))
    is_money = sign in _NAMES or (sign.isupper() and len(sign) == 3)  # a code of ISO 4217
    said = not is_money or rest or any(units.told(text).currency for text in names)
    return Unit(quantity.scale if quantity.scale or (name and said) else None, name)


def shared(units: Iterable[Unit]) -> Unit | None:
    """The unit of numbers that go together; None where they differ.

    A table sets its currency's sign beside some numbers and means it of all.
    """
    found = set(units)
    names = {unit.name for unit in found if unit.name}
    if len({unit.power for unit in found}) != 1 or len(names) > 1:
        return None
    if names and "" in {unit.name for unit in found} and not names <= _MONEY:
        return None
    return Unit(next(iter(found)).power, next(iter(names), ""))


def currency_name(sign: str) -> str:
    """A currency's sign as a word."""
    return _NAMES.get(sign, sign)


def converted(value: Decimal, unit: Unit, power: int) -> Decimal | None:
    """A value in another scale, no digit lost; None where its own is not known."""
    return None if unit.power is None else value.scaleb(unit.power - power)
