from dataclasses import replace

import pytest

from mmrag.store.keywords import MAX_TERMS, searchable, terms


def finding(catalog, named):
    """A search that gives the names of the items it finds, of those that have one."""

    def find(text, **settings):
        found = catalog.words.search(text, 10, **settings)
        return [named[item] for item, _ in found if item in named]

    return find


@pytest.fixture
def words(catalog, make_document, put):
    """Searches three documents by words; gives the texts found."""
    texts = {}
    for name, text in {
        "a": "The quarterly revenues grew by 1,234.5 million\nC++ (2019) and C# compilers",
        "b": "Running runners ran; revenue was flat\nnear AND far OR NOT",
        "c": "Größe der Flächen\ncafé society",
    }.items():
        parsed = put(catalog, make_document(f"/docs/{name}.pdf", text))
        texts |= {item.id: item.text.strip() for item in parsed.passages}
    return finding(catalog, texts)


def test_words_match_by_their_stem_and_without_accents(words):
    assert words("revenue")[0] == "Running runners ran; revenue was flat"
    assert len(words("revenue")) == 2
    assert words("run") == ["Running runners ran; revenue was flat"]
    assert words("cafe grosse flachen") == ["café society", "Größe der Flächen"]


def test_numbers_match_as_a_whole(words):
    assert words("1,234.5") == ["The quarterly revenues grew by 1,234.5 million"]
    assert words("1,234.9") == []


@pytest.mark.parametrize(
    "text",
    [
        "C++ (2019)",
        '"C++" AND "2019"',
        "2019 NOT compilers)",
        "caption:2019 -body:x",
        "NEAR(2019 compilers, 2)",
        "^2019 * {a b}: 2019",
        "'; drop table words; -- 2019",
        '""" 2019',
        "2019\x00",
    ],
)
def test_fts_syntax_is_plain_text(words, text):
    assert words(text)[0] == "C++ (2019) and C# compilers"


@pytest.mark.parametrize("text", ["", "   ", "?!", '"', "\N{ROBOT FACE}", "()*^:-"])
def test_a_text_without_words_finds_nothing(words, text):
    assert words(text) == []


def test_phrases_match_as_a_whole_beside_the_words(words):
    assert words("growth", phrases=["quarterly revenue", "grew flat"]) == [
        "The quarterly revenues grew by 1,234.5 million"
    ]
    assert words("growth", phrases=['society" OR café', "", "?!"]) == []


def test_stop_words_count_only_where_there_is_nothing_else(words):
    assert terms("What is the revenue of it?") == ["revenue"]
    assert terms("What is it") == ["what", "is", "it"]
    assert words("not or and")[0] == "near AND far OR NOT"


def test_scores_rise_with_quality_and_k_limits(catalog, words):
    scores = [score for _, score in catalog.words.search("revenue flat running", 10)]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)
    assert len(catalog.words.search("revenue growth", 2)) == 2
    assert catalog.words.search("revenue", 0) == []


def test_documents_can_be_chosen(catalog, words):
    ids = {d.path[-5]: d.id for d in catalog.documents.all()}
    assert words("revenue", document_ids=[ids["a"]]) == [
        "The quarterly revenues grew by 1,234.5 million"
    ]
    assert words("revenue", document_ids=[]) == []
    assert len(words("revenue", document_ids=list(ids.values()))) == 2


def test_headings_and_captions_and_mentions_are_searched(catalog, make_document, put):
    parsed = put(catalog, make_document("/docs/a.pdf", "alpha beta"))
    figure, passage = parsed.figures[0].id, parsed.passages[0].id
    assert catalog.words.search("growth", 5)[0][0] == figure
    assert catalog.words.search("axis", 5)[0][0] == figure
    assert catalog.words.search("shows", 5)[0][0] == figure
    assert {item for item, _ in catalog.words.search("results", 5)} == {figure, passage}


def test_a_very_long_question_is_searched_by_its_first_words(words):
    text = "revenue " + " ".join(f"word{n}" for n in range(20_000))
    assert len(terms(text)) == MAX_TERMS
    assert len(words(text)) == 2
    assert words("x" * 200_000) == []


def test_a_footnote_mark_is_no_part_of_the_word_or_number_before_it(
    catalog, make_document, put
) -> None:
    (passage,) = put(catalog, make_document("/docs/mark.pdf", "Dividends¹ of 86² francs")).passages
    for question in ("dividends", "86", "86²"):
        assert passage.id in dict(catalog.words.search(question, 3))


