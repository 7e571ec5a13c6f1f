"""A page with frames around what was asked for."""

import pytest
from PIL import Image

from mmrag.errors import UsageError
from mmrag.store.pictures import PictureStore
from mmrag.store.show import BOX_COLOUR, CELL_COLOUR, framed, mark, save, show
from mmrag.types import Page

PAGE = Page("3fa9c1d2-p0001", "3fa9c1d2", 1, 200.0, 100.0, "", "none")


@pytest.fixture
def image() -> Image.Image:
    return Image.new("RGB", (400, 200), "white")


@pytest.fixture
def pictures(layout):
    return PictureStore(layout)


@pytest.fixture
def report(catalog, make_document, put):
    return put(catalog, make_document("/docs/report.pdf", "sales", title="Year"))


def test_a_cell_has_a_frame_of_its_own_within_that_of_its_table(image):
    marked = mark(image, PAGE, (20.0, 20.0, 180.0, 80.0), [(50.0, 40.0, 70.0, 50.0)])
    assert marked.getpixel((200, 39)) == BOX_COLOUR
    assert marked.getpixel((120, 76)) == CELL_COLOUR
    assert marked.getpixel((120, 90)) == (255, 255, 255)
    assert image.getpixel((200, 39)) == (255, 255, 255)


def test_a_frame_stays_on_the_page(image):
    marked = mark(image, PAGE, None, [(-5.0, -5.0, 500.0, 500.0)])
    assert marked.getpixel((399, 199)) == CELL_COLOUR


def test_without_a_box_the_page_is_framed(image):
    assert mark(image, PAGE, None).getpixel((0, 100)) == BOX_COLOUR


def test_a_page_and_a_figure_tell_what_they_hold(catalog, pictures, report):
    page = show(catalog, pictures, report.pages[0].id)
    assert (page.kind, page.bbox, page.text, page.document) == ("page", None, "sales", "Year")
    figure = show(catalog, pictures, report.figures[0].id)
    assert (figure.kind, figure.bbox) == ("chart", report.figures[0].bbox)
    assert [item.describer for item in figure.descriptions] == ["extracted"]


@pytest.mark.parametrize("name", ["page 3", "ffffffff-p0001", "ffffffff-p0001-f01"])
def test_an_id_that_is_none_or_not_here_is_refused(catalog, pictures, report, name):
    with pytest.raises(UsageError, match=name[:14]):
        show(catalog, pictures, name)


def test_what_cannot_be_saved_says_why(tmp_path):
    with pytest.raises(UsageError, match=r"use \.png"):
        save(Image.new("RGB", (9, 9)), tmp_path / "page.gif")
    (tmp_path / "folder").write_text("a file")
    with pytest.raises(UsageError, match="cannot write the picture"):
        save(Image.new("RGB", (9, 9)), tmp_path / "folder" / "page.png")
    assert not list(tmp_path.glob("page.*"))


def test_a_box_beside_the_page_is_refused(catalog, pictures, report):
    page = report.pages[0]
    shown = show(catalog, pictures, page.id)
    with pytest.raises(UsageError, match="600 points wide and 800 high"):
        framed(shown, page, boxes=[(10.0, 900.0, 90.0, 950.0)])
    inside = (10.0, 10.0, 90.0, 900.0)
    assert framed(shown, page, boxes=[inside]) == [inside]
