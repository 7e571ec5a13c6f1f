"""The cheap look counts the question's words that a picture has."""

import pytest

from mmrag.vision.relevance import score


@pytest.mark.parametrize(
    ("question", "text", "kinds", "share"),
    [
        ("What does the mooring cost?", "Moorings cost 120.50 a year", (), 1.0),
        ("What does the mooring cost?", "A ferry, and its cost", (), 0.5),
        ("What does the mooring cost?", "A lighthouse", (), 0.0),
        ("What does the chart of moorings show?", "Moorings", ("chart",), 2 / 3),
        ("Which is it?", "anything", (), 1.0),
    ],
)
def test_the_share_of_the_words_that_a_picture_has(question, text, kinds, share) -> None:
    assert score(question, text, kinds) == pytest.approx(share)
