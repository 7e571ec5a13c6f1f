"""Captions: "Figure 3: ...", "Table 2. ...", with the lines that belong to them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from mmrag import boxes
from mmrag.ingest.layout.order import Fragment
from mmrag.text import labels, scripts
from mmrag.types import BBox

_SENTENCE = re.compile(
    r"[所显显顯为為是中的给給列表展说說反将將可由则則与與和及、，]|[にはをのがともからでへ]"
)
"""What goes on with a sentence behind a label of Chinese or Japanese: no caption begins so."""
# Chosen by hand on papers and reports.
_MAX_CELL_WORDS = 3  # of a table beside a caption: text in the next column has more
_MAX_CAPTION_LINES = 18  # in heights of the first line


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption of a page. `lines` are the positions of its lines."""

    label: str  # "Figure 3", "Table 2"
    text: str
    bbox: BBox
    of: Literal["figure", "table"]
    lines: tuple[int, ...]


def find(lines: Sequence[Fragment], marked: Sequence[BBox] = ()) -> list[Caption]:
    """The captions of a page. `marked` are boxes that a layout model takes for captions."""
    starts = [number for number in range(len(lines)) if _starts(lines, number, marked)]
    found: list[Caption] = []
    for start in starts:
        if any(start in caption.lines for caption in found):
            continue
        numbers = _extent(lines, start, starts, marked)
        text = reduce(scripts.join, (lines[number].text for number in numbers))
        label = _name(text)
        found.append(
            Caption(
                label,
                _unhyphenate(text),
                boxes.union(lines[number].bbox for number in numbers),
                "table" if label.startswith("Table") else "figure",
                tuple(numbers),
            )
        )
    return found


def _name(text: str) -> str:
    """The label of a caption in its plain form: "Fig. 3" gives "Figure 3"."""
    label = labels.caption_start(text)
    return label.name if label else ""


def _starts(lines: Sequence[Fragment], number: int, marked: Sequence[BBox]) -> bool:
    """Whether a caption begins at a line, and not a sentence that speaks of a figure."""
    line = lines[number]
    label = labels.caption_start(line.text)
    if label is None:
        return False
    if any(boxes.share(line.bbox, box) > 0.6 for box in marked):
        return True
    rest = line.text[label.end :].strip()
    if rest and rest[0] not in labels.MARKS:
        if scripts.is_unspaced(line.text[0]):  # a space is mark enough
            apart = line.text[label.end : label.end + 1].isspace()
            return apart and not _SENTENCE.match(rest) and rest[-1] not in "。，、"
        return line.bold and not rest[0].islower()
    return rest[:1] != "-" and (line.bold or not _goes_on_from_above(lines, line))


def _goes_on_from_above(lines: Sequence[Fragment], line: Fragment) -> bool:
    """Whether a line of the same type stands right above: the line is inside a paragraph."""
    tall = boxes.height(line.bbox)
    return any(
        abs(above.size - line.size) < 0.3
        and abs(above.bbox[0] - line.bbox[0]) < 3 * tall
        and -0.4 * tall < line.bbox[1] - above.bbox[3] < 0.45 * tall
        and boxes.overlap_x(above.bbox, line.bbox) > 0.5 * boxes.width(line.bbox)
        for above in lines
        if above is not line
    )


def _extent(
    lines: Sequence[Fragment], start: int, starts: Sequence[int], marked: Sequence[BBox]
) -> list[int]:
    """The lines of the caption that begins at `start`, from top to bottom."""
    first = lines[start]
    box = next((box for box in marked if boxes.share(first.bbox, box) > 0.6), None)
    below = [n for n in range(len(lines)) if n != start and lines[n].bbox[1] > first.bbox[1] - 3]
    numbers = [start]
    for number in sorted(below, key=lambda n: (round(lines[n].bbox[1] / 3), lines[n].bbox[0])):
        line, last = lines[number], lines[numbers[-1]]
        whole = boxes.union(lines[n].bbox for n in numbers)
        if number in starts:
            if boxes.overlap_x(line.bbox, whole) > 0:
                break
            continue
        if boxes.height(whole) > _MAX_CAPTION_LINES * boxes.height(first.bbox):
            break
        if box is not None and boxes.share(line.bbox, box) > 0.6:
            numbers.append(number)
        elif _next_line(line, last, whole):
            if _starts_row(lines, line, starts):
                break
            numbers.append(number)
        elif _same_line(line, last):
            numbers.append(number)
    return numbers


def _starts_row(lines: Sequence[Fragment], line: Fragment, starts: Sequence[int]) -> bool:
    """Whether a line is the first cell of a row: a few words stand level with it, far away.

    Words below the start of another caption belong to that.
    """
    tall = boxes.height(line.bbox)
    return any(
        other.bbox[0] - line.bbox[2] > 1.2 * tall
        and abs(other.bbox[3] - line.bbox[3]) < 0.4 * tall
        and scripts.count_words(other.text) <= _MAX_CELL_WORDS
        and not any(abs(lines[start].bbox[0] - other.bbox[0]) < 3 for start in starts)
        for other in lines
    )


def _same_line(line: Fragment, last: Fragment) -> bool:
    """Whether `line` goes on to the right of `last` after a gap of a word."""
    tall = boxes.height(last.bbox)
    level = abs(line.bbox[3] - last.bbox[3]) < 0.4 * tall
    return level and 0 <= line.bbox[0] - last.bbox[2] < 1.2 * tall


def _next_line(line: Fragment, last: Fragment, whole: BBox) -> bool:
    """Whether `line` is the next line of a paragraph of which `whole` is the box so far.

    Below a label that stands alone ("TABLE I"), the next line may be wider, or in small capitals.
    """
    tall = boxes.height(last.bbox)
    label = labels.caption_start(last.text)
    alone = label is not None and not last.text[label.end :].strip(f"{labels.MARKS} ")
    narrower = boxes.width(whole) if alone else boxes.width(line.bbox)
    return (
        -0.4 * tall < line.bbox[1] - whole[3] < 0.6 * tall
        and abs(line.size - last.size) < (0.25 * last.size if alone else 0.6)
        and boxes.overlap_x(line.bbox, whole) > 0.6 * min(narrower, boxes.width(line.bbox))
    )


def _unhyphenate(text: str) -> str:
    return " ".join(re.sub(r"(?<=[a-zß-öø-ÿ])-\s(?=[a-zß-öø-ÿ])", "", text).split())
