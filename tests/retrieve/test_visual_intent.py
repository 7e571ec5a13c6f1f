"""Which questions speak of looks."""

import pytest

from mmrag.retrieve.visual_intent import speaks_of_looks


@pytest.mark.parametrize(
    "text",
    [
        "What share does wind have in the pie chart?",
        "How many people are in the Pictures on page 3?",
        "flow chart of the approval",
        "which line is drawn in red",
        "What colour is the logo?",
        "values shown for 2019",
    ],
)
def test_kinds_of_pictures_and_colours_are_looks(text):
    assert speaks_of_looks(text)


@pytest.mark.parametrize(
    "text", ["", "How much did revenue grow?", "comfortable tablets", "Greenland's barns"]
)
def test_other_words_are_not(text):
    assert not speaks_of_looks(text)
