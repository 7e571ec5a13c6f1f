"""Steps that a document numbers under the name of a procedure."""

import pytest

from mmrag.answer.computing.steps import answer, read

MANUAL = """Caring for the hive
To remove the lid:
1. Open both clips.
2. Lift the lid.
To replace the lid:
1. Line up the lid with the clips.
2. Push until it snaps.
3. Close the clips.
To clean the entrance:
2. Wipe it dry.
3. Wait an hour."""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many steps are required to replace the lid?", 3),
        ("How many steps does it take to remove the lid?", 2),
        ("How many steps are needed to clean the entrance?", None),  # begins before
        ("How many steps are needed to paint the lid?", None),
        ("How do I replace the lid?", None),
    ],
)
def test_the_steps_under_a_name_are_counted(question, expected, make_marked):
    asked = read(question)
    found = (
        answer(asked, [make_marked("K7Q", "3fa9c1d2-p0012", MANUAL).evidence]) if asked else None
    )
    assert (found.count if found else None) == expected
