"""Where sentences end, and which citations belong to which."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MARK = re.compile(r"\[([A-Z0-9]{3,})\]")
"""A citation in resolved text."""

_ABBREVIATION = re.compile(
    r"(?:\b(?:fig|figs|tab|eq|sec|ch|ref|no|nos|vol|pp|p|cf|vs|al|approx|est|inc|ltd|corp|co|llc|"
    r"dr|mr|mrs|ms|prof|st|jr|sr|dept|rs|e\.g|i\.e|u\.s|u\.k|jan|feb|mar|apr|jun|jul|aug|sept?|oct|"
    r"nov|dec)|\b[A-Z]|^(?:figure|fig\.|table|chart) \d+)\.$",
    re.IGNORECASE,
)
_END = re.compile(
    r"[.!?…][\"'”’)\]*]*(?=\s+(?:\[[A-Z0-9]{3,}\]\s*)*[\"'“‘(*•-]*[^\W_a-z]|\s*$)|[。！？]"
)
_CITATIONS = re.compile(r"\s*(?:\[[A-Z0-9]{3,}\][\s,;]*)+[.,;:]?")


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer without its markers, and the markers that it cites."""

    text: str
    markers: tuple[str, ...]


def split(text: str) -> Iterator[str]:
    """The sentences of `text`; a line break ends one."""
    for line in text.splitlines():
        begin = 0
        for mark in _END.finditer(line):
            if line[mark.start()] == "." and _ABBREVIATION.search(line[begin : mark.start() + 1]):
                continue
            if sentence := line[begin : mark.end()].strip():
                yield sentence
            begin = mark.end()
        if sentence := line[begin:].strip():
            yield sentence


def claims(text: str) -> list[Claim]:
    """The sentences of a resolved answer with what they cite.

    Markers behind the full stop belong to the sentence before it, markers that begin a line or the
    answer to the sentence after them.
    """
    found: list[Claim] = []
    for line in text.splitlines():
        begins = len(found)
        waiting: tuple[str, ...] = ()
        for sentence in split(line):
            leading = _CITATIONS.match(sentence)
            rest = sentence
            if leading and len(found) > begins:
                last = found[-1]
                markers = (*last.markers, *MARK.findall(leading[0]))
                found[-1] = Claim(last.text, tuple(dict.fromkeys(markers)))
                rest = sentence[leading.end() :]
            words = _without_markers(rest)
            markers = (*waiting, *MARK.findall(rest))
            if any(char.isalnum() for char in words):
                found.append(Claim(words, tuple(dict.fromkeys(markers))))
                waiting = ()
            else:
                waiting = markers
        if waiting and found:  # a line of markers alone speaks for what stands above it
            last = found[-1]
            found[-1] = Claim(last.text, tuple(dict.fromkeys((*last.markers, *waiting))))
    return found


def _without_markers(text: str) -> str:
    text = re.sub(r"\s+", " ", MARK.sub("", text))
    return re.sub(r"\s+([.,;:!?])", r"\1", text).strip()
