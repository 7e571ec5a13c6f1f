import pytest

from mmrag.retrieve.features import PageFeatures
from mmrag.retrieve.ranker import COEFFICIENTS, PageRanker, score, score_unread
from mmrag.retrieve.search import Query

NOTHING = PageFeatures(*[0.0] * len(PageFeatures._fields))


def test_scores_are_from_0_to_1() -> None:
    assert score(NOTHING) == 0
    assert score(PageFeatures(*[1.0] * len(PageFeatures._fields))) == 1


def test_a_page_that_was_not_read_is_scored_as_one_without_other_features() -> None:
    told = NOTHING._replace(fused=0.5, named=0.3, statement=0.7)
    assert score_unread(0.5, 0.3, 0.7) == score(told)


@pytest.mark.parametrize("name", PageFeatures._fields)
def test_each_signal_speaks_for_a_page(name) -> None:
    assert getattr(COEFFICIENTS, name) > 0
    assert score(NOTHING._replace(**{name: 1.0})) > 0


def test_of_pages_with_the_same_score_the_one_with_the_words_in_a_row_wins(catalog, annual) -> None:
    fused = {page.id: 0.5 for page in annual.pages}
    scores = PageRanker(catalog, "staff numbers in 2021", 40).refined(fused)
    assert max(scores, key=scores.__getitem__) == annual.pages[1].id


def test_pages_that_were_not_read_keep_the_order_of_fusion_behind(catalog, annual) -> None:
    fused = {page.id: 1 - page.number / 10 for page in annual.pages}
    ranker = PageRanker(catalog, "outlook", 2)
    scores = ranker.refined(fused)
    assert sorted(scores, key=scores.__getitem__, reverse=True) == list(fused)
    assert set(ranker.features) == {annual.pages[0].id, annual.pages[1].id}


def test_hits_show_the_signals_of_their_page(searcher, annual, other) -> None:
    for hit in searcher.search(Query("revenue in 2021", unit="any")).hits:
        assert set(hit.features) == set(PageFeatures._fields)


def test_a_channel_that_is_asked_for_alone_keeps_its_own_order(searcher, annual, other) -> None:
    hits = searcher.search(Query("revenue in 2021", unit="page", channels=("keyword",))).hits
    assert all(not hit.features for hit in hits)
    own = [hit.channels["keyword"].score for hit in hits]
    assert own == sorted(own, reverse=True)


def test_reading_can_be_switched_off(searching, catalog, annual, other, texts) -> None:
    searcher = searching(catalog, texts, read_pages=0)
    assert not any(hit.features for hit in searcher.search(Query("revenue in 2021")).hits)
