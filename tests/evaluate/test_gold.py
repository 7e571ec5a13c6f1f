"""Gold answers and their types."""

from decimal import Decimal

import pytest

from mmrag.evaluate import gold


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("17", "integer"),
        ("2,400", "integer"),
        ("fourteen weeks", "integer"),
        ("3.80", "number"),
        ("12 %", "number"),
        ("$1577.00", "number"),
        ("300 million", "number"),
        ("9.6 million euros", "number"),
        ("Yes", "yes-no"),
        ("No, it sold none.", "yes-no"),
        ("no leans who are male", "string"),
        ("Blue heron", "string"),
        ("2009-07", "string"),
        ("514-312-0000", "string"),
        ("18-34", "string"),
        ("50 and older", "string"),
        ("4.2 Cleaning the tank", "string"),
        ("The harbour was closed because of the storm in May.", "text"),
        ("['a', 'b']", "list"),
        ("[2005, 2006]", "list"),
        ("", "none"),
        (None, "none"),
    ],
)
def test_the_type_is_told_by_how_the_answer_is_written(answer: str | None, kind: str) -> None:
    assert gold.read(answer).type == kind


def test_a_number_has_its_value_and_the_words_of_its_unit() -> None:
    found = gold.read("9.6 million euros")
    assert found.number is not None
    assert (found.number.value, found.units) == (Decimal(9_600_000), ("euros",))


def test_the_items_of_a_list_have_types_of_their_own() -> None:
    found = gold.read("['lower', '38']")
    assert [(item.type, item.text) for item in found.items] == [
        ("string", "lower"),
        ("integer", "38"),
    ]


def test_what_only_looks_like_a_list_is_a_string() -> None:
    assert gold.read("[sic]").type == "string"
