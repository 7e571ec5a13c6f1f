import pytest

from mmrag.retrieve import fusion
from mmrag.types import ChannelScore


def test_scores_are_normalised_between_the_worst_and_the_best() -> None:
    assert fusion.normalised({"a": 4.0, "b": 2.0, "c": 3.0}) == {"a": 1.0, "b": 0.0, "c": 0.5}


def test_equal_scores_all_count_in_full() -> None:
    assert fusion.normalised({"a": 2.0, "b": 2.0}) == {"a": 1.0, "b": 1.0}
    assert fusion.normalised({}) == {}


def test_fusion_is_the_weighted_mean_and_a_unit_not_found_counts_nothing() -> None:
    fused = fusion.fuse(
        {"passage": {"a": 0.9, "b": 0.5}, "keyword": {"b": 7.0, "c": 1.0}},
        {"passage": 1.0, "keyword": 3.0},
    )
    assert fused == pytest.approx({"a": 1 / 4, "b": 3 / 4, "c": 0.0})


def test_parts_keep_the_rank_and_the_raw_score() -> None:
    ranks = fusion.ChannelRanks({"keyword": {"a": 1.5, "b": 7.0}, "passage": {"b": 0.5}})
    assert ranks.of("b") == {"keyword": ChannelScore(1, 7.0), "passage": ChannelScore(1, 0.5)}
    assert ranks.of("a") == {"keyword": ChannelScore(2, 1.5)}
    assert ranks.of("c") == {}


def test_equal_units_are_in_the_order_of_their_ids() -> None:
    assert fusion.order({"b": 1.0, "a": 1.0, "c": 2.0}) == ["c", "a", "b"]
