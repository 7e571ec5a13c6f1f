"""Decimals, rounded as reports round them."""

from decimal import Decimal

import pytest

from mmrag.answer.computing.arithmetic import decimals, parts, percent_change, rounded


@pytest.mark.parametrize(
    ("value", "places", "expected"), [("2.25", 1, "2.3"), ("-2.25", 1, "-2.3"), ("2.5", 0, "3")]
)
def test_halves_are_rounded_away_from_zero(value, places, expected):
    assert rounded(Decimal(value), places) == Decimal(expected)


def test_a_result_has_the_decimals_of_the_most_exact_operand():
    assert decimals([Decimal("85.5"), Decimal("64"), Decimal("1.25")]) == 2
    assert decimals([Decimal("1E3")]) == 0


def test_a_change_from_nothing_or_from_a_loss_has_no_percentage():
    assert percent_change(Decimal(80), Decimal(100)) == 25
    assert percent_change(Decimal(0), Decimal(5)) is None
    assert percent_change(Decimal(-3), Decimal(5)) is None


def test_as_many_numbers_above_one_as_add_up_to_it_are_its_parts():
    above = [Decimal(100)] * 60
    assert parts([Decimal(7), *above], Decimal(300)) == 3
    assert parts(above, Decimal(5000)) == 50
    assert parts(above, Decimal(6000)) == 0  # so many are not tried
    assert parts(above, Decimal(100)) == 0  # one alone is no sum
