"""What is done with numbers: in decimals, rounded as the numbers are that went in."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

PERCENT_DECIMALS = 1
"""Decimals of a change in percent where the question wants no other: as reports give them. Below
`_SMALL_PERCENT` one more, so that three digits tell something. By hand."""
_SMALL_PERCENT = 10
RATIO_DECIMALS = 2
"""Of a ratio, as analysts give them: 0.83. Chosen by hand."""


def rounded(value: Decimal, decimals: int) -> Decimal:
    """A value to so many decimals, halves away from zero."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def percent_decimals(percent: Decimal) -> int:
    """The decimals of a share or change in percent."""
    return PERCENT_DECIMALS + (abs(percent) < _SMALL_PERCENT)


def decimals(values: Sequence[Decimal]) -> int:
    """The most decimals that one of the values has."""
    exponents = (value.as_tuple().exponent for value in values)
    return max((0, *(-part for part in exponents if isinstance(part, int))))


def percent_change(old: Decimal, new: Decimal) -> Decimal | None:
    """By how many percent `new` differs from `old`; None from nothing, or from less than it."""
    return (new - old) / old * 100 if old > 0 else None
