"""The gold answer of a question, and of what type it is.

Types are those of MMLongBench-Doc (arXiv 2407.01523, section 3: Int, Float, Str, List, None), told
by how the answer is written, with two of its strings told apart: yes or no, and running text.
"""

import ast
import re
from dataclasses import dataclass
from typing import Literal

from mmrag.text import numbers
from mmrag.text.characters import fold
from mmrag.text.numbers import Number
from mmrag.text.words import STOP_WORDS, words

AnswerType = Literal["integer", "number", "yes-no", "string", "text", "list", "none"]
TYPES: tuple[AnswerType, ...] = (
    "integer", "number", "yes-no", "string", "text", "list", "none"
)  # fmt: skip
_MOST_WORDS_OF_A_NAME = 6  # longer strings are running text; chosen by hand
_MOST_WORDS_OF_A_UNIT = 3  # behind a number: "million euros a year"; chosen by hand
_POLARITY = re.compile(r"(yes|no)\b(?!\s+\w)", re.IGNORECASE)
_SIGNS = re.compile(r"[\s$€£¥₹(+−-]*")


@dataclass(frozen=True, slots=True)
class Gold:
    """What a question is to be answered with. `items` are those of a list."""

    type: AnswerType
    text: str
    number: Number | None = None
    units: tuple[str, ...] = ()  # words behind the number, its scale aside
    items: tuple["Gold", ...] = ()


def read(answer: str | None) -> Gold:
    """The gold answer as a dataset writes it; nothing at all is the type "none"."""
    text = (answer or "").strip()
    if not text:
        return Gold("none", "")
    if text.startswith("[") and (items := _items(text)):
        return Gold("list", text, items=tuple(map(read, items)))
    if match := _POLARITY.match(text):
        return Gold("yes-no", match[1].lower())
    if found := _number(text):
        return found
    return Gold("text" if len(words(text)) > _MOST_WORDS_OF_A_NAME else "string", text)


def _items(text: str) -> list[str]:
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return []
    return [item for value in found if (item := str(value).strip())]


def _number(text: str) -> Gold | None:
    """A gold answer that is one number, with its unit or without."""
    found = numbers.find(fold(text))
    if len(found) != 1:
        return None
    number = found[0]
    rest = fold(text)[number.end :].strip(" %)")
    units = [word.lower() for word in words(rest)]
    if numbers.scales(rest) or (number.scaled and units):
        units = units[1:]
    begins = _SIGNS.fullmatch(fold(text)[: number.start]) is not None
    if number.percent:  # "per cent", "percentage points"
        units = []
    named = len(units) <= _MOST_WORDS_OF_A_UNIT and STOP_WORDS.isdisjoint(units)
    if not begins or not named or any(char.isdigit() for char in rest):
        return None
    whole = number.digits == number.digits.to_integral_value() and "." not in number.text
    plain = whole and not (number.percent or number.scaled or number.money)
    return Gold("integer" if plain else "number", text, number, tuple(units))
