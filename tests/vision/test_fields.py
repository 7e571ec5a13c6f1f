import json

import pytest
from vision_pages import line, reading

from mmrag.errors import UsageError
from mmrag.types import FormField
from mmrag.vision.fields import ABSENT, by_rules, of_schema

RECEIPT = reading(
    line(("HARBOUR STORES SDN BHD", 60, 20), size=14),
    line(("(123456-X)", 100, 38)),
    line(("LOT 7, JALAN PANTAI 3,", 60, 52)),
    line(("46000 PETALING JAYA, SELANGOR.", 50, 66)),
    line(("TEL : 03-5555 1234", 80, 80)),
    line(("TAX INVOICE", 100, 94)),
    line(("Invoice No :", 20, 110), ("HS-20931", 120, 110)),
    line(("Date :", 20, 124), ("14/02/2031 10:21", 120, 124)),
    line(("ROPE 8MM", 20, 140), ("12.50", 250, 140)),
    line(("SUB TOTAL", 20, 156), ("12.50", 250, 156)),
    line(("TOTAL GST", 20, 170), ("0.75", 250, 170)),
    line(("TOTAL", 20, 184), ("RM 13.25", 250, 184)),
    line(("CASH", 20, 198), ("20.00", 250, 198)),
    line(("CHANGE", 20, 212), ("6.75", 250, 212)),
    width=320,
)


def test_who_sold_where_when_and_for_how_much() -> None:
    found = by_rules(RECEIPT, ("company", "address", "date", "total"))
    assert found.values == {
        "company": "HARBOUR STORES SDN BHD",
        "address": "LOT 7, JALAN PANTAI 3, 46000 PETALING JAYA, SELANGOR.",
        "date": "14/02/2031",
        "total": "13.25",
    }
    assert all(field.bbox is not None for field in found.fields)
    assert found.fields[3].bbox[1] == 184


def test_a_value_beside_its_label_and_one_that_is_not_there() -> None:
    found = by_rules(RECEIPT, ("invoice number", "Change", "due date"))
    assert [(field.value, field.found_by) for field in found.fields[:2]] == [
        ("HS-20931", "label"),
        ("6.75", "label"),
    ]
    assert found.fields[2].value == ABSENT
    assert found.fields[2].bbox is None


@pytest.mark.parametrize(
    ("rows", "total"),
    [
        ((("Total Qty: 3", "9.00"), ("Total", "9.00"), ("Rounded Total", "9.05")), "9.05"),
        ((("TOTAL (EXCL GST)", "10.00"), ("TOTAL INCL. GST", "10.60")), "10.60"),
        ((("Total", "51.00"), ("GST Summary", ""), ("Total", "48.11")), "51.00"),
        ((("Tea", "4.00"), ("Cash", "10.00"), ("Change", "6.00")), "4.00"),
        ((("Grand Total", "1,204.50"),), "1,204.50"),
    ],
)
def test_the_total_is_what_is_paid(rows, total) -> None:
    page = reading(
        *(
            line((label, 20, 20 + 15 * at), *([(value, 250, 20 + 15 * at)] if value else []))
            for at, (label, value) in enumerate(rows)
        )
    )
    assert by_rules(page, ("total",)).values["total"] == total


@pytest.mark.parametrize(
    "date",
    ["14/02/2031", "14-02-31", "2031-02-14", "14 FEB 2031", "February 14, 2031", "14.2.2031"],
)
def test_dates_of_many_forms(date) -> None:
    page = reading(line(("Order 99/1234/5", 20, 20)), line((f"Printed {date} 9:05", 20, 40)))
    assert by_rules(page, ("date",)).values["date"] == date


def test_a_value_below_its_label() -> None:
    page = reading(
        line(("Passport No.", 20, 20), ("Surname", 200, 20)),
        line(("L0019283", 22, 34), ("Holm", 202, 34)),
    )
    assert by_rules(page, ("passport no", "surname")).values == {
        "passport no": "L0019283",
        "surname": "Holm",
    }


def test_fields_of_a_form_are_taken_as_they_are() -> None:
    from dataclasses import replace

    field = FormField("f1", "Boat", "Petrel", (10, 10, 90, 20))
    form = replace(reading(line(("Boat: Tern", 20, 20))), fields=(field,))
    assert by_rules(form, ("boat",)).values == {"boat": "Petrel"}
    every = by_rules(form, ())
    assert (every.by, every.values) == ("form", {"Boat": "Petrel"})


def test_without_names_all_that_stands_behind_a_colon() -> None:
    page = reading(line(("Name: Ada", 20, 20)), line(("Born:", 20, 40), ("1815", 80, 40)))
    assert by_rules(page, ()).values == {"Name": "Ada", "Born": "1815"}


def test_a_json_schema_names_the_fields(tmp_path) -> None:
    file = tmp_path / "schema.json"
    file.write_text(json.dumps({"type": "object", "properties": {"total": {"type": "number"}}}))
    assert of_schema(file) == ("total",)
    for wrong in ('{"type": "array"}', "{", '{"properties": {"a": {"type": "object"}}}'):
        file.write_text(wrong)
        with pytest.raises(UsageError, match=r"schema\.json"):
            of_schema(file)


@pytest.mark.parametrize(
    ("rows", "company"),
    [
        (
            ("LAKESIDE BOOK", "CO. (M) SDN BHD", "(Co. No. 113825-W)"),
            "LAKESIDE BOOK CO. (M) SDN BHD",
        ),
        (("77 QUICK MART S/B (519537-X)", "LOT 3, JALAN PANTAI"), "77 QUICK MART S/B"),
        (("ORSA TEA HOUSE", "Shore Road 12, Orsa"), "ORSA TEA HOUSE"),
    ],
)
def test_sellers_are_named_as_businesses_are(rows, company) -> None:
    page = reading(*(line((text, 20, 20 + 15 * at)) for at, text in enumerate(rows)))
    assert by_rules(page, ("company",)).values["company"] == company


def test_a_value_behind_its_label_in_a_sentence() -> None:
    page = reading(line(("Shore Road 12. Invoice number 2291, dated 8 April 2024.", 20, 20)))
    assert by_rules(page, ("invoice number",)).values["invoice number"] == "2291"
