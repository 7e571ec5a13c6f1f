"""Which of two lines comes first."""

import pytest

from mmrag.answer.computing.order import answer, read
from mmrag.types import OutlineItem, OutlinePage

TEXTS = (
    'Clean first (see\n"Feeding the bees."\n)',
    "Opening the hive\nslowly.\nFeeding the bees\nSugar.",
    "Closing the hive\nSmoke\nSmoke",
)


def word(question: str) -> str | None:
    pages = [
        OutlinePage(OutlineItem(f"3fa9c1d2-p{n:04d}", n, "", ""), text)
        for n, text in enumerate(TEXTS, 1)
    ]
    asked = read(question)
    found = None if asked is None else answer(asked, pages)
    return None if found is None else found.word


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ('Is "Opening the hive" before or after "Feeding the bees"?', "before"),
        ("Is the step “Closing the hive” after or before the step “feeding the bees”?", "after"),
        ('Is "Smoke" before or after "Opening the hive"?', None),
        ('Is "Robbing the bees" before or after "Opening the hive"?', None),
        ("Is opening the hive before or after feeding the bees?", None),
        ('Is "Opening the hive" before "Feeding the bees"?', None),
    ],
)
def test_the_order_is_told_where_each_stands_in_one_place(question, expected):
    assert word(question) == expected


def test_both_lines_are_told_with_their_pages():
    asked = read('Is "Closing the hive" before or after "Feeding the bees"?')
    assert asked is not None
    pages = [OutlinePage(OutlineItem(f"p{n}", n, "", ""), text) for n, text in enumerate(TEXTS, 1)]
    found = answer(asked, pages)
    assert found is not None
    assert [(item.title, item.page) for item in found.items] == [
        ("Closing the hive", 3),
        ("Feeding the bees", 2),
    ]
