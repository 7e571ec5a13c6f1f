"""Items of numbered lists that go on over pages."""

import pytest

from mmrag.answer.computing.counted_items import answer, read

FIRST = """Caring for the hive
Shapes and colours of the parts
1. Lid
Keeps the rain out.
2. Frame
12"""
SECOND = """3. Floor
4. Entrance
1. Another list
5. That goes on"""
TOOLS = """To sharpen the smoker blade
1) Cool it.
2) File it.
3) Oil it."""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many parts are introduced with their shapes and colours?", 4),
        ("How many steps are needed to sharpen the blade of the smoker?", 3),
        ("How many parts have handles?", None),
        ("How many parts are there?", None),
        ("How many bees are in the hive?", None),
    ],
)
def test_the_items_below_the_line_that_is_asked_for_are_counted(question, expected, make_marked):
    pages = ((12, FIRST), (14, TOOLS), (13, SECOND))
    evidence = [make_marked("K7Q", f"3fa9c1d2-p{n:04d}", text).evidence for n, text in pages]
    asked = read(question)
    found = answer(asked, evidence) if asked else None
    assert (found.count if found else None) == expected


def test_each_page_of_a_list_is_told_by_its_first_item(make_marked):
    pages = ((12, FIRST), (13, SECOND))
    evidence = [make_marked("K7Q", f"3fa9c1d2-p{n:04d}", text).evidence for n, text in pages]
    asked = read("How many parts are introduced with their shapes and colours?")
    assert asked is not None
    found = answer(asked, evidence)
    assert found is not None
    assert found.pieces == ((0, "1. Lid"), (1, "3. Floor"))
