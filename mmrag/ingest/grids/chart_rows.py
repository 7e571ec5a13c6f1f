"""The rows of a chart as data: places along an axis and what they are called."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from mmrag import boxes
from mmrag.ingest.grids import chart_words
from mmrag.ingest.grids.chart_numbers import day_text, number
from mmrag.ingest.grids.chart_scale import Scale, Side, middle
from mmrag.ingest.layout.order import Fragment
from mmrag.text.numbers import is_year
from mmrag.types import BBox

# Chosen by hand on charts of Matplotlib, Vega and office programs.
_OVER = 3.0  # points, that a label may lie over the end of the marks
_OVER_SHARE = 0.25  # of its height, the same: boxes of type are higher than its letters
_SAME_ROW = 2.5  # points, between the upper edges of labels of one row
_MAX_OFF_SHARE = 0.4  # of the distance of two labels: from a mark to the label that names it
_MIN_NAMED_SHARE = 0.6  # of the places, that have a label where some have none
_MAX_OFF_NAMED = 0.1  # of the distance of two places: from such a label to its place
SAME_PLACE_POINTS = 0.25
"""Between the places of two series that are one to the eye."""
_CENTRED_POINTS = 6.0  # from the middle of a row of labels to that of the title below it
_MAX_OFF_UNDER = 2.5  # points, from the middle of a line of a label to its place
_LINE_GAP = 0.6  # heights, between the lines of one label
_MAX_OFF_LINE = 0.45  # of a line's height: from the middle of a label's lines to that of its bar


@dataclass(frozen=True, slots=True)
class RowName:
    """A place along an axis, in points, with its name and the box of that."""

    place: float
    name: str
    bbox: BBox


def categories(
    texts: Sequence[Fragment], places: Sequence[float], edge: float, side: Side
) -> list[RowName]:
    """The labels beside the places of marks; none where they do not name them.

    `edge` is where the marks end: labels of `x` stand below it, those of `y` left of it.
    """
    rows = _of_lines(texts, places, edge) if side == "y" else []
    if rows:
        return rows
    rows = _named(texts, places, edge, side)
    if rows:
        return rows
    words = [word for text in texts for word in chart_words.words(text)]
    rows = _named(words, places, edge, side, are_parts=True)
    if rows:
        return rows
    pieces = [name for text in texts for name in chart_words.names(text)]
    rows = _named(pieces, places, edge, side, are_parts=True)
    if len(rows) == len(places):
        return rows
    return _some(texts, places, edge) if side == "x" else []


def _some(texts: Sequence[Fragment], places: Sequence[float], edge: float) -> list[RowName]:
    """The labels of most places, each over the place it stands at, where others have none.

    Programs leave labels out that would touch each other.
    """
    near = [text for text in texts if _behind(text, edge, "x") >= -_over(text, "x")]
    first = min((text.bbox[1] for text in near), default=0.0)
    ordered = sorted(places)
    most = _MAX_OFF_NAMED * min((b - a for a, b in pairwise(ordered)), default=0.0)
    rows = [
        RowName(place, " ".join(text.text.split()), text.bbox)
        for text in near
        if text.bbox[1] - first < _off(text)
        for place in ordered
        if abs(middle(text, "x") - place) <= most
    ]
    is_own = len({row.place for row in rows}) == len({row.bbox for row in rows}) == len(rows)
    return sorted(rows, key=lambda row: row.place) if (
        is_own and len(rows) > 1 and len(rows) >= _MIN_NAMED_SHARE * len(places)
    ) else []  # fmt: skip


def _of_lines(texts: Sequence[Fragment], places: Sequence[float], edge: float) -> list[RowName]:
    """The labels left of places, of one or more lines each; none where not all places have theirs.

    The lines of a label stand around the middle of its place, nearer to it than to any other.
    """
    near = [
        text
        for text in texts
        if _behind(text, edge, "y") >= -_OVER
        and any(map(str.isalnum, text.text))
        and number(text.text) is None
        and not chart_words.is_turned(text)
    ]
    ordered = sorted(places)
    held: dict[float, list[Fragment]] = {place: [] for place in ordered}
    for text in near:
        held[min(ordered, key=lambda place: abs(place - middle(text, "y")))].append(text)
    rows = []
    for place, lines in held.items():
        label = _around(place, lines)
        if not label:
            return []
        box = boxes.union(line.bbox for line in label)
        rows.append(RowName(place, " ".join(" ".join(x.text.split()) for x in label), box))
    return rows


def _around(place: float, lines: Sequence[Fragment]) -> list[Fragment]:
    """The lines right below each other whose middle is a place, as many as there are."""
    ordered = sorted(lines, key=lambda line: line.bbox[1])
    runs: list[list[Fragment]] = []
    for line in ordered:
        last = runs[-1][-1] if runs else None
        if (
            last is not None
            and abs(line.bbox[1] - last.bbox[3]) <= _LINE_GAP * last.height
            and boxes.overlap_x(line.bbox, last.bbox) > 0
        ):
            runs[-1].append(line)
        else:
            runs.append([line])
    parts = [
        run[first:last]
        for run in runs
        for first in range(len(run))
        for last in range(first + 1, len(run) + 1)
        if abs((run[first].bbox[1] + run[last - 1].bbox[3]) / 2 - place)
        <= _MAX_OFF_LINE * run[first].height
    ]
    return max(parts, key=lambda part: (len(part), sum(len(x.text) for x in part)), default=[])


def _named(
    texts: Sequence[Fragment],
    places: Sequence[float],
    edge: float,
    side: Side,
    *,
    are_parts: bool = False,
) -> list[RowName]:
    near = [text for text in texts if _behind(text, edge, side) >= -_over(text, side)]
    near.sort(key=lambda text: _behind(text, edge, side))
    rows: list[list[Fragment]] = []
    for text in near:
        if rows and _behind(text, edge, side) - _behind(rows[-1][0], edge, side) < _off(text):
            rows[-1].append(text)
        else:
            rows.append([text])
    if side == "y":  # labels that end at the axis, or begin in one column
        rows = [near, *rows]
    for at, row in enumerate(rows):
        told = _matching(row, places, side)
        if told:
            further = [] if side == "y" else rows[at + 1 :]
            lower = [
                text
                for below in further
                if not _is_title(below, row) and not (are_parts and _is_apart(below, told))
                for text in below
            ]
            return [_with_lines(row, lower) for row in told]
    return []


def _off(text: Fragment) -> float:
    """How far labels of one row begin below each other: names that stand upright, as OCR sees."""
    return max(_SAME_ROW, _OVER_SHARE * boxes.height(text.bbox))


def _over(text: Fragment, side: Side) -> float:
    return max(_OVER, _OVER_SHARE * text.height) if side == "x" else _OVER


def _behind(text: Fragment, edge: float, side: Side) -> float:
    """How far a text stands from the axis, on its outer side."""
    return text.bbox[1] - edge if side == "x" else edge - text.bbox[2]


def _matching(row: Sequence[Fragment], places: Sequence[float], side: Side) -> list[RowName]:
    """The labels as rows, if each place has one of its own; slanted ones hang by an end."""
    if not row or not places:
        return []
    anchors: Sequence[Callable[[BBox], float]] = (
        (lambda box: (box[0] + box[2]) / 2, lambda box: box[2], lambda box: box[0])
        if side == "x"
        else (lambda box: (box[1] + box[3]) / 2,)
    )
    best: tuple[float, list[RowName]] | None = None
    for anchor in anchors:
        told = sorted(
            (RowName(anchor(text.bbox), " ".join(text.text.split()), text.bbox) for text in row),
            key=lambda row: row.place,
        )
        spacing = min((b.place - a.place for a, b in pairwise(told)), default=1e9)
        nearest = [min(told, key=lambda row: abs(row.place - place)) for place in places]
        off = max(abs(row.place - place) for row, place in zip(nearest, places, strict=True))
        is_own = len({row.place for row in nearest}) == len(places)
        if is_own and off < _MAX_OFF_SHARE * spacing and (best is None or off < best[0]):
            best = off, told
    return best[1] if best else []


def _is_title(below: Sequence[Fragment], row: Sequence[Fragment]) -> bool:
    """Whether one text stands below the middle of a whole row: the title of the axis."""
    box = boxes.union(label.bbox for label in row)
    centre = (box[0] + box[2]) / 2
    return (
        len(below) == 1 and len(row) > 1 and abs(middle(below[0], "x") - centre) < _CENTRED_POINTS
    )


def _is_apart(below: Sequence[Fragment], told: Sequence[RowName]) -> bool:
    """Whether a word of a line stands under no label: the line is a title, and no part of them."""
    return any(all(not _is_under(word, row) for row in told) for word in below)


def _is_under(text: Fragment, row: RowName) -> bool:
    return abs(middle(text, "x") - row.place) < _MAX_OFF_UNDER


def _with_lines(row: RowName, lower: Sequence[Fragment]) -> RowName:
    """A label with the lines below it that belong to it."""
    for text in lower:
        gap = text.bbox[1] - row.bbox[3]
        if _is_under(text, row) and -0.3 * text.height <= gap <= _LINE_GAP * text.height:
            box = boxes.union([row.bbox, text.bbox])
            row = replace(row, name=f"{row.name} {text.text.strip()}", bbox=box)
    return row


def nearest(rows: Sequence[RowName], place: float) -> int | None:
    """The row of a place; None where it stands between two."""
    if not rows:
        return None
    at = min(range(len(rows)), key=lambda at: abs(rows[at].place - place))
    spacing = min((b.place - a.place for a, b in pairwise(rows)), default=1e9)
    most = max(_MAX_OFF_SHARE * abs(spacing), SAME_PLACE_POINTS)
    return at if abs(rows[at].place - place) < most else None


def measured(places: Sequence[float], scale: Scale, base: BBox) -> list[RowName]:
    """Rows at places on a scale, called by their values.

    Whole numbers where all of them are whole, or where they are years, those that are.
    """
    values = [scale.value(place) for place in places]
    off = [scale.uncertainty(place) for place in places]
    near = [
        scale.kind == "linear" and abs(value - round(value)) <= reach + 1e-9 and reach < 0.25
        for value, reach in zip(values, off, strict=True)
    ]
    whole = all(near) or all(is_year(label.text.strip()) for label in scale.labels)
    rows = []
    for place, value, reach, is_whole in zip(places, values, off, near, strict=True):
        if scale.kind == "date":
            name = day_text(value, reach)
        else:
            name = str(round(value)) if whole and is_whole else written(value, reach)
        box = (place - 1, base[1], place + 1, base[3])
        if scale.side == "y":
            box = (base[0], place - 1, base[2], place + 1)
        rows.append(RowName(place, name, box))
    return rows


def written(value: float, uncertainty: float) -> str:
    """A number with as many digits as its uncertainty leaves."""
    digits = decimals(uncertainty)
    rounded = round(value, digits)
    return f"{rounded + 0.0:.{max(digits, 0)}f}" if rounded else "0"


def decimals(uncertainty: float) -> int:
    """Decimal places whose last counts less than the uncertainty."""
    digits = 0
    while digits < 12 and 10.0**-digits > uncertainty:
        digits += 1
    while digits > -15 and 10.0 ** (1 - digits) <= uncertainty:
        digits -= 1
    return digits
