"""Columns of dates: how each column writes them, and the year and month of every date."""

import re
from collections.abc import Callable, Iterable
from datetime import date

from mmrag.text.words import MONTH, MONTHS

_TIME = r"(?:[T\s,]+\d{1,2}:\d{2}\S*(?:\s*[ap]m)?)?"
_ISO = re.compile(
    rf"(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}}){_TIME}", re.IGNORECASE
)
_DIGITS = re.compile(
    rf"(?P<one>\d{{1,2}})(?P<mark>[-/.])(?P<other>\d{{1,2}})(?P=mark)(?P<y>\d{{4}}){_TIME}",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?[\s-]+(?:of\s+)?)?(?P<m>{MONTH})\.?"
    rf"(?:\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?)?[\s,-]+(?P<y>\d{{4}}){_TIME}",
    re.IGNORECASE,
)
Read = Callable[[str], date | None]


def dates(texts: Iterable[str]) -> dict[str, date] | None:
    """The day of each text of a column; None where one is no date, or it can be read in two ways.

    A month without its day counts as its first. `03/04/2024` is told by the others of its column,
    of which one has a day past the 12th; with points the day is first, as nowhere else.
    """
    held = list(texts)
    for read in (_iso, _named):
        if found := _all(held, read):
            return found
    first, second = _all(held, _day_first), _all(held, _month_first)
    if first and second and any("." not in text for text in held):
        return first if first == second else None
    return first or second


def words(day: date) -> tuple[str, str]:
    """The year and the month of a date, as a question says them."""
    return str(day.year), MONTHS[day.month - 1]


def _all(texts: Iterable[str], read: Read) -> dict[str, date] | None:
    found = {text: read(text) for text in texts}
    told = {text: day for text, day in found.items() if day is not None}
    return told if len(told) == len(found) else None


def _iso(text: str) -> date | None:
    match = _ISO.fullmatch(text)
    return _day(match["y"], match["m"], match["d"]) if match else None


def _named(text: str) -> date | None:
    match = _NAMED.fullmatch(text)
    if match is None or (match["d"] and match["d2"]):
        return None
    month = next(n for n, name in enumerate(MONTHS, 1) if name[:3] == match["m"][:3].lower())
    return _day(match["y"], month, match["d"] or match["d2"] or 1)


def _day_first(text: str) -> date | None:
    match = _DIGITS.fullmatch(text)
    return _day(match["y"], match["other"], match["one"]) if match else None


def _month_first(text: str) -> date | None:
    match = _DIGITS.fullmatch(text)
    is_told = match is not None and match["mark"] != "."
    return _day(match["y"], match["one"], match["other"]) if match and is_told else None


def _day(year: str, month: str | int, day: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
