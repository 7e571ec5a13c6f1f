"""Numbers in text with their sign, scale and unit, and when two of them say the same."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mmrag.text.characters import fold

_SCALES = {
    "hundred": 2,
    "thousand": 3,
    "thousands": 3,
    "k": 3,
    "lakh": 5,
    "lakhs": 5,
    "lac": 5,
    "lacs": 5,
    "million": 6,
    "millions": 6,
    "mn": 6,
    "mln": 6,
    "m": 6,
    "crore": 7,
    "crores": 7,
    "billion": 9,
    "billions": 9,
    "bn": 9,
    "b": 9,
    "trillion": 12,
    "trillions": 12,
    "tn": 12,
    "tausend": 3,
    "mio": 6,
    "millionen": 6,
    "millones": 6,
    "milioni": 6,
    "mrd": 9,
    "milliarden": 9,
    "milliard": 9,
    "milliards": 9,
    "miliardi": 9,
    "billionen": 12,
    "万": 4,
    "萬": 4,
    "亿": 8,
    "億": 8,
    "兆": 12,
}
_SHORT_SCALES = frozenset({"k", "m", "b"})  # only right behind the number: "5m", not "5 m"
_UP_TO_TWENTY = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen twenty
"""
_TENS = "thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: number for number, word in enumerate(_UP_TO_TWENTY.split())} | {
    word: number for number, word in zip(range(30, 100, 10), _TENS.split(), strict=True)
}
_DECIMAL_COMMA = (
    r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}(?![\d.])|\d{1,3}(?:\s\d{3})+,\d{1,2}(?![\d,])"
)
"""Numbers that can only be read with a comma before the fraction: `1.234,5`, `2 956,5`."""
_NUMBER = re.compile(
    r"(?<![\w.])(?<![^\W\d_]-)"
    r"(?P<open>\()?(?P<sign>(?<!\d)[-+−]\s?)?(?P<currency>(?:US|A|C|HK|Rs\.?|INR|USD|EUR|GBP)?\s?"
    r"[$€£¥₹]\s?)?(?P<inner>\()?(?P<inner_sign>-)?"
    rf"(?P<digits>(?P<decimal_comma>{_DECIMAL_COMMA})|"
    r"\d{1,3}(?:,\d{2,3})+(?:\.\d+)?|\d{1,3}(?:'\d{3})+|\d+(?:\.\d+)?|\.\d+)"
    r"(?:\^[+(-]?\d+\)?(?:,\s?\^?\d+)*)?"  # a footnote's mark, or an exponent
    r"(?P<close>\s?%?\))?"
    r"(?:\s?(?P<percent>%|per\s?cent\b|percent(?:age)?(?:\spoints?)?\b|pp\b)"
    r"|(?P<gap>[\s-]?)(?:(?P<scale>[A-Za-z]+)\b|(?P<myriad>[万萬億亿兆])))?",
    re.IGNORECASE,
)
_SCALE_WORD = re.compile(
    r"\b(thousands?|lakhs?|lacs?|millions?|crores?|billions?|trillions?)\b|[$€£₹]\s?(m|mn|bn|b|k)\b"
    r"|'(000)s?\b|\b(000)s\b",
    re.IGNORECASE,
)
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)


_YEAR = re.compile(r"(?:18|19|20)\d\d")


def is_year(word: str) -> bool:
    """Whether a word is a year from 1800 to 2099, and nothing else."""
    return _YEAR.fullmatch(word) is not None


@dataclass(frozen=True, slots=True)
class Number:
    """One number. `digits` is as written, `value` with its scale; both keep the sign."""

    text: str
    start: int
    end: int
    digits: Decimal
    value: Decimal
    unit: Decimal  # what the last written digit stands for, scale applied
    percent: bool
    money: bool
    scaled: bool
    spelled: bool = False

    @property
    def is_year(self) -> bool:
        """Whether it can be a year: four plain digits from 1800 to 2100."""
        plain = not (self.percent or self.money or self.scaled) and self.text.isdigit()
        return plain and len(self.text) == 4 and 1800 <= self.digits <= 2100


