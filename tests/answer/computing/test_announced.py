"""Lists that a sentence announces with their number."""

import pytest

from mmrag.answer.computing.announced import answer, read

TEXT = """Help for keepers
We give advice on bees in three fields:
Winter feeding
Sugar is weighed and warmed before it is given to them.
Queens
They are marked in the year in which they hatch.
Wax
Bring five old combs: they are melted.
A good hive has 2 parts:
• A floor
• A roof
The shop sells jars of 4 sizes:
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("List the fields of advice on bees.", ("Winter feeding", "Queens", "Wax")),
        ("What are the parts of a good hive?", ("A floor", "A roof")),
        ("What are the sizes of jars in the shop?", None),
        ("List the fields of advice on wasps.", None),
        ("How many fields are there?", None),
        ("What are combs?", None),
    ],
)
def test_as_many_items_are_told_as_were_announced(question, expected, make_marked):
    asked = read(question)
    evidence = [make_marked("K7Q", "3fa9c1d2-p0012", TEXT).evidence]
    found = answer(asked, evidence) if asked else None
    assert (found.items if found else None) == expected


SENTENCES = """Orland Honey has two reportable segments: Honey and Wax. The three markets of wax are
the North, the South and overseas. It is sold in four ways, including by post and on fairs.
There are two kinds of bees, which live long.
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What are the reportable segments?", ("Honey", "Wax")),
        ("Which are the markets of wax?", ("the North", "the South", "overseas")),
        ("In what ways is it sold?", None),  # four were announced
        ("What are the kinds of bees?", None),
        ("What are the segments of wax?", None),
    ],
)
def test_a_sentence_may_give_the_items_that_it_announces(question, expected, make_marked):
    asked = read(question)
    evidence = [make_marked("K7Q", "3fa9c1d2-p0012", SENTENCES).evidence]
    found = answer(asked, evidence) if asked else None
    assert (found.items if found else None) == expected
