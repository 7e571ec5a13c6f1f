"""A page as the signs of document types look at it: its words, its layout, its paper.

All bounds and shares of this module are chosen by hand.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean, median

from mmrag.readings import PageReading
from mmrag.text import values
from mmrag.types import ReadLine

_HEAD_LINES = 12  # in which a document says what it is
_SPOKEN = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class SeenPage:
    """What the signs look at."""

    reading: PageReading

    @cached_property
    def text(self) -> str:
        return "\n".join(line.text for line in self.reading.lines)

    @cached_property
    def words(self) -> int:
        return len(self.text.split())

    @cached_property
    def spoken(self) -> int:
        """Words of letters: numbers and single signs are none."""
        return len(_SPOKEN.findall(self.text))

    @property
    def lines(self) -> Sequence[ReadLine]:
        return self.reading.lines

    @cached_property
    def head(self) -> str:
        return "\n".join(line.text for line in self.lines[:_HEAD_LINES])

    @cached_property
    def words_a_line(self) -> float:
        return median(len(line.text.split()) for line in self.lines) if self.lines else 0.0

    @cached_property
    def body_size(self) -> float:
        return median(line.size for line in self.lines) if self.lines else 0.0

    @cached_property
    def aspect(self) -> float:
        """Width by height."""
        x0, y0, x1, y1 = self.reading.frame
        return (x1 - x0) / max(y1 - y0, 1.0)

    @cached_property
    def amounts(self) -> int:
        return sum(1 for _ in values.AMOUNT.finditer(self.text))

    @cached_property
    def paragraphs(self) -> int:
        """Lines of running text."""
        return sum(len(line.text.split()) >= 7 for line in self.lines)

    @cached_property
    def columns(self) -> int:
        """Columns of running text that stand side by side."""
        lefts = sorted(line.bbox[0] for line in self.lines if len(line.text.split()) >= 3)
        if len(lefts) < 12:
            return 1
        x0, _, x1, _ = self.reading.frame
        starts = [lefts[0]]
        for left in lefts:
            if left - starts[-1] > 0.18 * (x1 - x0):
                starts.append(left)
        return sum(
            sum(abs(left - start) < 0.03 * (x1 - x0) for left in lefts) >= 5 for start in starts
        )

    @cached_property
    def confidence(self) -> float:
        """Of its lines, on average."""
        return fmean(line.confidence for line in self.lines) if self.lines else 1.0
