from mmrag.ingest.layout.mentions import MAX_MENTIONS, find
from mmrag.text.labels import Label


def test_the_sentence_that_refers_to_a_figure_is_found_on_any_page() -> None:
    texts = ["Trips rose. As Fig. 3 shows, autumn was best. So it was.", "See also Figure 3."]
    assert find(texts, ["Figure 3"], [])[Label("figure", "3")] == (
        "As Fig. 3 shows, autumn was best.",
        "See also Figure 3.",
    )


def test_lists_and_ranges_name_each_figure() -> None:
    found = find(
        ["Compare Tables 2 and 4 with Figs. 1-3."], ["Table 4", "Figure 2", "Figure 9"], []
    )
    assert set(found) == {Label("table", "4"), Label("figure", "2")}


def test_figure_1_is_not_figure_11() -> None:
    assert find(["Figure 11 is another one."], ["Figure 1"], []) == {}


def test_a_caption_does_not_mention_its_own_figure() -> None:
    caption = "Figure 3: Trips per month, in thousands."
    assert find([f"Before.\n{caption}"], ["Figure 3"], [caption]) == {}


def test_no_figure_gathers_more_than_the_limit() -> None:
    texts = [f"Number {at} of them cites Table 1 here." for at in range(30)]
    assert len(find(texts, ["Table 1"], [])[Label("table", "1")]) == MAX_MENTIONS


def test_graphs_and_algorithms_have_mentions_however_they_are_numbered() -> None:
    texts = ["Graph 2 falls.\nAlgorithm 1 ends.\nTable II grows, and so does table 4.2."]
    found = find(texts, ["Graph 2", "Algorithm 1", "Table 2", "Table IV.2"], [])
    assert {str(label) for label in found} == {"graph 2", "algorithm 1", "table 2", "table 4.2"}


def test_a_part_is_mentioned_by_its_letter_and_a_whole_by_any() -> None:
    texts = ["Fig. 3a rises.\nFig. 3b falls.\nFigure 4a stays."]
    found = find(texts, ["Figure 3a", "Figure 4"], [])
    assert found == {
        Label("figure", "3", "a"): ("Fig. 3a rises.",),
        Label("figure", "4"): ("Figure 4a stays.",),
    }


def test_a_figure_in_parts_is_mentioned_as_a_whole() -> None:
    found = find(["Figure 3 is new."], ["Figure 3a", "Figure 3b"], [])
    assert set(found) == {Label("figure", "3", "a"), Label("figure", "3", "b")}
