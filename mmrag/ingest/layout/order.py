"""Fragments of text to lines in reading order: columns one after another, rows of a table whole.

A page is cut at a gutter when text runs on both sides of it; what crosses the gutter (a title, a
wide table) stands between the columns above it and those below. Within a column, fragments on
one baseline make one line, so that the cells of a table row stay together.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from statistics import median

from mmrag.ingest.layout import raised, right_to_left
from mmrag.ingest.layout.lines import TextLine
from mmrag.types import BBox, TextPiece

CELL_GAP = "  "
"""What stands between two cells of a row."""

_PREFIXES = "$€£¥("  # these belong to the number after them
_SUFFIXES = "%)"
_LABEL = re.compile(r"(?:[•·▪■●○►✓✔*–—-]|\(?(?:\d+(?:\.\d+)*|[a-z]|[ivx]+)[.)]?)", re.IGNORECASE)
# Chosen by hand on pages of reports, papers and slides.
_MIN_SIDE_FRAGMENTS = 4  # on each side of a gutter
_MAX_CROSSING_SHARE = 0.6  # of the text's height may cross a gutter
_MAX_CUTS = 6  # of a page, each within the one before
_MIN_GUTTER_POINTS = 4.0  # wide
_MAX_GUTTERS_TRIED = 24  # that are looked at closely


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a line without wide gaps, in points, as the PDF or the OCR gives it."""

    text: str
    bbox: BBox
    size: float
    bold: bool
    font: str = ""  # of most of it, as the PDF names it
    confidence: float = 1.0  # of who read it
    colour: tuple[int, int, int] | None = None  # red, green, blue to 255; None of a picture

    @property
    def height(self) -> float:
        return self.bbox[3] - self.bbox[1]


Row = list[Fragment]  # fragments on one baseline, from left to right


def reading_order(
    fragments: Sequence[Fragment], sideways: Sequence[Fragment] = ()
) -> list[TextLine]:
    """The lines of a page in reading order, with blocks numbered from 0.

    Text that stands `sideways` (a stamp in the margin, the title of an axis) comes last, each piece
    a block of its own.
    """
    lines: list[TextLine] = []
    block = -1
    for region in _regions(_glue_table_rows(_rows(fragments)), 0):
        previous: Row | None = None
        for row in region:
            if previous is None or _starts_block(previous, row):
                block += 1
            lines.append(_line(row, block))
            previous = row
    lines.extend(_line([piece], block + at) for at, piece in enumerate(sideways, 1))
    return lines


def _rows(fragments: Sequence[Fragment]) -> list[Row]:
    """Fragments grouped by baseline over the whole width, from top to bottom."""
    rows: list[Row] = []
    for fragment in sorted(fragments, key=lambda f: ((f.bbox[1] + f.bbox[3]) / 2, f.bbox[0])):
        for row in rows[-1:-4:-1]:
            if all(_same_baseline(member, fragment) for member in row):
                row.append(fragment)
                break
        else:
            rows.append([fragment])
    for row in rows:
        row.sort(key=lambda f: f.bbox[0])
    return rows


def _same_baseline(one: Fragment, other: Fragment) -> bool:
    low, high = sorted((one.height, other.height))
    overlap = min(one.bbox[3], other.bbox[3]) - max(one.bbox[1], other.bbox[1])
    return overlap >= 0.55 * low and high <= 2.2 * max(low, 1e-6)


def _glue_table_rows(rows: Sequence[Row]) -> list[Row]:
    """Rows as they will be cut at gutters: a row of a table is one piece, any other one is not."""
    pieces: list[Row] = []
    tabular = [_is_table_row(row) for row in rows]
    for at, row in enumerate(rows):
        near = any(tabular[max(at - 2, 0) : at] + tabular[at + 1 : at + 3])
        if tabular[at] and near:
            pieces.append(row)
        else:
            pieces.extend([fragment] for fragment in row)
    return pieces


def _is_table_row(row: Row) -> bool:
    """Three short cells or more, or a label with numbers; running text in columns has neither."""
    cells = _cells(row)
    if len(cells) < 2:
        return False
    if all(_is_number(cell) for cell in cells[1:]):
        return True
    return len(cells) >= 3 and all(len(cell) <= 24 for cell in cells)


