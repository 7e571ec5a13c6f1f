"""Headings, and the path of headings over each place of a document.

A heading is a short segment set larger or bolder than the body of the document. Its level comes
from its number ("3.2 Methods" is below "3 ...") or else from the size of its type.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from mmrag.ingest.layout.segments import Segment
from mmrag.text import labels
from mmrag.text.scripts import count_words

_NUMBER = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+\S*[^\W\d_]")
_NAMED = re.compile(r"(?:chapter|part|section|appendix|item|annex)\s+[\dIVXA-Z]+", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]")
_LONE_LETTER = re.compile(r"[a-z\u00df-\u00ff]\s")  # a bullet or tick box of a symbol font
_BULLETS = "•·▪■●○►✓✔*–—-#"
# Of a heading; chosen by hand on papers, reports and filings.
_MAX_CHARS = 120
_MAX_WORDS = 16
_MAX_LINES = 3
_MAX_PARTS = 3  # segments that one heading may be set in
_MIN_SIZE_RATIO = 1.12  # of its type to that of the body
_RUNNING_SHARE = 0.3  # of the pages: a line on so many is a running head


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading on page `page`, which is its segment `segment` (from 0); level 1 is outermost."""

    page: int
    segment: int
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Outline:
    """The headings of a document, in order, and for each the path that ends in it."""

    headings: tuple[Heading, ...]
    paths: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, headings: Sequence[Heading]) -> "Outline":
        stack: list[Heading] = []
        paths = []
        for heading in headings:
            while stack and stack[-1].level >= heading.level:
                stack.pop()
            stack.append(heading)
            paths.append(tuple(above.text for above in stack))
        return cls(tuple(headings), tuple(paths))

    def path_at(self, page: int, segment: int) -> tuple[str, ...]:
        """The headings over a place, outermost first, itself included where it is one."""
        at = bisect_right(self.headings, (page, segment), key=_place)
        return self.paths[at - 1] if at else ()

    def on_page(self, page: int) -> set[int]:
        """The segments of a page that are headings."""
        first = bisect_left(self.headings, (page, -1), key=_place)
        last = bisect_left(self.headings, (page + 1, -1), key=_place)
        return {heading.segment for heading in self.headings[first:last]}


def _place(heading: Heading) -> tuple[int, int]:
    return heading.page, heading.segment


@dataclass(frozen=True, slots=True)
class _Candidate:
    page: int
    segment: int
    size: float
    depth: int  # of its number; 0 is none
    text: str


def find(
    pages: Sequence[tuple[str, Sequence[Segment]]],
    *,
    exact: bool = True,
    drawn: Container[tuple[int, int]] = (),
) -> Outline:
    """The outline of a document. `pages` are texts with their segments.

    `drawn` are segments, as `(page, segment)`, that stand within figures: they head nothing.
    `exact` is False where sizes come from OCR, which measures boxes and cannot tell 11 from 12.
    """
    body = _body_size(pages)
    running = _running_heads(pages)
    found: list[_Candidate] = []
    for number, (text, segments) in enumerate(pages, 1):
        for at, segment in enumerate(segments):
            words = text[segment.start : segment.end]
            if segment.lines > (_MAX_LINES if segment.size < 1.5 * body else 2 * _MAX_LINES):
                continue
            if words in running or (number, at) in drawn or not _could_be(words):
                continue
            if not _begins(words) and not _follows(found, number, at, segment.size):
                continue
            following = segments[at + 1] if at + 1 < len(segments) else None
            if _stands_out(words, segment, following, body, exact):
                match = _NUMBER.match(words)
                depth = match["number"].count(".") + 1 if match else 0
                found.append(_Candidate(number, at, segment.size, depth, words))
    return Outline.of(_levels(_joined(found), exact))


