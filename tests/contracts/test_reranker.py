"""What every reranker must do."""

from pathlib import Path

import numpy as np
import pytest

from mmrag.config import RerankSettings
from mmrag.protocols import Reranker

QUERY = "revenue of 2023"
TEXTS = ["the revenue was 12", "cabbages", "", "a long text " * 30, "the revenue was 12"]


@pytest.fixture(scope="module", params=["cross-encoder"])
def reranker(request: pytest.FixtureRequest) -> Reranker:
    from mmrag.backends import cross_encoder

    folder: Path = request.getfixturevalue("tiny_cross_encoder")
    return cross_encoder.load(RerankSettings(model=str(folder), device="cpu"), True)


def test_gives_one_float32_score_per_text(reranker: Reranker) -> None:
    scores = reranker.score(QUERY, TEXTS)
    assert scores.shape == (len(TEXTS),)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


def test_no_texts_are_no_scores(reranker: Reranker) -> None:
    assert reranker.score(QUERY, []).shape == (0,)


def test_scores_come_in_the_order_of_the_texts(reranker: Reranker) -> None:
    scores = reranker.score(QUERY, TEXTS)
    alone = [reranker.score(QUERY, [text])[0] for text in TEXTS]
    np.testing.assert_allclose(scores, alone, atol=1e-4)
    np.testing.assert_allclose(scores, reranker.score(QUERY, TEXTS[::-1])[::-1], atol=1e-4)


def test_the_same_text_gets_the_same_score(reranker: Reranker) -> None:
    scores = reranker.score(QUERY, TEXTS)
    assert scores[0] == pytest.approx(scores[4], abs=1e-5)
    np.testing.assert_array_equal(scores, reranker.score(QUERY, TEXTS))


def test_a_long_text_is_worth_its_best_piece_so_that_its_end_counts(reranker: Reranker) -> None:
    filler = "zz " * 40
    ends = [filler + "revenue", filler + "cabbage"]
    scores = reranker.score("rev", ends)
    assert scores[0] != scores[1]


def test_reads_all_of_a_question_beyond_the_limit(reranker: Reranker) -> None:
    start = "the same words " * 20
    assert reranker.score(start + "a", TEXTS[:1]) != reranker.score(start + "zzz", TEXTS[:1])


def test_has_a_name(reranker: Reranker) -> None:
    assert reranker.name
