"""Pictures that show what a query picture shows, though that is cropped, turned or smaller.

Vectors of whole pictures say which may; local features say which do: SIFT (Lowe 2004), matched by
the ratio of the nearest to the second nearest, and counted where one shift, turn and scale brings
them together (RANSAC, Fischler and Bolles 1981).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from mmrag.errors import UsageError
from mmrag.retrieve import fusion
from mmrag.retrieve.aggregation import RankedUnit
from mmrag.store.item_pictures import OpenPictures
from mmrag.types import Float32

MAX_CANDIDATES = 20
"""The best hits that are compared, 50 ms each."""
SIDE_PIXELS = 600
MAX_FEATURES = 1500
"""Longer side of what is compared, and how many features of one picture, the strongest; what others
are worth is in eval/README, "Pictures as queries"."""
MAX_RATIO = 0.8
"""Of the distances to the nearest and the second nearest feature (Lowe 2004, section 7.1)."""
MAX_ERROR_PIXELS = 5.0
"""Between where a feature is and where it should be. By hand."""
MAX_SCALE = 8.0
"""Between the two pictures, larger or smaller: beyond it, all is mapped to a spot. By hand."""
MIN_MATCHES = 8
"""Features that agree, from which two pictures show the same: the best of 8 to 30 for 60 figures
cut by a quarter on each side (eval/README), and another picture rarely has more than 6."""


@dataclass(frozen=True, slots=True)
class _Features:
    """Where the features of a picture are, in pixels, and what they look like."""

    points: Float32  # shape (n, 2)
    looks: Float32  # shape (n, 128)


class PictureMatcher:
    """Compares one picture with those of an index. `unread` are those that it could not open."""

    def __init__(self, pictures: OpenPictures, picture: Image.Image) -> None:
        self._open = pictures
        self._wanted = _features(picture)
        self._counts: dict[str, int] = {}  # by the image ID of what was compared
        self.unread: set[str] = set()

    def matches(self, ranking: Sequence[RankedUnit]) -> dict[str, float]:
        """Which of the best units show the same: the part of the picture's features that each has.

        A picture of the index that is missing or damaged matches nothing, and nothing matches one
        without features.
        """
        if len(self._wanted.points) < MIN_MATCHES:
            return {}
        units = [item.unit for item in ranking[:MAX_CANDIDATES]]
        for unit, shown in self._open([it for it in units if it not in self._counts]).items():
            if isinstance(shown, UsageError):
                self.unread.add(unit)
                self._counts[unit] = 0
            else:
                self._counts[unit] = _agreeing(self._wanted, _features(shown))
        counts = {unit: self._counts[unit] for unit in units}
        return {
            unit: count / len(self._wanted.points)
            for unit, count in counts.items()
            if count >= MIN_MATCHES
        }


def raised(ranking: Sequence[RankedUnit], same: Mapping[str, float]) -> list[RankedUnit]:
    """The ranking with what shows the same in front, that with most of it first.

    Its score becomes that of the best of all, and from 0 to 1 more by the part that it has.
    """
    top = max((item.score for item in ranking), default=0.0)
    ranks = {item.unit: item.ranks for item in ranking}
    first = [
        RankedUnit(unit, top + same[unit], ranks.get(unit, fusion.NOT_FOUND))
        for unit in fusion.order(same)
    ]
    return first + [item for item in ranking if item.unit not in same]


def _features(picture: Image.Image) -> _Features:
    small = picture.convert("L")
    small.thumbnail((SIDE_PIXELS, SIDE_PIXELS))
    found, looks = cv2.SIFT.create(nfeatures=MAX_FEATURES).detectAndCompute(np.asarray(small), None)
    points = np.array([point.pt for point in found], np.float32).reshape(-1, 2)
    return _Features(points, np.asarray([] if looks is None else looks, np.float32))


def _agreeing(query: _Features, other: _Features) -> int:
    """How many features of the query are in the other picture, all moved in the same way."""
    if min(len(query.points), len(other.points)) < MIN_MATCHES:
        return 0
    pairs = cv2.BFMatcher().knnMatch(query.looks, other.looks, k=2)
    near = [one for one, second in pairs if one.distance < MAX_RATIO * second.distance]
    if len(near) < MIN_MATCHES:
        return 0
    found, agree = cv2.estimateAffinePartial2D(
        query.points[[match.queryIdx for match in near]],
        other.points[[match.trainIdx for match in near]],
        ransacReprojThreshold=MAX_ERROR_PIXELS,
    )
    if found is None or not 1 / MAX_SCALE <= np.hypot(*found[:, 0]) <= MAX_SCALE:
        return 0
    # many features of one picture on one of the other are no places that agree
    return len({match.trainIdx for match, fits in zip(near, agree.ravel(), strict=True) if fits})
