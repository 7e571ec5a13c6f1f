"""Small multiples without axes of numbers: panels of lines, each on a level line of its own.

They are told by these floors: as wide as each other, with lines over each and the names of places
right below it.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from mmrag import boxes
from mmrag.ingest.grids import chart_scale, chart_words
from mmrag.ingest.grids.chart_panels import MAX_PANELS, Panel
from mmrag.ingest.layout.order import Fragment
from mmrag.types import BBox

# Chosen by hand on charts of survey reports, in points where no share.
_SAME_WIDTH = 1.5  # between two floors
_SAME_HEIGHT = 3.0  # between two floors of one row
_MIN_WIDTH = 24.0  # of a floor
_MIN_SHARE = 0.5  # of a floor, that what is drawn over it goes along
_MAX_OVER = 8.0  # beyond its floor, that a line or a name below it reaches
_MAX_LABEL_GAP = 1.2  # heights of a label, from the floor to it
_MAX_TICK = 5.0  # below a floor
_MIN_LABELS = 2
_MIN_PANELS = 2  # with lines: others may hold no more than dots
_LINE_GAP = 0.6  # heights, between the lines of one name
_ALIGNED = 2.5  # between the upper or lower edges of the names of two panels


def split(whole: Panel) -> list[Panel]:
    """The panels of a figure by their floors; fewer than two where it has none.

    None where a line stands on no floor.
    """
    drawn = [shape for shape in whole.shapes if shape.kind == "line"]
    lines = [line.bbox for line in drawn if not (line.is_level or line.is_upright)]
    dots = [shape.bbox for shape in whole.shapes if shape.kind == "dot"]
    floors = [
        floor
        for floor in {line.bbox for line in drawn if line.is_level}
        if boxes.width(floor) >= _MIN_WIDTH
        and len(_labels(floor, whole.texts)) >= _MIN_LABELS
        and _carries(floor, [*lines, *dots])
    ]
    widths = sorted(map(boxes.width, floors))
    if sum(_carries(floor, lines) for floor in floors) < _MIN_PANELS:
        return []
    if len(floors) > MAX_PANELS or widths[-1] - widths[0] > _SAME_WIDTH:
        return []
    lines = [line for line in lines if not any(_is_ticks(line, floor) for floor in floors)]
    if any(not any(_is_over(line, floor) for floor in floors) for line in lines):
        return []
    found: list[Panel] = []
    feet: list[float] = []
    top = whole.box[1]
    for row in _rows(floors):
        labels = [label for floor in row for label in _labels(floor, whole.texts)]
        foot = max(label.bbox[3] for label in labels) + 1
        middles = [(a[2] + b[0]) / 2 for a, b in pairwise(row)]
        ends = pairwise([whole.box[0], *middles, whole.box[2]])
        found += [_panel((left, top, right, foot), whole) for left, right in ends]
        feet += [floor[1] for floor in row]
        top = foot
    return _named(found, feet, lines)


def _labels(floor: BBox, texts: Sequence[Fragment]) -> list[Fragment]:
    """The words right below a floor."""
    return [
        text
        for text in (word for text in texts for word in chart_words.words(text))
        if -1 <= text.bbox[1] - floor[1] <= _MAX_LABEL_GAP * text.height
        and floor[0] - _MAX_OVER <= chart_scale.middle(text, "x") <= floor[2] + _MAX_OVER
    ]


def _carries(floor: BBox, marks: Sequence[BBox]) -> bool:
    """Whether marks stand over a floor, along most of it together."""
    over = [mark for mark in marks if _is_over(mark, floor)]
    return bool(over) and boxes.width(boxes.union(over)) >= _MIN_SHARE * boxes.width(floor)


def _is_over(mark: BBox, floor: BBox) -> bool:
    """Whether a mark stands over a floor, within its ends."""
    across = floor[0] - _MAX_OVER <= mark[0] and mark[2] <= floor[2] + _MAX_OVER
    return across and mark[3] <= floor[1] + 1


def _is_ticks(line: BBox, floor: BBox) -> bool:
    """Whether a line goes up and down right below a floor, as ticks drawn in one do."""
    return floor[1] - 1 <= line[1] and line[3] <= floor[1] + _MAX_TICK


def _rows(floors: Sequence[BBox]) -> list[list[BBox]]:
    rows: list[list[BBox]] = []
    for floor in sorted(floors, key=lambda floor: floor[1]):
        if rows and floor[1] - rows[-1][0][1] <= _SAME_HEIGHT:
            rows[-1].append(floor)
        else:
            rows.append([floor])
    return [sorted(row) for row in rows]


def _panel(area: BBox, whole: Panel) -> Panel:
    """What stands in a part of a figure."""

    def is_in(text: Fragment) -> bool:
        x0, _, x1, _ = text.bbox
        wide = area[0] - _MAX_OVER <= x0 and x1 <= area[2] + _MAX_OVER
        return wide and boxes.holds_middle(area, text.bbox)

    return Panel(
        area,
        tuple(shape for shape in whole.shapes if boxes.holds_middle(area, shape.bbox)),
        tuple(filter(is_in, whole.texts)),
        tuple(filter(is_in, whole.sideways)),
        name="",
    )


def _named(panels: Sequence[Panel], feet: Sequence[float], lines: Sequence[BBox]) -> list[Panel]:
    """The panels by the lines of text over their marks: as high over the floor as in another."""
    blocks = [_blocks(panel, lines) for panel in panels]
    heights = [
        [(foot - box[1], foot - box[3]) for box, _ in own]
        for own, foot in zip(blocks, feet, strict=True)
    ]
    found = []
    for at, panel in enumerate(panels):
        others = [one for other in (*heights[:at], *heights[at + 1 :]) for one in other]
        names = [
            name
            for (_, name), own in zip(blocks[at], heights[at], strict=True)
            if any(_is_level(own, other) for other in others)
        ]
        found.append(replace(panel, name=names[0] if names else ""))
    return found


def _blocks(panel: Panel, lines: Sequence[BBox]) -> list[tuple[BBox, str]]:
    """The blocks of lines over the marks of a panel, from the top, with their text."""
    own = [line[1] for line in lines if boxes.holds_middle(panel.box, line)]
    top = min(own, default=panel.box[3])
    found: list[tuple[BBox, str]] = []
    for text in sorted(panel.texts, key=lambda text: (text.bbox[1], text.bbox[0])):
        words = " ".join(text.text.split())
        if text.bbox[3] > top + 1 or not any(map(str.isalpha, words)):
            continue
        box, told = found[-1] if found else (text.bbox, "")
        if told and text.bbox[1] - box[3] <= _LINE_GAP * text.height:
            found[-1] = (boxes.union([box, text.bbox]), f"{told} {words}")
        else:
            found.append((text.bbox, words))
    return found


def _is_level(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return any(abs(a - b) <= _ALIGNED for a, b in zip(one, other, strict=True))
