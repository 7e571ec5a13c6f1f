"""The fine order of the best pages: a linear model over their features, the same for every index.

The coefficients were learned by `eval/train_ranker.py` from questions with known pages; what it
gains was measured by cross-validation over documents (eval/README.md).
"""

from collections.abc import Mapping

from mmrag.retrieve.features import FeatureReader, PageFeatures
from mmrag.retrieve.fusion import Scores
from mmrag.store.catalog import Catalog

COEFFICIENTS = PageFeatures(
    fused=1.0,
    document=0.41,
    phrases=0.42,
    numbers=0.27,
    figures=0.51,
    top=0.54,
    digits=0.38,
    first=0.10,
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

        Pages that were not read have no feature but their fused score.
        """
        self.features = self._reader.read(fused, self._most)
        return {
            unit: score(self.features[unit]) if unit in self.features else value / _MOST
            for unit, value in fused.items()
        }
