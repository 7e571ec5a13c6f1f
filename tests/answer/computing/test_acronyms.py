"""Acronyms that a document spells out."""

import pytest

from mmrag.answer.computing.acronyms import answer, read

TEXT = """Keepers of the World Bee Institute (WBI) met in Lund. The WBI reports each year.
Honey is tested by HPLC (High-Performance Liquid Chromatography). The lab (LAB) is small."""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What does WBI stand for?", "World Bee Institute"),
        ("What is WBI stand for in this document?", "World Bee Institute"),
        ("What is the full form of HPLC?", "High-Performance Liquid Chromatography"),
        ("What does WBA stand for?", None),
        ("What does the institute stand for?", None),
        ("What does Ada stand for in the election?", None),
    ],
)
def test_the_words_that_spell_it_are_its_meaning(question, expected, make_marked):
    acronym = read(question)
    evidence = [make_marked("K7Q", "3fa9c1d2-p0012", TEXT).evidence]
    found = answer(acronym, evidence) if acronym else None
    assert (found.text if found else None) == expected


def test_two_meanings_are_none(make_marked):
    text = f"{TEXT} The Wax Buyers Index (WBI) fell."
    evidence = [make_marked("K7Q", "3fa9c1d2-p0012", text).evidence]
    assert answer("WBI", evidence) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the Wax Buyers Index (the “WBI”) fell", "Wax Buyers Index"),
        ("Abbreviations\nWBI  Wax Buyers Index\nWBX  Wax Box", "Wax Buyers Index"),
        ("Abbreviations\nWBI\nWax Buyers Index\nWBX", "Wax Buyers Index"),
        ("WBI: Wax Buyers Index", "Wax Buyers Index"),
        ("WBI rose with wax bought in May", None),
    ],
)
def test_a_list_of_abbreviations_tells_it(text, expected, make_marked):
    assert read("What is WBI?") == "WBI"
    found = answer("WBI", [make_marked("K7Q", "3fa9c1d2-p0012", text).evidence])
    assert (found.text if found else None) == expected
