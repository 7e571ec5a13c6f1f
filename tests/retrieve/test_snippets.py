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


@given(
    st.lists(st.sampled_from(["tax", "law", "oslo", "so", "it", "grew.", "on:"]), max_size=120),
    st.frozensets(st.sampled_from(["tax", "law", "oslo"])),
)
def test_no_window_has_more_of_the_words_than_the_one_shown(
    words: list[str], wanted: frozenset[str]
) -> None:
    room, shown = 36, snippet(" ".join(words), wanted, 40).strip("… ").split()
    fitting = [
        set(words[first:last]) & wanted
        for first in range(len(words))
        for last in range(first, len(words) + 1)
        if len(" ".join(words[first:last])) <= room
    ]
    assert len(set(shown) & wanted) >= max(map(len, fitting), default=0)
