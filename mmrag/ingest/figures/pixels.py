"""Figures in the pixels of a page that is one picture: a scan, or a slide saved as an image.

What differs in colour from the paper and is not text is grouped as vector paths are. On a page
without one paper colour (a photograph behind everything) nothing is found.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from mmrag import boxes
from mmrag.ingest.figures import graphics
from mmrag.ingest.figures.graphics import Graphic
from mmrag.ingest.mupdf import pymupdf
from mmrag.types import BBox

_CELL = graphics.CELL  # points: side of the squares in which ink is looked for
# Chosen by hand on scans and on slides saved as pictures.
_PIXELS_PER_CELL = 3  # of a cell's side
_MAX_CELLS = 400  # of a side; larger pages get larger cells
_MIN_CONTRAST = 48  # of 255: difference of ink from paper, in one colour at least
_MIN_PAPER_SHARE = 0.25  # of the page: less in its most common colour is no paper
_MAX_PLAIN_SHARE = 0.75  # of a box: more in one colour is no figure
_WHOLE_EDGE, _MAX_BORDER = 0.97, 0.3  # of the page, along its edge and into it: a border
_TEXT_MARGIN_POINTS = 2.0  # around a line that are its own


def figures(page: pymupdf.Page, text: Sequence[BBox]) -> list[Graphic]:
    """Groups of ink that are not `text`, which is given as the boxes of the lines."""
    frame: BBox = (0.0, 0.0, float(page.rect.width), float(page.rect.height))
    cell = max(_CELL, max(frame) / _MAX_CELLS)
    pixels = _render(page, _PIXELS_PER_CELL / cell)
    paper = _paper(pixels)
    if paper is None:
        return []
    rows, columns = pixels.shape[0] // _PIXELS_PER_CELL, pixels.shape[1] // _PIXELS_PER_CELL
    pixels = pixels[: rows * _PIXELS_PER_CELL, : columns * _PIXELS_PER_CELL]
    differs = (np.abs(pixels.astype(np.int16) - paper) > _MIN_CONTRAST).any(axis=2)
    ink = differs.reshape(rows, _PIXELS_PER_CELL, columns, _PIXELS_PER_CELL).any(axis=(1, 3))
    for line in text:
        ink[_part(boxes.clip(boxes.grow(line, _TEXT_MARGIN_POINTS), frame), cell)] = False
    return [
        item
        for item in graphics.inked(list(_runs(ink, cell)))
        if not graphics.is_background(item.bbox, frame)
        and not _is_border(item.bbox, frame)
        and not _is_plain(pixels[_part(item.bbox, cell / _PIXELS_PER_CELL)], paper)
    ]


def _is_border(box: BBox, frame: BBox) -> bool:
    """Whether ink goes along a whole edge of the page and not far into it: its decoration."""
    shares = sorted((boxes.width(box) / frame[2], boxes.height(box) / frame[3]))
    is_at_edge = min(box[0], box[1], frame[2] - box[2], frame[3] - box[3]) < _CELL
    return is_at_edge and shares[1] > _WHOLE_EDGE and shares[0] < _MAX_BORDER


def _render(page: pymupdf.Page, scale: float) -> NDArray[np.uint8]:
    """The page as rows x columns x 3 values of colour."""
    drawn = page.get_pixmap(
        matrix=pymupdf.Matrix(scale, scale), colorspace=pymupdf.csRGB, alpha=False
    )
    flat = np.frombuffer(drawn.samples, dtype=np.uint8)
    return flat.reshape(drawn.height, drawn.stride)[:, : drawn.width * 3].reshape(
        drawn.height, drawn.width, 3
    )


def _paper(pixels: NDArray[np.uint8]) -> NDArray[np.int16] | None:
    """The colour that covers most of the page, or None where no colour covers much of it."""
    coarse = (pixels >> 4).astype(np.int32)
    codes = (coarse[..., 0] << 8) | (coarse[..., 1] << 4) | coarse[..., 2]
    values, counts = np.unique(codes, return_counts=True)
    if counts.max() < _MIN_PAPER_SHARE * codes.size:
        return None
    chosen = pixels[codes == values[counts.argmax()]]
    return np.asarray(np.median(chosen, axis=0), dtype=np.int16)


def _part(box: BBox, side: float) -> tuple[slice, slice]:
    """The rows and columns of squares of `side` points that a box covers."""
    x0, y0, x1, y1 = (int(value / side) for value in box)
    return slice(y0, y1 + 1), slice(x0, x1 + 1)


def _is_plain(pixels: NDArray[np.uint8], paper: NDArray[np.int16]) -> bool:
    """Whether a part of the page is in the main one colour, not the paper's: a bar, a banner."""
    flat = pixels.reshape(-1, 3).astype(np.int16)
    ink = flat[(np.abs(flat - paper) > _MIN_CONTRAST).any(axis=1)]
    if len(ink) == 0:
        return True
    same = (np.abs(ink - np.median(ink, axis=0)) <= _MIN_CONTRAST / 2).all(axis=1).sum()
    return bool(same > _MAX_PLAIN_SHARE * len(flat))


def _runs(ink: NDArray[np.bool_], cell: float) -> Iterator[BBox]:
    """Boxes, in points, of the runs of inked cells of each row."""
    for number, row in enumerate(ink):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(np.int8), [0]))))
        for start, end in edges.reshape(-1, 2):
            top = number * cell
            yield (float(start * cell), top, float(end * cell), top + cell)
