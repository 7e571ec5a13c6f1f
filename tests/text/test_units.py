"""What a text says of the scale and unit of the numbers beside it."""

import pytest

from mmrag.text import units


@pytest.mark.parametrize(
    "text",
    [
        "(in millions)",
        "(In thousands, except share and per share amounts)",
        "Amounts in millions of U.S. dollars, unless otherwise noted",
        "(unaudited, in £ thousands)",
        "€ million",
        "(Dollars in millions)",
    ],
)
def test_a_line_of_nothing_but_units_is_told(text: str) -> None:
    assert units.is_unit_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(unaudited)",
        "Sales in millions",
        "per share",
        "We invested $ 3 million in the year",
        "Year ended 31 December",
    ],
)
def test_other_lines_are_not(text: str) -> None:
    assert not units.is_unit_line(text)


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("Tausend Euro", 3),
        ("Umsatz (in Mio. €)", 6),
        ("Angaben in Milliarden Euro", 9),
        ("Milliers d'euros", 3),
        ("en millones de euros", 6),
        ("Milioni di euro", 6),
        ("Miles de euros", 3),
        ("(miles de millones de euros)", 9),
        ("Mil millones de euros", 9),
        ("Milhões de euros", 6),
        ("(em milhares de euros)", 3),
        ("Migliaia di euro", 3),
    ],
)
def test_scales_are_told_in_other_languages(text: str, scale: int) -> None:
    assert units.told(text) == units.Units(scale, "€")


@pytest.mark.parametrize("text", ["Distance (miles)", "Route in miles", "Miles"])
def test_miles_are_no_thousands_where_nothing_is_counted_in_them(text: str) -> None:
    assert units.told(text).scale is None


def test_metres_of_a_length_are_no_millions() -> None:
    assert units.told("Length (m)") == units.Units(unit="m")
    assert units.told("Height of the tower (m)") == units.Units(unit="m")
    assert units.told("Revenue (m)").scale == 6
