import hashlib
import io
from typing import ClassVar

import numpy as np
import pytest
from PIL import Image

from mmrag.errors import ModelError
from mmrag.retrieve.search import Query
from mmrag.store.pictures import PictureStore
from mmrag.types import Picture


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


def test_one_that_sees_judges_by_pictures_and_by_text_what_has_none(
    searching, catalog, annual, other, texts
) -> None:
    class BySight(ByLength):
        sees = True
        shown: ClassVar[list] = []

        def score_pictures(self, query, pictures):
            self.shown.extend(picture.size for picture in pictures)
            return np.array([1000 + picture.width for picture in pictures], np.float32)

    query = Query("revenue", unit="page")
    plain = [hit.image_id for hit in searching(catalog, texts).search(query).hits]
    data = io.BytesIO()
    Image.new("RGB", (33, 44)).save(data, "png")
    picture = Picture(hashlib.sha256(data.getvalue()).hexdigest(), data.getvalue(), "png", 33, 44)
    PictureStore(catalog.layout).save(picture)
    catalog.session.execute(
        "update pages set picture = ? where id = ?", [picture.sha256, plain[-1]]
    )
    found = searching(catalog, texts, reranker=BySight()).search(query).hits
    assert BySight.shown == [(33, 44)]
    assert found[0].image_id == plain[-1]
    PictureStore(catalog.layout).remove([picture.sha256])
    again = searching(catalog, texts, reranker=BySight()).search(query).hits
    assert len(again) == len(plain)


def test_a_reranker_that_answers_short_is_an_error(searching, catalog, annual, texts) -> None:
    class Short(ByLength):
        def score(self, query, texts):
            return super().score(query, texts)[:-1]

    with pytest.raises(ModelError, match="by length gave"):
        searching(catalog, texts, reranker=Short()).search(Query("revenue"))
