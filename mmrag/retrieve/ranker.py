"""The fine order of the best pages: a linear model over their features, the same for every index.

The coefficients were learned by `eval/train_ranker.py` from questions with known pages; what it
gains was measured by cross-validation over documents (eval/README.md).
"""

from collections.abc import Mapping

from mmrag import ids
from mmrag.retrieve import fusion
from mmrag.retrieve.features import FeatureReader, PageFeatures, best_of_documents
from mmrag.retrieve.fusion import Scores
from mmrag.store.catalog import Catalog

COEFFICIENTS = PageFeatures(
    fused=1.0,
    document=1.09,
    named=0.42,
    run=0.31,
    phrases=0.28,
    numbers=0.33,
    figures=0.45,
    top=0.4,
    first=0.12,
    statement=0.49,
    line=1.08,
)
"""What one feature counts beside the fused score."""

_MOST = sum(COEFFICIENTS) - COEFFICIENTS.statement
"""Of most questions, which name no statement: so their scores do not depend on that feature."""


def score(features: PageFeatures) -> float:
    """How well a page answers, from 0 to 1."""
    weighted = sum(
        coefficient * value for coefficient, value in zip(COEFFICIENTS, features, strict=True)
    )
    return min(1.0, max(0.0, weighted) / _MOST)


def score_unread(fused: float, named: float, statement: float) -> float:
    """`score` of a page whose other features are 0."""
    weighted = (
        COEFFICIENTS.fused * fused + COEFFICIENTS.named * named + COEFFICIENTS.statement * statement
    )
    return min(1.0, max(0.0, weighted) / _MOST)


class PageRanker:
    """Orders the best `most` pages of one question. `features` are those of the pages it read."""

    def __init__(self, catalog: Catalog, question: str, most: int) -> None:
        self._reader = FeatureReader(catalog, question)
        self._most = most
        self.features: Mapping[str, PageFeatures] = {}

    def refined(self, fused: Scores) -> Scores:
        """Fused scores of pages to scores by the model, from 0 to 1.

        Pages that were not read have no feature but their fused score, the names of their document
        and the statements that they show, which decide, too, which are read. Pages that show a
        statement the question is about are among them without having been found.
        """
        documents = best_of_documents(fused)
        named = self._reader.named(documents)
        routed = self._reader.routed(documents, named)
        fused = {**dict.fromkeys(routed, 0.0), **fused}
        names = {unit: named.get(ids.document_of(unit), 0.0) for unit in fused} if named else {}
        unread = {
            unit: score_unread(value, names.get(unit, 0.0), routed.get(unit, 0.0))
            for unit, value in fused.items()
        }
        best = fusion.order(unread)[: self._most]
        self.features = self._reader.read(fused, documents, best, named, routed)
        return {
            unit: score(self.features[unit]) if unit in self.features else value
            for unit, value in unread.items()
        }
