"""What a model is shown of a page whose text would be too small for it: parts at full resolution.

A vision-language model sees a picture at a fixed size, in which the type of a whole page is a few
pixels high. Such a page is cut between its lines, columns first, until its text is large enough.
"""

from collections.abc import Sequence
from statistics import quantiles
from typing import TYPE_CHECKING

from mmrag import boxes
from mmrag.readings import PageReading
from mmrag.text.stems import content_stems
from mmrag.types import BBox, ReadLine
from mmrag.vision.looking import Bench, View

if TYPE_CHECKING:
    from PIL import Image

LEAST_TEXT = 12.0
"""Height in pixels of text that a model can read, as it is shown it; chosen by hand."""
MAX_PARTS = 12
"""Of one page, each a reply of the model; parts are larger where there were more. By hand."""
_LARGER = 1.5  # times, until they are no more than that; chosen by hand
_ACROSS, _DOWN = 0, 1


def boxes_of(reading: PageReading, pixels: int, density: float) -> list[BBox]:
    """The parts in reading order, in points; the whole alone where its text is large enough.

    `pixels` is the longer side of what the model sees, `density` the pixels of the picture a point:
    a part is shown no larger than the picture has it.
    """
    frame, lines = reading.frame, list(reading.lines)
    if len(lines) < 2:
        return [frame]
    small = quantiles((line.size for line in lines), n=4)[0]
    longest = max(pixels * small / LEAST_TEXT, pixels / density)  # side of a part, in points
    parts = _cut(lines, frame, longest)
    while len(parts) > MAX_PARTS:
        longest *= _LARGER
        parts = _cut(lines, frame, longest)
    return parts


def images(view: View, bench: Bench) -> list["Image.Image"]:
    """The whole picture, or its parts in reading order where its text would be too small."""
    found = _boxes(view, bench)
    if len(found) == 1:
        return [view.image]
    return [_image(view, box) for box in found]


def images_for(view: View, bench: Bench, question: str) -> list["Image.Image"]:
    """The whole picture; with it the part that has most words of a question, where text is small.

    A model that takes one picture is shown the part alone.
    """
    found = _boxes(view, bench)
    if len(found) == 1:
        return [view.image]
    asked = set(content_stems(question))
    shared = [len(asked.intersection(content_stems(_text(view, box)))) for box in found]
    if not any(shared):
        return [view.image]
    part = _image(view, found[shared.index(max(shared))])
    return [view.image, part] if bench.models.chat_model().max_images > 1 else [part]


def _boxes(view: View, bench: Bench) -> list[BBox]:
    left, _, right, _ = view.reading.frame
    density = view.image.width / max(right - left, 1.0)
    return boxes_of(view.reading, bench.models.settings.vlm.image_pixels, density)


def _image(view: View, box: BBox) -> "Image.Image":
    return view.reading.within(box).image() or view.image


def _text(view: View, box: BBox) -> str:
    return " ".join(line.text for line in view.reading.within(box).lines)


def _cut(lines: Sequence[ReadLine], box: BBox, longest: float) -> list[BBox]:
    """A box in two where it is too long and something lies on both sides, and those again."""
    for axis in (_ACROSS, _DOWN):
        if box[axis + 2] - box[axis] <= longest:
            continue
        at = _gap(lines, box, axis)
        if at is not None:
            x0, y0, x1, y1 = box
            halves: tuple[BBox, BBox] = (
                ((x0, y0, at, y1), (at, y0, x1, y1))
                if axis == _ACROSS
                else ((x0, y0, x1, at), (x0, at, x1, y1))
            )
            parts = []
            for half in halves:
                inside = [line for line in lines if boxes.holds_middle(half, line.bbox)]
                parts += _cut(inside, half, longest)
            return parts
    return [box]


def _gap(lines: Sequence[ReadLine], box: BBox, axis: int) -> float | None:
    """Where no line is cut, the nearest to the middle; None where lines lie on one side alone."""
    spans = sorted((line.bbox[axis], line.bbox[axis + 2]) for line in lines)
    gaps = []
    end = spans[0][1] if spans else 0.0
    for start, stop in spans[1:]:
        if start > end:
            gaps.append((end + start) / 2)
        end = max(end, stop)
    middle = (box[axis] + box[axis + 2]) / 2
    return min(gaps, key=lambda at: abs(at - middle), default=None)
