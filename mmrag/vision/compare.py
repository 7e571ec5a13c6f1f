"""Two pictures compared: laid on one another, what differs boxed, and the words that differ.

With a model, what is the same and what differs in its words, beside what is measured.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from mmrag import boxes
from mmrag.readings import PictureSource
from mmrag.types import BBox
from mmrag.vision import model, prompts
from mmrag.vision.looking import EMBEDDED, Bench, By, View, file_hash
from mmrag.vision.ocr import Difference, aligned

if TYPE_CHECKING:
    from PIL import Image

# Chosen by hand on scans, screenshots and charts with changes of known place.
_SIDE = 1000  # pixels of the longer side at which pictures are compared
_MIN_MATCHES = 12  # features that agree on how one picture lies on the other
_FEATURES = 1500
_CHANGED = 48  # of 255: a change of grey that is no noise of a scan or of JPEG
_JOINED = 9  # pixels: changes nearer than that are one
_LEAST_AREA = 25  # pixels of a change
_MOST_BOXES = 40


@dataclass(frozen=True, slots=True)
class CompareResult:
    """How the second picture differs from the first. Boxes are in points of the first.

    `similarity` is the cosine of their image vectors; None without an encoder. `changed` is the
    share of the first picture's area that differs once the second is laid on it; None where the two
    could not be laid on one another.
    """

    by: str
    other: str
    text: str
    similarity: float | None
    changed: float | None
    boxes: tuple[BBox, ...]
    word_differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """Compares each picture with another one. `other_sha256` is of that one's file."""

    other: str
    other_path: str
    other_page: int = 1
    other_bbox: BBox | None = None
    other_sha256: str = ""
    by: By = "auto"

    name: ClassVar[str] = "compare"
    version: ClassVar[str] = f"1-{prompts.COMPARE.version}"
    reads: ClassVar[bool] = True
    result: ClassVar[type] = CompareResult

    @classmethod
    def to(cls, other: PictureSource, by: By = "auto") -> Self:
        """The task, with the other picture. Raises `DocumentError` where that cannot be read."""
        return cls(other.name, str(other.path), other.page, other.bbox, file_hash(other), by)

    def run(self, view: View, bench: Bench) -> CompareResult:
        """Raises `DocumentError` where the other picture cannot be read."""
        other = bench.view(
            PictureSource(self.other, Path(self.other_path), self.other_page, self.other_bbox)
        )
        changed, found = _changes(view.image, other.image)
        words, agreement = aligned(view.reading.text, other.reading.text)
        similarity = _similarity(view, other, bench)
        x0, y0, x1, y1 = view.reading.frame
        placed = tuple(
            (x0 + a * (x1 - x0), y0 + b * (y1 - y0), x0 + c * (x1 - x0), y0 + d * (y1 - y0))
            for a, b, c, d in found
        )
        if bench.asks_model(self.by):
            told = model.said(bench, prompts.COMPARE.text, [view.image, other.image])
            by, text = model.name(bench), " ".join(told.split())
        else:
            by, text = EMBEDDED, _told(changed, len(placed), words, agreement)
        return CompareResult(by, self.other, text, similarity, changed, placed, words)


def _told(
    changed: float | None, places: int, words: tuple[Difference, ...], agreement: float
) -> str:
    """The measures as sentences."""
    if changed is None:
        seen = "They show different things: the one does not lie on the other."
    elif places == 0:
        seen = "They look the same."
    else:
        seen = f"They differ in {places} places, {changed:.1%} of the area."
    written = (
        f"{agreement:.0%} of the words are the same." if words else "Their words are the same."
    )
    return f"{seen} {written}"


def _similarity(view: View, other: View, bench: Bench) -> float | None:
    encoder = bench.models.image_encoder()
    if encoder is None:
        return None
    one, two = encoder.encode_images([view.image, other.image])
    return round(float(one @ two), 4)


def _changes(first: "Image.Image", second: "Image.Image") -> tuple[float | None, list[BBox]]:
    """The share of the first's area that differs, and where, as shares of its width and height."""
    import cv2

    scale = _SIDE / max(first.size)
    size = (max(round(first.width * scale), 1), max(round(first.height * scale), 1))
    one = np.asarray(first.convert("L").resize(size))
    two = np.asarray(second.convert("L").resize(size))
    laid = _laid(one, two)
    if laid is None:
        return None, []
    blurred = (cv2.GaussianBlur(one, (5, 5), 0), cv2.GaussianBlur(laid, (5, 5), 0))
    mask = (cv2.absdiff(*blurred) > _CHANGED).astype(np.uint8)
    changed = float(mask.mean())
    near = cv2.dilate(mask, np.ones((_JOINED, _JOINED), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(near)
    width, height = size
    found = [
        (x / width, y / height, (x + w) / width, (y + h) / height)
        for x, y, w, h, area in stats[1:count].tolist()
        if area >= _LEAST_AREA
    ]
    found.sort(key=boxes.area, reverse=True)
    return round(changed, 4), found[:_MOST_BOXES]


def _laid(one: np.ndarray, two: np.ndarray) -> "np.ndarray | None":
    """The second picture moved, turned and scaled onto the first; None where they do not match.

    Features by ORB (Rublee et al. 2011), the transformation by RANSAC. Pictures with next to no
    features are laid on as they are.
    """
    import cv2

    orb = cv2.ORB.create(_FEATURES)
    points_1, marks_1 = orb.detectAndCompute(one, None)
    points_2, marks_2 = orb.detectAndCompute(two, None)
    few = min(len(points_1), len(points_2)) < _MIN_MATCHES
    if few or marks_1 is None or marks_2 is None:
        return two if abs(len(points_1) - len(points_2)) < _MIN_MATCHES else None
    matches = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(marks_2, marks_1)
    source = np.array([points_2[match.queryIdx].pt for match in matches], np.float32)
    target = np.array([points_1[match.trainIdx].pt for match in matches], np.float32)
    if len(matches) < _MIN_MATCHES:
        return None
    matrix, inside = cv2.estimateAffinePartial2D(source, target, ransacReprojThreshold=3.0)
    if matrix is None or int(inside.sum()) < _MIN_MATCHES:
        return None
    height, width = one.shape
    border = int(np.median(one))
    return np.asarray(cv2.warpAffine(two, matrix, (width, height), borderValue=border))
