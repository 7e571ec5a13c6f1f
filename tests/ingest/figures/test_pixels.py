"""Figures in a page that is one picture are groups of ink that are not text."""

import io

import numpy as np
import pymupdf
import pytest
from PIL import Image, ImageDraw

from mmrag import boxes
from mmrag.ingest.figures import pixels

WIDE, HIGH = 300, 400  # points and pixels of the page


@pytest.fixture
def page_of():
    """The page of a document that shows a picture and nothing else."""
    documents = []

    def make(image: Image.Image) -> pymupdf.Page:
        document = pymupdf.open()
        documents.append(document)
        page = document.new_page(width=WIDE, height=HIGH)
        buffer = io.BytesIO()
        image.save(buffer, "PNG")
        page.insert_image(page.rect, stream=buffer.getvalue())
        return page

    yield make
    for document in documents:
        document.close()


def drawn(place: tuple[int, int, int, int]) -> Image.Image:
    """A white page with a line drawing in `place`."""
    image = Image.new("RGB", (WIDE, HIGH), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle(place, outline="black", width=2)
    for x in range(place[0], place[2], 12):
        pen.line((x, place[1], place[2] - (x - place[0]), place[3]), fill="navy", width=2)
    return image


def test_a_drawing_is_found_where_it_is(page_of) -> None:
    place = (60, 80, 220, 200)
    (found,) = pixels.figures(page_of(drawn(place)), [])
    assert boxes.iou(found.bbox, tuple(map(float, place))) > 0.85


def test_what_is_text_is_no_figure(page_of) -> None:
    place = (60, 80, 220, 200)
    assert pixels.figures(page_of(drawn(place)), [tuple(map(float, place))]) == []


def test_an_empty_page_holds_none(page_of) -> None:
    assert pixels.figures(page_of(Image.new("RGB", (WIDE, HIGH), "white")), []) == []


def test_a_bar_of_one_colour_is_no_figure(page_of) -> None:
    image = Image.new("RGB", (WIDE, HIGH), "white")
    ImageDraw.Draw(image).rectangle((40, 100, 240, 180), fill="navy")
    assert pixels.figures(page_of(image), []) == []


def test_a_photograph_behind_everything_has_no_paper_to_tell_ink_from(page_of) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (HIGH, WIDE, 3), dtype=np.uint8)
    assert pixels.figures(page_of(Image.fromarray(noise)), []) == []


def test_what_goes_along_a_whole_edge_is_the_border_of_the_page(page_of) -> None:
    image = drawn((100, 100, 250, 250))
    pen = ImageDraw.Draw(image)
    for y in range(0, HIGH, 8):
        pen.line((0, y, 40, HIGH - y), fill="navy", width=2)
    (found,) = pixels.figures(page_of(image), [])
    assert found.bbox[0] > 90
