"""Late interaction: the best pages of a search in the order of MaxSim over many vectors a page.

Each vector of the question counts by its nearest of the page (Khattab and Zaharia 2020, ColBERT,
arXiv:2004.12832, section 3.3); of pages as pictures: Faysse et al. 2024 (ColPali,
arXiv:2407.01449).
"""

from collections.abc import Callable, Sequence

from mmrag import ids
from mmrag.protocols import MultiVectorEncoder
from mmrag.retrieve.aggregation import RankedUnit
from mmrag.retrieve.rerank import reordered
from mmrag.store.catalog import Catalog
from mmrag.types import Float32


class LateInteraction:
    """Re-ranks by the vectors that an index keeps of its pages."""

    def __init__(
        self, catalog: Catalog, encoder: Callable[[], MultiVectorEncoder | None], pages: int
    ) -> None:
        self._catalog = catalog
        self._make_encoder = encoder
        self._pages = pages

    def reranked(self, question: str, scored: Sequence[RankedUnit]) -> tuple[list[RankedUnit], str]:
        """The ranking with the units of its best pages by MaxSim in front, and what to say of it.

        A figure counts by its page, and stands behind it. Pages without vectors keep their order
        behind those that have some. Raises `SpaceMismatch` where these are of another encoder.
        """
        encoder = self._make_encoder()
        held = self._catalog.page_vectors.space()
        if encoder is None or held is None or not scored:
            note = "" if encoder is None or held else (
                "no page has vectors for late interaction: `mmrag index PATH` makes them"
            )  # fmt: skip
            return list(scored), note
        self._catalog.page_vectors.check_space(encoder.space)
        best = list(dict.fromkeys(ids.page_of(item.unit) for item in scored))[: self._pages]
        asked = encoder.encode_query(question)
        scores = {
            page: max_sim(asked, rows)
            for page, rows in self._catalog.page_vectors.of(best, encoder.space.dimension)
        }
        own = {
            item.unit: scores[ids.page_of(item.unit)]
            for item in scored
            if ids.page_of(item.unit) in scores
        }
        note = f"the best {len(scores)} pages are in the order of {encoder.space.model}"
        return reordered(own, scored), note


def max_sim(question: Float32, page: Float32) -> float:
    """The sum over the question's vectors of their largest inner product with one of the page."""
    return float((question @ page.T).max(axis=1).sum())