@lru_cache(maxsize=4096)
def _is_number(text: str) -> bool:
    marks = [char for char in text if not char.isspace()]
    return bool(marks) and sum(c.isdigit() or c in "$€£%.,()-–—+" for c in marks) >= 0.7 * len(
        marks
    )


def _cells(row: Row) -> list[str]:
    """The texts of a row, with fragments that nearly touch as one."""
    return _join(row).split(CELL_GAP)


def _join(row: Row) -> str:
    """A row as text: a word space where fragments nearly touch, a cell gap where they do not."""
    spread = _is_spread(row)
    texts = [fragment.text.strip() for fragment in row]
    for at, (left, right) in enumerate(pairwise(row)):
        texts[at], texts[at + 1] = (
            _marked(texts[at], left, right),
            _marked(texts[at + 1], right, left),
        )
    if right_to_left.is_mostly_in("".join(texts)):
        row, texts = row[::-1], texts[::-1]
    text = texts[0]
    for (one, other), following in zip(pairwise(row), texts[1:], strict=True):
        gap = max(other.bbox[0] - one.bbox[2], one.bbox[0] - other.bbox[2])
        em = max(min(one.size, other.size), 1.0)
        if text[-1] in _PREFIXES or following[0] in _SUFFIXES:
            pass
        elif gap > 0.9 * em and not spread and not _LABEL.fullmatch(text):
            text += CELL_GAP
        elif not -0.5 * em < gap < 0.12 * em or _LABEL.fullmatch(text):
            text += " "
        text += following
    return text


def _marked(text: str, fragment: Fragment, beside: Fragment) -> str:
    """The text of a fragment; of a number raised over what it touches, in superscript digits."""
    touching = max(beside.bbox[0] - fragment.bbox[2], fragment.bbox[0] - beside.bbox[2])
    if touching < 0.5 * beside.size and raised.is_raised(
        fragment.size, fragment.bbox[3], beside.size, beside.bbox[3]
    ):
        return raised.marked(text)
    return text


def _is_spread(row: Row) -> bool:
    """Whether a row is one line of words that were pulled apart to fill the column."""
    if len(row) < 3 or any(
        " " in f.text.strip() or not f.text.strip().isalpha() for f in row[1:-1]
    ):
        return False
    gaps = [right.bbox[0] - left.bbox[2] for left, right in pairwise(row)]
    return max(gaps) < min(1.3 * min(gaps), 3 * row[0].size)


def _regions(pieces: list[Row], depth: int) -> Iterator[list[Row]]:
    """Groups of rows without a gutter through them, in reading order."""
    gutter = _gutter(pieces) if depth < _MAX_CUTS else None
    if gutter is None:
        if pieces:
            yield _rows([fragment for piece in pieces for fragment in piece])
        return
    pieces = [part for piece in pieces for part in _parted(piece, gutter)]
    crossing = sorted((p for p in pieces if _x0(p) < gutter < _x1(p)), key=_y0)
    sides = [p for p in pieces if not _x0(p) < gutter < _x1(p)]
    spans = _stacked(crossing)
    for span in [*spans, []]:
        end = min((_y0(p) for p in span), default=float("inf"))
        above = [p for p in sides if (_y0(p) + _y1(p)) / 2 < end]
        sides = [p for p in sides if (_y0(p) + _y1(p)) / 2 >= end]
        yield from _regions([p for p in above if _x1(p) <= gutter], depth + 1)
        yield from _regions([p for p in above if _x0(p) >= gutter], depth + 1)
        yield from _regions(span, _MAX_CUTS)


def _parted(piece: Row, gutter: float) -> list[Row]:
    """A row in two where the gutter divides a line of text from a row of a table beside it."""
    left = [f for f in piece if f.bbox[2] <= gutter]
    right = [f for f in piece if f.bbox[0] >= gutter]
    if not (left and right) or len(left) + len(right) < len(piece):
        return [piece]
    alone = min((_cells(left), _cells(right)), key=len)
    return [left, right] if len(alone) == 1 and len(alone[0].split()) >= 3 else [piece]


