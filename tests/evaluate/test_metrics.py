from math import log2

import pytest

from mmrag.evaluate import metrics

A, B, NONE = frozenset("a"), frozenset("b"), frozenset[str]()


def test_recall_is_the_part_of_the_truths_among_the_first_k() -> None:
    ranking = [NONE, A, NONE, B]
    assert metrics.recall(ranking, truths=2, k=1) == 0
    assert metrics.recall(ranking, truths=2, k=3) == 1 / 2
    assert metrics.recall(ranking, truths=2, k=10) == 1


def test_a_truth_shown_twice_counts_once() -> None:
    assert metrics.recall([A, A], truths=2, k=5) == 1 / 2
    assert metrics.ndcg([A, A], truths=1, k=5) == 1


def test_reciprocal_rank_is_that_of_the_first_relevant_hit() -> None:
    assert metrics.reciprocal_rank([NONE, NONE, A, B]) == 1 / 3
    assert metrics.reciprocal_rank([NONE]) == 0
    assert metrics.reciprocal_rank([]) == 0


def test_ndcg_discounts_by_rank() -> None:
    gained = 1 / log2(3) + 1 / log2(5)
    ideal = 1 + 1 / log2(3)
    assert metrics.ndcg([NONE, A, NONE, B], truths=2, k=5) == pytest.approx(gained / ideal)


def test_ndcg_of_a_perfect_ranking_is_1_however_many_truths_there_are() -> None:
    many = [frozenset([str(number)]) for number in range(9)]
    assert metrics.ndcg(many, truths=9, k=5) == pytest.approx(1)


def test_the_mean_counts_each_question_the_same() -> None:
    rows = [metrics.all_of([A], 1), metrics.all_of([NONE, A], 1)]
    assert metrics.mean(rows)["recall@1"] == 1 / 2
    assert metrics.mean(rows)["mrr"] == 3 / 4
    assert metrics.mean([]) == {}


def test_confidence_holds_the_mean_and_is_the_same_each_time() -> None:
    rows = [metrics.all_of([A] if number % 3 else [NONE], 1) for number in range(90)]
    low, high = metrics.confidence(rows)["recall@1"]
    assert low < metrics.mean(rows)["recall@1"] < high
    assert high - low < 0.25
    assert metrics.confidence(rows) == metrics.confidence(rows)


def test_confidence_is_narrow_where_all_questions_agree() -> None:
    assert metrics.confidence([metrics.all_of([A], 1)] * 5)["recall@5"] == (1, 1)
