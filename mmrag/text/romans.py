"""Roman numerals."""

MAX_ROMAN = 3999
"""The largest number that has a Roman numeral of plain letters."""
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_PARTS = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


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
