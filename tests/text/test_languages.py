"""Texts of our own in several languages, as long as a passage of a document is."""

import subprocess
import sys

from mmrag.text import languages

ENGLISH = "The ferry leaves the harbour at seven and returns before the fog comes in from the sea."
GERMAN = "Die Fähre verlässt den Hafen um sieben und kehrt zurück, bevor der Nebel vom Meer kommt."
FRENCH = (
    "Le bac quitte le port à sept heures et revient avant que le brouillard ne monte de la mer."
)
CHINESE = "渡船七点离开港口，在海上的大雾到来之前返回，乘客可以在码头的售票处购买船票。"
ARABIC = "تغادر العبارة الميناء في الساعة السابعة وتعود قبل أن يأتي الضباب من البحر"
TABLE = "1 284 3,5 7 90 12.4 17 88 2024 2023 2022 14 16 (3) 200 41"


def test_the_language_of_a_document_is_that_of_most_of_it() -> None:
    assert languages.of_document([ENGLISH, ENGLISH, GERMAN])[0] == "en"
    for text, language in ((GERMAN, "de"), (FRENCH, "fr"), (CHINESE, "zh"), (ARABIC, "ar")):
        assert languages.of_document([text]) == (language, [""])


def test_a_passage_in_another_language_than_its_document_is_told() -> None:
    assert languages.of_document([GERMAN, FRENCH, GERMAN]) == ("de", ["", "fr", ""])


def test_what_has_too_few_letters_is_as_the_rest() -> None:
    assert languages.of_document([GERMAN, TABLE, "Total", "le port"]) == ("de", [""] * 4)
    assert languages.of_document([TABLE, "12", ""]) == ("", ["", "", ""])
    assert languages.of_document([]) == ("", [])


def test_the_model_is_not_loaded_before_a_text_is_told() -> None:
    code = "import sys, mmrag.text.languages; sys.exit('py3langid' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_english_and_its_tables_are_told_without_the_model(monkeypatch) -> None:
    def fail() -> None:
        raise AssertionError("the model was asked for")

    monkeypatch.setattr(languages, "_identifier", fail)
    table = "Revenue 284 Operating profit 90 Net debt 12 Staff costs 17 Depreciation 44"
    assert languages.of_document([ENGLISH, table, ENGLISH]) == ("en", ["", "", ""])
