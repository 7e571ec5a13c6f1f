from pathlib import Path

import pytest

from mmrag.retrieve.merged import ScoreBasis, merged, shared_bounds
from mmrag.types import Hit, SearchResult, Space

SPACE = Space("words", "0" * 64, "none", 8)
OTHER = Space("others", "0" * 64, "none", 8)


def basis(low: float, high: float, weight: float = 1.0, space: Space = SPACE) -> ScoreBasis:
    return ScoreBasis({"passage": weight}, {"passage": space}, {"passage": (low, high)})


def result(*hits: tuple[str, float]) -> SearchResult:
    made = tuple(
        Hit(rank, name, "page", name[:8], "", "", 1, None, score, {}, "", "")
        for rank, (name, score) in enumerate(hits, start=1)
    )
    return SearchResult("asked", made, {"encode": 0.5}, ("told",))


def test_bounds_are_those_of_all_indexes_together() -> None:
    assert shared_bounds([basis(0.2, 0.5), basis(0.1, 0.4)]) == {"passage": (0.1, 0.5)}


def test_an_index_that_found_nothing_has_no_part_in_them() -> None:
    empty = ScoreBasis({"passage": 1.0}, {"passage": SPACE}, {})
    assert shared_bounds([empty, basis(0.3, 0.5)]) == {"passage": (0.3, 0.5)}
    assert shared_bounds([empty, empty]) == {}


@pytest.mark.parametrize("other", [basis(0.1, 0.4, weight=2.0), basis(0.1, 0.4, space=OTHER)])
def test_scores_of_other_weights_or_spaces_do_not_compare(other: ScoreBasis) -> None:
    assert shared_bounds([basis(0.2, 0.5), other]) is None


def test_by_scores_the_best_come_first_wherever_they_are() -> None:
    found = [
        (Path("one"), result(("a-p1", 0.9), ("b-p1", 0.2))),
        (Path("two"), result(("c-p1", 0.8), ("d-p1", 0.7), ("a-p1", 0.3))),
    ]
    together = merged(found, 3, by_scores=True)
    assert [(hit.image_id, hit.rank, hit.index) for hit in together.hits] == [
        ("a-p1", 1, "one"), ("c-p1", 2, "two"), ("d-p1", 3, "two"),
    ]  # fmt: skip
    assert together.timings == {"encode": 1.0}
    assert "one: told" in together.notes


def test_by_ranks_each_index_has_its_turn_and_what_both_have_comes_first() -> None:
    found = [
        (Path("one"), result(("a-p1", 0.9), ("b-p1", 0.8))),
        (Path("two"), result(("c-p1", 0.1), ("b-p1", 0.05))),
    ]
    together = merged(found, 5, by_scores=False)
    assert [hit.image_id for hit in together.hits] == ["b-p1", "a-p1", "c-p1"]
    assert together.hits[0].score == pytest.approx(2 / 62)
