import pytest

from mmrag.retrieve import references
from mmrag.text.labels import Label

ID = "3fa9c1d2-p0012"


def test_pages_are_named_by_label_and_by_place() -> None:
    found = references.find("Is the S&P 500 on page 12, or on the last page?")
    assert (found.pages.labels, found.pages.places) == (("12",), (-1,))
    assert str(found) == "page 12, the last page"
    assert not references.find("how many pages of the S&P 500").pages


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("what does Figure 3 show", (("figure", "3"),)),
        ("Fig. 3a of the paper", (("figure", "3", "a"),)),
        ("Graph 2 and Algorithm 1", (("graph", "2"), ("algorithm", "1"))),
        ("Table IV.2", (("table", "4.2"),)),
        ("Section 3 and Item 7", ()),
        ("according to table II", (("table", "2"),)),
        ("Tables 2 and 3", (("table", "2"), ("table", "3"))),
        ("Figure 5 and Figure 6", (("figure", "5"), ("figure", "6"))),
        ("Exhibit P-10", (("exhibit", "P-10"),)),
        ("the chart 50% of them chose", ()),
        ("a figure of speech", ()),
        ("tablets 3", ()),
    ],
)
def test_labels_are_recognised_however_they_are_written(
    question: str, labels: tuple[tuple[str, ...], ...]
) -> None:
    assert references.find(question).labels == tuple(Label(*label) for label in labels)


def test_an_image_id_is_a_place_and_its_digits_are_not() -> None:
    found = references.find(f"What is {ID}-f02 next to {ID.upper()}?")
    assert found.images == (f"{ID}-f02", ID)
    assert not found.pages
    assert not found.nothing_else
    assert references.find(f" {ID} ").nothing_else


def test_a_question_without_places_names_none() -> None:
    assert not references.find("Which region grew most?")


def test_what_a_title_page_tells_names_the_first_page() -> None:
    found = references.find("Who wrote this report?")
    assert (found.pages.places, str(found)) == ((1,), "what a title page tells")
    assert references.find("Who wrote this report, by page 3?").pages.places == ()
    assert not references.find("Who wrote chapter 3 of this report?")
