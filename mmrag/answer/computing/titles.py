"""The title of a document, as its first page prints it.

It is what the document is called, where lines of that page say no more and no less; the number of a
form and whose it is ("FORM 10-K"); else the largest print, where it stands out from the rest.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, takewhile
from math import sqrt
from operator import attrgetter
from statistics import median

from mmrag.answer.computing import makers
from mmrag.text import rows
from mmrag.text.prompting import one_line
from mmrag.text.words import plain_words
from mmrag.types import DocumentOutline, OutlineItem, PlacedLine

_FORM = re.compile(r"\b(?:FORM|Form)\s+(?=[A-Z-]*\d)[A-Z0-9]+(?:-[A-Z0-9]+)*$")
_NUMBER = re.compile(r"(?<![\w.,])\d+(?![\w.,])")
_OF_FORM = re.compile(
    r"^\W*(?:exact\s+)?name\s+of\s+(?:the\s+)?(?:registrant|issuer)", re.IGNORECASE
)
"""What stands below whose form it is."""
_TITLE_LINES = 4  # a title has no more; chosen by hand
_MOST_WORDS = 25  # of a title; chosen by hand
_MOST_OF_TITLE_PAGE = 40  # words of a first page that is a title page; chosen by hand
_STANDS_OUT = 1.3  # times the size of most of the page; chosen by hand
_ALIKE = 0.75  # of the size of a title's largest line that its others have; chosen by hand
_PART = 0.6  # of the words of a line that are the title; chosen by hand
_FIRST = 0.85  # of the largest size, that the first of several such lines has; chosen by hand
_TITLE_AND_NAME = 2  # lines of a page that has no more than a title, which may be one word
_NEAR = 1.0  # heights of a line between it and the next one of a title; chosen by hand
_LONGEST = 160  # characters of a title in an answer; chosen by hand
_END_OF_SENTENCE = (".", ":", "。")


def title(outline: DocumentOutline) -> OutlineItem | None:
    """The first page under the title that it prints; None where that cannot be told."""
    if not outline.pages:
        return None
    page = outline.pages[0]
    placed = _whole(outline.first_lines)
    lines = [line.text for line in placed] or [
        *filter(None, map(str.strip, page.text.splitlines()))
    ]
    named = plain_words(outline.names.partition("\n")[0])
    found = _of_form(lines)
    if found is None and (printed := _printed(named, lines)):
        found = _above(printed, placed) or printed
    if found is None:
        found = _largest(placed) if placed else _of_title_page(lines)
    return replace(page.item, title=one_line(found, _LONGEST)) if found else None


def _whole(lines: Sequence[PlacedLine]) -> list[PlacedLine]:
    """The lines with what was broken of one in one place."""
    return [
        PlacedLine(text, box)
        for box, group in groupby(lines, attrgetter("bbox"))
        if (text := " ".join(line.text.strip() for line in group).strip())
    ]


def _of_form(lines: Sequence[str]) -> str | None:
    """The number of a form, and the line above "name of registrant"."""
    found = (match[0] for line in lines if (match := _FORM.search(line)))
    number = next(found, None)
    if number is None:
        return None
    below = (at for at, line in enumerate(lines) if at and _OF_FORM.search(line))
    name = next((line for at in below for line in lines[at - 1 :: -1] if line[0] != "("), "")
    return f"{number}, {name}" if name else number


def _printed(named: Sequence[str], lines: Sequence[str]) -> str | None:
    """The lines that are what the document is called; those with a wide gap are two columns."""
    for start in range(len(lines)):
        for end in range(start + 1, start + 1 + _TITLE_LINES):
            told = lines[start:end]
            said = plain_words(" ".join(told))
            if len(said) > len(named):
                break
            if said and said == list(named) and all(len(rows.cells(line)) < 2 for line in told):
                return " ".join(told)
    return next((line for line in lines if _is_most_of(line, named)), None)


def _is_most_of(line: str, named: Sequence[str]) -> bool:
    """Whether a line has the words that a document is called by, and hardly any others."""
    if len(rows.cells(line)) > 1:
        return False
    said, size = plain_words(line), len(named)
    starts = range(len(said) - size + 1) if named and size >= _PART * len(said) else ()
    return any(said[at : at + size] == list(named) for at in starts)


def _above(found: str, lines: Sequence[PlacedLine]) -> str | None:
    """A line above the one found in a print as large: what was found is a heading below it."""
    before = list(takewhile(lambda line: not found.startswith(" ".join(line.text.split())), lines))
    if len(before) == len(lines):
        return None
    size = _size(lines[len(before)])
    alike = (line for line in before if size <= _size(line) <= size / _ALIKE)
    return next((line.text for line in alike if _is_title(line.text, 3)), None)


def _largest(lines: Sequence[PlacedLine]) -> str | None:
    """The lines in the largest print, where most of the page is smaller."""
    told = [line for line in lines if any(map(str.isalpha, line.text))]
    titles = [
        line for line in told if _is_title(line.text, 1 if len(told) == _TITLE_AND_NAME else 2)
    ]
    if not titles:
        return None
    size = max(map(_size, titles))
    largest = next(line for line in titles if _size(line) >= _FIRST * size)
    rest = [size for line in told if line is not largest for size in [_size(line)] * len(line.text)]
    if rest and _size(largest) < _STANDS_OUT * median(rest):
        return None
    at = told.index(largest)
    above = list(_beside(largest, told[:at][::-1]))[::-1]
    return " ".join(line.text for line in (*above, largest, *_beside(largest, told[at + 1 :])))


def _beside(largest: PlacedLine, others: Sequence[PlacedLine]) -> Iterator[PlacedLine]:
    """The lines next to the largest that go on with a title: near it, and about as large."""
    last = largest
    for line in others[: _TITLE_LINES - 1]:
        gap = max(line.bbox[1] - last.bbox[3], last.bbox[1] - line.bbox[3])
        if _size(line) < _ALIKE * _size(largest) or gap > _NEAR * _size(largest):
            return
        yield line
        last = line


def _size(line: PlacedLine) -> float:
    """The size of print, from the area that a letter takes, since a line may be a paragraph."""
    x0, y0, x1, y1 = line.bbox
    return sqrt(abs((x1 - x0) * (y1 - y0)) / max(1, len(line.text)))


def _is_title(text: str, fewest: int) -> bool:
    """Whether a line may be a title: no sentence, no columns or entries, and not who made it."""
    count = len(plain_words(text))
    return (
        fewest <= count <= _MOST_WORDS
        and not text.rstrip().endswith(_END_OF_SENTENCE)
        and len(rows.cells(text)) < 2
        and len(_NUMBER.findall(text)) < 2
        and not makers.is_told_by(text)
    )


def _of_title_page(lines: Sequence[str]) -> str | None:
    """The first line of a page that has few words, where the sizes of its print are not known."""
    if not lines or len(plain_words(" ".join(lines))) > _MOST_OF_TITLE_PAGE:
        return None
    return lines[0] if _is_title(lines[0], 1) else None
