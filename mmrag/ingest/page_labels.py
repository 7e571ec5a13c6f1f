"""The labels of pages: those that running heads and feet bear, or else those that the file gives.

A number in a head or foot is a page's own where it counts along with the pages: most pages of a
stretch share the difference between it and their place in the file.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mmrag.ingest.layout.segments import Segment
from mmrag.ingest.raw import RawPage
from mmrag.text import labels, romans

MARGIN = 0.1
"""Of the height of a page, at its top and bottom; chosen by hand: 1.1 inches of a letter."""
MAX_LINES = 6
"""Of a head or foot, the outermost ones; chosen by hand, to bound what a page can cost."""
MAX_LINE_CHARS = 150
"""Of a running head, chosen by hand: longer lines are the text of the page."""
LEAST_NUMBERS = 3
"""Printed numbers that make a series, chosen by hand: two are soon a coincidence."""
LEAST_SHARE = 0.5
"""The part of the pages of a series that bear their number: "most"; rectos alone are half."""
LONGEST_GAP = 4
"""Pages without a number within a series, chosen by hand: a part's title, plates, a wide table."""
UNPRINTED_ENDS = 2
"""Pages at each end of a series that it counts though they bear no number, as covers and the
openings of chapters do not. Chosen by hand."""
MAX_LINE_NUMBERS = 4
"""In a running head, chosen by hand: "Version 2 of 23 May 2024, page 5"; rows of tables have more.
"""
MAX_SPREAD_NUMBERS = 4
"""In the margins of a page with two halves; by hand: rows of numbers have neighbours, too."""
_NUMBER = re.compile(
    r"(?P<named>\b(?i:page|slide|p\.)\s*)?(?<![\w.,:/$€£%&'’-])"
    r"(?:(?P<prefix>[A-Z]{1,2})\s?[-–]\s?)?(?P<digits>\d{1,4})(?![\w%°]|[.,:/'’]\d|[-–]\w)"
)
_NAMED_PART = re.compile(labels.PATTERN)
_WORD = re.compile(r"\w")
_ROMAN = re.compile(r"[ivxl]{1,8}|[IVXL]{1,8}")
_AROUND = " .()[]|–-"  # characters that may frame a number: "- iv -"


@dataclass(frozen=True, slots=True)
class _Number:
    """A number in a head or foot: "34" of "F-34" with its prefix, or of "xxxiv"."""

    value: int
    prefix: str = ""
    roman: str = ""  # "i" or "I": a Roman numeral in small letters or capitals


@dataclass(frozen=True, slots=True)
class _Series:
    """Numbers that count along with the pages: `offset` is the first less `step` times the page."""

    offset: int
    prefix: str = ""
    roman: str = ""
    step: int = 1  # 2: two pages of a book on each

    def label(self, page: int) -> str:
        """What is printed on a page of the series; empty where it would count below 1."""
        number = self.offset + self.step * page
        if number < 1 or (self.roman and number > romans.MAX_ROMAN):
            return ""
        if self.step == 2:
            return f"{number}–{number + 1}"
        if self.roman:
            numeral = romans.numeral(number)
            return numeral.lower() if self.roman == "i" else numeral
        return f"{self.prefix}-{number}" if self.prefix else str(number)


def find(pages: Sequence[RawPage], given: Sequence[str] = ()) -> tuple[str, ...]:
    """The label of each page, empty where it has none.

    `given` are the labels that the file gives, which count where no series of printed numbers does.
    """
    printed = _printed([_ends(page) for page in pages])
    told = dict(enumerate(given, 1))
    if all(label == str(page) for page, label in told.items()):
        told = {}  # a writer's default
    return tuple(printed.get(page) or told.get(page, "") for page in range(1, len(pages) + 1))


