"""When a page is read by OCR, and its lines in the page's coordinates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from PIL import Image

from mmrag.ingest.characters import clean, is_garbage
from mmrag.ingest.layout.fragments import PageText
from mmrag.ingest.layout.lines import TextLine
from mmrag.ingest.layout.order import Fragment, reading_order
from mmrag.ingest.mupdf import pymupdf
from mmrag.protocols import OcrLine
from mmrag.types import BBox

# Chosen by hand on scans, slides and pages with large photographs.
_MAX_CHARS_OF_A_NUMBER = 20  # a page number alone is no text
_MIN_CHARS_BESIDE_A_PICTURE = 250  # with fewer, a large picture may hold the text of the page
_MIN_SHAPES_OF_TEXT = 40  # with more, a page without text may draw its letters
_LARGE_PICTURE_SHARE = 0.5  # of the page
_TURNED_SHARE = 0.6  # of the lines run up or down on a page that lies on its side
_FEWEST_CHARS = 0.4  # on a length of a line that is its height; type has 0.9 to 2
_TYPE_SIZE_SHARE = 0.72  # of the height of the box that OCR draws around a line


@dataclass(frozen=True, slots=True)
class Need:
    """Whether a page must be read, and whether its own text is kept beside what is read."""

    read: bool
    keep: bool


def need(page: pymupdf.Page, text: PageText) -> Need:
    """What the text layer of a page leaves to be read."""
    visible = "".join(fragment.text for fragment in (*text.fragments, *text.sideways))
    if not visible:
        return Need(read=True, keep=False)
    if len(visible.replace(" ", "")) <= _MAX_CHARS_OF_A_NUMBER:
        return Need(read=_shows_more(page), keep=True)
    if is_garbage(visible):
        return Need(read=True, keep=False)
    if len(visible) < _MIN_CHARS_BESIDE_A_PICTURE and _picture_share(page) > _LARGE_PICTURE_SHARE:
        return Need(read=True, keep=True)
    return Need(read=False, keep=True)


def _shows_more(page: pymupdf.Page) -> bool:
    """Whether a page with next to no text has pictures, or many shapes that may be letters."""
    shapes = sum(kind in ("fill-path", "stroke-path") for kind, _ in page.get_bboxlog())
    return _picture_share(page) > 0.05 or shapes > _MIN_SHAPES_OF_TEXT


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
        size = _TYPE_SIZE_SHARE * (box[3] - box[1])
        fragments.append(Fragment(text, box, size, bold=False, confidence=line.confidence))
    return fragments


def is_told(fragment: Fragment) -> bool:
    """Whether a line that was read has text for its length: of letters that OCR does not know, it
    tells the spaces and marks between them.
    """
    x0, y0, x1, y1 = fragment.bbox
    low, long = sorted((x1 - x0, y1 - y0))
    return len(fragment.text.replace(" ", "")) * low >= _FEWEST_CHARS * long


def is_on_its_head(lines: Sequence[OcrLine]) -> bool:
    """Whether most lines were read in the picture turned by 180 degrees."""
    return sum(line.turn == 2 for line in lines) > 0.5 * len(lines)


def order(fragments: Sequence[Fragment], on_its_head: bool = False) -> list[TextLine]:
    """The lines of a page that was read, in reading order, also where it lies on its side.

    `fragments` come in the order in which the engine read them, which tells up from down.
    """
    if on_its_head:
        lines = reading_order([replace(f, bbox=_across(f.bbox)) for f in fragments])
        return [_placed(line, _across) for line in lines]
    tall = [f for f in fragments if len(f.text) >= 3 and _is_tall(f)]
    if len(tall) < _TURNED_SHARE * len([f for f in fragments if len(f.text) >= 3]) or not tall:
        return reading_order(fragments)
    half = len(tall) // 2
    rightward = _middle(tall[half:]) >= _middle(tall[:half])
    turned = [_turned(f, rightward) for f in fragments]
    return [_placed(line, lambda box: _back(box, rightward)) for line in reading_order(turned)]


def _placed(line: TextLine, place: Callable[[BBox], BBox]) -> TextLine:
    """A line with its boxes and those of its pieces where `place` puts them."""
    pieces = tuple(replace(piece, bbox=place(piece.bbox)) for piece in line.pieces)
    return replace(line, bbox=place(line.bbox), pieces=pieces)


def _is_tall(fragment: Fragment) -> bool:
    x0, y0, x1, y1 = fragment.bbox
    return y1 - y0 > 1.5 * (x1 - x0)


def _middle(fragments: Sequence[Fragment]) -> float:
    return fmean((f.bbox[0] + f.bbox[2]) / 2 for f in fragments) if fragments else 0.0


def _turned(fragment: Fragment, rightward: bool) -> Fragment:
    """The fragment on the page turned upright; lines follow one another to the right, or left."""
    x0, y0, x1, y1 = fragment.bbox
    box = (-y1, x0, -y0, x1) if rightward else (y0, -x1, y1, -x0)
    return replace(fragment, bbox=box, size=_TYPE_SIZE_SHARE * (x1 - x0))


def _back(box: BBox, rightward: bool) -> BBox:
    x0, y0, x1, y1 = box
    return (y0, -x1, y1, -x0) if rightward else (-y1, x0, -y0, x1)


def _across(box: BBox) -> BBox:
    x0, y0, x1, y1 = box
    return -x1, -y1, -x0, -y0


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
