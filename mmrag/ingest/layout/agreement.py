"""Whether a text layer says what the page shows: a sample of it is compared with what OCR reads."""

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from statistics import fmean

from PIL import Image

from mmrag.ingest.layout.order import Fragment
from mmrag.protocols import OcrLine
from mmrag.types import BBox

# Chosen by hand on right, wrong and shifted layers, in scripts that OCR reads and others.
_LINES = 6  # of a layer that are compared
_MIN_CHARS = 12  # in all: less is no sample
_MARGIN_POINTS = 3.0  # around a line
_GAP_PIXELS = 24  # between two lines of the sample
_MIN_CONFIDENCE = 0.88  # of OCR in what it reads; letters of a script that it cannot read get less
_MIN_READ_SHARE = 0.4  # of the layer's characters: OCR that reads fewer tells nothing
_SIGNS = re.compile(r"[\W_]+")


def measure(
    fragments: Sequence[Fragment],
    image: Image.Image,
    area: BBox,
    read: Callable[[Image.Image], Sequence[OcrLine]],
) -> float | None:
    """How alike a layer and its page are, 0 to 1; None where OCR cannot tell.

    `image` shows `area` of the page, in points. Some of the longest fragments are cut out, put one
    below another, and read at once.
    """
    chosen = sorted(fragments, key=lambda f: len(f.text), reverse=True)[:_LINES]
    layer = "".join(_plain(fragment.text) for fragment in chosen)
    if len(layer) < _MIN_CHARS:
        return None
    lines = sorted(read(_sheet(chosen, image, area)), key=lambda line: line.box[1])
    seen = "".join(_plain(line.text) for line in lines)
    if len(seen) < _MIN_READ_SHARE * len(layer):
        return None
    if fmean(line.confidence for line in lines) < _MIN_CONFIDENCE:
        return None
    return SequenceMatcher(None, layer, seen, autojunk=False).ratio()


def _sheet(fragments: Sequence[Fragment], image: Image.Image, area: BBox) -> Image.Image:
    """The places of the fragments on the page, one below another."""
    across = image.width / max(area[2] - area[0], 1.0)
    down = image.height / max(area[3] - area[1], 1.0)
    cuts = []
    for fragment in fragments:
        x0, y0, x1, y1 = fragment.bbox
        left, right = (
            (x0 - area[0] - _MARGIN_POINTS) * across,
            (x1 - area[0] + _MARGIN_POINTS) * across,
        )
        top, bottom = (y0 - area[1]) * down, (y1 - area[1]) * down
        box = (
            max(int(left), 0),
            max(int(top), 0),
            min(int(right), image.width),
            min(int(bottom), image.height),
        )
        if box[0] < box[2] and box[1] < box[3]:
            cuts.append(image.crop(box))
    height = sum(cut.height + _GAP_PIXELS for cut in cuts) + _GAP_PIXELS
    sheet = Image.new("RGB", (max((cut.width for cut in cuts), default=1), height), "white")
    y = _GAP_PIXELS
    for cut in cuts:
        sheet.paste(cut, (0, y))
        y += cut.height + _GAP_PIXELS
    return sheet


def _plain(text: str) -> str:
    return _SIGNS.sub("", text).lower()
