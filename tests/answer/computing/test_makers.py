"""Who made a document."""

import pytest

from mmrag.answer.computing.makers import asks, maker
from mmrag.types import OutlineItem, OutlinePage


def made_by(*texts: str) -> str | None:
    pages = [
        OutlinePage(OutlineItem(f"3fa9c1d2-p{n:04d}", n, "", ""), text)
        for n, text in enumerate(texts, 1)
    ]
    found = maker(pages, "Bees of Orland")
    return None if found is None else found.title


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("Bees of Orland\nAda Lind",), "Ada Lind"),
        (("Bees in winter\nAda B. Lind",), "Ada B. Lind"),
        (("Bees of Orland\nHoney Board\nWinter 2031",), None),
        (("Bees of Orland\nPrepared by:\nAda Lind (PI) Jon Ek\n2031",), "Ada Lind (PI) Jon Ek"),
        (("Bees", "Author: Ada Lind\nThe bees"), "Ada Lind"),
        (("Bees", "Author: Ada Lind\nThe bees", "by Jon Ek"), None),
        (("Made by hand\nof wax",), None),
        ((), None),
    ],
)
def test_a_line_behind_a_cue_or_beside_the_title_names_them(texts, expected):
    assert made_by(*texts) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who is the presenter of this slide?", True),
        ("Who are the authors of the paper?", True),
        ("Who wrote this report?", True),
        ("Who are the authors?", True),
        ("List the authors.", True),
        ("What are the names of the authors of this paper?", True),
        ("Who is the author of the first chapter?", False),
        ("Who wrote about the bees in this report?", False),
    ],
)
def test_who_made_the_document_is_asked(question, expected):
    assert asks(question) is expected


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ("Ada Lind¹, Jon Ek² and Mia van Dam\nHoney Board", "Ada Lind, Jon Ek, Mia van Dam"),
        (
            "Ada Lind  Jon B. Ek\nOda Ny  Per Å. Moe\nUniversity of Orland",
            "Ada Lind, Jon B. Ek, Oda Ny, Per Å. Moe",
        ),
        ("Ada Lind\nUniversity of Orland\nAbstract", "Ada Lind"),
        ("Ada Lind\nUniversity of Orland\nJon Ek\nHoney Board", None),
        ("University of Orland\nBees are kept for honey.", None),
        ("Bees are kept, and fed, for honey", None),
        ("Winter", None),
    ],
)
def test_names_below_the_title_are_those_of_its_authors(below, expected):
    assert (
        made_by(f"A journal 2031\nBees\nof Orland\n{below}\nBees are kept for their honey.")
        == expected
    )
