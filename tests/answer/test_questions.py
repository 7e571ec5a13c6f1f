"""What a question asks for, and which of its words say it."""

import pytest

from mmrag.answer.questions import FRAME_WEIGHT, NAME_WEIGHT, analyse


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Is the plant in Norway?", "yes or no"),
        ("What percentage of sales came from Asia?", "percentage"),
        ("How many employees did the firm have?", "number"),
        ("What was the revenue in 2023?", "number"),
        ("When was the bridge opened?", "date"),
        ("Who signed the report?", "person"),
        ("Where is the office?", "place"),
        ("List the members of the board.", "list"),
        ("Why did the pump fail?", "reason"),
        ("What drove the increase in percent of sales?", "reason"),
        ("What happens when the lid is open?", "text"),
        ("Which region has a higher growth rate?", "text"),
    ],
)
def test_the_form_of_the_answer_is_told_by_the_words_of_asking(question: str, wanted: str) -> None:
    assert analyse(question).wanted == wanted


def test_words_of_asking_weigh_less_than_those_of_the_matter() -> None:
    weights = analyse("What does the table say about turbines?").weights
    assert weights["turbin"] == 1
    assert weights["tabl"] == FRAME_WEIGHT


def test_names_and_numbers_weigh_more_and_a_first_word_is_no_name() -> None:
    question = analyse("Turbines of Halden in 2019?")
    assert question.names == {"halden", "2019"}
    assert question.weights["halden"] == NAME_WEIGHT
    assert question.weights["turbin"] == 1


def test_what_is_asked_of_a_thing_weighs_like_a_name() -> None:
    assert analyse("What is the weight of the pump?").weights["weight"] == NAME_WEIGHT


def test_quoted_words_are_phrases() -> None:
    assert analyse('What does "Net Sales" mean?').phrases == ("net sales",)


@pytest.mark.parametrize("question", ["What colour is the line?", "How many figures are there?"])
def test_what_is_to_be_seen_is_known_as_such(question: str) -> None:
    assert analyse(question).visual


def test_what_is_to_be_read_is_not_visual() -> None:
    assert not analyse("How many employees are there?").visual


def test_pages_and_figures_that_are_named_are_places_and_no_words() -> None:
    question = analyse("What does Figure 3 on page 12 show?")
    assert question.pages.labels == ("12",)
    assert [str(label.number) for label in question.labels] == ["3"]
    assert not {"3", "12"} & set(question.weights)


@pytest.mark.parametrize("question", ["What is the height of the mast?", "what is its height now"])
def test_a_measure_is_a_number_with_a_question_mark_and_without(question: str) -> None:
    assert analyse(question).wanted == "number"
