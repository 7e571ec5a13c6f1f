import pytest

from mmrag import ids
from mmrag.retrieve.search import Query


@pytest.fixture
def paper(catalog, storing, texts):
    """Two figures on two pages; the caption of the second names the first."""
    report, put = storing
    parsed = report(
        "/kites.pdf",
        {
            1: {
                "text": "Kites in strong wind",
                "figures": [{"caption": "Figure 1: Lift of kites by wind", "label": "Figure 1"}],
            },
            2: {
                "text": "Kites in light wind",
                "figures": [
                    {
                        "caption": "Figure 2: Drag of the long-tailed kites from Figure 1 (page 1)",
                        "label": "Figure 2",
                    }
                ],
            },
        },
    )
    put(catalog, parsed, texts)
    return [f"{ids.page_id(parsed.document.id, number)}-f01" for number in (1, 2)]


@pytest.mark.parametrize(
    "caption",
    [
        "Drag of the long-tailed kites from Figure 1 (page 1)",
        "Drag of the long- tailed kites from Figure 1",
        "Figure 2: Drag of the long-tailed kites from Figure 1",
        "Figure 2. Drag, as in Figure 1",  # begins as a caption, whatever there is
    ],
)
def test_a_copied_caption_raises_its_own_figure_alone(searcher, paper, caption: str) -> None:
    first, second = searcher.search(Query(caption, unit="figure")).hits
    assert (first.image_id, second.image_id) == (paper[1], paper[0])
    assert first.score > 1 > second.score
    assert searcher.search(Query(caption, unit="page")).hits[0].page == 2


def test_a_question_about_a_figure_still_raises_what_it_names(searcher, paper) -> None:
    question = "How does the drag of long-tailed kites differ from the lift in Figure 1?"
    assert searcher.search(Query(question, unit="figure")).hits[0].image_id == paper[0]
    assert searcher.search(Query("lift of Figure 1", unit="figure")).hits[0].image_id == paper[0]
