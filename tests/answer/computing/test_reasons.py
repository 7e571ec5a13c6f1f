"""What drove a change, told by the sentence that says it of the same matter."""

import pytest

from mmrag.answer.computing.reasons import answer

PAGE = """Results of operations

Honey sales fell by 4 % in 2031, primarily due to the wet summer. Honey sales in the northern region
rose by 2 % in 2031, driven by new hives. Wages rose due to new contracts. In 2030 honey sales rose,
reflecting a warm spring.

The gross margin of honey increased in 2031 driven by:
• cheaper jars
• fewer drones
"""


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What drove the reduction in honey sales in 2031?", "Honey sales fell by 4 % in 2031,"),
        ("Why did honey sales rise in 2030?", "In 2030 honey sales rose,"),
        ("What caused the growth in honey sales in the northern region in 2031?", "Honey sales in"),
        ("What were the main drivers of the gross margin change of honey in 2031?",
         "The gross margin of honey increased in 2031 driven by: cheaper jars; fewer drones"),
        ("What drove wages up?", "Wages rose due to new contracts."),
    ],
)  # fmt: skip
def test_the_reason_of_the_same_matter_year_and_direction_is_told(question, said, make_marked):
    found = answer(question, [make_marked("K7Q", "3fa9c1d2-p0012", PAGE).evidence])
    assert found is not None
    assert found.text.startswith(said)


@pytest.mark.parametrize(
    "question",
    [
        "What drove the growth of wax sales in 2031?",
        "What drove the fall in honey sales in 2029?",
        "What drove the fall in wages?",
        "How much did honey sales fall in 2031?",
        "Why is the hive blue?",
    ],
)
def test_what_no_sentence_gives_a_reason_for_is_left(question, make_marked):
    assert answer(question, [make_marked("K7Q", "3fa9c1d2-p0012", PAGE).evidence]) is None
