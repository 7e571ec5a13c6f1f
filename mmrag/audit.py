"""How far a model's description can be trusted: its numbers and names are looked for in the figure.

What is looked through is what the document itself says of the figure: the text inside, caption,
label, headings and the sentences that mention it. A sentence's trust is the part of its numbers
and names found there, 0 to 1. A sentence without any has `UNCLAIMED`; where the document says
next to nothing about the figure, as of a photograph, each has `UNCHECKED`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mmrag import grids
from mmrag.text import labels, numbers, rows, sentences
from mmrag.text.numbers import Number
from mmrag.text.stems import stem
from mmrag.text.words import MONTH, words
from mmrag.types import Description, Figure, Grid

UNCLAIMED = 0.8
UNCHECKED = 0.5
"""Chosen by hand, as is the next."""
_MIN_STEMS = 3  # of the words about a figure: with fewer, nothing is checked

_NAME = re.compile(r"[^\W\d_][\w&'’-]*|\d+[A-Za-z][\w-]*")
_MONTH = re.compile(MONTH, re.IGNORECASE)
_NOT_NAMES = labels.FORMS | {"image", "picture", "page", "x", "y", "i", "a"}


@dataclass(frozen=True, slots=True)
class Audited:
    """A sentence with its trust, and what of it the document does not confirm."""

    sentence: str
    trust: float
    unconfirmed: tuple[str, ...] = ()


def audit(text: str, figure: Figure) -> tuple[Audited, ...]:
    """The sentences of a description, each compared with the document's own words."""
    return by_text(text, _told(figure))


def by_text(said: str, text: str) -> tuple[Audited, ...]:
    """The sentences of what was said, each compared with a text."""
    source = _Source.of(text)
    return tuple(_audited(sentence, source) for sentence in sentences.of_paragraph(said))


def trust(text: str, figure: Figure) -> float:
    """The trust in a whole description: the mean over its sentences, each by its length."""
    found = audit(text, figure)
    length = sum(len(item.sentence) for item in found)
    if not length:
        return 0.0
    return sum(item.trust * len(item.sentence) for item in found) / length


def _grid_trust(texts: Sequence[str], figure: Figure) -> float:
    """The share of a grid's numbers and words that stand in the figure's own text.

    `UNCHECKED` where that holds next to none, as of a table in a picture that nobody could read.
    """
    source = _Source.of(_told(figure))
    if len(source.stems) < _MIN_STEMS:
        return UNCHECKED
    held = [source.holds(number) for text in texts for number in numbers.find(text, spelled=False)]
    held += [
        stem(word) in source.stems
        for text in texts
        for word in words(text)
        if not word[0].isdigit()
    ]
    return sum(held) / len(held) if held else 0.0


def grid(said: str, figure: Figure, maker: str) -> Grid | None:
    """A table as a model wrote it down in Markdown: see `grid_of`."""
    return grid_of(rows.of_markdown(said), figure, maker)


def grid_of(told: Sequence[Sequence[str]], figure: Figure, maker: str) -> Grid | None:
    """Rows that a model told, with their trust; None where there are not two of them.

    Their cells have no places of their own: each has the box of the figure.
    """
    cells = grids.of_rows(told, figure.bbox)
    if not cells:
        return None
    trust = _grid_trust([cell.text for cell in cells], figure)
    return Grid(figure.id, cells, maker, round(trust, 2))


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


def _told(figure: Figure) -> str:
    """The document's words about a figure."""
    parts = (figure.text, figure.caption, figure.label, *figure.heading, *figure.mentions)
    return "\n".join(parts)


@dataclass(frozen=True, slots=True)
class _Source:
    """A text in the form in which what is said of it is compared."""

    stems: frozenset[str]
    numbers: tuple[Number, ...]
    scales: frozenset[int]

    @classmethod
    def of(cls, text: str) -> "_Source":
        return cls(
            frozenset(map(stem, words(text))),
            tuple(numbers.find(text, spelled=False)),
            frozenset(numbers.scales(text)),
        )

    def holds(self, number: Number) -> bool:
        """Whether the number is there: as written, scaled, or as what rounds to it."""
        return numbers.confirmed(number, self.numbers, self.scales)


def _audited(sentence: str, source: _Source) -> Audited:
    if len(source.stems) < _MIN_STEMS:
        return Audited(sentence, UNCHECKED)
    said = numbers.find(sentence, spelled=False)
    names = list(_names(sentence))
    strangers = [name for name in names if not source.stems.issuperset(map(stem, words(name)))]
    missing = [number.text for number in said if not source.holds(number)]
    claims = len(said) + len(names)
    if not claims:
        return Audited(sentence, UNCLAIMED)
    return Audited(sentence, 1 - (len(missing) + len(strangers)) / claims, (*missing, *strangers))


def _names(sentence: str) -> Iterator[str]:
    """Words with a capital inside the sentence, or with capitals or digits within: names."""
    for at, word in enumerate(_NAME.findall(sentence)):
        inside = any(char.isupper() or char.isdigit() for char in word[1:])
        if (inside or (at and word[0].isupper())) and not _is_common(word):
            yield word


def _is_common(word: str) -> bool:
    """Whether a word with a capital names nothing to check: a month, "Fig", an axis."""
    return word.lower() in _NOT_NAMES or _MONTH.fullmatch(word) is not None
