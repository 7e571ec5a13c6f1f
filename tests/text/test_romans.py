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
