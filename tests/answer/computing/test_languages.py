"""Questions in other languages than English, over tables in them."""

from decimal import Decimal

import pytest
from marked_evidence import answer_to
from tiny_tables import piece, table

from mmrag.answer.computed import MAKER
from mmrag.answer.computing import languages
from mmrag.answer.extracted import ExtractedAnswerer
from mmrag.types import Answer

NUMBERS = (
    ("35.210,0", "38.447,1", "41.600,0"),
    ("1.200,0", "1.250,5", "1.300,0"),
    ("15.000,0", "15.920,4", "16.873,2"),
    ("(120,5)", "3.214,8", "2.956,5"),
)
ROWS = {
    "de": ("Tausend Euro", "Umsatz", "Miete", "Personalkosten", "Gewinn nach Steuern"),
    "fr": ("Milliers d'euros", "Chiffre d'affaires", "Loyers", "Frais de personnel", "Bénéfice"),
    "es": ("Miles de euros", "Ventas", "Alquileres", "Gastos de personal", "Beneficio"),
    "it": ("Migliaia di euro", "Ricavi", "Affitti", "Costi del personale", "Utile"),
    "pt": ("Milhares de euros", "Vendas", "Rendas", "Custos com pessoal", "Lucro"),
}
SHIPS = {
    "de": ("Schiff", "Fahrgäste"),
    "fr": ("Bateau", "Passagers"),
    "es": ("Barco", "Pasajeros"),
    "it": ("Nave", "Passeggeri"),
    "pt": ("Navio", "Passageiros"),
}


def asked(language: str, question: str) -> Answer:
    """The answer over a table of years and one of ships, in a language."""
    corner, *names = ROWS[language]
    years = table(
        [(corner, "2022", "2023", "2024"), *((n, *x) for n, x in zip(names, NUMBERS, strict=True))],
        caption="Orvel",
    )
    counts = (("Halcyon", "41.200"), ("Concordia", "38.100,5"), ("Marrow", "12.050,5"))
    ships = table([SHIPS[language], *counts], caption="Orvel", figure_id="3fa9c1d2-p0013-f01")
    return answer_to(
        question, [piece("K7Q", years), piece("M2X", ships)], ExtractedAnswerer(), computes=True
    )


