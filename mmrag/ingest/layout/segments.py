"""Lines to the text of a page: paragraphs on one line each, table rows and headings on theirs.

The text of a page is its segments joined by line breaks, so that whoever reads it can split it at
line breaks and gets paragraphs, rows and headings.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from mmrag.ingest.layout.lines import TextLine
from mmrag.ingest.layout.order import CELL_GAP
from mmrag.text import labels, scripts
from mmrag.types import BBox

_BULLET = re.compile(r"(?:[•·▪■●○►✓✔*–—-]|\(?[a-z0-9]{1,3}[.)])\s", re.IGNORECASE)
_ENDS = re.compile(r"[.!?:;。！？：；][\"'”’)\]」』）】]*$")
_HYPHEN = re.compile(r"[^\W\d_]{2,}[-\u00ad\u2010]$")
# Chosen by hand on pages of reports, papers and slides.
_TAIL_CHARS = 40  # at the end of a line that are looked at
_FULL_LINE_SLACK = 0.12  # of a block's width: a line this much shorter may end a paragraph
_RAGGED_LINE_SLACK = 0.35  # the same for a line that ends no sentence


@dataclass(frozen=True, slots=True)
class Segment:
    """A paragraph, row or heading: `page.text[start:end]`, its type, and where it stands."""

    start: int
    end: int
    size: float
    bold: bool
    row: bool  # cells of a table: never split
    lines: int
    bbox: BBox


def page_text(lines: Sequence[TextLine]) -> tuple[str, tuple[Segment, ...]]:
    """The text of a page and its segments, in order, one line of text each."""
    text = ""
    segments: list[Segment] = []
    for group in _paragraphs(lines):
        piece = _unwrap(group)
        if not piece:
            continue
        start = len(text) + bool(text)
        text = f"{text}\n{piece}" if text else piece
        main = max(group, key=lambda line: len(line.text))
        segments.append(
            Segment(
                start,
                len(text),
                round(main.size, 1),
                main.bold,
                any(is_row(line.text) for line in group),
                len(group),
                _union(group),
            )
        )
    return text, tuple(segments)


def as_they_stand(lines: Sequence[TextLine]) -> tuple[str, tuple[Segment, ...]]:
    """The text of a page whose paragraphs could not be found: each line a segment."""
    text = ""
    segments: list[Segment] = []
    for line in lines:
        start = len(text) + bool(text)
        text = f"{text}\n{line.text}" if text else line.text
        segments.append(Segment(start, len(text), line.size, line.bold, False, 1, line.bbox))
    return text, tuple(segments)


def line_boxes(text: str, segments: Sequence[Segment]) -> tuple[BBox, ...]:
    """Where each line of the text of a page stands: in the box of its segment."""
    starts = [segment.start for segment in segments]
    found: list[BBox] = []
    at = 0
    for line in text.split("\n") if segments else ():
        found.append(segments[max(bisect_right(starts, at) - 1, 0)].bbox)
        at += len(line) + 1
    return tuple(found)


def _union(group: Sequence[TextLine]) -> BBox:
    x0, y0, x1, y1 = zip(*(line.bbox for line in group), strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def _paragraphs(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Lines that run on, together."""
    groups: list[list[TextLine]] = []
    for _, members in groupby(lines, key=lambda line: line.block):
        block = list(members)
        left = min(line.bbox[0] for line in block)
        right = max(line.bbox[2] for line in block)
        groups.append([block[0]])
        for line in block[1:]:
            if _runs_on(groups[-1][-1], line, left, right):
                groups[-1].append(line)
            else:
                groups.append([line])
    return groups


def _runs_on(line: TextLine, following: TextLine, left: float, right: float) -> bool:
    """Whether `following` goes on with the sentence or paragraph of `line`."""
    if is_row(line.text) or is_row(following.text) or _BULLET.match(following.text):
        return False
    if _divided(line.text) and following.text[:1].islower():
        return True
    if _ENDS.search(line.text[-_TAIL_CHARS:]) and _is_caption(following.text):
        return False
    width = max(right - left, 1.0)
    missing = (right - line.bbox[2]) / width
    if _ENDS.search(line.text[-_TAIL_CHARS:]):
        indented = following.bbox[0] - left > 0.8 * line.size
        return missing < _FULL_LINE_SLACK and not (
            indented and line.bbox[0] - left < 0.4 * line.size
        )
    return missing < _RAGGED_LINE_SLACK or following.text[:1].islower()


def _is_caption(text: str) -> bool:
    """Whether a line begins with a label that a mark sets off: "Table 2: ..."."""
    label = labels.caption_start(text)
    return label is not None and text[label.end :].lstrip()[:1] in tuple(labels.MARKS)


def is_row(text: str) -> bool:
    """Whether a line is cells side by side, and not a run-in head or a wide space in a sentence."""
    cells = text.split(CELL_GAP)
    if len(cells) == 2:
        return len(cells[1].split()) < 4 or any(char.isdigit() for char in cells[1][:3])
    return len(cells) > 2


def _divided(text: str) -> bool:
    """Whether the last word goes on after a hyphen."""
    return _HYPHEN.search(text[-_TAIL_CHARS:]) is not None


def _unwrap(group: Sequence[TextLine]) -> str:
    """The lines as one; a word divided at a line's end is whole again."""
    text = group[0].text.strip()
    for line in group[1:]:
        piece = line.text.strip()
        if _divided(text) and piece[:1].islower():
            compound = "-" in text[-_TAIL_CHARS:].split()[-1][:-1]
            text = (text if compound else text[:-1]) + piece
        elif _divided(text) and piece[:1].isupper():
            text += piece
        elif piece:
            text = scripts.join(text, piece)
    return text.replace("\u00ad", "")
