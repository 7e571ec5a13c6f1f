"""Texts of a chart taken apart: words and names that touch, numbers, powers of ten."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from mmrag import boxes
from mmrag.ingest.grids.chart_numbers import day, number
from mmrag.ingest.layout import raised
from mmrag.ingest.layout.order import Fragment
from mmrag.types import BBox

_WORD = re.compile(r"\S+")
_GROUPED = re.compile(r"\D{0,3}\d{1,3}(?:\s\d{3})+(?:[.,]\d+)?\D{0,3}")  # thousands: `12 500`
# Chosen by hand on charts of survey reports.
_LINE_GAP = 0.6  # heights, between the lines of one text
_UNDER_SHARE = 0.8  # of the narrower of two such lines, that is under the other
_SHARE = re.compile(r"\d{1,3}(?:[.,]\d+)?%")
_SHARES = re.compile(rf"(?:{_SHARE.pattern}\s*){{2,}}")
_YEARS = re.compile(r"(?:(?:19|20)\d\d){2,}")


def with_powers(texts: Sequence[Fragment]) -> list[Fragment]:
    """The texts, each 10 joined with the smaller number raised at its end: `10³`."""
    tens = [text for text in texts if text.text.strip() in ("10", "-10", "−10")]
    joined: dict[Fragment, Fragment] = {}
    for ten in tens:
        x1, foot = ten.bbox[2], ten.bbox[3]
        for text in texts:
            if (
                -0.3 * ten.size <= text.bbox[0] - x1 <= 0.3 * ten.size
                and raised.is_raised(text.size, text.bbox[3], ten.size, foot)
                and abs(text.bbox[3] - foot) < ten.height
                and number(text.text) is not None
            ):
                power = raised.marked(text.text.strip())
                box = boxes.union([ten.bbox, text.bbox])
                joined[ten] = replace(ten, text=ten.text.strip() + power, bbox=box)
                joined[text] = joined[ten]
    return list(dict.fromkeys(joined.get(text, text) for text in texts))


def words(text: Fragment) -> list[Fragment]:
    """The words of a text that may be several labels; years and `24%23%` may have no spaces."""
    found = [match.span() for match in _WORD.finditer(text.text)]
    if _SHARES.fullmatch(text.text.strip()):
        found = [match.span() for match in _SHARE.finditer(text.text)]
    if _YEARS.fullmatch(text.text):
        found = [(at, at + 4) for at in range(0, len(text.text), 4)]
    return _parts(text, found)


def names(text: Fragment) -> list[Fragment]:
    """The words of a text, also of labels that touch each other: `EastSummit` is two."""
    found: list[tuple[int, int]] = []
    for match in _WORD.finditer(text.text):
        start, end = match.span()
        inner = [
            at
            for at in range(start + 1, end)
            if text.text[at - 1].islower() and text.text[at].isupper()
        ]
        found += pairwise([start, *inner, end])
    return _parts(text, found)


def _parts(text: Fragment, spans: Sequence[tuple[int, int]]) -> list[Fragment]:
    """Parts of a text from one character to another, each with its share of the box."""
    x0, y0, x1, y1 = text.bbox
    width = (x1 - x0) / max(len(text.text), 1)
    return [
        replace(
            text, text=text.text[start:end], bbox=(x0 + start * width, y0, x0 + end * width, y1)
        )
        for start, end in spans
    ]


def numbers_of(text: Fragment) -> list[Fragment]:
    """A text that is a number, or the numbers that it is made of."""
    parts = words(text)
    if reads(text.text) and (len(parts) == 1 or _GROUPED.fullmatch(text.text.strip())):
        return [text]
    if len(parts) > 1 and all(reads(part.text) for part in parts):
        return parts
    return [text] if reads(text.text) else []


def shares_of(text: Fragment) -> list[Fragment]:
    """The shares that a text is made of, as of bars side by side: `24%23%`; else the text."""
    return words(text) if _SHARES.fullmatch(text.text.strip()) else [text]


def reads(text: str) -> bool:
    """Whether a text is a number or a day."""
    return any(told is not None for told in (number(text), number(text, ","), day(text)))


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Lines right below each other, as one text."""

    lines: tuple[Fragment, ...]

    @property
    def text(self) -> str:
        return " ".join(word for line in self.lines for word in line.text.split())

    @property
    def bbox(self) -> BBox:
        return boxes.union(line.bbox for line in self.lines)


def blocks(texts: Sequence[Fragment]) -> list[TextBlock]:
    """Texts as blocks, each line right below another of its block."""
    found: list[list[Fragment]] = []
    for text in sorted(texts, key=lambda text: text.bbox[1]):
        over = (
            lines
            for lines in found
            if abs(text.bbox[1] - lines[-1].bbox[3]) <= _LINE_GAP * text.height
            and _is_under(text.bbox, lines[-1].bbox)
        )
        lines = next(over, None)
        if lines is None:
            found.append([text])
        else:
            lines.append(text)
    return [TextBlock(tuple(lines)) for lines in found]


def _is_under(one: BBox, other: BBox) -> bool:
    narrower = min(boxes.width(one), boxes.width(other))
    return boxes.overlap_x(one, other) > _UNDER_SHARE * narrower


def is_turned(text: Fragment) -> bool:
    """Whether a text stands sideways, as far as its box tells."""
    x0, _, x1, _ = text.bbox
    return len(text.text.strip()) > 2 and x1 - x0 < text.height / 2
