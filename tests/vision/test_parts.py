"""Pages are cut into parts between their lines where a model could not read them."""

from pathlib import Path

import pytest
from vision_pages import line, pictured, reading

from mmrag.config import Settings, VlmSettings
from mmrag.readings import PageReading, PictureSource
from mmrag.vision.looking import Bench, View
from mmrag.vision.parts import LEAST_TEXT, MAX_PARTS, boxes_of, images, images_for

DENSITY = 2.0  # pixels a point
COLUMNS = [
    *(line((f"left column line {at}", 20, 20 + 14 * at)) for at in range(40)),
    *(line((f"right column {at}", 220, 20 + 14 * at)) for at in range(40)),
]


class Models:
    has_chat_model = True

    def __init__(self, max_images: int, pixels: int) -> None:
        self.settings = Settings(vlm=VlmSettings(image_pixels=pixels))
        self.max_images = max_images

    def chat_model(self) -> "Models":
        return self


def look(found: PageReading, max_images: int = 1, pixels: int = 300) -> tuple[View, Bench]:
    source = PictureSource("page", Path("page.png"))
    return View(source, None, found), Bench(Models(max_images, pixels), None, 30.0)


def test_large_text_is_shown_whole() -> None:
    found = reading(line(("A sign", 20, 20), size=60), line(("for all", 20, 90), size=60))
    assert boxes_of(found, 300, DENSITY) == [found.frame]


def test_small_text_is_cut_until_it_can_be_read_columns_first() -> None:
    found = reading(*COLUMNS)
    parts = boxes_of(found, 300, DENSITY)
    assert 2 <= len(parts) <= MAX_PARTS
    for x0, y0, x1, y1 in parts:
        shown = 300 / max(x1 - x0, y1 - y0) * 10  # pixels high
        assert shown >= LEAST_TEXT
    inside = [found.within(part).lines for part in parts]
    assert [item.text for lines in inside for item in lines] == [item.text for item in COLUMNS]


def test_no_line_is_cut() -> None:
    wide = [line(("word " * 18, 20, 20 + 14 * at)) for at in range(40)]
    for x0, y0, x1, y1 in boxes_of(reading(*wide), 300, DENSITY):
        assert (x0, x1) == (0.0, 400.0)
        assert all((y0 <= item.bbox[1] and item.bbox[3] <= y1) or item.bbox[3] <= y0
                   or item.bbox[1] >= y1 for item in wide)  # fmt: skip


def test_parts_are_no_larger_than_the_picture_has_them() -> None:
    found = reading(*COLUMNS)
    coarse = boxes_of(found, 300, 0.5)  # a page of 200 by 300 pixels: nothing is won by cutting
    assert coarse == [found.frame]


@pytest.mark.parametrize("pixels", [30, 60, 100])
def test_parts_are_bounded(pixels: int) -> None:
    assert len(boxes_of(reading(*COLUMNS), pixels, 20.0)) <= MAX_PARTS


def test_parts_are_shown_at_the_resolution_of_the_picture() -> None:
    view, bench = look(pictured(*COLUMNS))
    shown = images(view, bench)
    assert len(shown) > 1
    assert all(max(image.size) <= 600 for image in shown)
    assert sum(image.width * image.height for image in shown) == pytest.approx(800 * 1200, rel=0.02)


def test_a_question_is_shown_the_part_that_has_its_words() -> None:
    words = [line((f"line {at}", 20, 20 + 14 * at)) for at in range(40)]
    words[30] = line(("mooring of the ferry", 20, 440))
    view, bench = look(pictured(*words))
    [part] = images_for(view, bench, "What does the mooring of the ferry cost?")
    assert part.height < 1200
    whole, also = images_for(*look(pictured(*words), max_images=2), "the mooring of the ferry")
    assert (whole.size, also.size) == ((800, 1200), part.size)
    [alone] = images_for(view, bench, "Who painted it?")
    assert alone.size == (800, 1200)