def _printed(ends: Sequence[Sequence[str]]) -> dict[int, str]:
    """Labels of the pages that a series of printed numbers covers; longer series go first."""
    pages_of: defaultdict[_Series, list[int]] = defaultdict(list)
    for page, lines in enumerate(ends, 1):
        for series in dict.fromkeys(_series(lines, page)):
            pages_of[series].append(page)
    runs = [(run, series) for series, pages in pages_of.items() for run in _runs(pages, series)]
    runs.sort(key=lambda found: (-len(found[0]), found[0][0]))
    taken: dict[int, _Series] = {}
    for run, series in runs:
        pages = range(run[0], run[-1] + 1)
        if not any(page in taken for page in pages):
            taken.update(dict.fromkeys(pages, series))
    return {page: label for page, one in _filled(taken, len(ends)) if (label := one.label(page))}


def _runs(pages: Sequence[int], series: _Series) -> Iterator[list[int]]:
    """Stretches of pages, most of which bear the number of the series."""
    starts = [0, *(at for at, (a, b) in enumerate(pairwise(pages), 1) if b - a > LONGEST_GAP + 1)]
    for start, stop in pairwise([*starts, len(pages)]):
        run = list(pages[start:stop])
        dense = len(run) >= LEAST_SHARE * (run[-1] + 1 - run[0])
        if dense and series.step * len(run) >= LEAST_NUMBERS:
            yield run


def _filled(taken: Mapping[int, _Series], count: int) -> Iterator[tuple[int, _Series]]:
    """Pages with their series; those in between two stretches of one, or just beside one, too."""
    yield from taken.items()
    for left, right in pairwise([0, *sorted(taken), count + 1]):
        before, after = taken.get(left), taken.get(right)
        for page in range(left + 1, right):
            if before and before == after:
                yield page, before
            elif after and right - page <= UNPRINTED_ENDS:
                yield page, after
            elif before and page - left <= UNPRINTED_ENDS:
                yield page, before


def _series(lines: Sequence[str], page: int) -> Iterator[_Series]:
    """The series that the numbers in a head and foot could make a page part of."""
    found = [number for line in lines for number in _numbers(line)]
    for number in found:
        yield _Series(number.value - page, number.prefix, number.roman)
    plain = {number.value for number in found if not (number.prefix or number.roman)}
    for left in plain if len(plain) <= MAX_SPREAD_NUMBERS else ():
        if left + 1 in plain:
            yield _Series(left - 2 * page, step=2)


def _numbers(line: str) -> Iterator[_Number]:
    """The numbers at the start and end of a line, and behind "page"; "Figure 3" is none."""
    line = _NAMED_PART.sub("x", line)
    found = list(_NUMBER.finditer(line))
    if len(line) > MAX_LINE_CHARS or len(found) > MAX_LINE_NUMBERS:
        return
    for match in found:
        inside = _WORD.search(line[: match.start()]) and _WORD.search(line[match.end() :])
        if match["named"] or not inside:
            yield _Number(int(match["digits"]), match["prefix"] or "")
    words = line.split()
    for word in {part.strip(_AROUND) for part in (line, *words[:1], *words[-1:])}:
        if _ROMAN.fullmatch(word) and romans.is_regular(word):
            yield _Number(romans.value(word), roman="i" if word.islower() else "I")


def _ends(page: RawPage) -> list[str]:
    """The outermost lines in the margins of a page, and the first and last of all."""
    placed = sorted(page.segments, key=lambda segment: segment.bbox[1])
    top = sum(_middle(segment) <= MARGIN * page.height for segment in placed)
    bottom = sum(_middle(segment) >= (1 - MARGIN) * page.height for segment in placed)
    first = placed[: min(max(top, 1), MAX_LINES)]
    last = placed[len(first) :][-min(max(bottom, 1), MAX_LINES) :]
    return [page.text[segment.start : segment.end] for segment in (*first, *last)]


def _middle(segment: Segment) -> float:
    return (segment.bbox[1] + segment.bbox[3]) / 2
