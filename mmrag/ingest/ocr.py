"""When a page is read by OCR, and its lines in the page's coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass

import pymupdf
from PIL import Image

from mmrag.ingest.fragments import PageText
from mmrag.ingest.reading import Fragment
from mmrag.ingest.text import clean, is_garbage
from mmrag.protocols import OcrLine
from mmrag.types import BBox

_NO_TEXT = 20  # characters; a page number alone is no text
_LITTLE_TEXT = 250
_BIG_PICTURE = 0.5  # part of the page
_TYPE_SIZE = 0.72  # size of type against the height of the box that OCR draws around a line


@dataclass(frozen=True, slots=True)
class Need:
    """Whether a page must be read, and whether its own text is kept beside what is read."""

    read: bool
    keep: bool


def need(page: pymupdf.Page, text: PageText) -> Need:
    """What the text layer of a page leaves to be read."""
    visible = "".join(fragment.text for fragment in (*text.fragments, *text.sideways))
    if len(visible.replace(" ", "")) <= _NO_TEXT:
        return Need(read=True, keep=bool(visible))
    if is_garbage(visible):
        return Need(read=True, keep=False)
    if len(visible) < _LITTLE_TEXT and _picture_share(page) > _BIG_PICTURE:
        return Need(read=True, keep=True)
    return Need(read=False, keep=True)


def _picture_share(page: pymupdf.Page) -> float:
    """The part of the page under its bitmaps, at most 1."""
    area = max(abs(page.rect), 1.0)
    covered = sum(abs(pymupdf.Rect(info["bbox"]) & page.rect) for info in page.get_image_info())
    return min(float(covered / area), 1.0)


def to_fragments(lines: Sequence[OcrLine], image: Image.Image, area: BBox) -> list[Fragment]:
    """Lines read in `image`, which shows `area` of the page, as fragments in points."""
    across = (area[2] - area[0]) / image.width
    down = (area[3] - area[1]) / image.height
    fragments = []
    for line in lines:
        text = clean(line.text).strip()
        if not text:
            continue
        x0, y0, x1, y1 = line.box
        box = (
            area[0] + x0 * across,
            area[1] + y0 * down,
            area[0] + x1 * across,
            area[1] + y1 * down,
        )
        fragments.append(Fragment(text, box, _TYPE_SIZE * (box[3] - box[1]), bold=False))
    return fragments


def without_known(read: Sequence[Fragment], known: Sequence[Fragment]) -> list[Fragment]:
    """The fragments of `read` that do not lie on text the page has itself."""
    return [fragment for fragment in read if not any(_lies_on(fragment, k) for k in known)]


def _lies_on(one: Fragment, other: Fragment) -> bool:
    width = min(one.bbox[2], other.bbox[2]) - max(one.bbox[0], other.bbox[0])
    height = min(one.bbox[3], other.bbox[3]) - max(one.bbox[1], other.bbox[1])
    if width <= 0 or height <= 0:
        return False
    area = (one.bbox[2] - one.bbox[0]) * (one.bbox[3] - one.bbox[1])
    return width * height > 0.3 * area
