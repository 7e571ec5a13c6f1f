import pytest

from mmrag.text import page_numbers


@pytest.mark.parametrize(
    ("text", "labels", "places"),
    [
        ("What is on page 12?", ("12",), ()),
        ("pp. 3-5 and slide 31", ("3", "4", "5", "31"), ()),
        ("pages 1 to 900", ("1", "900"), ()),
        ("page 3.5", (), ()),
        ("2019 pages were printed", (), ()),
        ("page (1) of the deed", ("1",), ()),
        ("on page two", ("2",), ()),
        ("Page fourteen and slide twenty-one", ("14", "21"), ()),
        ("pages three and four", ("3", "4"), ()),
        ("page one hundred", (), ()),
        ("page iv", ("iv",), ()),
        ("pages XI to XIII", ("xi", "xiii"), ()),
        ("what stands on page i?", ("i",), ()),
        ("which page i should read", (), ()),
        ("page ill", (), ()),
        ("page F-34 or page A – 4", ("f-34", "a-4"), ()),
        ("the last page", (), (-1,)),
        ("the second slide and the 21st page", (), (2, 21)),
        ("the second last page", (), ()),
        ("Was steht auf Seite 12?", ("12",), ()),
        ("Seiten 3 bis 5", ("3", "4", "5"), ()),
        ("en la página iv", ("iv",), ()),
        ("pagina 7 e 9", ("7", "9"), ()),
        ("la dernière page", (), (-1,)),
        ("第 12 页的图", ("12",), ()),
        ("第3ページ", ("3",), ()),
        ("全12页", (), ()),
    ],
)
def test_pages_are_read_in_numbers_and_in_words(
    text: str, labels: tuple[str, ...], places: tuple[int, ...]
) -> None:
    found = page_numbers.find(text)
    assert (found.labels, found.places) == (labels, places)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Who is named on the cover page?", True),
        ("What does the cover page show?", True),
        ("the cover page of the atlas", True),
        ("Title page: who wrote it", True),
        ("what colour has the cover page image", True),
        ("how accurate is the cover page student model", False),
        ("cover page student model", False),
        ("title page detection accuracy", False),
        ("the inner cover page", False),
    ],
)
def test_a_cover_page_that_qualifies_another_word_is_no_page(text: str, named: bool) -> None:
    assert page_numbers.find(text).places == ((1,) if named else ())


@pytest.mark.parametrize(
    ("number", "label", "meant", "words"),
    [
        (5, "2", True, "page 5 (printed 2)"),
        (2, "ii", False, "page 2 (printed ii)"),
        (2, "", True, "page 2"),
        (2, "02", True, "page 2"),
        (9, "2–3", True, "page 9 (printed 2–3)"),
        (1, "cover", True, "page 1 (printed cover)"),
    ],
)
def test_the_printed_label_goes_before_the_number(
    number: int, label: str, meant: bool, words: str
) -> None:
    named = page_numbers.find("page 2, and the first page")
    assert named.means(number, label) is meant
    assert page_numbers.shown(number, label) == words
