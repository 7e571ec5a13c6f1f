"""Readings that a test writes down, and a reader that gives them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from vision_pages import line, reading

from mmrag.errors import DocumentError
from mmrag.readings import PageReading, PictureSource


class GivenReadings:
    """A reader of texts: each file's lines are its page's, ten points high, down the page."""

    def __init__(self) -> None:
        self.read_names: list[str] = []

    def read(self, sources) -> Iterator[tuple[PictureSource, PageReading | DocumentError]]:
        for source in sources:
            self.read_names.append(source.name)
            text = source.path.read_text()
            if text.startswith("BROKEN"):
                yield source, DocumentError(f"{source.name}: damaged")
            else:
                lines = [
                    line((words, 20, 20 + 15 * at)) for at, words in enumerate(text.split("\n"))
                ]
                yield source, reading(*lines)

    def picture(self, source: PictureSource) -> Image.Image:
        return Image.new("RGB", (8, 8))


@pytest.fixture
def given_readings() -> GivenReadings:
    return GivenReadings()


@pytest.fixture
def drawn(tmp_path: Path) -> Callable[..., Path]:
    """Write a picture of lines of text, an inch high for every nine of them."""

    def draw(*lines: str, name: str = "drawn.png", turn: int = 0) -> Path:
        image = Image.new("RGB", (900, 60 + 44 * len(lines)), "white")
        pen = ImageDraw.Draw(image)
        for at, text in enumerate(lines):
            pen.text((40, 30 + 44 * at), text, fill="black", font=ImageFont.load_default(28))
        image.rotate(turn, expand=True, fillcolor="white").save(tmp_path / name)
        return tmp_path / name

    return draw