@pytest.mark.parametrize(
    ("language", "question", "operation", "result"),
    [
        ("de", "Wie hoch war der Umsatz im Jahr 2024?", "look-up", "41600.0"),
        ("de", "Was war der Umsatz 2023?", "look-up", "38447.1"),
        ("de", "Wie viel betrug die Miete 2023?", "look-up", "1250.5"),
        ("de", "Wie hoch war der Gewinn nach Steuern 2022?", "look-up", "-120.5"),
        ("de", "Wie hoch war der Umsatz 2023 in Millionen Euro?", "look-up", "38.4471"),
        ("de", "Wie stark ist der Umsatz von 2022 auf 2023 gewachsen?", "percent change", "9.19"),
        ("de", "Wie hoch war das Umsatzwachstum von 2022 auf 2023?", "difference", "3237.1"),
        ("de", "Um wie viel Prozent sank der Gewinn nach Steuern 2024?", "percent change", "-8.03"),
        ("de", "Um wie viel stieg die Miete zwischen 2022 und 2024?", "difference", "100.0"),
        ("de", "Wie hoch waren Miete und Personalkosten 2023 zusammen?", "sum", "17170.9"),
        ("de", "Wie hoch war die durchschnittliche Miete von 2022 bis 2024?", "mean", "1250.17"),
        ("de", "In welchem Jahr war der Umsatz am höchsten?", "largest", "2024"),
        ("de", "Welches Schiff hat die wenigsten Fahrgäste?", "smallest", "Marrow"),
        ("de", "Welches Schiff hatte die zweitmeisten Fahrgäste?", "largest", "Concordia"),
        ("de", "Wie viel Prozent des Umsatzes waren 2023 Personalkosten?", "share", "41.4"),
        ("de", "Welcher Anteil des Umsatzes entfiel 2023 auf die Miete?", "share", "3.25"),
        ("de", "Was ist das Verhältnis von Miete zu Umsatz im Jahr 2023?", "ratio", "0.03"),
        (
            "de",
            "Wie hoch waren Umsatz und Miete jeweils 2023?",
            "list",
            "38.447,1 thousand euros; 1.250,5 thousand euros",
        ),
        ("de", "War der Umsatz 2023 höher als 2022?", "comparison", "yes"),
        ("de", "Ist die Miete 2024 gesunken?", "comparison", "no"),
        ("de", "Wie viele Fahrgäste hatte die Halcyon?", "look-up", "41200"),
        ("de", "Welchen Umsatz erzielte Orvel im Jahr 2023?", "look-up", "38447.1"),
        ("de", "Was kostete die Miete 2023?", "look-up", "1250.5"),
        ("fr", "Quel était le chiffre d'affaires en 2023 ?", "look-up", "38447.1"),
        ("fr", "Quel est le total des loyers en 2023 ?", "look-up", "1250.5"),
        ("fr", "De combien les loyers ont-ils augmenté de 2022 à 2023 ?", "difference", "50.5"),
        (
            "fr",
            "De quel pourcentage le chiffre d'affaires a-t-il progressé entre 2022 et 2023 ?",
            "percent change",
            "9.19",
        ),
        ("fr", "Quelle est la somme des loyers et du bénéfice en 2023 ?", "sum", "4465.3"),
        ("fr", "Quelle a été la moyenne des loyers de 2022 à 2024 ?", "mean", "1250.17"),
        ("fr", "En quelle année le bénéfice a-t-il été le plus élevé ?", "largest", "2023"),
        ("fr", "Quel bateau a le moins de passagers ?", "smallest", "Marrow"),
        ("fr", "Quelle part du bénéfice représentaient les loyers en 2023 ?", "share", "38.9"),
        ("fr", "Quel est le rapport entre les loyers et le bénéfice en 2023 ?", "ratio", "0.39"),
        ("fr", "Le bénéfice a-t-il diminué en 2024 ?", "comparison", "yes"),
        ("fr", "Le bénéfice était-il plus élevé en 2023 qu'en 2024 ?", "comparison", "yes"),
        ("es", "¿Cuáles fueron las ventas en 2023?", "look-up", "38447.1"),
        ("es", "¿Cuántos pasajeros tiene el Concordia?", "look-up", "38100.5"),
        ("es", "¿Cuánto crecieron las ventas de 2022 a 2023?", "difference", "3237.1"),
        (
            "es",
            "¿En qué porcentaje aumentaron las ventas entre 2022 y 2023?",
            "percent change",
            "9.19",
        ),
        ("es", "¿Cuál es la suma de los alquileres y las ventas en 2023?", "sum", "39697.6"),
        ("es", "¿Cuál fue el promedio de las ventas de 2022 a 2024?", "mean", "38419.03"),
        ("es", "¿En qué año fueron más altas las ventas?", "largest", "2024"),
        ("es", "¿Qué barco tiene menos pasajeros?", "smallest", "Marrow"),
        ("es", "¿Qué porcentaje de las ventas fueron los alquileres en 2023?", "share", "3.25"),
        ("es", "¿Cuál es la relación entre los alquileres y las ventas en 2023?", "ratio", "0.03"),
        ("es", "¿Fueron las ventas de 2023 mayores que las de 2022?", "comparison", "yes"),
        ("it", "Quali sono stati i ricavi nel 2023?", "look-up", "38447.1"),
        ("it", "Di quanto sono cresciuti i ricavi dal 2022 al 2023?", "difference", "3237.1"),
        (
            "it",
            "Di quale percentuale sono aumentati i ricavi tra il 2022 e il 2023?",
            "percent change",
            "9.19",
        ),
        ("it", "Quale nave ha il maggior numero di passeggeri?", "largest", "Halcyon"),
        ("it", "Qual è la media dei ricavi dal 2022 al 2024?", "mean", "38419.03"),
        ("pt", "Quais foram as vendas em 2023?", "look-up", "38447.1"),
        ("pt", "Quanto cresceram as vendas de 2022 a 2023?", "difference", "3237.1"),
        ("pt", "Que navio tem mais passageiros?", "largest", "Halcyon"),
        ("pt", "Em que ano o lucro foi mais alto?", "largest", "2023"),
    ],
)
def test_a_question_is_computed_in_its_own_language(language, question, operation, result):
    answer = asked(language, question)
    assert answer.models == {"answerer": MAKER}
    assert answer.computation is not None
    assert answer.computation.operation == operation
    found = answer.computation.result
    found = "; ".join(found) if isinstance(found, tuple) else found
    assert (Decimal(result) if isinstance(found, Decimal) else result) == found
    assert {item.support for item in answer.citations} == {"supported"}


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("de", "Warum ist der Umsatz von 2022 auf 2023 gewachsen?"),
        ("de", "Wie entwickelte sich der Umsatz von 2022 auf 2023?"),
        ("de", "Wie hoch war der Gewinn vor Steuern 2023?"),
        ("de", "Wie hoch war der Umsatz ohne Miete 2023?"),
        ("de", "Wie hoch war der Umsatz im dritten Quartal 2023?"),
        ("de", "Wie hoch war der Umsatz 2021?"),
        ("de", "Wie hoch wird der erwartete Umsatz 2024 sein?"),
        ("de", "Wer hat die Miete 2023 bezahlt?"),
        ("de", "Wie hoch war der Umsatz der Konkurrenz 2023?"),
        ("de", "Wie viele Fahrgäste hatte die Orion?"),
        ("fr", "Pourquoi le chiffre d'affaires a-t-il augmenté en 2023 ?"),
        ("fr", "Quel est le total des ventes en 2023 ?"),
        ("fr", "Quel était le bénéfice après loyers en 2023 ?"),
        ("es", "¿Por qué crecieron las ventas en 2023?"),
        ("it", "Perché sono cresciuti i ricavi nel 2023?"),
        ("pt", "Por que cresceram as vendas em 2023?"),
    ],
)
def test_what_asks_for_something_else_is_left_to_who_answers_next(language, question):
    assert asked(language, question).computation is None


def test_the_answer_says_its_numbers_as_the_document_writes_them():
    german = asked("de", "Um wie viel ist der Umsatz von 2022 auf 2023 gestiegen?")
    assert german.text == (
        "3.237,1 thousand euros more in 2023 than in 2022 "
        "(Umsatz: 38.447,1 - 35.210,0; +9,2 %) [K7Q]"
    )


@pytest.mark.parametrize(
    "question",
    [
        "What was the revenue in 2023?",
        "Revenue 2023",
        "Wat was de omzet in 2023?",
        "",
        "\U00010600",
    ],
)
def test_english_and_what_no_file_is_for_stays_as_it_is(question):
    assert languages.read(question) == languages.Spoken(question, "en")


def test_words_of_reports_are_known_by_their_english_name():
    assert languages.root("Geschäftsjahres", "de") == languages.root("year", "en")
    assert languages.in_english("Summe Europa", "de") == "total Europa"
    assert languages.in_english("Summe Europa", "en") == "Summe Europa"
