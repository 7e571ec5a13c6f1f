from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrag.ingest.layout.headings import Heading, Outline
from mmrag.ingest.layout.passages import split
from mmrag.ingest.layout.segments import Segment
from mmrag.types import Passage


def segments_of(text: str, rows: frozenset[int] = frozenset()) -> list[Segment]:
    found, start = [], 0
    for at, line in enumerate(text.split("\n")):
        found.append(Segment(start, start + len(line), 10, False, at in rows, 1, (0, 0, 1, 1)))
        start += len(line) + 1
    return found


def passages(
    text: str, headings: tuple[Heading, ...] = (), *, words: int = 20, overlap: int = 5
) -> tuple[Passage, ...]:
    return split("ab-p0001", 1, text, segments_of(text), Outline.of(headings), words, overlap)


SENTENCES = " ".join(f"Sentence number {at} has six words." for at in range(20))


def test_a_short_page_is_one_passage() -> None:
    (only,) = passages("Two words.")
    assert (only.text, only.start, only.end, only.id) == ("Two words.", 0, 10, "ab-p0001-t01")


def test_passages_begin_and_end_at_sentences_and_overlap() -> None:
    found = passages(SENTENCES, words=20, overlap=7)
    assert all(p.text.startswith("Sentence") and p.text.endswith("words.") for p in found)
    assert all(left.end > right.start for left, right in pairwise(found))


def test_without_overlap_nothing_is_said_twice() -> None:
    found = passages(SENTENCES, words=20, overlap=0)
    assert " ".join(p.text for p in found) == SENTENCES


def test_a_passage_ends_before_a_heading_and_the_next_has_its_path() -> None:
    text = f"{SENTENCES[:140]}\nMethods\n{SENTENCES[:140]}"
    before, after = passages(text, (Heading(1, 1, 1, "Methods"),), words=30)
    assert before.heading == ()
    assert after.heading == ("Methods",)
    assert after.text.startswith("Methods\n")


def test_a_heading_does_not_end_a_passage() -> None:
    text = f"{SENTENCES[:210]}\nMethods\n{SENTENCES[:210]}"
    for found in passages(text, (Heading(1, 1, 1, "Methods"),), words=36):
        assert not found.text.endswith("Methods")


def test_rows_of_a_table_are_not_divided() -> None:
    rows = [f"Item {at}  {at}1.0  {at}2.0" for at in range(30)]
    text = "\n".join(rows)
    found = split(
        "ab-p0001", 1, text, segments_of(text, frozenset(range(30))), Outline.of(()), 20, 5
    )
    assert {line for p in found for line in p.text.split("\n")} == set(rows)


def test_a_sentence_longer_than_a_passage_is_cut_at_words() -> None:
    text = " ".join(f"w{at}" for at in range(50))
    found = passages(text, words=20, overlap=5)
    assert [len(p.text.split()) for p in found] == [20, 20, 10]


def test_a_page_without_text_has_no_passages() -> None:
    assert split("ab-p0001", 1, "", (), Outline.of(()), 20, 5) == ()


@pytest.mark.parametrize("words", [1, 3, 20])
@given(
    text=st.lists(
        st.lists(
            st.sampled_from(["alpha", "Beta.", "12.5", "Gamma?", "x"]), min_size=1, max_size=30
        ),
        min_size=1,
        max_size=8,
    ),
    overlap=st.integers(0, 30),
)
def test_passages_are_slices_of_bounded_length_that_cover_the_page(
    words: int, text: list[list[str]], overlap: int
) -> None:
    page = "\n".join(" ".join(line) for line in text)
    found = passages(page, words=words, overlap=overlap)
    covered = set()
    for passage in found:
        assert page[passage.start : passage.end] == passage.text
        assert 1 <= len(passage.text.split()) <= words
        covered.update(range(passage.start, passage.end))
    assert all(page[at].isspace() for at in range(len(page)) if at not in covered)
    assert [p.start for p in found] == sorted({p.start for p in found})
