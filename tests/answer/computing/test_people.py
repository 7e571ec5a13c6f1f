"""Who holds an office, and what stands behind a name."""

import pytest

from mmrag.answer.computing.people import answer, read

STAFF = """By Prof. G. A. Lind, M.A., F.G.S.,
Lead Editor
Ada Birch, Institute of Bees
Board Members
Jon Ek, Ministry of Honey
Kim Alder, Ministry of Wax
Maria Holm, Vice President of Hives and Wax
Jon Ek spoke, and all of the others listened to what he said of honey."""


def told(question, make_marked, text=STAFF):
    asked = read(question)
    assert asked is not None
    found = answer(asked, [make_marked("K7Q", "3fa9c1d2-p0012", text).evidence])
    return None if found is None else found.value


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which agency does Jon Ek belong to?", "Ministry of Honey"),
        ("According to the list, Kim Alder belongs to which agency?", "Ministry of Wax"),
        ("What is the position of Maria Holm?", "Vice President of Hives and Wax"),
        ("What degree does Lind have?", "M.A."),
        ("Who is the lead editor of the report?", "Ada Birch"),
        ("Who is the Vice President of Hives?", "Maria Holm"),
        ("Which agency does Lebron Holm belong to?", None),
        ("What degree does Jon Ek have?", None),
        ("Who is the chief beekeeper?", None),
        ("Who is the board member?", None),  # several
    ],
)
def test_a_line_says_it_behind_the_name_or_below_the_office(question, expected, make_marked):
    assert told(question, make_marked) == expected


def test_a_name_with_two_offices_is_left(make_marked):
    text = "Jon Ek, Ministry of Honey\nJon Ek, Ministry of Wax"
    assert told("Which agency does Jon Ek belong to?", make_marked, text) is None


@pytest.mark.parametrize(
    "question",
    [
        "What company is a plaintiff?",
        "What is the role of the queen?",
        "Who wrote?",
        "Which company did Jon Ek and Kim Alder found?",
    ],
)
def test_other_questions_are_not_read(question):
    assert read(question) is None
