"""Whom to contact, by the first and last pages."""

import pytest

from mmrag.answer.computing.contacts import asks, contacts
from mmrag.types import OutlineItem, OutlinePage


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How can I contact them?", True),
        ("How do I reach the manufacturer?", True),
        ("What are the contact details?", True),
        ("How can I reach the top shelf?", False),
        ("What is the contact pressure?", False),
    ],
)
def test_who_is_to_be_contacted_is_asked_for(question, expected):
    assert asks(question) is expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("FOR INQUIRIES:\nAda Lind, keeper\n202.555.0143",), ["202.555.0143"]),
        (("Telephone: +47 22 33 44 55\nI.D. No. 41-0417775",), ["+47 22 33 44 55"]),
        (
            ("Contact\nada@bees.example or www.bees.example",),
            ["ada@bees.example", "www.bees.example"],
        ),
        (("Bees of Orland\n202.555.0143",), []),
        (("Contact us\nIn 2031 and 2032 we sold 12 345 678 hives.",), []),
        (("Bees",) * 3 + ("Contact: ada@bees.example",) + ("Wax",) * 3, []),
        (("\n".join(f"E-mail: a{n}@bees.example" for n in range(5)),), []),
    ],
)
def test_numbers_and_addresses_stand_beside_a_word_for_them(texts, expected):
    pages = [
        OutlinePage(OutlineItem(f"3fa9c1d2-p{n:04d}", n, "", ""), text)
        for n, text in enumerate(texts, 1)
    ]
    assert [item.title for item in contacts(pages)] == expected
