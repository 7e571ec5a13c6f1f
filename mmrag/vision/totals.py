"""What is paid: the amount that its label names most clearly and that the sums bear out.

Each row with an amount is a candidate. Its label counts (see `field_words`), and so does
arithmetic: what was given less the change, the sum of the items, the subtotal with the tax. Weights
are chosen by hand: the arithmetic of a payment outweighs any label.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mmrag.text import values
from mmrag.types import BBox
from mmrag.vision.field_words import RowKind, begins, kinds
from mmrag.vision.rows import TextAt, TextRow

_WEIGHTS: Mapping[RowKind, float] = {
    "payable": 4,
    "total": 2,
    "including": 2,
    "subtotal": -6,
    "within": -6,  # a tax that a total includes
    "excluding": -6,
    "count": -6,
    "discount": -6,
    "rounding": 1,  # "total rounded"
    "change": -6,
    "paid": -4,
}
_TAX = -6.0  # a tax itself, not a total with it
_IN_SUMMARY = -5.0  # of a table of taxes below the total
_AFTER_ROUNDING = 2.0
_PAYMENT = 6.0  # what was given less the change, or given where nothing is given back
_SUMS = 2.0  # of the items, or of a subtotal with its tax
_CENT = 0.005
_ROUNDED = 0.05  # within which cash is rounded, in most currencies that have small coins
_CURRENCY = re.compile(r"^(?:[A-Z]{2,3}(?=[\s\d])|[$€£¥₹])\s*", re.IGNORECASE)
_NAMED: frozenset[RowKind] = frozenset(("payable", "total"))


@dataclass(frozen=True, slots=True)
class _AmountRow:
    """A row with the last amount in it, and what it is called."""

    at: int
    label: str
    text: str
    value: float
    bbox: BBox
    kinds: frozenset[RowKind]


def total(rows: Sequence[TextRow]) -> TextAt | None:
    """The amount that is paid; None where no label and no sum points to one."""
    found = [item for at in range(len(rows)) for item in _amount_row(rows, at)]
    is_paid, is_given = _given_less_change(found), _given_alone(found)
    is_sum, is_with_tax = _sum_of_items(found), _base_with_tax(found)
    summary = _summary(rows, found)

    def worth(item: _AmountRow) -> float:
        named = sum(_WEIGHTS.get(kind, 0.0) for kind in item.kinds)
        if "tax" in item.kinds and "including" not in item.kinds:
            named += _TAX
        above = rows[max(item.at - 2, 0) : item.at]
        named += _AFTER_ROUNDING * any("rounding" in kinds(row.text) for row in above)
        named += _IN_SUMMARY * (summary is not None and item.at > summary)
        is_named = bool(_NAMED & item.kinds)
        return (
            (named if is_named or named < 0 else 0.0)
            + _PAYMENT * (is_paid(item) or is_given(item))
            + _SUMS * (is_named and (is_sum(item) or is_with_tax(item)))
        )

    def order(item: _AmountRow) -> tuple[float, float, int]:
        return worth(item), item.value, -item.at

    best = max(found, key=order, default=None)
    if best is None or worth(best) <= 0:
        named = (item for item in found if _NAMED & item.kinds)
        best = max(named, key=order, default=None)
    return None if best is None else (best.text, best.bbox)


def _amount_row(rows: Sequence[TextRow], at: int) -> Sequence[_AmountRow]:
    """The row with its amount, or with that of the row below where that has nothing else."""
    row = rows[at]
    label = values.AMOUNT.sub(" ", row.text)
    named = kinds(label)
    found = amount_in(row)
    if found is None and named and at + 1 < len(rows):
        below = rows[at + 1]
        found = None if re.search(r"[^\W\d_]{3}", below.text) else amount_in(below)
    value = None if found is None else values.amount(found[0])
    if found is None or value is None:
        return ()
    return (_AmountRow(at, label, found[0], value, found[1], named),)


def amount_in(row: TextRow) -> TextAt | None:
    """The last amount of a row, without the sign of its currency."""
    found = None
    for piece in row.pieces:
        for match in values.AMOUNT.finditer(piece.text):
            found = (_CURRENCY.sub("", "".join(match[0].split())), piece.bbox)
    return found


Check = Callable[[_AmountRow], bool]


def _first(found: Sequence[_AmountRow], kind: RowKind) -> _AmountRow | None:
    return next(
        (item for item in found if begins(item.label, kind) and not _NAMED & item.kinds), None
    )


def _equals(wanted: Sequence[float], within: float = _CENT) -> Check:
    """Whether an amount is one of those wanted."""
    return lambda item: any(abs(item.value - value) < within + 1e-9 for value in wanted)


def _given_less_change(found: Sequence[_AmountRow]) -> Check:
    """What was given less the change, where there is any."""
    paid, change = _first(found, "paid"), _first(found, "change")
    if paid is None or change is None or not paid.value > abs(change.value) > 0:
        return _equals(())
    return _equals((abs(paid.value) - abs(change.value),))


def _given_alone(found: Sequence[_AmountRow]) -> Check:
    """What was given, where there is no change: another row has the same amount."""
    paid, change = _first(found, "paid"), _first(found, "change")
    if paid is None or (change is not None and change.value):
        return _equals(())
    is_same = _equals((abs(paid.value),))
    return lambda item: item.at != paid.at and is_same(item)


def _sum_of_items(found: Sequence[_AmountRow]) -> Check:
    """The sum of the rows without a label above the first that has one."""
    first = next((at for at, item in enumerate(found) if _NAMED & item.kinds), 0)
    items = [item.value for item in found[:first] if not item.kinds]
    return _equals((sum(items),) if len(items) > 1 else (), _ROUNDED)


def _base_with_tax(found: Sequence[_AmountRow]) -> Check:
    """A subtotal, or what is without tax, and the tax."""
    bases = [item.value for item in found if {"subtotal", "excluding"} & item.kinds]
    taxes = [item.value for item in found if "tax" in item.kinds and "including" not in item.kinds]
    return _equals([base + tax for base in bases for tax in taxes if tax], _ROUNDED)


def _summary(rows: Sequence[TextRow], found: Sequence[_AmountRow]) -> int | None:
    """Where, below the first total, a table of taxes is headed: by names alone."""
    first = next((item.at for item in found if _NAMED & item.kinds), len(rows))
    heads = (
        at
        for at, row in enumerate(rows)
        if at > first and "tax" in kinds(row.text) and values.AMOUNT.search(row.text) is None
    )
    return next(heads, None)
