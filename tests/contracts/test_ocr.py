"""What every OCR engine must do."""

from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageFont

from mmrag.config import OcrSettings
from mmrag.protocols import OcrEngine


def rapidocr_engine() -> OcrEngine:
    from mmrag.backends import rapidocr

    return rapidocr.load(OcrSettings())


@pytest.fixture(scope="module", params=[rapidocr_engine])
def engine(request: pytest.FixtureRequest) -> OcrEngine:
    make: Callable[[], OcrEngine] = request.param
    return make()


@pytest.fixture(scope="module")
def page() -> Image.Image:
    """Three lines of type, 40 pixels high, on white."""
    image = Image.new("RGB", (800, 400), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(36)
    for at, text in enumerate(["Quarterly report", "Revenue 206.1 million", "Cost 198.3 million"]):
        draw.text((60, 50 + 110 * at), text, fill="black", font=font)
    return image


def test_it_has_a_name(engine: OcrEngine) -> None:
    assert engine.name


def test_lines_come_from_top_to_bottom_with_their_words(
    engine: OcrEngine, page: Image.Image
) -> None:
    lines = engine.read(page)
    assert [line.text for line in lines] == [
        "Quarterly report",
        "Revenue 206.1 million",
        "Cost 198.3 million",
    ]


def test_boxes_are_pixels_of_the_picture_given(engine: OcrEngine, page: Image.Image) -> None:
    for at, line in enumerate(engine.read(page)):
        x0, y0, x1, y1 = line.box
        assert 0 <= x0 < x1 <= page.width and 0 <= y0 < y1 <= page.height
        assert abs(x0 - 60) < 15
        assert y0 < 50 + 110 * at + 24 < y1


def test_confidence_is_between_0_and_1(engine: OcrEngine, page: Image.Image) -> None:
    assert all(0.5 < line.confidence <= 1 for line in engine.read(page))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK"])
def test_any_kind_of_picture_is_taken(engine: OcrEngine, page: Image.Image, mode: str) -> None:
    assert engine.read(page.convert(mode))[0].text == "Quarterly report"


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (500, 3), (300, 300)])
def test_a_picture_without_text_has_no_lines(engine: OcrEngine, size: tuple[int, int]) -> None:
    assert list(engine.read(Image.new("RGB", size, "white"))) == []


def test_the_picture_is_left_as_it_was(engine: OcrEngine, page: Image.Image) -> None:
    before = page.tobytes()
    engine.read(page)
    assert page.tobytes() == before
