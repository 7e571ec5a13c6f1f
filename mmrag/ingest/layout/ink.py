"""Lines of text in the pixels of a page, and whether its text layer holds them."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mmrag.types import BBox

# Chosen by hand on text drawn as outlines, scans below a stamp, charts and photographs.
_NEIGHBOURHOOD_POINTS = 16.0  # in which ink is darker than the mean
_MIN_CONTRAST = 25  # of 255, to that mean
_LETTER_POINTS = (2.5, 26.0)  # lowest and highest letter
_MAX_LETTER_RATIO = 3.0  # of a letter's width to its height; letters of a word may touch
_WORD_GAP_POINTS = 6.0  # most between two words of a line
_MIN_LINE_RATIO = 7.0  # of a line's width to its height
_MIN_LINE_POINTS = 80.0  # of a line of running text
_MAX_LINE_POINTS = 30.0  # of its height
_FEWEST_LINES = 4  # of a body that the text layer has not
_COVERED_SHARE = 0.5  # of a line: under text of the layer it is known
_MIN_FILL, _MAX_FILL = 0.12, 0.6  # of a line's box by its letters


def is_unread(image: Image.Image, area: BBox, known: Sequence[BBox]) -> bool:
    """Whether most lines of text that `image` shows lie outside the boxes `known`, in points."""
    scale = image.width / max(area[2] - area[0], 1.0)
    covered = np.zeros((image.height, image.width), dtype=np.uint8)
    for x0, y0, x1, y1 in known:
        left, right = int((x0 - area[0]) * scale), int((x1 - area[0]) * scale) + 1
        top, bottom = int((y0 - area[1]) * scale), int((y1 - area[1]) * scale) + 1
        covered[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = 1
    lines = _lines(np.asarray(image.convert("L")), scale)
    unread = sum(covered[part].mean() < _COVERED_SHARE for part in lines)
    return bool(unread >= _FEWEST_LINES and 2 * unread > len(lines))


def _lines(gray: NDArray[np.uint8], scale: float) -> list[tuple[slice, slice]]:
    """Rows of letters, as parts of the picture."""
    side = int(_NEIGHBOURHOOD_POINTS * scale) | 1
    ink = cv2.adaptiveThreshold(
        gray, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, max(side, 3), _MIN_CONTRAST
    )
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    low, high = (points * scale for points in _LETTER_POINTS)
    height, width = stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH]
    is_letter = (height >= low) & (height <= high) & (width <= _MAX_LETTER_RATIO * height)
    is_letter[0] = False  # the paper
    letters = is_letter.astype(np.uint8)[labels]
    across = np.ones((1, int(_WORD_GAP_POINTS * scale) | 1), dtype=np.uint8)
    rows = cv2.morphologyEx(letters, cv2.MORPH_CLOSE, across)
    found = []
    for x, y, w, h, _ in cv2.connectedComponentsWithStats(rows, connectivity=8)[2][1:]:
        part = (slice(int(y), int(y + h)), slice(int(x), int(x + w)))
        wide = w >= max(_MIN_LINE_RATIO * h, _MIN_LINE_POINTS * scale)
        if wide and h <= _MAX_LINE_POINTS * scale and _MIN_FILL < letters[part].mean() < _MAX_FILL:
            found.append(part)
    return found
