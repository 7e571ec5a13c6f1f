import pytest

from mmrag.audit import UNCHECKED, UNCLAIMED, audit, split, trust
from mmrag.types import Description, Figure

CHART = Figure(
    "3fa9c1d2-p0012-f02",
    "3fa9c1d2-p0012",
    2,
    (0, 0, 100, 100),
    "chart",
    caption="Figure 3: Net revenue of Acme by year, in $ million",
    text="2021 2022 2023\n3.1 3.9 4.2\n1,250 units",
    heading=("Results",),
    mentions=("As Figure 3 shows, Acme grew in Norway.",),
)
PHOTO = Figure("3fa9c1d2-p0001-f01", "3fa9c1d2-p0001", 1, (0, 0, 9, 9), "picture")


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The revenue of Acme rose from 3.1 in 2021 to 4.2 in 2023.", 1.0),
        ("The revenue was 5.7 in 2023.", 0.5),
        ("The revenue was 5.7 in 2019.", 0.0),
        ("It rose to 4.2 million.", 1.0),
        ("It rose to about 4 million.", 1.0),
        ("It rose to about 5 million.", 0.0),
        ("The companies’ policies made sales fall in Dec. 2020, cf. Sec. 3, to 3.1.", 2 / 3),
        ("In 2023 it sold 1250 units.", 1.0),
        ("It sold 1.3 thousand units.", 1.0),
        ("Sales in Norway belong to Acme.", 1.0),
        ("Sales in Sweden belong to Acme.", 0.5),
        ("Bars rise from left to right.", UNCLAIMED),
    ],
)
def test_trust_is_the_part_of_numbers_and_names_that_the_document_confirms(sentence, expected):
    assert trust(sentence, CHART) == pytest.approx(expected)


def test_what_is_not_confirmed_is_named():
    (found,) = audit("In Sweden it was 5.7 for Acme.", CHART)
    assert found.unconfirmed == ("5.7", "Sweden")


def test_of_a_figure_without_words_nothing_can_be_checked():
    assert trust("A dog in Paris in 1999.", PHOTO) == UNCHECKED


def test_an_empty_description_has_no_trust():
    assert trust(" ", CHART) == 0.0


def test_a_long_sentence_counts_for_more_than_a_short_one():
    right = "The revenue of Acme was 3.1 in 2021, 3.9 in 2022 and 4.2 in 2023."
    assert 0.5 < trust(f"{right} It is 7.", CHART) < 1


def test_a_description_is_split_by_the_trust_in_its_sentences():
    text = "It was 9.9 in Sweden. The revenue was 4.2 in 2023. Bars rise."
    whole = Description(CHART.id, text, "tiny", "1", trust(text, CHART))
    trusted, doubted = split(whole, CHART, 0.5)
    assert trusted.text == "The revenue was 4.2 in 2023. Bars rise."
    assert doubted.text == "It was 9.9 in Sweden."
    assert doubted.trust < 0.5 <= trusted.trust
    assert (trusted.describer, trusted.prompt_version) == ("tiny", "1")


def test_the_documents_own_words_are_not_split():
    own = Description(CHART.id, "Chart of Sweden, 9.9.", "extracted")
    assert split(own, CHART, 0.5) == (own,)
