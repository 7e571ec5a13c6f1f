import pytest

from mmrag.answer.polarity import Polarity, is_contradicted

SOURCE = (
    "The harbour dues came to 61.4 million kroner in 2022.",
    "Ticket sales fell to 12.5 million.",
    "The council did not materially change the tariff.",
    "No bonus was paid to the crew.",
    "Berths | 40 | 38",
)


@pytest.mark.parametrize(
    "sentence",
    [
        "The harbour dues were not 61.4 million kroner in 2022.",
        "The harbour dues weren't 61.4 million.",
        "The harbour dues came to 61.4 million kroner and are rising.",
        "Harbour dues rose to 61.4 million kroner.",
        "Ticket sales rose to 12.5 million.",
        "Ticket sales, up from last year, were 12.5 million.",
        "The council did change the tariff materially.",
        "A bonus was paid to the crew.",
        "Berths fell from 38 to 40.",
    ],
)
def test_the_contrary_of_what_stands_there_and_a_movement_that_does_not_are_found(sentence):
    assert is_contradicted(sentence, SOURCE)


@pytest.mark.parametrize(
    "sentence",
    [
        "Harbour dues of 61.4 million kroner came in, not only in 2022.",
        "Ticket sales dropped to 12.5 million.",
        "Ticket sales were down by a lot to 12.5 million.",
        "The council didn't change the tariff.",
        "The crew was paid no bonus.",
        "Berths rose from 38 to 40.",
        "Berths rose to 40, compared with 38 before.",
        "The pilot station is painted red.",
    ],
)
def test_what_says_the_same_in_other_words_is_not(sentence):
    assert not is_contradicted(sentence, SOURCE)


def test_what_is_said_beside_the_closest_sentence_gives_a_direction():
    source = ("The fare is 85 kroner.", "It rose in March.", "The boat is blue.")
    assert not is_contradicted("The fare rose to 85 kroner.", source)
    assert is_contradicted("The blue boat rose.", source[:1] + source[2:])


def test_a_negation_reaches_to_the_end_of_its_clause():
    said = Polarity.of("The board did not approve the plan, but it raised the fee, No. 3.")
    assert said.negated == {"approv"}
    assert said.reached == {"approv", "plan"}
    assert {"board", "fee"} <= said.affirmed
