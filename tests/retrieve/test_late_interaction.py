"""The best pages of a search in the order of MaxSim."""

import numpy as np
import pytest

from mmrag.config import LateSettings
from mmrag.errors import SpaceMismatch
from mmrag.retrieve.late_interaction import LateInteraction, max_sim
from mmrag.retrieve.search import Query
from mmrag.types import Space


class Marks:
    """Looks for one mark: the first dimension."""

    space = Space("marks", "0" * 64, "multi-vector, pooled by 1", 8)

    def encode_pages(self, images):
        raise AssertionError("no page is encoded by a search")

    def encode_query(self, text):
        return np.eye(2, 8, dtype=np.float32)


def row(*values: float) -> np.ndarray:
    found = np.zeros((1, 8), np.float32)
    found[0, : len(values)] = values
    return found / np.linalg.norm(found)


@pytest.fixture
def late(catalog):
    return LateInteraction(catalog, Marks, LateSettings())


def test_each_vector_of_the_question_counts_by_its_nearest_of_the_page() -> None:
    question = np.array([[1, 0], [0, 1]], np.float32)
    page = np.array([[0.6, 0.8], [1, 0], [-1, 0]], np.float32)
    assert max_sim(question, page) == pytest.approx(1.8)


def pages_of(result):
    return [hit.image_id for hit in result.hits]


def test_the_page_with_the_mark_comes_first_and_those_without_vectors_stay_behind(
    searching, catalog, annual, other, texts, late
) -> None:
    query = Query("revenue", unit="page")
    plain = pages_of(searching(catalog, texts).search(query))
    assert len(plain) >= 3
    vectors = [row(0.1, 1), row(1, 1)]
    catalog.page_vectors.put(plain[-2:], vectors, Marks.space, 8)
    result = searching(catalog, texts, late=late).search(query)
    assert pages_of(result) == [plain[-1], plain[-2], *plain[:-2]]
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert "the best 2 pages are in the order of marks" in result.notes
    assert "late interaction" in result.timings


def test_so_many_pages_are_re_ranked_and_no_more(searching, catalog, annual, other, texts) -> None:
    query = Query("revenue", unit="page")
    plain = pages_of(searching(catalog, texts).search(query))
    scores = np.linspace(0.1, 1, len(plain))
    vectors = [row(score, 1 - score) for score in scores]
    catalog.page_vectors.put(plain, vectors, Marks.space, 8)
    two = LateInteraction(catalog, Marks, LateSettings(pages=2))
    found = pages_of(searching(catalog, texts, late=two).search(query))
    assert set(found[:2]) == set(plain[:2])
    assert found[2:] == plain[2:]


def test_a_figure_counts_by_its_page(searching, catalog, annual, other, texts, late) -> None:
    query = Query("revenue", unit="figure")
    plain = searching(catalog, texts).search(query).hits
    assert len(plain) >= 2
    page = plain[-1].image_id.rpartition("-f")[0]
    catalog.page_vectors.put([page], [row(1, 1)], Marks.space, 1)
    found = searching(catalog, texts, late=late).search(query).hits
    assert found[0].image_id.startswith(page)


def test_an_index_without_vectors_of_pages_says_so_and_searches_on(
    searching, catalog, annual, texts, late
) -> None:
    query = Query("revenue", unit="page")
    result = searching(catalog, texts, late=late).search(query)
    assert pages_of(result) == pages_of(searching(catalog, texts).search(query))
    assert any("no page has vectors" in note for note in result.notes)


def test_vectors_of_another_encoder_are_refused(searching, catalog, annual, texts, late) -> None:
    [page, *_] = pages_of(searching(catalog, texts).search(Query("revenue", unit="page")))
    other = Space("other", "1" * 64, "multi-vector, pooled by 1", 8)
    catalog.page_vectors.put([page], [row(1)], other, 8)
    with pytest.raises(SpaceMismatch, match="--reencode"):
        searching(catalog, texts, late=late).search(Query("revenue"))
