"""How far a model's description can be trusted: its numbers and names are looked for in the figure.

What is looked through is what the document itself says of the figure: the text inside, caption,
label, headings and the sentences that mention it. A sentence's trust is the part of its numbers
and names found there, 0 to 1. A sentence without any has `UNCLAIMED`; where the document says
next to nothing about the figure, as of a photograph, each has `UNCHECKED`.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from mmrag.types import Description, Figure

UNCLAIMED = 0.8
UNCHECKED = 0.5
_ENOUGH_WORDS = 3

_SCALES = {"thousand": 3, "k": 3, "million": 6, "m": 6, "mn": 6, "billion": 9, "bn": 9,
           "trillion": 12, "tn": 12}  # fmt: skip
_NUMBER = re.compile(
    r"(?<![\w.])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s?(?P<scale>thousand|million|billion|trillion|mn|bn|tn|[km])\b)?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w&'’-]*|\d+[A-Za-z][\w-]*")
_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[^\W_a-z])")
_ABBREVIATED = re.compile(
    r"\b(?:fig|figs|tab|eq|no|nos|vol|approx|vs|e\.g|i\.e|etc|inc|ltd|corp|co|u\.s|st|dr|mr|mrs)\.$",
    re.IGNORECASE,
)
_MONTHS = "january february march april may june july august september october november december"
_THINGS = "figure fig table chart graph diagram image picture page section x y i a"
_NOT_NAMES = frozenset(f"{_MONTHS} {_THINGS}".split())


@dataclass(frozen=True, slots=True)
class Audited:
    """A sentence with its trust, and what of it the document does not confirm."""

    sentence: str
    trust: float
    unconfirmed: tuple[str, ...] = ()


def audit(text: str, figure: Figure) -> tuple[Audited, ...]:
    """The sentences of a description, each compared with the document's own words."""
    source = _Source.of(figure)
    return tuple(_audited(sentence, source) for sentence in sentences(text))


def trust(text: str, figure: Figure) -> float:
    """The trust in a whole description: the mean over its sentences, each by its length."""
    found = audit(text, figure)
    length = sum(len(item.sentence) for item in found)
    if not length:
        return 0.0
    return sum(item.trust * len(item.sentence) for item in found) / length


def split(
    description: Description, figure: Figure, untrusted_below: float
) -> tuple[Description, ...]:
    """A description as what is trusted of it and what is not, for encoding each by its weight.

    What stays stored and shown is the whole. A description in the document's own words (trust 1)
    is one part.
    """
    if description.trust >= 1:
        return (description,)
    parts: dict[bool, list[Audited]] = {True: [], False: []}
    for item in audit(description.text, figure):
        parts[item.trust >= untrusted_below].append(item)
    return tuple(
        replace(
            description,
            text=" ".join(item.sentence for item in items),
            trust=min(item.trust for item in items),
        )
        for items in parts.values()
        if items
    )


def sentences(text: str) -> Iterator[str]:
    """The sentences of a paragraph."""
    waiting = ""
    for piece in _END.split(" ".join(text.split())):
        waiting = f"{waiting} {piece}".strip()
        if not _ABBREVIATED.search(waiting):
            yield waiting
            waiting = ""
    if waiting:
        yield waiting


@dataclass(frozen=True, slots=True)
class _Source:
    """A document's words about a figure, in the form in which they are compared."""

    words: frozenset[str]
    numbers: tuple[Decimal, ...]

    @classmethod
    def of(cls, figure: Figure) -> "_Source":
        parts = (figure.text, figure.caption, figure.label, *figure.heading, *figure.mentions)
        text = _plain("\n".join(parts))
        found = [_digits(match) for match in _NUMBER.finditer(text)]
        found += [_value(match) for match in _NUMBER.finditer(text)]
        return cls(frozenset(map(_stem, _WORD.findall(text))), tuple(found))

    def holds(self, match: re.Match[str]) -> bool:
        """Whether the number is there: as written, scaled, or as what rounds to it."""
        value, digits = _value(match), _digits(match)
        exponent = digits.as_tuple().exponent
        assert isinstance(exponent, int)
        unit = Decimal(1).scaleb(exponent) * (value / digits if digits else 1)
        rounded = exponent < 0 or value != digits
        return any(
            other in (value, digits) or (rounded and abs(other - value) * 2 <= unit)
            for other in self.numbers
        )


def _audited(sentence: str, source: _Source) -> Audited:
    if len(source.words) + len(source.numbers) < _ENOUGH_WORDS:
        return Audited(sentence, UNCHECKED)
    plain = _plain(sentence)
    numbers = list(_NUMBER.finditer(plain))
    names = [word for word in _names(plain) if _stem(word) not in source.words]
    missing = [match["digits"] for match in numbers if not source.holds(match)]
    claims = len(numbers) + len(list(_names(plain)))
    if not claims:
        return Audited(sentence, UNCLAIMED)
    return Audited(sentence, 1 - (len(missing) + len(names)) / claims, (*missing, *names))


def _names(sentence: str) -> Iterator[str]:
    """Words with a capital inside the sentence, or with capitals or digits within: names."""
    for at, word in enumerate(_WORD.findall(sentence)):
        inside = any(char.isupper() or char.isdigit() for char in word[1:])
        if (inside or (at and word[0].isupper())) and word.lower() not in _NOT_NAMES:
            yield word


def _digits(match: re.Match[str]) -> Decimal:
    return Decimal(match["digits"].replace(",", ""))


def _value(match: re.Match[str]) -> Decimal:
    return _digits(match).scaleb(_SCALES.get((match["scale"] or "").lower(), 0))


def _stem(word: str) -> str:
    """A word without case, possessive and plural."""
    word = re.sub(r"['’]s$", "", word.lower())
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("’", "'")
