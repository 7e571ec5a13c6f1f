import string

from hypothesis import given
from hypothesis import strategies as st

from mmrag.retrieve.snippets import LONGEST, snippet, stems_of


def wanted(question: str) -> frozenset[str]:
    return frozenset(stems_of(question))


FILLER = "Nothing of interest is said in this sentence here. " * 12


def test_a_short_text_is_shown_whole() -> None:
    assert snippet("Revenue\n grew.", frozenset({"revenue"})) == "Revenue grew."


def test_the_window_with_the_words_of_the_query_is_shown() -> None:
    text = f"{FILLER}The turnover of Oslo doubled. {FILLER}"
    shown = snippet(text, wanted("turnover in Oslo"))
    assert "The turnover of Oslo doubled." in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")


def test_different_words_count_more_than_one_word_often() -> None:
    text = f"tax tax tax tax. {FILLER} tax law. {FILLER}"
    assert "tax law" in snippet(text, wanted("tax law"))


def test_endings_do_not_matter() -> None:
    text = f"{FILLER}The companies’ policies changed. {FILLER}"
    assert "companies’ policies" in snippet(text, wanted("company policy"))


@given(st.text(string.ascii_letters + " .\n", max_size=900), st.text("abc ", max_size=9))
def test_a_snippet_is_bounded_and_of_whole_words(text: str, query: str) -> None:
    shown = snippet(text, wanted(query))
    assert len(shown) <= LONGEST
    words = set(text.split())
    if all(len(word) < 200 for word in words):
        assert set(shown.replace("…", " ").split()) <= words


def test_a_word_longer_than_a_snippet_is_cut() -> None:
    assert len(snippet("x" * 1000, frozenset())) <= LONGEST