@pytest.fixture
def unspaced(catalog, make_document, put):
    """Texts of scripts without spaces, and how they are searched."""
    texts = {}
    for name, text in {
        "tram": "末班车由两名司机驾驶，零点三十分到达车库。",
        "lake": "湖面在冬季结冰，渡船停航到三月。",
        "kana": "電車は夜中に車庫へ戻ります。",
        "plain": "The last tram reaches the depot at half past midnight.",
    }.items():
        parsed = put(catalog, make_document(f"/docs/{name}.pdf", text))
        texts |= {item.id: name for item in parsed.passages}
    return finding(catalog, texts)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("末班车由谁驾驶？", ["tram"]),
        ("由两名司机", ["tram"]),
        ("渡船什么时候停航？", ["lake"]),
        ("湖", ["lake"]),
        ("電車は夜中に", ["kana"]),
        ("車庫", ["kana"]),
        ("飞机", []),
        ("depot", ["plain"]),
    ],
)
def test_words_and_phrases_of_chinese_and_japanese_are_found(unspaced, text, found):
    assert unspaced(text) == found


def test_a_phrase_of_chinese_ranks_above_its_words_apart(catalog, make_document, put):
    apart = "车站在东边。末班时间见表。" + "班车停在车库。" * 3
    whole = "末班车停在车库，时间见表，司机在东边的车站等候。"
    found = {}
    for name, text in (("a", apart), ("b", whole)):
        found |= {
            p.id: name for p in put(catalog, make_document(f"/docs/{name}.pdf", text)).passages
        }
    ranked = [found[item] for item, _ in catalog.words.search("末班车停在", 9) if item in found]
    assert ranked[0] == "b"


def test_text_with_spaces_is_stored_as_it_is():
    assert searchable("Größe: 1,234.5 ﬁne, 전차 и трамвай") == "Größe: 1,234.5 ﬁne, 전차 и трамвай"
    assert searchable("见Depot２号") == " 见 Depot2 号 "


@pytest.fixture
def spoken(catalog, make_document, put):
    """Passages in several languages, and how they are searched."""
    texts = {}
    for language, text in {
        "de": "Die Fähren der Genossenschaften stiegen.",
        "fr": "Les recettes générales des bacs ont augmenté.",
        "ar": "ارتفعت إيرادات السفينة",
        "en": "The revenues of the ferries grew.",
    }.items():
        parsed = put(catalog, make_document(f"/docs/{language}.pdf", text, language=language))
        texts |= {item.id: language for item in parsed.passages}
    find = finding(catalog, texts)
    return lambda text, *languages: find(text, languages=languages)


def test_words_of_other_languages_are_found_by_their_own_stems(spoken):
    assert spoken("Genossenschaft", "de") == ["de"]
    assert spoken("général", "fr") == ["fr"]
    assert spoken("سفينة", "ar") == ["ar"]
    assert spoken("Wie heißt die Genossenschaft?", "de") == ["de"]


@pytest.mark.parametrize(
    ("text", "question", "language"),
    [
        ("Die Versicherungskosten sanken.", "Kosten", "de"),
        ("Die Kosten der Versicherung sanken.", "Versicherungskosten", "de"),
        ("Die Versicherungskosten sanken.", "Kosten der Versicherung", "de"),
        ("Der Verbrauch sank.", "Dieselverbrauch", "de"),
        ("Die Umsatzsteuervoranmeldung ist da.", "Umsätze", "de"),
    ],
)
def test_a_compound_is_found_by_its_parts_and_they_by_it(
    catalog, make_document, put, text, question, language
) -> None:
    parsed = put(catalog, make_document("/docs/a.pdf", text, language=language))
    found = dict(catalog.words.search(question, 3, languages=(language,)))
    assert parsed.passages[0].id in found
    assert not catalog.words.search("Umsatzplanung", 3, languages=("en",))


def test_english_is_found_as_it_was(spoken):
    assert spoken("revenue", "en") == ["en"]


def test_a_question_may_be_read_in_several_languages(spoken):
    assert set(spoken("Genossenschaft général", "de", "fr")) == {"de", "fr"}


def test_a_passage_is_read_in_its_own_language_within_a_document_of_another(
    catalog, make_document, put
) -> None:
    parsed = make_document("/docs/both.pdf", "The fares rose.\nDie Häfen wuchsen.", language="en")
    passages = (parsed.passages[0], replace(parsed.passages[1], language="de"))
    put(catalog, replace(parsed, passages=passages))
    assert passages[1].id in dict(catalog.words.search("Hafens", 5, languages=("de",)))
    assert catalog.documents.languages() == ["de", "en"]
