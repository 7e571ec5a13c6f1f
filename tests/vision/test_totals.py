"""What is paid, on receipts of several countries and of shops with labels of their own."""

import pytest
from vision_pages import line, reading

from mmrag.vision import rows
from mmrag.vision.totals import total

Row = tuple[str, str]


def paid(*given: Row) -> str | None:
    page = reading(
        *(
            line((label, 20, 20 + 15 * at), *([(value, 250, 20 + 15 * at)] if value else []))
            for at, (label, value) in enumerate(given)
        )
    )
    found = total(rows.of_reading(page))
    return None if found is None else found[0]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ((("Zwischensumme", "8,00"), ("MwSt 19%", "1,52"), ("Gesamtbetrag", "9,52")), "9,52"),
        ((("Summe EUR", "12,40"), ("Gegeben BAR", "20,00"), ("Rückgeld", "7,60")), "12,40"),
        ((("Sous-total", "10,00"), ("TVA 20%", "2,00"), ("TOTAL TTC", "12,00")), "12,00"),
        ((("Base imponible", "5,00"), ("IVA 21%", "1,05"), ("Total a pagar", "6,05")), "6,05"),
        ((("Imponibile", "9,00"), ("IVA", "1,98"), ("TOTALE COMPLESSIVO", "10,98")), "10,98"),
        ((("Subtotaal", "4,10"), ("Te betalen", "4,10"), ("PIN", "4,10")), "4,10"),
        ((("SUMMA", "99.00"), ("Moms 25%", "19.80"), ("Kontant", "100.00"), ("Växel", "1.00")),
         "99.00"),
        ((("Suma PLN", "31,50"), ("Gotówka", "50,00"), ("Reszta", "18,50")), "31,50"),
        ((("JUMLAH", "15.20"), ("TUNAI", "20.00"), ("BAKI", "4.80")), "15.20"),
        ((("T0TAL", "7.25"), ("VISA", "7.25")), "7.25"),
    ],
)  # fmt: skip
def test_the_label_of_each_language_is_known(given, wanted) -> None:
    assert paid(*given) == wanted


def test_what_was_given_less_the_change_outweighs_labels() -> None:
    given = (("Total", "48.10"), ("Rounding", "0.05"), ("To be paid", "48.15"),
             ("Cash", "50.00"), ("Change", "1.85"))  # fmt: skip
    assert paid(*given) == "48.15"


def test_the_sum_of_the_items_bears_a_total_out() -> None:
    given = (("Rope", "12.50"), ("Paint", "7.50"), ("Total", "20.00"), ("Total points", "31.00"),
             ("Total of the year", "12.00"))  # fmt: skip
    assert paid(*given) == "20.00"


@pytest.mark.parametrize(
    "label", ["Total savings", "Total qty", "Total tax", "Sub total", "Total excl. VAT", "Change"]
)
def test_other_totals_are_not_what_is_paid(label) -> None:
    assert paid((label, "99.00"), ("Total", "12.00")) == "12.00"


def test_a_table_of_taxes_below_has_totals_of_its_own() -> None:
    given = (("Total", "10.60"), ("VAT summary  Net  Tax", ""), ("Total", "88.00"))
    assert paid(*given) == "10.60"


def test_an_item_that_sounds_like_a_payment_is_none() -> None:
    assert paid(
        ("Granola bar", "2.50"), ("Total", "2.50"), ("Cash", "3.00"), ("Change", "0.50")
    ) == ("2.50")


def test_without_a_label_or_a_payment_nothing_is_claimed() -> None:
    assert paid(("Tea", "4.00"), ("Cake", "5.50")) is None
