"""Pictures of an index that look alike: one figure in several versions of a report, say."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from PIL import Image

from mmrag import ids
from mmrag.channels import IMAGE
from mmrag.protocols import VectorStore
from mmrag.reports import Duplicates
from mmrag.types import Float32

MIN_COSINE = 0.96
"""Of image vectors, from which two pictures may be one. Chosen by hand, as all here."""
MIN_CORRELATION = 0.97
"""Of their pixels, from which they are one: pages of text are alike to a model, too."""
SIDE_PIXELS = 64
"""Of the small picture whose pixels are compared."""
MAX_NEIGHBOURS = 20
"""Pictures that each is compared with."""
BATCH_PICTURES = 512
"""Queries in one search."""


def duplicates(
    vectors: VectorStore,
    picture: Callable[[str], Image.Image],
    alike: float = MIN_COSINE,
    *,
    prepare: Callable[[Sequence[str]], object] = lambda names: None,
) -> list[Duplicates]:
    """Groups of near-duplicates, the largest first; each picture is in one group at most.

    Image vectors say which pictures may be one, and their pixels, small and in grey, whether they
    are; `picture` opens one by its ID, after `prepare` was told of all. A figure and the page it
    stands on are never a group of their own. Of each picture the `MAX_NEIGHBOURS` nearest are
    looked at; a chain of pictures, each like the next, is one group.
    """
    items, rows = vectors.rows(IMAGE.name)
    group = {item: item for item in items}

    def root(item: str) -> str:
        while group[item] != item:
            group[item] = item = group[group[item]]
        return item

    @cache
    def look(item: str) -> Float32:
        return _look(picture(item))

    near_pairs: list[tuple[str, str, float]] = []
    for start in range(0, len(items), BATCH_PICTURES):
        part = items[start : start + BATCH_PICTURES]
        found = vectors.search(IMAGE.name, rows[start : start + BATCH_PICTURES], MAX_NEIGHBOURS)
        for item, near in zip(part, found, strict=True):
            for other, score in near:
                if item < other and score >= alike and ids.page_of(item) != ids.page_of(other):
                    near_pairs.append((item, other, score))
    prepare(sorted({name for pair in near_pairs for name in pair[:2]}))
    joins = [pair for pair in near_pairs if look(pair[0]) @ look(pair[1]) >= MIN_CORRELATION]
    for item, other, _ in joins:
        group[root(item)] = root(other)
    members: dict[str, list[str]] = defaultdict(list)
    lowest: dict[str, float] = defaultdict(lambda: 1.0)
    for item in sorted({name for join in joins for name in join[:2]}):
        members[root(item)].append(item)
    for item, _, score in joins:
        lowest[root(item)] = min(lowest[root(item)], score)
    made = [Duplicates(tuple(names), lowest[name]) for name, names in members.items()]
    return sorted(made, key=_size_first)


def _size_first(found: Duplicates) -> tuple[int, Sequence[str]]:
    return -len(found.image_ids), found.image_ids


def _look(picture: Image.Image) -> Float32:
    """What is dark and what is light in a picture: a unit vector without its mean."""
    small = picture.convert("L").resize((SIDE_PIXELS, SIDE_PIXELS), Image.Resampling.BOX)
    pixels = np.asarray(small, dtype=np.float32).ravel()
    centred = pixels - pixels.mean()
    return np.asarray(centred / max(float(np.linalg.norm(centred)), 1e-6), dtype=np.float32)
