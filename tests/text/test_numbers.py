from decimal import Decimal

import pytest

from mmrag.text.numbers import confirmed, find, scales


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("34,229 and 31,657", [34229, 31657]),
        ("$4.2 million", [Decimal("4200000")]),
        ("US$ 5.3bn", [Decimal("5300000000")]),
        ("a loss of (1,234)", [-1234]),
        ("fell to -3.5%", [Decimal("-3.5")]),
        ("(5.2)%", [Decimal("-5.2")]),
        ("(see 12)", [12]),
        ("Rs. 1,23,45,678", [12345678]),
        ("2019-2020", [2019, 2020]),
        ("5 m and 5m", [5, 5_000_000]),
        ("6.1² million of 47¹,³", [6_100_000, 47]),
        ("twelve of 20", [12, 20]),
        ("GPT-4 in FY2023 and Q3", []),
        (".5 of it", [Decimal("0.5")]),
        ("1.234,56 and 2.000.000 euros", [Decimal("1234.56"), 2_000_000]),
        ("2 956,5 milliers", [Decimal("2956.5")]),
        ("\uff11\uff12\uff13", [123]),
        ("41,6 Mio. Euro", [41, 6_000_000]),
        ("1.84\u4e07 \u4eba, 3\u4ebf", [18_400, 300_000_000]),
    ],
)
def test_numbers_are_read_with_sign_and_scale(text, values):
    assert [number.value for number in find(text)] == values


def test_a_percentage_and_a_year_are_known_as_such():
    percentage, year, amount = find("51 percent in 2023 of $2023")
    assert percentage.percent
    assert year.is_year
    assert amount.money
    assert not amount.is_year


@pytest.mark.parametrize(
    ("said", "written", "agrees"),
    [
        ("34,229", "34229", True),
        ("$34.2 billion", "(in millions) 34,229", True),
        ("34.2 million", "in thousands: 34,229", True),
        ("34.2 billion", "34.2 million", False),
        ("34,229", "34,229 million", True),
        ("5%", "4.6%", True),
        ("5%", "4.4%", False),
        ("5 cars", "4.6 cars", False),
        ("51%", "51", True),
        ("51%", "$51", False),
        ("-12", "12", False),
        ("fell by 12", "(12.0)", True),
        ("seven", "7", True),
        ("2023", "2022", False),
    ],
)
def test_a_number_is_confirmed_by_an_equal_or_a_more_exact_one(said, written, agrees):
    (number,) = find(said)
    assert confirmed(number, find(written), scales(written)) is agrees
