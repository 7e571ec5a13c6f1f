"""Which words share a stem, and that FTS5 says so too."""

import re
import sqlite3
from pathlib import Path

import pytest

from mmrag.text.stems import content_stems, held, stem, stems_among, telling_stems
from mmrag.text.words import plain_words

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = " ".join(
    (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CHANGELOG.md", "LICENSE")
)
SUFFIXED = """
relational conditional rational valenci hesitanci digitizer conformabli radicalli differentli vileli
analogousli vietnamization predication operator feudalism decisiveness hopefulness callousness
formaliti sensitiviti sensibiliti triplicate formative formalize electriciti electrical hopeful
goodness revival allowance inference airliner gyroscopic adjustable defensible irritant replacement
adjustment dependent adoption homologou communism activate angulariti homologous effective
bowdlerize probate rate cease controll roll possibly assembly terminology biology apology trekking
revved
caresses ponies ties caress cats feed agreed plastered bled motoring sing conflated troubled sized
hopping tanned falling hissing fizzed failing filing happy sky is as us a be naïve Größe résumés
1990s 3rd COVID19 x86 don t e\N{COMBINING ACUTE ACCENT}tude Москвой
"""


@pytest.mark.parametrize(
    "forms",
    [
        ("company", "companies"),
        ("increase", "increases", "increased", "increasing"),
        ("policy", "policies"),
        ("use", "using", "used"),
        ("study", "studies", "studied"),
        ("employee", "employees"),
        ("operation", "operations"),
        ("tax", "taxes", "taxed"),
        ("résumé", "RESUMES"),
    ],
)
def test_close_forms_of_a_word_are_one(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


def test_stems_are_those_of_the_keyword_channel() -> None:
    words = sorted({*SUFFIXED.split(), *re.findall(r"[^\W_]+", WRITTEN)})
    assert len(words) > 800
    db = sqlite3.connect(":memory:")
    db.execute(
        "create virtual table words using fts5("
        "body, tokenize = 'porter unicode61 remove_diacritics 2')"
    )
    db.execute("create virtual table held using fts5vocab(words, 'instance')")
    db.executemany("insert into words (rowid, body) values (?, ?)", enumerate(words))
    found = {at: term for term, at in db.execute("select term, doc from held")}
    assert {word: stem(word) for word in words} == {
        word: found[at] for at, word in enumerate(words)
    }


def test_only_words_that_may_have_a_stem_wanted_are_stemmed() -> None:
    words = plain_words("The companies' policies increased shipping")
    assert stems_among(words, frozenset({"polici", "ship"})) == [
        "the", "companies", "polici", "increased", "ship",
    ]  # fmt: skip
    assert held("companies increase", frozenset({"compani", "polici"})) == {"compani"}


def test_a_word_and_its_stem_begin_alike() -> None:
    assert all(stem(word)[:2] == word[:2] for word in plain_words(f"{WRITTEN} {SUFFIXED}"))


def test_words_that_carry_no_meaning_count_only_where_there_is_nothing_else() -> None:
    assert content_stems("What is the policy of the companies?") == ["polici", "compani"]
    assert telling_stems("What is it?") == ["what", "is", "it"]
