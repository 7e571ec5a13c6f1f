"""Where sentences end."""

import re
from collections.abc import Iterator

# A full stop ends no sentence after these, nor after one letter.
_ABBREVIATION = re.compile(
    r"(?:\b(?:cf|vs|al|approx|est|inc|ltd|corp|co|llc|dr|mr|mrs|ms|prof|st|jr|sr|dept|"
    r"e\.g|i\.e|u\.s|u\.k|u\.n)|\b[a-z])\.$",
    re.IGNORECASE,
)
# Nor after these where a number follows.
_BEFORE_NUMBER = re.compile(
    r"\b(?:figs?|tabs?|eqs?|secs?|ch|refs?|nos?|vol|pp?|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|"
    r"dec)\.$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\s*[A-Z]?\d")
_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s+[\"'“‘(\[]?[A-Z0-9•\u00c0-\u024f])|[。！？]")


def spans(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """`(start, end)` of each sentence of `text[start:end]`, without the space between them."""
    end = len(text) if end is None else end
    begin = start
    for mark in _END.finditer(text, start, end):
        if mark[0] == "." and _goes_on(text, begin, mark.end()):
            continue
        if text[begin : mark.end()].strip():
            yield _trim(text, begin, mark.end())
        begin = mark.end()
    if text[begin:end].strip():
        yield _trim(text, begin, end)


def _goes_on(text: str, begin: int, stop: int) -> bool:
    """Whether the full stop before `stop` belongs to a word."""
    word = text[max(begin, stop - 12) : stop]
    if _BEFORE_NUMBER.search(word):
        return _NUMBER.match(text, stop) is not None
    return _ABBREVIATION.search(word) is not None


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
