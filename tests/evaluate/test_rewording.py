"""Questions in other words."""

from mmrag.evaluate.rewording import reworded


def test_questions_are_reworded_by_their_form() -> None:
    assert reworded("What is the height of the mast?") == (
        "Please tell me: what is the height of the mast?",
        "The height of the mast: what is it?",
    )
    assert reworded("How many boats are red?")[1] == "I want to know how many boats are red."
    assert len(reworded("Compare the two boats.")) == 1
