"""Roman numerals."""

import re
from collections.abc import Sequence

MAX_ROMAN = 3999
"""The largest number that has a Roman numeral of plain letters."""
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_PARTS = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_COUNTED = re.compile(r"(?P<before>.*\W)(?P<numeral>I{1,3})")
_MISREAD = ([1, 2, 2], [1, 1, 3])
"""Numerals of which one is read as its neighbour: OCR closes up what is narrow."""


def value(roman: str) -> int:
    """The number of a Roman numeral in letters of either case; irregular ones ("IIII") too."""
    values = [_VALUES[letter] for letter in roman.upper()]
    return sum(
        -one if any(one < later for later in values[at + 1 : at + 2]) else one
        for at, one in enumerate(values)
    )


def numeral(number: int) -> str:
    """The Roman numeral, in capitals, of a number from 1 to `MAX_ROMAN`."""
    parts = []
    for part, letters in _PARTS:
        count, number = divmod(number, part)
        parts.append(letters * count)
    return "".join(parts)


def is_regular(roman: str) -> bool:
    """Whether letters of either case are a numeral as it is written today: "iv", not "iiii"."""
    letters = roman.upper()
    return bool(letters) and set(letters) <= _VALUES.keys() and numeral(value(letters)) == letters


def told_apart(names: Sequence[str]) -> list[str]:
    """Names, of which three in a row that count from I count on: "Wave I", "Wave II", "Wave II"."""
    found = list(names)
    ends = [_COUNTED.fullmatch(name) for name in names]
    for start in range(len(names) - 2):
        three = [end for end in ends[start : start + 3] if end is not None]
        numerals = [len(end["numeral"]) for end in three]
        if numerals in _MISREAD and len({end["before"] for end in three}) == 1:
            found[start : start + 3] = (
                f"{end['before']}{numeral(number)}" for number, end in enumerate(three, start=1)
            )
    return found
