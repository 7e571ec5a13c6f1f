import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mmrag.backends.pieces import mean_rows, pieces


def test_a_text_that_fits_stays_as_it_is() -> None:
    assert pieces("  two words ", lambda text: True) == ["  two words "]


def test_a_long_text_is_halved_between_words() -> None:
    assert pieces("one two three four", lambda text: len(text) <= 10) == ["one two", "three four"]


def test_a_word_too_long_is_cut_within() -> None:
    assert pieces("abcdefgh", lambda text: len(text) <= 4) == ["abcd", "efgh"]


def test_ends_even_where_nothing_fits() -> None:
    assert pieces("abc d", lambda text: False) == ["a", "b", "c", "d"]


@given(st.text(), st.integers(1, 9))
def test_no_character_is_lost_but_space_between_pieces(text: str, limit: int) -> None:
    parts = pieces(text, lambda part: len(part) <= limit)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_the_mean_of_each_group_is_a_unit_vector() -> None:
    rows = np.array([[1, 0], [0, 1], [0.6, 0.8]], np.float32)
    expected = [[2**-0.5, 2**-0.5], [0.6, 0.8]]
    np.testing.assert_allclose(mean_rows(rows, [2, 1]), expected, atol=1e-6)
    assert mean_rows(np.empty((0, 2), np.float32), []).shape == (0, 2)
