import pytest

from mmrag.text import romans


@pytest.mark.parametrize(
    ("number", "numeral"), [(1, "I"), (4, "IV"), (49, "XLIX"), (1994, "MCMXCIV")]
)
def test_numbers_and_numerals_are_the_same(number: int, numeral: str) -> None:
    assert romans.numeral(number) == numeral
    assert romans.value(numeral.lower()) == number


@pytest.mark.parametrize(
    ("letters", "regular"), [("xiv", True), ("iiii", False), ("ill", False), ("", False)]
)
def test_only_numerals_as_they_are_written_today_are_regular(letters: str, regular: bool) -> None:
    assert romans.is_regular(letters) is regular


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["", "Wave I", "Wave II", "Wave II"], ["", "Wave I", "Wave II", "Wave III"]),
        (["Wave I", "Wave I", "Wave III"], ["Wave I", "Wave II", "Wave III"]),
        (["Wave I", "Wave II", "Tide II"], None),
        (["Wave II", "Wave II", "Wave II"], None),
        (["Wave I", "Wave II"], None),
    ],
)
def test_a_numeral_that_is_read_as_its_neighbour_counts_on(names, told) -> None:
    assert romans.told_apart(names) == (told or names)