def _body_size(pages: Sequence[tuple[str, Sequence[Segment]]]) -> float:
    """The size in which most characters are set."""
    sizes: Counter[float] = Counter()
    for _, segments in pages:
        for segment in segments:
            sizes[round(segment.size * 2) / 2] += segment.end - segment.start
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _running_heads(pages: Sequence[tuple[str, Sequence[Segment]]]) -> set[str]:
    """Lines that come again on many pages."""
    seen = Counter(
        words
        for text, segments in pages
        for words in {text[s.start : s.end] for s in segments if s.end - s.start <= _MAX_CHARS}
    )
    least = max(3, _RUNNING_SHARE * len(pages))
    return {words for words, times in seen.items() if times >= least}


def _begins(words: str) -> bool:
    """Whether the text starts as a heading does: not in the middle of a sentence."""
    return words[0].isdigit() or words[0].isupper() or words[0] in '¿"“‘' or not words.isascii()


def _follows(found: Sequence[_Candidate], page: int, segment: int, size: float) -> bool:
    """Whether the segment before was a heading in the same type, which may go on in this one."""
    last = found[-1] if found else None
    return last is not None and (last.page, last.segment, last.size) == (page, segment - 1, size)


def _could_be(words: str) -> bool:
    letters = len(_LETTERS.findall(words))
    return (
        letters >= 3
        and letters >= 0.5 * len(words.replace(" ", ""))
        and len(words) <= _MAX_CHARS
        and count_words(words) <= _MAX_WORDS
        and not words.endswith((".", ",", ";", "-", "。", "，", "、", "；"))
        and words[0] not in _BULLETS
        and not _LONE_LETTER.match(words)
        and not _is_caption(words)
    )


def _is_caption(words: str) -> bool:
    return labels.caption_start(words) is not None


def _stands_out(
    words: str, segment: Segment, following: Segment | None, body: float, exact: bool
) -> bool:
    """Larger than the body; or bold, or numbered, at the body's size and above other type."""
    if not exact:
        short = len(words.split()) <= 10 and segment.lines <= 2 and not segment.row
        return short and segment.size >= 1.4 * body and not words[0].islower()
    if segment.size >= body * _MIN_SIZE_RATIO:
        return not segment.row or bool(_NUMBER.match(words))
    if segment.size < 0.95 * body:
        return False
    if not segment.bold or (segment.row and not _NUMBER.match(words)):
        return False
    before_text = following is not None and not following.bold
    return before_text or bool(_NUMBER.match(words) or _NAMED.match(words))


def _joined(found: Sequence[_Candidate]) -> list[_Candidate]:
    """Candidates with those that go on with the one before, in the same type, taken into it."""
    joined: list[_Candidate] = []
    parts = 0
    for candidate in found:
        last = joined[-1] if joined else None
        goes_on = (
            last is not None
            and (last.page, last.segment + parts) == (candidate.page, candidate.segment)
            and parts < _MAX_PARTS
            and candidate.size == last.size
            and not candidate.depth
            and len(last.text) + len(candidate.text) <= _MAX_CHARS
        )
        if goes_on and last is not None:
            joined[-1] = replace(last, text=f"{last.text} {candidate.text}")
            parts += 1
        else:
            joined.append(candidate)
            parts = 1
    return joined


def _levels(found: Sequence[_Candidate], exact: bool) -> tuple[Heading, ...]:
    """Levels by size, larger first; among numbered headings, by the depth of the number."""
    step = 1.06 if exact else 1.25
    sizes: list[float] = []
    for size in sorted({c.size for c in found}, reverse=True):
        if not sizes or sizes[-1] > size * step:
            sizes.append(size)
    rank = {c.size: sum(size > c.size * step for size in sizes) + 1 for c in found}
    tops = [rank[c.size] for c in found if c.depth == 1]
    base = Counter(tops).most_common(1)[0][0] if tops else 0
    return tuple(
        Heading(c.page, c.segment, _level(c, rank[c.size], base), _one_line(c.text)) for c in found
    )


def _level(candidate: _Candidate, rank: int, base: int) -> int:
    if candidate.depth and base:
        return base + candidate.depth - 1
    return rank


def _one_line(text: str) -> str:
    return " ".join(text.split())
