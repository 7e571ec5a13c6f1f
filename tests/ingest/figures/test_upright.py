"""Labels that stand upright, read from a strip that is turned; the reader is a fake."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from PIL import Image, ImageDraw

from mmrag.ingest.figures import upright
from mmrag.ingest.layout.order import Fragment
from mmrag.protocols import OcrLine
from mmrag.types import BBox

SIZE = (400, 300)
AREA: BBox = (10.0, 20.0, 210.0, 170.0)  # points: two pixels are one
LABELS = (("150", 60), ("100", 140), ("50", 220))  # and where they begin, in pixels from the top


def fragment(text: str, box: BBox) -> Fragment:
    """A text in a box of pixels."""
    x0, y0, x1, y1 = box
    place = (10 + x0 / 2, 20 + y0 / 2, 10 + x1 / 2, 20 + y1 / 2)
    return Fragment(text, place, 6.0, bold=False, confidence=0.9)


class Reader:
    """Finds in a turned strip what was drawn upright, and keeps what it was shown."""

    def __init__(self, lines: Sequence[OcrLine]) -> None:
        self.lines = lines
        self.seen: list[Image.Image] = []

    def __call__(self, image: Image.Image) -> Sequence[OcrLine]:
        self.seen.append(image)
        return self.lines


@pytest.fixture
def image() -> Image.Image:
    """Labels from the left edge: each drawn level, turned to the left, in one column."""
    drawn = Image.new("RGB", SIZE, "white")
    for text, top in LABELS:
        part = Image.new("RGB", (40, 16), "white")
        ImageDraw.Draw(part).text((6, 2), text, fill="black")
        drawn.paste(part.transpose(Image.Transpose.ROTATE_90), (30, top))
    return drawn


def column(*texts: str) -> list[Fragment]:
    """What was read where the labels stand."""
    return [
        fragment(text, (30, top, 46, top + 40))
        for text, (_, top) in zip(texts, LABELS, strict=True)
    ]


def turned_lines() -> list[OcrLine]:
    """The labels where they are in the strip, turned: from the foot of the picture to its top."""
    return [OcrLine(text, (300 - top - 40, 4, 300 - top, 24), 0.99) for text, top in LABELS]


def test_labels_that_stand_upright_are_those_of_the_turned_strip(image: Image.Image) -> None:
    reader = Reader(turned_lines())
    title = fragment("Load of all", (200, 5, 300, 25))
    found = upright.again([title, *column("15", "10", "5O")], image, AREA, reader)
    assert [text.text for text in found] == ["Load of all", "150", "100", "50"]
    assert reader.seen[0].size[0] == SIZE[1]
    for text, (_, top) in zip(found[1:], LABELS, strict=True):
        assert 18 + top / 2 <= text.bbox[1] < text.bbox[3] <= 42 + top / 2


def test_what_is_not_found_again_stays(image: Image.Image) -> None:
    reader = Reader(turned_lines()[:1])
    found = upright.again(column("15", "100", "50"), image, AREA, reader)
    assert sorted(text.text for text in found) == ["100", "150", "50"]


def test_what_tells_less_than_before_is_not_taken(image: Image.Image) -> None:
    short = [replace(line, text="1") for line in turned_lines()]
    before = column("150", "100", "50")
    assert upright.again(before, image, AREA, Reader(short)) == before


def test_a_title_alone_is_not_read_again(image: Image.Image) -> None:
    reader = Reader(turned_lines())
    texts = [
        fragment("Load", (10, 100, 26, 180)),
        *(fragment(text, (30, top, 60, top + 16)) for text, top in LABELS),
    ]
    assert upright.again(texts, image, AREA, reader) == texts
    assert reader.seen == []


def test_level_numbers_beside_upright_labels_stay(image: Image.Image) -> None:
    level = fragment("75", (60, 100, 90, 118))
    found = upright.again([level, *column("15", "10", "5O")], image, AREA, Reader(turned_lines()))
    assert level in found
