import numpy as np
import pytest

from mmrag.errors import ModelError
from mmrag.retrieve.search import Query


class ByLength:
    """Holds the longest text for the best."""

    name = "by length"

    def score(self, query, texts):
        return np.array([len(text) for text in texts], np.float32)


def test_the_best_candidates_are_put_in_the_order_of_the_reranker(
    searching, catalog, annual, other, texts
) -> None:
    plain = searching(catalog, texts).search(Query("revenue", unit="page"))
    result = searching(catalog, texts, reranker=ByLength()).search(Query("revenue", unit="page"))
    lengths = [len(hit.snippet) for hit in result.hits]
    assert lengths == sorted(lengths, reverse=True)
    assert {hit.image_id for hit in result.hits} == {hit.image_id for hit in plain.hits}
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert any("by length" in note for note in result.notes)
    assert "rerank" in result.timings


def test_what_was_not_reranked_stays_behind_in_its_order(
    searching, catalog, annual, other, texts
) -> None:
    searcher = searching(catalog, texts, reranker=ByLength(), rerank_candidates=2)
    plain = searching(catalog, texts).search(Query("revenue", unit="page"))
    result = searcher.search(Query("revenue", unit="page"))
    assert [hit.image_id for hit in result.hits[2:]] == [hit.image_id for hit in plain.hits[2:]]
    assert {hit.image_id for hit in result.hits[:2]} == {hit.image_id for hit in plain.hits[:2]}


def test_a_reranker_that_answers_short_is_an_error(searching, catalog, annual, texts) -> None:
    class Short(ByLength):
        def score(self, query, texts):
            return super().score(query, texts)[:-1]

    with pytest.raises(ModelError, match="by length gave"):
        searching(catalog, texts, reranker=Short()).search(Query("revenue"))