def _stacked(crossing: list[Row]) -> list[list[Row]]:
    """Spanning pieces that follow one another closely, as groups."""
    groups: list[list[Row]] = []
    for piece in crossing:
        if groups and _y0(piece) - max(_y1(p) for p in groups[-1]) < 1.2 * piece[0].size:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def _gutter(pieces: Sequence[Row]) -> float | None:
    """Where a vertical cut leaves running text on both sides and little across it, if anywhere."""
    for x in _gaps(pieces)[:_MAX_GUTTERS_TRIED]:
        left = [p for p in pieces if _x1(p) <= x]
        right = [p for p in pieces if _x0(p) >= x]
        if _are_columns(left, right) and _side_by_side(left, right):
            return x
    return None


def _gaps(pieces: Sequence[Row]) -> list[float]:
    """Middles of the vertical strips that few pieces cross, the emptiest and widest first."""
    ends = sorted((_x1(p), _height(p)) for p in pieces)
    starts = sorted((_x0(p), _height(p)) for p in pieces)
    before = list(accumulate((height for _, height in ends), initial=0.0))
    after = list(accumulate((height for _, height in starts), initial=0.0))
    total = after[-1]
    gaps = []
    for left, right in pairwise(sorted({x for x, _ in (*ends, *starts)})):
        x = (left + right) / 2
        on_left = bisect_right(ends, (x, float("inf")))
        on_right = bisect_left(starts, (x, -1.0))
        if (
            right - left < _MIN_GUTTER_POINTS
            or min(on_left, len(pieces) - on_right) < _MIN_SIDE_FRAGMENTS
        ):
            continue
        crossing = total - before[on_left] - (total - after[on_right])
        if crossing <= _MAX_CROSSING_SHARE * total:
            gaps.append((crossing / total, left - right, x))
    return [x for _, _, x in sorted(gaps)]


def _are_columns(left: Sequence[Row], right: Sequence[Row]) -> bool:
    """Running text on both sides; or on one, with a margin whose lines keep their own distance."""
    if _runs(left, 3) and _runs(right, 3):
        return True
    if not (_runs(left, 6) or _runs(right, 6)):
        return False
    few, many = sorted((left, right), key=len)
    level = sum(any(abs(_y1(p) - _y1(q)) < 1.0 for q in many) for p in few)
    return level < 0.5 * len(few)


def _runs(side: Sequence[Row], words: int) -> bool:
    """Whether the pieces read as running text: `words` a line or more, few numbers."""
    texts = [fragment.text for piece in side for fragment in piece]
    numbers = sum(_is_number(text) for text in texts)
    return median(len(text.split()) for text in texts) >= words and numbers <= 0.25 * len(texts)


def _side_by_side(left: Sequence[Row], right: Sequence[Row]) -> bool:
    """Whether the two sides share a part of the page's height."""
    top = max(min(map(_y0, left)), min(map(_y0, right)))
    end = min(max(map(_y1, left)), max(map(_y1, right)))
    height = min(max(map(_y1, side)) - min(map(_y0, side)) for side in (left, right))
    return end - top >= 0.5 * height


def _starts_block(previous: Row, row: Row) -> bool:
    """A wider gap, another size or weight of type, or a step back up the page."""
    size = min(previous[0].size, row[0].size)
    gap = _y0(row) - _y1(previous)
    if gap > 0.65 * size or gap < -1.5 * size:
        return True
    one, other = _size(previous), _size(row)
    return abs(one - other) > 0.12 * max(one, other) or _bold(previous) != _bold(row)


def _line(row: Row, block: int) -> TextLine:
    box = (_x0(row), _y0(row), _x1(row), _y1(row))
    pieces = tuple(TextPiece(f.text.strip(), f.bbox, f.confidence) for f in row)
    return TextLine(_join(row), box, _size(row), _bold(row), block, pieces)


def _size(row: Row) -> float:
    """The size of most of the row's characters."""
    return max(row, key=lambda f: len(f.text)).size


def _bold(row: Row) -> bool:
    bold = sum(len(f.text) for f in row if f.bold)
    return bold > 0.6 * sum(len(f.text) for f in row)


def _x0(row: Row) -> float:
    return min(f.bbox[0] for f in row)


def _y0(row: Row) -> float:
    return min(f.bbox[1] for f in row)


def _x1(row: Row) -> float:
    return max(f.bbox[2] for f in row)


def _y1(row: Row) -> float:
    return max(f.bbox[3] for f in row)


def _height(row: Row) -> float:
    return _y1(row) - _y0(row)
