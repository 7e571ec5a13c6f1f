import pytest

from mmrag.text import compounds

GERMAN = frozenset(
    (
        "versicherung",
        "kosten",
        "bau",
        "umsatz",
        "steuer",
        "schule",
        "buch",
        "ruhe",
        "stand",
        "tand",
        "über",
    )
)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("versicherungskosten", ("versicherung", "kosten")),
        ("baukosten", ("bau", "kosten")),
        ("schulbuch", ("schule", "buch")),
        ("umsatzsteuerkosten", ("umsatz", "steuer", "kosten")),
        ("ruhestand", ("ruhe", "stand")),
    ],
)
def test_a_compound_is_parted_into_words_of_their_own(word: str, found: tuple[str, ...]) -> None:
    assert compounds.parts(word, "de", GERMAN.__contains__) == found


@pytest.mark.parametrize("word", ["kosten", "verkostung", "überbau", "baustand" * 9, "", "kostenx"])
def test_what_is_not_made_of_words_stays_whole(word: str) -> None:
    assert compounds.parts(word, "de", GERMAN.__contains__) == ()


@pytest.mark.parametrize(
    ("language", "word", "lexicon"),
    [
        ("nl", "verzekeringskosten", "verzekering kosten"),
        ("sv", "skolgården", "skola gården"),
        ("da", "juletræet", "jul træet"),
        ("no", "driftsresultat", "drift resultat"),
        ("fi", "henkilöstökulut", "henkilöstö kulut"),
    ],
)
def test_words_are_joined_as_their_language_joins_them(
    language: str, word: str, lexicon: str
) -> None:
    known = lexicon.split()
    assert compounds.parts(word, language, known.__contains__) == tuple(known)
    assert compounds.parts(word, "en", known.__contains__) == ()


def test_a_part_that_is_a_compound_has_its_own_parts_behind_it() -> None:
    known = GERMAN | {"umsatzsteuer"}
    found = compounds.parts("umsatzsteuerkosten", "de", known.__contains__)
    assert found == ("umsatzsteuer", "kosten", "umsatz", "steuer")


def test_a_text_is_parted_by_the_lexicon_of_its_language() -> None:
    found = compounds.by_lexicon("umsatzsteuervoranmeldung", "de")
    assert {"umsatzsteuer", "voranmeldung", "umsatz", "steuer"} <= set(found)
    assert compounds.by_lexicon("verantwortung", "de") == ()
    assert compounds.by_lexicon("verantwortung", "fr") == ()


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("versicherungsquote", ("versicherung",)),
        ("wartungskosten", ("kosten",)),
        ("baukosten", ("bau", "kosten")),
        ("versicherung", ()),
        ("wartungsquote", ()),
    ],
)
def test_of_a_question_the_part_is_found_that_an_index_has(word: str, found: tuple[str]) -> None:
    assert compounds.of_question(word, "de", GERMAN.__contains__) == found
