"""The sentences that refer to a figure: "as Fig. 3 shows", "see Tables 2 and 3"."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from mmrag.text import labels, sentences
from mmrag.text.labels import Label

MAX_MENTIONS = 6
"""Sentences kept for one figure."""
_MAX_CHARS = 400  # of a sentence that mentions a figure; chosen by hand


def find(
    texts: Iterable[str], names: Sequence[str], captions: Sequence[str]
) -> Mapping[Label, tuple[str, ...]]:
    """For the label of each name, the sentences of `texts` that refer to it.

    Captions themselves are left out. What a reference means where figures have parts
    (`labels.meant`) is told of each that is meant.
    """
    wanted = {label for name in names if (label := labels.read(name)) is not None}
    if not wanted:
        return {}
    heads = {_head(caption) for caption in captions if caption}
    said: dict[Label, dict[str, None]] = defaultdict(dict)
    for text in texts:
        for start, end in _lines(text):
            if _head(text[start:end]) in heads:
                continue
            for reference in labels.find(text, start, end):
                for label in {m for named in reference.labels for m in labels.meant(named, wanted)}:
                    if len(said[label]) < MAX_MENTIONS:
                        said[label].setdefault(_sentence(text, start, end, reference.start))
    return {label: tuple(found) for label, found in said.items()}


def _lines(text: str) -> list[tuple[int, int]]:
    spans = []
    start = 0
    for line in text.split("\n"):
        spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def _head(text: str) -> str:
    """The first letters and digits, to tell a caption from a sentence that mentions the figure."""
    return re.sub(r"[\W_]+", "", text)[:40].lower()


def _sentence(text: str, start: int, end: int, at: int) -> str:
    for first, last in sentences.spans(text, start, end):
        if first <= at < last:
            return text[first:last][:_MAX_CHARS]
    return text[start:end][:_MAX_CHARS]
