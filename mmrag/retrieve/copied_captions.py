"""A question that is a copied caption means that figure alone, whatever else the caption names.

"Losses for the settings of Figure 4, without dropout" may be what stands under Figure 7.
"""

from collections.abc import Sequence

from rapidfuzz import fuzz

from mmrag import ids
from mmrag.retrieve.aggregation import RankedUnit
from mmrag.retrieve.query import Query
from mmrag.retrieve.references import References
from mmrag.store.catalog import Catalog
from mmrag.text import labels
from mmrag.text.words import plain_words
from mmrag.types import Figure

MIN_WORDS = 4
"""Of a caption that is told from a question by its words, as in `mmrag.retrieve.expansion`."""
MIN_RATIO = 90
"""Of rapidfuzz, in percent, for the best stretch of the longer text: a caption may be cut off, and
its hyphens and ligatures read otherwise. By hand."""
MIN_SHARE = 0.8
"""Least length of a caption, in that of the question: a short one within a question is no copy."""
MAX_PAGES = 20
"""The best pages, on which the figure is looked for. By hand."""


def own_references(
    catalog: Catalog, references: References, ranking: Sequence[RankedUnit], query: Query
) -> References:
    """What a question refers to, where it may be the caption of a figure on one of the best pages.

    A caption means its figure, or the page of it where pages are ranked; what begins as a caption
    does ("Figure 7: Losses as in Figure 4"), the label that it begins with.
    """
    if references.images:
        return references
    question = query.text.strip()
    copied = _copied(catalog, question, ranking)
    if copied is not None:
        own = copied.page_id if query.unit == "page" else copied.id
        return References(images=(own,))
    start = labels.caption_start(question)
    if start is not None and question[start.end :].lstrip().startswith((":", ".", "|")):
        return References(labels=(start.label,))
    return references


def _copied(catalog: Catalog, question: str, ranking: Sequence[RankedUnit]) -> Figure | None:
    """The figure whose caption comes nearest to being the question; of equals, the best ranked."""
    wanted = plain_words(question)
    if len(wanted) < MIN_WORDS:
        return None
    pages = tuple(dict.fromkeys(ids.page_of(item.unit) for item in ranking))[:MAX_PAGES]
    figures = sorted(
        catalog.figures.of_pages(pages), key=lambda figure: pages.index(figure.page_id)
    )
    likeness = [_likeness(" ".join(wanted), figure.caption) for figure in figures]
    best = max(likeness, default=0.0)
    return figures[likeness.index(best)] if best else None


def _likeness(question: str, caption: str) -> float:
    """How far a caption is the question, in percent; 0 where it is none copied."""
    plain = " ".join(plain_words(caption))
    if len(plain) < MIN_SHARE * len(question):
        return 0.0
    return fuzz.partial_ratio(question, plain, score_cutoff=MIN_RATIO)
