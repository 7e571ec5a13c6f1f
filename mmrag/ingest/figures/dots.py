"""The dots of a chart, which OCR would read as a letter of the number beside them."""

from collections.abc import Sequence

from PIL import Image, ImageDraw

from mmrag import boxes
from mmrag.ingest.drawing import Path
from mmrag.types import BBox

# Chosen by hand on charts of survey reports whose letters are outlines.
_MIN_DOT, _MAX_DOT = 3.0, 10.0  # points across: text has no room on it, nor is it a full stop
_UNEVEN = 0.04  # of its width, between that and its height
_MOST_ARCS = 4  # of a disc
_EDGE = 0.7  # points around it, where its colour fades


def hide(image: Image.Image, area: BBox, drawn: Sequence[tuple[Path, BBox]]) -> None:
    """Paint over the dots among the paths of a picture that shows `area` of the page.

    They are discs of a few curves; letters that are drawn as outlines have more, or a hole.
    """
    x0, y0, x1, _ = area
    times = image.width / (x1 - x0)
    canvas = ImageDraw.Draw(image)
    for path, seen in drawn:
        if _is_dot(path, seen):
            left, top, right, foot = boxes.grow(seen, _EDGE)
            corners = ((left - x0, top - y0), (right - x0, foot - y0))
            canvas.ellipse([(x * times, y * times) for x, y in corners], fill="white")


def _is_dot(path: Path, seen: BBox) -> bool:
    wide, high = boxes.width(seen), boxes.height(seen)
    items = path.get("items") or ()
    arcs = sum(item[0] == "c" for item in items)
    return (
        _MIN_DOT <= wide <= _MAX_DOT
        and abs(wide - high) <= _UNEVEN * wide
        and 0 < arcs <= _MOST_ARCS
        and len(items) <= arcs + 1  # what closes it may be a line
    )
