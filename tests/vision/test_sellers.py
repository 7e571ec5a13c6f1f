"""Sellers and their addresses, on heads of receipts and invoices of several countries."""

import pytest
from vision_pages import line, reading

from mmrag.vision import rows
from mmrag.vision.sellers import address, company


def head(*texts: str, large: int | None = None):
    lines = [
        line((text, 20, 20 + 30 * at), size=20 if at == large else 10)
        for at, text in enumerate(texts)
    ]
    return rows.of_reading(reading(*lines))


@pytest.mark.parametrize(
    ("texts", "name", "place"),
    [
        (
            ("RECHNUNG", "Seebad Orsa GmbH & Co. KG", "Uferstraße 12", "88045 Friedrichshafen",
             "Tel. 07541 / 12345", "Datum: 12.03.2031"),
            "Seebad Orsa GmbH & Co. KG", "Uferstraße 12 88045 Friedrichshafen",
        ),
        (
            ("Boulangerie du Lac SARL", "14, rue des Quais", "74000 Annecy", "SIRET 123 456 789",
             "Facture n° 77"),
            "Boulangerie du Lac SARL", "14, rue des Quais 74000 Annecy",
        ),
        (
            ("Bar Marina S.L.", "CIF B12345678", "Calle Mayor 3, 28013 Madrid", "Fecha: 01/02/31"),
            "Bar Marina S.L.", "Calle Mayor 3, 28013 Madrid",
        ),
        (
            ("Trattoria Riva S.r.l.", "Via Garibaldi 8", "20121 Milano", "P. IVA 01234567890"),
            "Trattoria Riva S.r.l.", "Via Garibaldi 8 20121 Milano",
        ),
        (
            ("Boekhandel Vecht B.V.", "Prinsengracht 100", "1015 EA Amsterdam", "KvK 12345678"),
            "Boekhandel Vecht B.V.", "Prinsengracht 100 1015 EA Amsterdam",
        ),
        (
            ("Harbour Tools Ltd", "Unit 4, Quay Road", "Bristol BS1 4QD", "VAT No 123 4567 89"),
            "Harbour Tools Ltd", "Unit 4, Quay Road Bristol BS1 4QD",
        ),
        (
            ("LAKE DINER INC.", "1200 Shore Drive", "Madison, WI 53703", "(608) 555-0142"),
            "LAKE DINER INC.", "1200 Shore Drive Madison, WI 53703",
        ),
        (
            ("Kaffe & Brød ApS", "Havnegade 7", "5000 Odense", "CVR 12345678"),
            "Kaffe & Brød ApS", "Havnegade 7 5000 Odense",
        ),
        (
            ("TASIK MAJU SDN BHD (123456-X)",
             "NO 4, JALAN TASIK 2,", "50480 KUALA LUMPUR, MALAYSIA",
             "TASIK BRANCH"),
            "TASIK MAJU SDN BHD", "NO 4, JALAN TASIK 2, 50480 KUALA LUMPUR, MALAYSIA",
        ),
    ],
)  # fmt: skip
def test_heads_of_several_countries(texts, name, place) -> None:
    found = head(*texts)
    assert company(found)[0] == name
    assert address(found)[0] == place


def test_without_a_form_of_company_the_largest_line_is_the_name() -> None:
    assert company(head("since 1904", "Lakeside Books", "Shore Road 12", large=1))[0] == (
        "Lakeside Books"
    )


def test_without_either_the_first_line_that_is_no_label_is_the_name() -> None:
    assert company(head("Tax invoice", "Date: 1/2/2031", "The Tea House", "Shore Road 12"))[0] == (
        "The Tea House"
    )


def test_a_name_over_two_rows_is_joined() -> None:
    assert company(head("LAKESIDE HEALTH AND BEAUTY", "SDN BHD", "LOT 3, JALAN TASIK"))[0] == (
        "LAKESIDE HEALTH AND BEAUTY SDN BHD"
    )


def test_a_page_without_an_address_has_none() -> None:
    assert address(head("Lakeside Books", "Rope 8 mm", "Paint")) is None
