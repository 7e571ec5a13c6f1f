"""Labels of a chart that stand upright, read once more from a strip of the picture that is turned.

An engine that reads level lines turns a long upright word, but not a number of two digits, and
where it looks at letters that lie on their side it leaves some out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PIL import Image

from mmrag import boxes
from mmrag.ingest.grids import chart_ink, chart_pixels
from mmrag.ingest.layout import ocr
from mmrag.ingest.layout.order import Fragment
from mmrag.protocols import OcrLine
from mmrag.types import BBox

# Chosen by hand on charts of R, Vega and Matplotlib at 150 dpi.
_TALL = 1.2  # times as high as wide: a text that stands upright
_SHORT = 2  # characters of a text whose box does not tell whether it stands upright,
_SQUARE = 0.85  # if it is no less high than this, of its width
_IN_LINE = 0.5  # of the narrower of two texts, that stand in one column or row
_MIN_LABELS = 2  # in one line: a title stands alone
_MARGIN = 3.0  # points around a strip, and
_FURTHER = 0.6  # of its breadth, on the side of the picture's edge: labels that were cut short
_KNOWN = 0.3  # of a text, that lies on one that was read before

Read = Callable[[Image.Image], Sequence[OcrLine]]


def again(
    fragments: Sequence[Fragment], image: Image.Image, area: BBox, read: Read
) -> list[Fragment]:
    """The texts that OCR read in `image`, which shows `area`, with upright labels read anew."""
    found = list(fragments)
    for line in _lines(fragments):
        strip = _strip(line, area)
        seen = [x for x in _turned(image, area, strip, read) if _is_of(x, line, strip)]
        inside = [text for text in found if _may_be(text) and _is_of(text, line, strip)]
        old = [text for text in inside if any(_lies_on(text, new) for new in seen)]
        kept = [text for text in found if text not in old]
        new = [text for text in seen if not any(_lies_on(text, other) for other in kept)]
        if _letters(new) >= _letters(old) > 0:
            found = [*kept, *new]
    return found


@dataclass(frozen=True, slots=True)
class _Line:
    """The box of labels that stand upright, in a column (`across`) or a row."""

    bbox: BBox
    across: bool


def _lines(fragments: Sequence[Fragment]) -> list[_Line]:
    """The columns and rows of labels that stand upright, those of most labels first.

    A number of one digit is of a column too; of a row it may be the value of anything.
    """
    tall = [text for text in fragments if _is_upright(text)]
    lines = []
    for text in tall:
        columns = [x for x in fragments if _may_be(x) and _is_in_line(x, text, across=True)]
        rows = [x for x in tall if _is_in_line(x, text, across=False)]
        across = len(columns) >= len(rows)
        lines.append((columns if across else rows, across))
    found: list[_Line] = []
    taken: set[Fragment] = set()
    for line, across in sorted(lines, key=lambda item: len(item[0]), reverse=True):
        if len(line) >= _MIN_LABELS and taken.isdisjoint(line):
            taken.update(line)
            found.append(_Line(boxes.union(text.bbox for text in line), across))
    return found


def _is_upright(text: Fragment) -> bool:
    is_tall = boxes.height(text.bbox) > _TALL * boxes.width(text.bbox)
    return is_tall and len(text.text.strip()) >= _SHORT


def _may_be(text: Fragment) -> bool:
    is_high = boxes.height(text.bbox) >= _SQUARE * boxes.width(text.bbox)
    return _is_upright(text) or (is_high and len(text.text.strip()) <= _SHORT)


def _is_in_line(one: Fragment, other: Fragment, *, across: bool) -> bool:
    """Whether two texts stand in one column, or (not `across`) in one row."""
    (low, high), (start, end) = (_breadth(text.bbox, across) for text in (one, other))
    return min(high, end) - max(low, start) >= _IN_LINE * min(high - low, end - start)


def _breadth(box: BBox, across: bool) -> tuple[float, float]:
    return (box[0], box[2]) if across else (box[1], box[3])


def _strip(line: _Line, area: BBox) -> BBox:
    """The strip of the picture around labels, from one end to the other."""
    low, high = _breadth(line.bbox, line.across)
    start, end = _breadth(area, line.across)
    more = _FURTHER * (high - low)
    is_first = low - start < end - high
    low, high = (low - more, high + _MARGIN) if is_first else (low - _MARGIN, high + more)
    low, high = max(low, start), min(high, end)
    return (low, area[1], high, area[3]) if line.across else (area[0], low, area[2], high)


def _turned(image: Image.Image, area: BBox, strip: BBox, read: Read) -> list[Fragment]:
    """The texts of a strip that read upwards, each label for itself."""
    times = image.width / (area[2] - area[0])
    x0, y0, x1, y1 = chart_pixels.in_pixels(strip, area, times)
    level = image.crop((x0, y0, x1, y1)).transpose(Image.Transpose.ROTATE_270)
    whole = (0.0, 0.0, float(level.width), float(level.height))
    found = []
    for text in ocr.to_fragments(read(level), level, whole):
        if _is_upright(text):
            continue
        for part in chart_ink.tight(level, whole, text):
            left, top, right, foot = boxes.grow(part.bbox, _MARGIN)
            place = (
                area[0] + (x0 + top) / times,
                area[1] + (y1 - right) / times,
                area[0] + (x0 + foot) / times,
                area[1] + (y1 - left) / times,
            )
            found.append(replace(part, bbox=boxes.clip(place, area), size=part.size / times))
    return [text for text in found if text.text]


def _is_of(text: Fragment, line: _Line, strip: BBox) -> bool:
    """Whether a text is of a line of labels: what is short and stands beside it is of another."""
    if len(text.text.strip()) > _SHORT:
        return boxes.holds_middle(strip, text.bbox)
    low, high = _breadth(line.bbox, line.across)
    return low <= boxes.middle(text.bbox)[not line.across] <= high


def _lies_on(one: Fragment, other: Fragment) -> bool:
    return boxes.share(one.bbox, other.bbox) > _KNOWN or boxes.share(other.bbox, one.bbox) > _KNOWN


def _letters(texts: Sequence[Fragment]) -> int:
    return sum(len(text.text.strip()) for text in texts)
