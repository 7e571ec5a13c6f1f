"""Where sentences end."""

import re
from collections.abc import Iterator

# A full stop ends no sentence after these.
_ABBREVIATION = re.compile(
    r"(?:\b(?:fig|figs|tab|eq|eqs|sec|secs|ch|ref|refs|no|nos|vol|pp|p|cf|vs|etc|al|approx|est|inc|"
    r"ltd|corp|co|llc|dr|mr|mrs|ms|prof|st|jr|sr|dept|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|"
    r"dec|e\.g|i\.e|u\.s|u\.k|u\.n)|\b[A-Z])\.$",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s+[\"'“‘(\[]?[A-Z0-9•\u00c0-\u024f])|[。！？]")


def spans(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """`(start, end)` of each sentence of `text[start:end]`, without the space between them."""
    end = len(text) if end is None else end
    begin = start
    for mark in _END.finditer(text, start, end):
        word = text[max(begin, mark.start() - 12) : mark.start() + 1]
        if text[mark.start()] == "." and _ABBREVIATION.search(word):
            continue
        if text[begin : mark.end()].strip():
            yield _trim(text, begin, mark.end())
        begin = mark.end()
    if text[begin:end].strip():
        yield _trim(text, begin, end)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
