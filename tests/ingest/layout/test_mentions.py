import pytest

from mmrag.ingest.layout.mentions import MAX_MENTIONS, find, key


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Figure 3", ("figure", "3")),
        ("Fig. 3", ("figure", "3")),
        ("FIG 3a", ("figure", "3")),
        ("Table A.2", ("table", "A.2")),
        ("Exhibit 4-1", ("exhibit", "4-1")),
        ("Overview", None),
        ("", None),
    ],
)
def test_a_label_is_known_in_any_form(label: str, expected: tuple[str, str] | None) -> None:
    assert key(label) == expected


def test_the_sentence_that_refers_to_a_figure_is_found_on_any_page() -> None:
    texts = ["Trips rose. As Fig. 3 shows, autumn was best. So it was.", "See also Figure 3."]
    assert find(texts, ["Figure 3"], [])[("figure", "3")] == (
        "As Fig. 3 shows, autumn was best.",
        "See also Figure 3.",
    )


def test_lists_and_ranges_name_each_figure() -> None:
    found = find(
        ["Compare Tables 2 and 4 with Figs. 1-3."], ["Table 4", "Figure 2", "Figure 9"], []
    )
    assert set(found) == {("table", "4"), ("figure", "2")}


def test_figure_1_is_not_figure_11() -> None:
    assert find(["Figure 11 is another one."], ["Figure 1"], []) == {}


def test_a_caption_does_not_mention_its_own_figure() -> None:
    caption = "Figure 3: Trips per month, in thousands."
    assert find([f"Before.\n{caption}"], ["Figure 3"], [caption]) == {}


def test_no_figure_gathers_more_than_the_limit() -> None:
    texts = [f"Number {at} of them cites Table 1 here." for at in range(30)]
    assert len(find(texts, ["Table 1"], [])[("table", "1")]) == MAX_MENTIONS
