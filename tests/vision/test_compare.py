from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from vision_pages import line, reading

from mmrag.config import Settings
from mmrag.models import Models
from mmrag.readings import PictureSource
from mmrag.vision.compare import Compare
from mmrag.vision.looking import Bench, View


class Drawn:
    """A reader of pictures with one line of text that names them."""

    def read(self, sources):
        for source in sources:
            yield source, reading(line((source.path.stem, 20, 20)))

    def picture(self, source):
        image = Image.open(source.path).convert("RGB")
        return image if source.bbox is None else image.crop([2 * side for side in source.bbox])


@pytest.fixture
def plan(tmp_path: Path):
    """Draw a plan of rooms; `changed` has one more, `shifted` is moved by some pixels."""

    def draw(name: str, *, changed: bool = False, shift: int = 0) -> PictureSource:
        image = Image.new("RGB", (800, 1200), "white")
        pen = ImageDraw.Draw(image)
        for at in range(60):
            x, y = 40 + 90 * (at % 8) + shift, 60 + 140 * (at // 8) + shift
            pen.rectangle(
                (x, y, x + 30 + 5 * (at % 7), y + 40 + 9 * (at % 5)), outline="black", width=3
            )
            pen.text((x + 6, y + 8), f"R{at * 7}", fill="black")
        if changed:
            pen.rectangle((500 + shift, 700 + shift, 600 + shift, 760 + shift), fill="black")
        image.save(tmp_path / f"{name}.png")
        return PictureSource(name, tmp_path / f"{name}.png")

    return draw


def compared(one: PictureSource, other: PictureSource):
    bench = Bench(Models(Settings()), Drawn(), 60.0)
    return Compare.to(other).run(View(one, bench.reader), bench)


def test_the_same_picture_does_not_differ(plan) -> None:
    found = compared(plan("same"), plan("same"))
    assert (found.boxes, found.changed, found.word_differences) == ((), 0.0, ())
    assert found.text == "They look the same. Their words are the same."


def test_what_was_added_is_boxed_though_the_page_was_shifted(plan) -> None:
    found = compared(plan("before"), plan("after", changed=True, shift=14))
    x0, y0, x1, y1 = found.boxes[0]  # in points of a page of 400 by 600
    assert (x0, y0, x1, y1) == pytest.approx((250, 350, 300, 380), abs=8)
    assert found.word_differences[0].engine == "before"


def test_a_figure_is_compared_and_not_the_page_that_it_stands_on(plan) -> None:
    figure = replace(plan("page"), bbox=(10.0, 20.0, 250.0, 300.0))
    found = compared(figure, figure)
    assert (found.boxes, found.changed) == ((), 0.0)


def test_different_things_are_said_to_be_so(plan, tmp_path) -> None:
    image = Image.effect_noise((800, 1200), 90)
    image.save(tmp_path / "noise.png")
    found = compared(plan("plan"), PictureSource("noise", tmp_path / "noise.png"))
    assert found.changed is None
    assert "different things" in found.text