def find(text: str, *, spelled: bool = True) -> list[Number]:
    """The numbers of `text` in order; with `spelled`, number words up to ninety as well.

    Digits inside a word (`FY2023`, `GPT-4`) are part of its name, not numbers; an amount in
    parentheses is negative, as accountants write it.
    """
    text = fold(text)
    read = [_read(match) for match in _NUMBER.finditer(text)]
    numbers = [number for number in read if number is not None]
    if spelled:
        for match in _NUMBER_WORD.finditer(text):
            value = Decimal(_WORDS[match[0].lower()])
            numbers.append(
                Number(
                    match[0],
                    match.start(),
                    match.end(),
                    value,
                    value,
                    Decimal(1),
                    percent=False,
                    money=False,
                    scaled=False,
                    spelled=True,
                )
            )
    return sorted(numbers, key=lambda number: number.start)


def scales(text: str) -> set[int]:
    """The powers of ten that a text names as its scale: `in millions` gives 6."""
    found = set()
    for match in _SCALE_WORD.finditer(text):
        word = (match[1] or match[2] or "thousand").lower()
        found.add(_SCALES[word])
    return found


def confirmed(number: Number, evidence: Sequence[Number], named_scales: Collection[int]) -> bool:
    """Whether one of the evidence's numbers says what `number` says.

    Equal values agree, and rounded ones where `number` is rounded; a table's numbers count under
    each scale that the evidence names. A negative number is not confirmed by a positive one; the
    reverse is, as in "fell by 5".
    """
    return any(_agrees(number, other, named_scales) for other in evidence)


def _agrees(number: Number, other: Number, named_scales: Collection[int]) -> bool:
    if number.digits < 0 <= other.digits:
        return False
    if number.percent and (other.money or other.scaled):
        return False
    if other.percent and (number.money or number.scaled):
        return False
    said = abs(number.value)
    readings = [abs(other.value)]
    if not other.scaled and not other.percent and not other.is_year:
        readings += [abs(other.digits).scaleb(scale) for scale in named_scales]
    if not number.scaled and other.scaled:
        readings.append(abs(other.digits))
    if said in readings:
        return True
    rounded = number.scaled or number.percent or number.unit < 1
    return rounded and any(abs(said - reading) * 2 <= number.unit for reading in readings)


def _read(match: re.Match[str]) -> Number | None:
    written = match["digits"]
    end = match.end("digits")
    scale_word = (match["scale"] or match["myriad"] or "").lower()
    power = _SCALES.get(scale_word, 0)
    if scale_word in _SHORT_SCALES and match["gap"]:
        power = 0
    if scale_word and not match["gap"] and not power and not _is_unit(scale_word):
        return None  # 3rd, 4x4: a word that begins with a digit
    if match["decimal_comma"]:
        plain = Decimal(re.sub(r"[.\s]", "", written).replace(",", "."))
    else:
        plain = Decimal(re.sub(r"[,']", "", written))
    bracketed = bool((match["open"] or match["inner"]) and match["close"])
    amount = "," in written or "." in written or bool(match["currency"])
    negative = bool(match["sign"] and match["sign"].strip() != "+") or bool(match["inner_sign"])
    if bracketed and (amount or "%" in (match["close"] or "")):
        negative = True
    signed = -plain if negative else plain
    percent = bool(match["percent"]) or "%" in (match["close"] or "")
    exponent = plain.as_tuple().exponent
    assert isinstance(exponent, int)
    return Number(
        text=written,
        start=match.start("digits"),
        end=end,
        digits=signed,
        value=signed.scaleb(power),
        unit=Decimal(1).scaleb(exponent + power),
        percent=percent,
        money=bool(match["currency"]),
        scaled=power > 0,
    )


def _is_unit(word: str) -> bool:
    """Whether letters right behind a number are a unit of it: `5kg`, `10MHz`, `1990s`, `3rd`."""
    return len(word) <= 3
