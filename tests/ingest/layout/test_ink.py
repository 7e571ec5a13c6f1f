import pytest
from PIL import Image, ImageDraw, ImageFont

from mmrag.ingest.layout import ink
from mmrag.types import BBox

AREA = (0.0, 0.0, 600.0, 800.0)
SENTENCE = "The weir was raised by a hand's breadth in autumn, and the mill stood"


@pytest.fixture
def page() -> tuple[Image.Image, list[BBox]]:
    """Twelve lines of text, and their boxes in points."""
    image = Image.new("RGB", (900, 1200), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(20)
    boxes = []
    for at in range(12):
        draw.text((90, 120 + 36 * at), SENTENCE, fill="black", font=font)
        boxes.append((60.0, 80.0 + 24 * at, 540.0, 96.0 + 24 * at))
    return image, boxes


def test_lines_that_the_layer_has_are_read(page: tuple[Image.Image, list[BBox]]) -> None:
    image, boxes = page
    assert not ink.is_unread(image, AREA, boxes)
    assert not ink.is_unread(image, AREA, boxes[:8])


def test_a_body_below_a_few_live_words_is_unread(page: tuple[Image.Image, list[BBox]]) -> None:
    image, boxes = page
    assert ink.is_unread(image, AREA, boxes[:2])
    assert ink.is_unread(image, AREA, [(60, 20, 540, 40)])


def test_bars_and_photographs_are_no_text() -> None:
    image = Image.effect_noise((900, 1200), 90).convert("RGB")
    assert not ink.is_unread(image, AREA, [])
    chart = Image.new("RGB", (900, 1200), "white")
    draw = ImageDraw.Draw(chart)
    for at in range(20):
        draw.rectangle((80 + 40 * at, 900 - 30 * at, 100 + 40 * at, 900), fill="navy")
    assert not ink.is_unread(chart, AREA, [])
