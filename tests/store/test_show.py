"""A page with frames around what was asked for."""

import pytest
from PIL import Image

from mmrag.store.show import BOX_COLOUR, CELL_COLOUR, mark
from mmrag.types import Page

PAGE = Page("3fa9c1d2-p0001", "3fa9c1d2", 1, 200.0, 100.0, "", "none")


@pytest.fixture
def image() -> Image.Image:
    return Image.new("RGB", (400, 200), "white")


def test_a_cell_has_a_frame_of_its_own_within_that_of_its_table(image):
    marked = mark(image, PAGE, (20.0, 20.0, 180.0, 80.0), [(50.0, 40.0, 70.0, 50.0)])
    assert marked.getpixel((200, 39)) == BOX_COLOUR
    assert marked.getpixel((120, 76)) == CELL_COLOUR
    assert marked.getpixel((120, 90)) == (255, 255, 255)
    assert image.getpixel((200, 39)) == (255, 255, 255)


def test_a_frame_stays_on_the_page(image):
    marked = mark(image, PAGE, None, [(-5.0, -5.0, 500.0, 500.0)])
    assert marked.getpixel((399, 199)) == CELL_COLOUR
