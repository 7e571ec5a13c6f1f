"""Periods of accounts: years, and quarters and halves of them, as columns and questions name them.

A column "Three Months Ended July 29, 2031" is the second quarter of 2032 where the document says
that this is its second quarter of fiscal 2032, and its balance of January 30, 2031 that of 2031.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mmrag import grids
from mmrag.answer.computing.terms import plain_periods
from mmrag.text.words import MONTH, MONTHS
from mmrag.types import Evidence

PART = r"(?:q[1-4]|h[12]|[369]months)"
_YEAR = r"(?:19|20)\d\d"
_NAMED = re.compile(
    rf"\b(?:(?P<part>{PART})\s+(?:(?:of|in|for|the|fiscal|financial|year|ended)\s+)*)?(?P<year>{_YEAR})\b"
    rf"(?:\s+(?P<behind>q[1-4])\b)?",
    re.IGNORECASE,
)
_PART = re.compile(rf"\b{PART}\b", re.IGNORECASE)
_DATE = re.compile(rf"\b(?P<month>{MONTH})\.?\s+\d{{1,2}}\b,?\s*(?P<year>{_YEAR})", re.IGNORECASE)
_ENDED = re.compile(
    rf"\b(?P<part>[369]months)\s+ended\s+(?:{MONTH}\.?\s+\d{{1,2}},?\s+)?(?P<year>{_YEAR})",
    re.IGNORECASE,
)
_GLUED = re.compile(r"_|(?<=\d)(?=[QqHh][1-4])")
"""In the name of a file: `ACME_2032Q2_report`."""
_MONTHS_OF_QUARTER = 3
_HALF = "6months"


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a document calls the period that it tells of: a quarter, and the day on which it ends."""

    quarter: int
    year: int  # as it is called
    ends: tuple[int, int]  # year and month

    def called(self, column: str) -> str:
        """The name of a column with its period first; others as they are.

        What stands in parentheses behind need not be said by a question.
        """
        text = plain_periods(column)
        part, date = _PART.search(text), _DATE.search(text)
        if date is None:
            return column
        ends = (int(date["year"]), _month(date["month"]))
        behind = 12 * (self.ends[0] - ends[0]) + self.ends[1] - ends[1]
        if part is None:
            return f"{self._balance(behind)} ({column})" if self._balance(behind) else column
        if behind % 12:
            return column
        name = self._part(part[0].lower())
        return f"{name} {self.year - behind // 12} ({column})" if name else column

    def asked(self, question: str) -> str:
        """A question with its quarters and halves as `called` names them."""
        return _ENDED.sub(self._asked, plain_periods(question))

    def _asked(self, found: re.Match[str]) -> str:
        name = self._part(found["part"].lower())
        return f"{name} {int(found['year']) + self.year - self.ends[0]}" if name else found[0]

    def _part(self, part: str) -> str:
        """What a number of months up to the end of the quarter is called; empty for nothing."""
        if part == f"{_MONTHS_OF_QUARTER}months":
            return f"Q{self.quarter}"
        if part == _HALF:
            return "H1" if self.quarter == 2 else ""
        return part

    def _balance(self, behind: int) -> str:
        """The period at whose end a balance is, so many months before; empty for another."""
        if behind % 12 == 0:
            return f"Q{self.quarter} {self.year - behind // 12}"
        since = behind - _MONTHS_OF_QUARTER * self.quarter
        return f"{self.year - 1 - since // 12}" if since % 12 == 0 else ""


def periods(text: str) -> list[str]:
    """The periods that a text names, in order, each once: "2031", "q2 2032"."""
    found = [
        " ".join(filter(None, (match["part"] or match["behind"], match["year"]))).lower()
        for match in _NAMED.finditer(plain_periods(text))
    ]
    return list(dict.fromkeys(found))


def part_of(text: str) -> str | None:
    """The part of a year that a text names; empty for none, None for several."""
    found = {match[0].lower() for match in _PART.finditer(text)}
    return None if len(found) > 1 else next(iter(found), "")


def without_periods(text: str) -> str:
    """A text without the periods that it names."""
    return _NAMED.sub(" ", plain_periods(text))


def latest_first(named: Iterable[str]) -> list[str]:
    """Periods from the last to the first; a part of a year after the year before it."""
    return sorted(named, key=lambda period: period.split()[::-1], reverse=True)


def calendars(question: str, evidence: Sequence[Evidence]) -> Mapping[str, Calendar]:
    """The calendars of the documents of the evidence, where a question names a part of a year."""
    if not _PART.search(plain_periods(question)):
        return {}
    found = {}
    for document in {item.document_id for item in evidence}:
        own = [item for item in evidence if item.document_id == document]
        if (calendar := _calendar(own)) is not None:
            found[document] = calendar
    return found


def _calendar(evidence: Sequence[Evidence]) -> Calendar | None:
    """The quarter that a document tells of: the last that it names of those it names most."""
    ends = max(_ends(evidence), default=None)
    names = Counter(_quarters(evidence))
    if ends is None or not names:
        return None
    most = Counter[int]()
    for (quarter, _), count in names.items():
        most[quarter] += count
    (quarter, _), *_others = most.most_common()
    year = max(year for own, year in names if own == quarter)
    return Calendar(quarter, year, ends) if abs(year - ends[0]) <= 1 else None


def _ends(evidence: Sequence[Evidence]) -> Iterator[tuple[int, int]]:
    """The days on which the months of columns end."""
    for item in evidence:
        for table in item.tables:
            for name in grids.columns(table.grid):
                text = plain_periods(name)
                date = _DATE.search(text)
                if date and f"{_MONTHS_OF_QUARTER}months" in text:
                    yield int(date["year"]), _month(date["month"])


def _quarters(evidence: Sequence[Evidence]) -> Iterator[tuple[int, int]]:
    """The quarters that a document's names and pages name with their year."""
    names = {name for item in evidence for table in item.tables for name in table.names.split("\n")}
    texts = (*(_GLUED.sub(" ", name) for name in names), *(item.quotable for item in evidence))
    for text in texts:
        for period in periods(text):
            part, _, year = period.partition(" ")
            if part.startswith("q") and year:
                yield int(part[1]), int(year)


def _month(name: str) -> int:
    return next(at for at, month in enumerate(MONTHS, 1) if month[:3] == name[:3].lower())
