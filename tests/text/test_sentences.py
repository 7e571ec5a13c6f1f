import pytest

from mmrag.text import sentences
from mmrag.text.sentences import of_paragraph, spans


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(text)]


def test_sentences_end_at_full_stops_and_other_marks() -> None:
    assert split("It rose. Did it fall? No! It stayed.") == [
        "It rose.",
        "Did it fall?",
        "No!",
        "It stayed.",
    ]


def test_abbreviations_initials_and_numbers_end_no_sentence() -> None:
    text = "As Fig. 3 by J. Smith et al. Shows, sales of Acme Inc. Grew 4.5 times."
    assert split(text) == [text]


def test_a_closing_quote_belongs_to_the_sentence() -> None:
    assert split('He said "no." Then he left.') == ['He said "no."', "Then he left."]


def test_spans_count_from_the_start_of_the_whole_text() -> None:
    text = "First. Second. Third."
    assert [text[a:b] for a, b in spans(text, 7, 14)] == ["Second."]


def test_space_alone_has_no_sentence() -> None:
    assert split("  \n ") == []


@pytest.mark.parametrize(
    "text",
    [
        "fell in Dec. 2020, cf. Sec. 3, to 3.5.",
        "See Figs. A.2 and S1, Tab. IV, and pp. 3-5 of vol. 2.",
        "The U.S. Navy paid approx. 5 million to Acme Ltd. Berlin.",
        "Rs. 5 crore, i.e. 50 million, at 5 p.m. London time.",
        "Figure 3. Net revenue by region.",
    ],
)
def test_the_full_stops_of_abbreviations_and_labels_end_no_sentence(text: str) -> None:
    assert list(of_paragraph(text)) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "It rose in Dec. Sales fell.",
        "It is in no. That is why.",
        "Was it? Nobody knows.",
        "**It rose.** Then it fell.",
        "It rose (by 5.) Then it fell.",
        "Es fiel. Über uns.",
        "It rose. [K7Q] Then it fell. [M2X]",
    ],
)
def test_a_full_stop_before_a_capital_ends_a_sentence(text: str) -> None:
    assert len([part for part in of_paragraph(text) if any(map(str.islower, part))]) == 2


def test_a_marker_behind_a_full_stop_begins_the_next_sentence() -> None:
    assert split("It rose. [K7Q] Then it fell.") == ["It rose.", "[K7Q] Then it fell."]


def test_a_line_end_ends_a_sentence_of_a_text_and_none_of_a_paragraph() -> None:
    text = "See Fig. 3 by Acme Inc. Berlin. It rose\nby 3.5 million. Why? Nobody knows"
    assert list(of_paragraph(text)) == [
        "See Fig. 3 by Acme Inc. Berlin.", "It rose by 3.5 million.", "Why?", "Nobody knows",
    ]  # fmt: skip
    assert list(sentences.split("It rose\nby 3.5 million.")) == ["It rose", "by 3.5 million."]
