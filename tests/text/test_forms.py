import pytest

from mmrag.text import forms
from mmrag.text.stems import stem


def found_by(text: str, question: str, language: str) -> bool:
    """Whether a word of a question is found in a text, by Porter's stems or by forms."""

    def known(words: str) -> set[str]:
        return {stem(word) for word in (*words.split(), *forms.of_text(words, language))}

    return not known(text).isdisjoint(known(question))


@pytest.mark.parametrize(
    ("language", "text", "question"),
    [
        ("de", "Häfen", "Hafens"),
        ("de", "Genossenschaften", "Genossenschaft"),
        ("fr", "générales", "général"),
        ("es", "billetes", "billete"),
        ("ru", "пассажиров", "пассажир"),
        ("ar", "والسفن", "السفن"),
        ("ar", "المدرسة", "مدرسة"),
        ("ar", "كِتَابٌ", "كتاب"),
        ("he", "הספינה", "ספינה"),
        ("he", "סְפִינָה", "ספינה"),
        ("hi", "लड़कियों", "लड़की"),
        ("ko", "매출은", "매출"),
        ("th", "ยอดขายรวมของบริษัท", "ยอดขาย"),
        ("fi", "laivan", "laiva"),
        ("ar", "بطاريات", "البطارية"),
    ],
)
def test_a_word_is_found_by_another_form_of_it(language: str, text: str, question: str) -> None:
    assert found_by(text, question, language)


@pytest.mark.parametrize("language", ["en", "zh", "ja", "", "xx"])
def test_languages_without_forms_have_none(language: str) -> None:
    assert list(forms.of_text("The ships sailed 船 ships", language)) == []


def test_forms_that_porters_stem_finds_as_well_are_left_out() -> None:
    assert list(forms.of_text("Hafen 2024 Umsatz", "de")) == ["haf"]


def test_words_to_leave_out_have_no_forms() -> None:
    assert list(forms.of_text("unsere Fähren", "de", without={"unsere"})) == ["fahr"]
