"""What channels find becomes pages and figures: MaxP, and parts of a page in its score."""

from mmrag.retrieve.aggregation import best_passages, is_figure, is_passage, rank

ONE, TWO, THREE = "3fa9c1d2-p0001", "3fa9c1d2-p0002", "3fa9c1d2-p0003"
EQUAL = {"keyword": 1.0, "passage": 1.0, "description": 1.0, "image": 1.0}


def ranked(found, unit, weights=EQUAL, refine=None):
    return [(item.unit, round(item.score, 3)) for item in rank(found, weights, unit, refine)]


def test_what_an_item_is_stands_in_its_id() -> None:
    assert [is_figure(item) for item in (ONE, f"{ONE}-f01")] == [False, True]
    assert [is_passage(item) for item in (ONE, f"{ONE}-f01", f"{ONE}-t01")] == [False, False, True]


def test_a_page_is_as_good_as_its_best_passage_or_figure() -> None:
    items = [(f"{ONE}-t01", 2.0), (f"{ONE}-t02", 9.0), (f"{TWO}-f01", 7.0), (f"{THREE}-t01", 1.0)]
    assert ranked({"keyword": items}, "page") == [(ONE, 1.0), (TWO, 0.75), (THREE, 0.0)]


def test_pages_and_figures_are_found_by_the_weighted_mean_of_the_channels() -> None:
    found = {
        "keyword": [(f"{ONE}-t01", 1.0), (f"{TWO}-t01", 0.0)],
        "passage": [(f"{TWO}-t01", 0.9), (f"{ONE}-t01", 0.1)],
    }
    assert ranked(found, "page", {"keyword": 3.0, "passage": 1.0}) == [(ONE, 0.75), (TWO, 0.25)]
    assert ranked(found, "page", {"keyword": 1.0, "passage": 3.0}) == [(TWO, 0.75), (ONE, 0.25)]


def test_each_unit_tells_its_rank_and_score_in_each_channel_that_found_it() -> None:
    found = {
        "keyword": [(f"{ONE}-t01", 5.0), (f"{TWO}-t01", 2.0)],
        "image": [(TWO, 0.3)],
    }
    first, second = rank(found, EQUAL, "page")
    parts = {item.unit: item.parts for item in (first, second)}
    assert {name: (part.rank, part.score) for name, part in parts[ONE].items()} == {
        "keyword": (1, 5.0)
    }
    assert {name: (part.rank, part.score) for name, part in parts[TWO].items()} == {
        "keyword": (2, 2.0),
        "image": (1, 0.3),
    }


def test_figures_alone_leave_out_pages_and_take_a_part_of_their_page() -> None:
    found = {
        "description": [(f"{ONE}-f01", 0.9), (f"{TWO}-f01", 0.9), (f"{TWO}-f02", 0.1)],
        "keyword": [(f"{TWO}-t01", 4.0), (f"{THREE}-t01", 1.0)],
    }
    order = ranked(found, "figure")
    assert [unit for unit, _ in order] == [f"{TWO}-f01", f"{ONE}-f01", f"{TWO}-f02"]
    assert order[0][1] > order[1][1]  # the same score of its own, a better page


def test_where_both_compete_the_best_part_of_a_page_takes_the_score_of_the_page() -> None:
    found = {
        "keyword": [(f"{ONE}-f01", 8.0), (f"{ONE}-t01", 4.0), (f"{TWO}-t01", 6.0), (THREE, 0.0)]
    }
    pages = dict(ranked(found, "page"))
    both = dict(ranked(found, "any"))
    assert both[f"{ONE}-f01"] == pages[ONE] == 1
    assert both[TWO] == pages[TWO] == 0.75
    assert both[ONE] == 0.5  # its text is half as good as its figure


def test_passages_and_descriptions_are_compared_as_one_channel() -> None:
    """They share their space of vectors: a figure that is nearer stands before the text."""
    found = {
        "passage": [(f"{ONE}-t01", 0.5), (f"{TWO}-t01", 0.3)],
        "description": [(f"{ONE}-f01", 0.7), (f"{TWO}-f01", 0.1)],
    }
    order = [unit for unit, _ in ranked(found, "any")]
    assert order.index(f"{ONE}-f01") < order.index(ONE)
    assert order.index(TWO) < order.index(f"{TWO}-f01")


def test_pages_may_be_put_into_finer_order_before_their_parts_take_their_scores() -> None:
    found = {"keyword": [(f"{ONE}-t01", 9.0), (f"{TWO}-f01", 1.0), (f"{TWO}-t01", 0.0)]}

    def reverse(scores):
        return {unit: 1 - score for unit, score in scores.items()}

    assert ranked(found, "page") == [(ONE, 1.0), (TWO, 0.0)]
    assert ranked(found, "page", refine=reverse) == [(TWO, 1.0), (ONE, 0.0)]
    assert ranked(found, "any", refine=reverse)[0] == (f"{TWO}-f01", 1.0)


def test_pages_that_a_finer_order_adds_are_ranked_by_its_scores() -> None:
    found = {"keyword": [(f"{ONE}-t01", 2.0), (f"{TWO}-f01", 1.0)]}
    for unit in ("page", "any"):
        scores = dict(ranked(found, unit, refine=lambda scores: {**scores, THREE: 0.4}))
        assert scores[THREE] == 0.4
        assert scores.keys() - {ONE, THREE} == {TWO if unit == "page" else f"{TWO}-f01"}
    assert THREE not in dict(ranked(found, "figure", refine=lambda s: {**s, THREE: 0.4}))


def test_equal_units_stand_in_the_order_of_their_ids() -> None:
    found = {"keyword": [(TWO, 1.0), (THREE, 1.0), (ONE, 1.0)]}
    assert ranked(found, "page") == [(ONE, 1.0), (TWO, 1.0), (THREE, 1.0)]


def test_nothing_found_is_nothing_ranked() -> None:
    for unit in ("page", "figure", "any"):
        assert ranked({"keyword": []}, unit) == []


def test_the_best_passages_of_each_page_come_from_all_channels() -> None:
    found = {
        "keyword": [(f"{ONE}-t01", 9.0), (f"{ONE}-t02", 1.0), (f"{TWO}-f01", 5.0)],
        "passage": [(f"{ONE}-t02", 0.9), (f"{ONE}-t03", 0.4), (f"{TWO}-t01", 0.4)],
    }
    assert best_passages(found, {"keyword": 1.0, "passage": 2.0}) == {
        ONE: (f"{ONE}-t02", f"{ONE}-t01", f"{ONE}-t03"),
        TWO: (f"{TWO}-t01",),
    }
