from mmrag.describe.extracted import INNER_CHARACTERS, ExtractedDescriber
from mmrag.protocols import FigureView
from mmrag.types import Figure


def described(**parts: object) -> str:
    figure = Figure("d-p0001-f01", "d-p0001", 1, (0, 0, 9, 9), **{"kind": "chart", **parts})
    return ExtractedDescriber().describe(FigureView(figure, "Annual Report", 4, None))


def test_it_tells_kind_place_caption_inner_text_and_mentions_in_one_paragraph() -> None:
    text = described(
        label="Figure 3",
        caption="Figure 3: Net revenue by region",
        heading=("2 Results", "2.1 Regions"),
        text="North\n12.4\nSouth\n8.1",
        mentions=("As Fig. 3 shows, the north leads.",),
    )
    assert text == (
        "Chart (Figure 3) on page 4 of Annual Report, section 2 Results > 2.1 Regions. "
        "Figure 3: Net revenue by region. Text inside: North; 12.4; South; 8.1. "
        "The text says: As Fig. 3 shows, the north leads."
    )


def test_a_bare_figure_is_described_by_what_is_known() -> None:
    assert described(kind="picture") == "Picture on page 4 of Annual Report."


def test_long_inner_text_is_cut_after_a_whole_row_and_says_so() -> None:
    rows = [f"row {number} with some cells" for number in range(200)]
    text = described(kind="table", text="\n".join(rows))
    told = text.partition("Its rows: ")[2]
    assert told.endswith("; \N{HORIZONTAL ELLIPSIS}")
    assert set(told.split("; ")[:-1]) <= set(rows)
    assert len(told) <= INNER_CHARACTERS + 5
