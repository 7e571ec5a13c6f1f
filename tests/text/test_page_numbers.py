import pytest

from mmrag.text import page_numbers


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("What is on page 12?", (12,)),
        ("pp. 3-5 and slide 31", (3, 4, 5, 31)),
        ("the last page and the cover page", (-1, 1)),
        ("the second last page", ()),
        ("pages 1 to 900", (1, 900)),
        ("page 3.5", ()),
        ("2019 pages were printed", ()),
    ],
)
def test_pages_are_read_with_lists_ranges_and_ordinals(text: str, pages: tuple[int, ...]) -> None:
    assert page_numbers.find(text) == pages
