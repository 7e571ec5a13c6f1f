from math import log2

import pytest

from mmrag.evaluate import metrics


def measure(name: str, ranking: list[str], truths: set[str]) -> float:
    [row] = metrics.all_of([ranking], [truths])
    return row[metrics.NAMES.index(name)]


def test_recall_is_the_part_of_the_truths_among_the_first_k() -> None:
    ranking = ["x", "a", "y", "b"]
    assert measure("recall@1", ranking, {"a", "b"}) == 0
    assert measure("recall@3", ranking, {"a", "b"}) == 1 / 2
    assert measure("recall@10", ranking, {"a", "b"}) == 1


def test_reciprocal_rank_is_that_of_the_first_truth() -> None:
    assert measure("mrr", ["x", "y", "a", "b"], {"a", "b"}) == 1 / 3
    assert measure("mrr", ["x"], {"a"}) == 0
    assert measure("mrr", [], {"a"}) == 0


def test_ndcg_discounts_by_rank() -> None:
    gained = 1 / log2(3) + 1 / log2(5)
    ideal = 1 + 1 / log2(3)
    assert measure("ndcg@5", ["x", "a", "y", "b"], {"a", "b"}) == pytest.approx(gained / ideal)


def test_ndcg_of_a_perfect_ranking_is_1_however_many_truths_there_are() -> None:
    many = [str(number) for number in range(9)]
    assert measure("ndcg@5", many, set(many)) == pytest.approx(1)


def test_rows_stand_in_the_order_of_the_questions() -> None:
    rankings = [["a"] if number == 7 else ["x"] for number in range(12)]
    rows = metrics.all_of(rankings, [{"a"}] * 12)
    assert [row[0] for row in rows] == [float(number == 7) for number in range(12)]


def test_a_question_without_truth_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="without truth"):
        metrics.all_of([["a"]], [set()])


def test_the_curve_is_the_mean_recall_at_every_k() -> None:
    curve = metrics.recall_curve([["a", "b"], ["x", "a"]], [{"a", "b"}, {"a"}])
    assert curve[:3] == pytest.approx((1 / 4, 1, 1))
    assert len(curve) == metrics.DEPTH


def test_the_mean_counts_each_question_the_same() -> None:
    rows = metrics.all_of([["a"], ["x", "a"]], [{"a"}, {"a"}])
    assert metrics.mean(rows)["recall@1"] == 1 / 2
    assert metrics.mean(rows)["mrr"] == 3 / 4
    assert metrics.mean([]) == {}


def test_confidence_holds_the_mean_and_is_the_same_each_time() -> None:
    rows = metrics.all_of([["a"] if number % 3 else ["x"] for number in range(90)], [{"a"}] * 90)
    low, high = metrics.confidence(rows)["recall@1"]
    assert low < metrics.mean(rows)["recall@1"] < high
    assert high - low < 0.25
    assert metrics.confidence(rows) == metrics.confidence(rows)


def test_confidence_is_narrow_where_all_questions_agree() -> None:
    rows = metrics.all_of([["a"]] * 5, [{"a"}] * 5)
    assert metrics.confidence(rows)["recall@5"] == (1, 1)
