"""The fine order of the best pages: a linear model over their features, the same for every index.

The coefficients were learned by `eval/train_ranker.py` from questions with known pages; what it
gains was measured by cross-validation over documents (eval/README.md).
"""

from collections.abc import Mapping

from mmrag import ids
from mmrag.retrieve import fusion
from mmrag.retrieve.features import FeatureReader, PageFeatures
from mmrag.retrieve.fusion import Scores
from mmrag.store.catalog import Catalog

COEFFICIENTS = PageFeatures(
    fused=1.0,
    document=1.08,
    named=0.45,
    run=0.42,
    phrases=0.32,
    numbers=0.29,
    figures=0.45,
    top=0.42,
    digits=0.43,
    first=0.09,
)
"""What one feature counts beside the fused score."""

_MOST = sum(value for value in COEFFICIENTS if value > 0)


def score(features: PageFeatures) -> float:
    """How well a page answers, from 0 to 1."""
    weighted = sum(
        coefficient * value for coefficient, value in zip(COEFFICIENTS, features, strict=True)
    )
    return max(0.0, weighted) / _MOST


class PageRanker:
    """Orders the best `most` pages of one question. `features` are those of the pages it read."""

    def __init__(self, catalog: Catalog, question: str, most: int) -> None:
        self._reader = FeatureReader(catalog, question)
        self._most = most
        self.features: Mapping[str, PageFeatures] = {}

    def refined(self, fused: Scores) -> Scores:
        """Fused scores of pages to scores by the model, from 0 to 1.

        Pages that were not read have no feature but their fused score and the names of their
        document, which decide, too, which are read.
        """
        named = self._reader.named(fused)
        unread = {
            unit: (value + COEFFICIENTS.named * named.get(ids.document_of(unit), 0.0)) / _MOST
            for unit, value in fused.items()
        }
        best = fusion.order(unread)[: self._most]
        self.features = self._reader.read(fused, best, named)
        return {
            unit: score(self.features[unit]) if unit in self.features else value
            for unit, value in unread.items()
        }
