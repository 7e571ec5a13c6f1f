"""The colours of a chart that is a picture: its ground, what is drawn in which, shades of a pen."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from mmrag.ingest.grids.chart_shapes import Colour

# Chosen by hand on charts of Matplotlib, Vega and ReportLab at 110 dpi.
THIN = 4
"""Pixels of a line, at most: by hand, as all below."""
_MAX_COLOURS = 16  # that marks are looked for in
_MIN_COLOUR_SHARE = 0.0004  # of the picture, that a colour covers
_SAME = 30  # of 255, in each channel: shades of one colour, as compression makes them
_ALONG_SHARE = 0.9  # of a colour, right beside another one: it is mixed at its edge
_GREY = 24  # of 255, between the channels of a grey
_MIN_GROUND, _MIN_EDGE = 0.3, 0.7  # of a picture, and of three edges of it: the ground of a plot
_MIN_COVERED = 0.15  # of that box: less is a frame, perhaps with the lines of a grid
_MIN_FILLED = 0.05  # of a row or column of pixels that is part of it
_BLACK = (0, 0, 0)
_MAX_INNER = 0.4  # of the pixels of lines, that have all their neighbours
_SHADE = 0.985  # cosine of two shades of one colour, from the ground: greys have less with others
_MIN_SHADE = 0.45  # of a colour in its shades
_BRIDGED = 4  # pixels: what is narrower between two parts of one colour is a line over it

Pixels = NDArray[np.uint8]


def flat(pixels: Pixels) -> list[Colour]:
    """The flat colours, the most frequent first: that is the ground."""
    coarse = (pixels >> 3).astype(np.uint16)
    codes = (coarse[..., 0] << 10 | coarse[..., 1] << 5 | coarse[..., 2]).ravel()
    counts = np.bincount(codes, minlength=1 << 15)
    places = np.argsort(codes, kind="stable")  # by radix: the pixels of each code in one piece
    ends = np.cumsum(counts)
    found: list[Colour] = []
    for code in np.argsort(counts)[::-1][:200]:
        if counts[code] < _MIN_COLOUR_SHARE * codes.size or len(found) > _MAX_COLOURS:
            break
        own = pixels.reshape(-1, 3)[places[ends[code] - counts[code] : ends[code]]]
        red, green, blue = (int(np.median(own[:, at])) for at in range(3))
        if all(_distance((red, green, blue), other) > _SAME for other in found):
            found.append((red, green, blue))
    return found


def is_ground(pixels: Pixels, colour: Colour) -> bool:
    """Whether a plot lies on a colour of its own: it fills a large box and three edges of it."""
    mask = of_colour(pixels, colour)
    rows, columns = (np.flatnonzero(mask.mean(axis=axis) > _MIN_FILLED) for axis in (1, 0))
    if not len(rows) or not len(columns):
        return False
    part = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    edges = part[:THIN].any(axis=0), part[:, :THIN].any(axis=1), part[:, -THIN:].any(axis=1)
    is_large = part.size >= _MIN_GROUND * mask.size and part.mean() >= _MIN_COVERED
    return is_large and all(edge.mean() >= _MIN_EDGE for edge in edges)


def of_colour(pixels: Pixels, colour: Colour, reach: int = _SAME // 2) -> Pixels:
    """Where a colour stands: 1 in its shades, which lie so near in each channel, else 0."""
    low, high = (np.array(colour) + off for off in (-reach, reach))
    return np.asarray(cv2.inRange(pixels, low, high) > 0, np.uint8)


def _distance(one: Colour, other: Colour) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def masks(
    pixels: Pixels, ground: Colour, colours: Sequence[Colour]
) -> Iterator[tuple[Colour, Pixels]]:
    """Where each colour stands, lines across it bridged; none that only goes along another.

    A line of a pixel or two has few of its own colour: what mixes it with the ground counts too.
    """
    kernel, bridge = np.ones((3, 3), np.uint8), np.ones((_BRIDGED, _BRIDGED), np.uint8)
    found: list[tuple[Colour, Pixels]] = []
    around: list[Pixels] = []
    for colour in colours:
        mask = of_colour(pixels, colour)
        most = _ALONG_SHARE * cv2.countNonZero(mask)
        if not any(cv2.countNonZero(mask & other) >= most for other in around):
            found.append((colour, mask))
            around.append(cv2.dilate(mask, kernel, iterations=2).astype(np.uint8))
    solid = [(c, m) for c, m in found if not is_grey(c) and not _is_thin(m)]
    pens: list[Colour] = []
    for colour, mask in found:
        if is_grey(colour):
            yield colour, mask
            continue
        if _is_thin(mask):
            if any(_is_shade(colour, pen, ground) for pen in pens):
                continue
            pens.append(colour)
            near = [cv2.dilate(other, kernel, iterations=2).astype(np.uint8) for _, other in solid]
            known = [_BLACK, *(other for other, _ in solid)]
            if not any(_is_shade(colour, other, ground) for other in known) and not any(
                (mask & other).sum() > mask.sum() / 2 for other in near
            ):
                mask = mask | _shades(pixels, ground, colour)
                for _, other in solid:
                    mask &= 1 - other
        yield colour, cv2.morphologyEx(mask, cv2.MORPH_CLOSE, bridge).astype(np.uint8)


def _is_thin(mask: Pixels) -> bool:
    """Whether a colour is that of lines of a pixel or two, with markers perhaps."""
    inner = cv2.erode(mask, np.ones((3, 3), np.uint8))
    return bool(inner.sum() < _MAX_INNER * mask.sum())


def _is_shade(one: Colour, other: Colour, ground: Colour) -> bool:
    """Whether one of two colours mixes the other with the ground."""
    a, b = (np.array(colour, dtype=float) - ground for colour in (one, other))
    return bool(a @ b >= _SHADE * np.linalg.norm(a) * np.linalg.norm(b))


def _shades(pixels: Pixels, ground: Colour, colour: Colour) -> Pixels:
    """Where a colour is mixed with the ground, half of it or more."""
    off = pixels.astype(np.float32) - np.array(ground, dtype=np.float32)
    own = np.array(colour, dtype=np.float32) - np.array(ground, dtype=np.float32)
    along = off @ own
    share = along / float(own @ own)
    found: NDArray[np.bool_] = (share >= _MIN_SHADE) & (
        along >= _SHADE * np.linalg.norm(own) * np.linalg.norm(off, axis=2)
    )
    return found.astype(np.uint8)


def is_grey(colour: Colour) -> bool:
    return max(colour) - min(colour) <= _GREY
