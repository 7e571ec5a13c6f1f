from mmrag.ingest.layout.sentences import spans


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
