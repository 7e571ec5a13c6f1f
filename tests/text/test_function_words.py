import pytest

from mmrag.text import function_words
from mmrag.text.words import STOP_WORDS

HELD = ("ar", "de", "en", "es", "fr", "ja", "zh")


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What was the revenue of the group in 2024?", "en"),
        ("Wie hoch war der Umsatz im Jahr 2024?", "de"),
        ("Quel a été le bénéfice d'exploitation ?", "fr"),
        ("¿Cuánto cuesta el abono anual?", "es"),
        ("Cuanto cuesta el abono anual", "es"),
        ("كم ثمن الاشتراك السنوي في الميناء؟", "ar"),
    ],
)
def test_a_question_is_read_in_the_language_of_its_function_words(
    question: str, language: str
) -> None:
    assert function_words.languages(question, HELD) == (language,)


def test_a_question_without_function_words_is_read_in_all_languages() -> None:
    assert function_words.languages("Betriebsgewinn 2024", ("de", "fr")) == ("en", "de", "fr")


def test_an_index_of_english_alone_reads_english_alone() -> None:
    assert function_words.languages("Wie hoch war der Umsatz?", ("en",)) == ("en",)
    assert function_words.languages("Wie hoch war der Umsatz?", ()) == ("en",)


def test_the_function_words_of_english_are_its_stop_words() -> None:
    assert function_words.of(["en"]) == STOP_WORDS
    assert {"für", "fur", "der"} < function_words.of(["de"])
    assert not function_words.of(["xx"])
