"""What is done with numbers: in decimals, rounded as the numbers are that went in."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

PERCENT_DECIMALS = 1
"""Decimals of a change in percent where the question wants no other: as reports give them. Below
`_SMALL_PERCENT` one more, so that three digits tell something. By hand."""
_SMALL_PERCENT = 10
RATIO_DECIMALS = 2
"""Of a ratio, as analysts give them: 0.83. Chosen by hand."""
_FEWEST_PARTS = 2  # of a sum: a single one is the same number again
_MOST_PARTS = 50  # that are tried; by hand: tables of a thousand rows would take seconds
_FEWEST_DIGITS = 3  # of a sum: two numbers of one digit add up to a third by chance; by hand


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


def parts(above: Sequence[Decimal], total: Decimal) -> int:
    """How many of the numbers right above one add up to it, rounded as they are; 0 for none."""
    if len(total.as_tuple().digits) < _FEWEST_DIGITS:
        return 0
    above = above[-_MOST_PARTS:]
    exponents = [value.as_tuple().exponent for value in (*above, total)]
    last = Decimal(1).scaleb(max((part for part in exponents if isinstance(part, int)), default=0))
    added = Decimal()
    for count, value in enumerate(reversed(above), start=1):
        added += value
        if count >= _FEWEST_PARTS and abs(added - total) * 2 <= last * (count + 1):
            return count
    return 0
