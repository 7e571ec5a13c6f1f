from concurrent.futures import ThreadPoolExecutor

import numpy as np

from mmrag.retrieve import vocabulary
from mmrag.retrieve.vocabulary import Vocabulary
from mmrag.text.words import plain_words


def test_words_are_found_by_the_place_of_their_stem_among_those_wanted() -> None:
    words = Vocabulary()
    numbers = words.numbers("Policies differ, as does the policy of Oslo")
    assert words.stemmed(("oslo", "polici", "x"))[numbers].tolist() == [2, 0, 0, 0, 0, 2, 0, 1]


def test_texts_that_are_read_later_have_the_same_numbers_and_stems() -> None:
    words = Vocabulary()
    first = words.numbers("net revenue")
    assert words.stemmed(("revenu",))[first].tolist() == [0, 1]
    later = words.numbers("revenues, net")
    assert later[1] == first[0]
    assert words.stemmed(("revenu",))[later].tolist() == [1, 0]
    assert words.stemmed(("revenu",))[first].tolist() == [0, 1]


def test_lines_are_known_by_where_their_words_end_and_how_many_tell_something() -> None:
    read = Vocabulary().read("Costs of the costs\n\n--\n of the\nNet revenue 2021")
    assert read.ends.tolist() == [4, 6, 9]
    assert read.telling.tolist() == [1, 0, 3]


def test_a_text_without_words_has_no_numbers() -> None:
    assert Vocabulary().numbers(" ... ").tolist() == []
    assert Vocabulary().read(" ... ").ends.tolist() == []
    assert Vocabulary().stemmed(("x",)).tolist() == []


def test_threads_that_read_the_same_words_give_each_one_number() -> None:
    words = Vocabulary()
    texts = [" ".join(f"w{(at * step) % 500}" for at in range(500)) for step in range(1, 60, 2)]
    with ThreadPoolExecutor(8) as threads:
        arrays = list(threads.map(words.numbers, texts))
    given = {
        (word, number)
        for text, numbers in zip(texts, arrays, strict=True)
        for word, number in zip(plain_words(text), numbers.tolist(), strict=True)
    }
    assert len(given) == len({word for word, _ in given}) == len({number for _, number in given})


def test_numbering_begins_anew_where_there_are_too_many_words(monkeypatch) -> None:
    monkeypatch.setattr(Vocabulary, "_shared", None)
    monkeypatch.setattr(vocabulary, "MAX_WORDS", 3)
    older = Vocabulary.shared()
    numbers = older.numbers("one two three")
    assert Vocabulary.shared() is older
    older.numbers("four")
    assert Vocabulary.shared() is not older
    assert np.array_equal(older.stemmed(("two",))[numbers], [0, 1, 0])
