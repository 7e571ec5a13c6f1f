"""Which citations belong to which sentence of an answer."""

import re
from dataclasses import dataclass, field, replace

from mmrag.text import sentences

MARK = re.compile(r"\[([A-Z0-9]{3,})\]")
"""A citation in resolved text."""

_CITATIONS = re.compile(r"\s*(?:\[[A-Z0-9]{3,}\][\s,;]*)+[.,;:]?")


_SOURCES = re.compile(
    r"[\W_]*(?:sources?|references?|citations?|evidence|cited|based on|quellen?|belege?|sources? :"
    r"|références?|fuentes?|referencias?)[\s*_]*(?::|$)|[\s*•-]*\[[A-Z0-9]{3,}\]\s*:",
    re.IGNORECASE,
)
"""A line that names sources for what stands above it: `Sources: [K7Q]`, `[K7Q]: Annual report`."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer without its markers, and the markers that it cites."""

    text: str
    markers: tuple[str, ...]
    end: int = field(default=0, compare=False)  # where in the answer a marker of it would stand


def claims(text: str) -> list[Claim]:
    """The sentences of a resolved answer with what they cite.

    Markers behind the full stop belong to the sentence before it, markers that begin a line or the
    answer to the sentence after them. Sources named in lines at the end belong to the sentences
    above that cite nothing; where all do, to the last.
    """
    found: list[Claim] = []
    sources: list[str] = []
    at = 0
    for line in text.splitlines(keepends=True):
        if found and (_SOURCES.match(line) or (sources and not _words(line))):
            sources += ["", *MARK.findall(line)]
        else:
            _claims_of_line(line.rstrip(), at, found)
        at += len(line)
    if named := tuple(marker for marker in sources if marker):
        uncited = [number for number, claim in enumerate(found) if not claim.markers]
        for number in uncited or [len(found) - 1]:
            found[number] = _citing(found[number], named)
    return found


def _claims_of_line(line: str, at: int, found: list[Claim]) -> None:
    """Add the claims of a line that begins at character `at` of the answer."""
    begins, cursor = len(found), 0
    waiting: tuple[str, ...] = ()
    for sentence in sentences.split(line):
        start = line.index(sentence, cursor)
        cursor = start + len(sentence)
        leading = _CITATIONS.match(sentence)
        rest = sentence
        if leading and len(found) > begins:
            found[-1] = _citing(found[-1], tuple(MARK.findall(leading[0])))
            rest = sentence[leading.end() :]
        words = _without_markers(rest)
        markers = (*waiting, *MARK.findall(rest))
        if any(char.isalnum() for char in words):
            end = at + start + len(sentence.rstrip(".!?…。！？"))
            found.append(Claim(words, tuple(dict.fromkeys(markers)), end))
            waiting = ()
        else:
            waiting = markers
    if waiting and found:  # a line of markers alone speaks for what stands above it
        found[-1] = _citing(found[-1], waiting)


def _citing(claim: Claim, markers: tuple[str, ...]) -> Claim:
    return replace(claim, markers=tuple(dict.fromkeys((*claim.markers, *markers))))


def _words(line: str) -> bool:
    """Whether a line holds more than markers."""
    return any(char.isalnum() for char in MARK.sub("", line))


def _without_markers(text: str) -> str:
    text = re.sub(r"\s+", " ", MARK.sub("", text))
    return re.sub(r"\s+([.,;:!?])", r"\1", text).strip()
