import pytest

from mmrag import ids
from mmrag.errors import SpaceMismatch
from mmrag.retrieve.search import Query
from mmrag.types import Space


def units(result) -> list[str]:
    return [hit.image_id for hit in result.hits]


def page(parsed, number: int) -> str:
    return ids.page_id(parsed.document.id, number)


def test_the_page_whose_passage_matches_is_first(searcher, annual, other) -> None:
    result = searcher.search(Query("revenue in 2021", unit="page"))
    first = result.hits[0]
    assert (first.image_id, first.kind, first.page, first.bbox) == (
        page(annual, 2), "page", 2, None,
    )  # fmt: skip
    assert (first.document, first.path) == ("annual", "/docs/annual.pdf")
    assert first.snippet == "Revenue grew to 80 million in 2021"
    assert first.passages[0] == f"{page(annual, 2)}-t01"
    assert [hit.rank for hit in result.hits] == list(range(1, len(result.hits) + 1))


def test_scores_fall_from_hit_to_hit_and_are_from_0_to_1(searcher, annual, other) -> None:
    for unit in ("page", "figure", "any"):
        scores = [hit.score for hit in searcher.search(Query("revenue by region", unit=unit)).hits]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)


def test_each_hit_shows_its_rank_and_score_in_every_channel(searcher, annual, other) -> None:
    first = searcher.search(Query("revenue in 2021", unit="page")).hits[0]
    assert first.channels["keyword"].rank == 1
    assert first.channels["keyword"].score > 0
    assert first.channels["passage"].rank == 1
    assert 0 < first.channels["passage"].score <= 1
    assert "image" not in first.channels


def test_a_figure_counts_for_itself_and_for_its_page(searcher, annual, other) -> None:
    query = "turnover by region"
    figure = searcher.search(Query(query, unit="figure")).hits[0]
    assert figure.image_id == f"{page(annual, 2)}-f01"
    assert figure.kind == "chart"
    assert figure.bbox == (10.0, 10.0, 300.0, 18.0)
    assert figure.caption == "Figure 1: Turnover by region, north and south"
    assert searcher.search(Query(query, unit="page")).hits[0].image_id == page(annual, 2)


def test_among_both_a_figure_stands_before_its_page_when_its_caption_matched(
    searcher, annual, other
) -> None:
    found = units(searcher.search(Query("turnover by region, north and south")))
    assert found[0] == f"{page(annual, 2)}-f01"


def test_among_both_a_page_stands_before_its_figure_when_its_text_matched(
    searcher, annual, other
) -> None:
    found = units(searcher.search(Query("staff numbers stable, by region")))
    assert found.index(page(annual, 2)) < found.index(f"{page(annual, 2)}-f01")


def test_a_page_that_only_repeats_its_figure_is_not_shown_beside_it(
    searcher, catalog, storing, texts
) -> None:
    report, put = storing
    caption = "Figure 1: Exports of copper and zinc by harbour"
    parsed = report("/metal.pdf", {1: {"text": caption, "figures": [{"caption": caption}]}})
    put(catalog, parsed, texts)
    assert units(searcher.search(Query("exports of copper"))) == [f"{page(parsed, 1)}-f01"]


def test_syntax_of_the_full_text_index_is_plain_text(searcher, annual, other) -> None:
    for question in ("C++ (2019)", '"C++" AND NOT', "NEAR(a b)", "heading: 2019", "a* OR", "a'"):
        result = searcher.search(Query(question, unit="page"))
        if "2019" in question:
            assert result.hits[0].image_id == page(annual, 3)


@pytest.mark.parametrize("question", ["x?!", "the of and", "x\x00", "x\ud800", "日本"])
def test_odd_questions_are_no_error(searcher, annual, question: str) -> None:
    searcher.search(Query(question))


def test_many_results_are_found_beyond_the_first_candidates(
    searching, catalog, storing, texts
) -> None:
    report, put = storing
    put(catalog, report("/long.pdf", {n: {"text": f"word {n}"} for n in range(1, 31)}), texts)
    narrow = searching(catalog, texts, candidates=5)
    assert len(narrow.search(Query("word", k=30, unit="page")).hits) == 30
    late = narrow.search(Query("word", k=3, unit="page", pages=range(28, 31)))
    assert sorted(hit.page for hit in late.hits) == [28, 29, 30]


def test_filters_by_document_kind_and_page(searcher, annual, other) -> None:
    of_other = searcher.search(Query("revenue", documents=(other.document.id,)))
    assert {hit.document for hit in of_other.hits} == {"plants"}
    tables = searcher.search(Query("revenue dividends", kinds=("table",)))
    assert units(tables) == [f"{page(annual, 2)}-f02"]
    pages = searcher.search(Query("revenue", unit="page", pages=range(3, 9)))
    assert {hit.page for hit in pages.hits} == {3, 5}
    both = searcher.search(Query("turnover", kinds=("page", "chart"), pages=range(2, 3)))
    assert {hit.kind for hit in both.hits} <= {"page", "chart"}


def test_one_channel_alone(searcher, annual, other) -> None:
    result = searcher.search(Query("turnover", unit="page", channels=("description",)))
    assert {name for hit in result.hits for name in hit.channels} == {"description"}
    assert result.hits[0].image_id == page(annual, 2)


def test_several_queries_give_what_each_gives_alone_and_are_encoded_together(
    searcher, annual, other, texts
) -> None:
    queries = [Query("revenue"), Query("tulips", unit="page"), Query("revenue", k=1)]
    alone = [units(searcher.search(query)) for query in queries]
    before = texts.calls
    together = [units(result) for result in searcher.search_many(queries)]
    assert together == alone
    assert texts.calls == before + 1


def test_times_are_told_for_each_step(searcher, annual) -> None:
    timings = searcher.search(Query("revenue")).timings
    assert {"encode", "keyword", "passage", "fuse", "hits", "total"} <= set(timings)


def test_another_encoder_than_the_index_has_is_refused(searching, catalog, annual, texts) -> None:
    class Foreign(type(texts)):
        space = Space("other", "1" * 64, "lower", texts.space.dimension)

    with pytest.raises(SpaceMismatch, match="--reencode"):
        searching(catalog, Foreign()).search(Query("revenue"))


def test_the_keyword_channel_alone_needs_no_encoder(searching, catalog, annual, texts) -> None:
    searching(catalog, texts).search(Query("revenue", channels=("keyword",)))
    assert texts.calls == 2  # passages and descriptions of the document
