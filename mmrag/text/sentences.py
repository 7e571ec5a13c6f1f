"""Where sentences end."""

import re
from collections.abc import Iterator

from mmrag.text import labels, scripts
from mmrag.text.words import MONTH

# A full stop ends no sentence behind these, nor behind one letter.
_ABBREVIATION = re.compile(
    r"(?:\b(?:cf|vs|viz|al|approx|ca|est|inc|ltd|corp|co|llc|dr|mr|mrs|ms|prof|st|jr|sr|dept|rs|"
    r"vgl|bzw|ggf|sog|e\.g|i\.e|u\.s|u\.k|u\.n|a\.m|p\.m)|\b[a-z])\.$",
    re.IGNORECASE,
)
# Nor behind these where a number follows.
_BEFORE_NUMBER = re.compile(
    rf"\b(?:figs?|tabs?|abb|tabl|kap|nr|núm|pág|eqs?|secs?|chs?|chap|app|art|refs?|nos?|vols?|pp?|paras?|{MONTH})\.$",
    re.IGNORECASE,
)
_NUMBER_FOLLOWS = re.compile(r"\s*(?:[A-Z]?[.-]?\d|[IVXL]+\b)")
# Closing marks belong to the sentence; markers of citations may stand before the next one.
_END = re.compile(
    r"[.!?…][\"'”’)\]*]*(?=\s+(?:\[[A-Z0-9]{3,}\][\s,;]*)*(?:[\"'“‘(\[*•–-]*[^\W_a-z]|[•(\[]|\s*$))"
    r"|[。！？][\"”’」』）】]*"
)
_DIVIDED = re.compile(r"[^\W\d_]{2}[-\u00ad\u2010]$")
_LONGEST_ABBREVIATION = 12  # characters, its full stop counted
_LONGEST_LABEL = 24  # characters


def spans(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """`(start, end)` of each sentence of `text[start:end]`, without the space between them.

    Line ends are spaces like others. A label with its full stop ("Figure 3.") is no sentence of its
    own where words follow.
    """
    end = len(text) if end is None else end
    begin = start
    for mark in _END.finditer(text, start, end):
        if mark[0] == "." and mark.end() < end and _goes_on(text, begin, mark.end()):
            continue
        if text[begin : mark.end()].strip():
            yield _trimmed(text, begin, mark.end())
        begin = mark.end()
    if text[begin:end].strip():
        yield _trimmed(text, begin, end)


def split(text: str) -> Iterator[str]:
    """The sentences of `text`; a line end ends one, too."""
    for line in text.splitlines():
        for start, end in spans(line):
            yield line[start:end]


def of_paragraph(text: str) -> Iterator[str]:
    """The sentences of `text` read as one paragraph: line ends are spaces, and spaces single."""
    line = " ".join(text.split())
    return (line[start:end] for start, end in spans(line))


def ended(text: str) -> str:
    """A text on one line, with a full stop where it has no mark at its end; empty where it is."""
    line = " ".join(text.split())
    return line if not line or line[-1] in ".!?…" else f"{line}."


def joined(before: str, after: str) -> str:
    """A sentence from its two parts on two pages; a word divided between them is whole again."""
    if _DIVIDED.search(before) and after[:1].islower():
        return before[:-1] + after
    return scripts.join(before, after)


def _goes_on(text: str, begin: int, stop: int) -> bool:
    """Whether the full stop before `stop` belongs to a word, or to a label that begins here."""
    word = text[max(begin, stop - _LONGEST_ABBREVIATION) : stop]
    if _BEFORE_NUMBER.search(word):
        return _NUMBER_FOLLOWS.match(text, stop) is not None
    if _ABBREVIATION.search(word):
        return True
    written = text[begin : stop - 1].strip()
    label = labels.caption_start(written) if len(written) <= _LONGEST_LABEL else None
    return label is not None and label.end == len(written)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
