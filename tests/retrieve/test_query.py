import pytest

from mmrag.errors import UsageError
from mmrag.retrieve.query import MOST_CHARACTERS, Query, bounded


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"text": "x", "k": 0}, "at least one result"),
        ({"text": "x", "k": -3}, "at least one result"),
        ({"text": ""}, "question is empty"),
        ({"text": " \n\t"}, "question is empty"),
        ({"text": "x", "unit": "page", "kinds": ("chart",)}, "leave one of them out"),
        ({"text": "x", "unit": "figure", "kinds": ("page",)}, "leave one of them out"),
    ],
)
def test_a_query_that_asks_for_nothing_is_refused(wrong: dict, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Query(**wrong)


@pytest.mark.parametrize("text", ["*", " ?! ", "“…”", "---", "\x00", "\ud800"])
def test_marks_alone_are_nothing_to_search_for(text):
    with pytest.raises(UsageError, match="nothing to search for"):
        Query(text)


def test_a_question_of_ten_thousand_words_is_cut_to_its_beginning_and_end_with_a_note():
    words = [f"word{number}" for number in range(10_000)]
    cut, (note,) = bounded(" ".join(words))
    assert len(cut) <= MOST_CHARACTERS
    assert cut.startswith("word0 word1 ")
    assert cut.endswith(" word9998 word9999")
    assert set(cut.split()) <= set(words)
    assert "ask a shorter one" in note


def test_a_text_without_spaces_is_cut_as_well():
    assert len(bounded("港" * 50_000)[0]) <= MOST_CHARACTERS + 1


def test_a_question_of_usual_length_is_left_alone():
    assert bounded("How high is the tide?") == ("How high is the tide?", ())
