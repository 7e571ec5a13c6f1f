"""The title of a document, as its first page prints it."""

import pytest

from mmrag.answer.computing.titles import title
from mmrag.types import DocumentOutline, OutlineItem, OutlinePage, PlacedLine

PROSE = (
    "Hives stand at the coast of Orland, where the wind is mild and honey flows all summer long."
)


def told(names: str, *lines: tuple[str, float]) -> str | None:
    """The title of a page of lines with these sizes, one below the other."""
    placed, top = [], 10.0
    for text, size in lines:
        placed.append(PlacedLine(text, (10.0, top, 10.0 + size * len(text), top + size)))
        top += 1.2 * size
    item = OutlineItem("3fa9c1d2-p0001", 1, "", "")
    page = OutlinePage(item, "\n".join(text for text, _ in lines))
    found = title(DocumentOutline(names, 1, item, (), (), (page,), tuple(placed)))
    return None if found is None else found.title


@pytest.mark.parametrize(
    ("names", "lines", "expected"),
    [
        ("Bees of Orland", [("Bees of", 20), ("Orland", 20), (PROSE, 9)], "Bees of Orland"),
        ("scan-17", [("Bees of Orland", 20), ("Ada Lind", 12), (PROSE, 9)], "Bees of Orland"),
        ("scan-17", [("Bees", 30), ("of the coast", 26), (PROSE, 9)], "Bees of the coast"),
        ("scan-17", [("For inquiries", 9), (PROSE, 9), (PROSE, 9)], None),
        ("scan-17", [("By Ada Lind and Jon Ek", 20), (PROSE, 9)], None),
        ("scan-17", [("Your hive and you were made for each other.", 20)], None),
        ("scan-17", [("Hives  Wax", 20), (PROSE, 9)], None),
        ("scan-17", [("Hives", 40), ("Ada Lind", 20)], "Hives"),
        (
            "Our hives",
            [("Report on the bees", 20), (PROSE, 9), ("Our hives", 20)],
            "Report on the bees",
        ),
        ("stereo hive", [("The new wide stereo hive", 9), ("Help", 9), (PROSE, 9)], None),
        (
            "10-K 2031",
            [
                ("UNITED KEEPERS FORM 10-K", 20),
                ("BEE CORP.", 20),
                ("(Exact name of registrant)", 9),
            ],
            "FORM 10-K, BEE CORP.",
        ),
        ("w9", [("Form W-9", 9), (PROSE, 9)], "Form W-9"),
    ],
)
def test_it_is_what_it_is_called_or_the_form_or_what_stands_out(names, lines, expected):
    assert told(names, *lines) == expected
