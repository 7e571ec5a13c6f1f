"""A cheap look before a dear one: may a picture hold what a question asks for?

By the words that were read in it and the kinds of its figures. Meant to let through too much rather
than too little: what it holds back no model looks at.
"""

from collections.abc import Collection
from functools import lru_cache

from mmrag.text.stems import content_stems

LEAST = 0.2
"""Of `score`, for a picture to be looked at; measured by `mmrag eval routing` on pages-dev."""
_KINDS = {
    "chart": frozenset(content_stems("chart graph plot curve axis bar pie line trend")),
    "table": frozenset(content_stems("table row column")),
    "diagram": frozenset(content_stems("diagram flowchart flow box arrow step")),
    "picture": frozenset(content_stems("picture image photo photograph figure logo icon map")),
}
"""Words of a question that ask for a kind of figure."""


def score(question: str, text: str, kinds: Collection[str]) -> float:
    """The share of the question's words that the picture has, 0 to 1; 1 where it has none to ask.

    A word for a kind of figure is there where such a figure is.
    """
    asked = _stems(question)
    if not asked:
        return 1.0
    held = _stems(text)
    shown = {stem for kind in kinds for stem in _KINDS.get(kind, ())}
    return sum(stem in held or stem in shown for stem in asked) / len(asked)


@lru_cache(256)  # the pages of a document, about which several questions are asked
def _stems(text: str) -> frozenset[str]:
    return frozenset(content_stems(text))
