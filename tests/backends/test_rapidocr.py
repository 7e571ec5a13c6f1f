import random
import socket
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from mmrag.backends import rapidocr
from mmrag.config import OcrSettings
from mmrag.errors import ModelMissing

LINES = [f"Paragraph {at} of the letter says something" for at in range(6)]


@pytest.fixture(scope="module")
def engine() -> rapidocr.RapidOcr:
    return rapidocr.load(OcrSettings())


@pytest.fixture(scope="module")
def letter() -> Image.Image:
    image = Image.new("RGB", (800, 500), "white")
    draw = ImageDraw.Draw(image)
    for at, text in enumerate(LINES):
        draw.text((50, 40 + 70 * at), text, fill="black", font=ImageFont.load_default(30))
    return image


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_a_page_that_lies_on_its_side_or_head_is_read_in_order(
    engine: rapidocr.RapidOcr, letter: Image.Image, angle: int
) -> None:
    turned = letter.rotate(angle, expand=True)
    lines = engine.read(turned)
    assert [line.text for line in lines] == LINES
    for line in lines:
        x0, y0, x1, y1 = line.box
        assert 0 <= x0 < x1 <= turned.width and 0 <= y0 < y1 <= turned.height
        assert (y1 - y0 > x1 - x0) == (angle in (90, 270))
        assert min(turned.crop((int(x0), int(y0), int(x1), int(y1))).convert("L").getextrema()) < 99


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_note_of_three_lines_is_read_as_it_is_turned(
    engine: rapidocr.RapidOcr, letter: Image.Image, angle: int
) -> None:
    note = letter.crop((0, 0, 800, 250)).rotate(angle, expand=True)
    assert [line.text for line in engine.read(note)] == LINES[:3]


def test_lines_below_the_confidence_asked_for_are_dropped(letter: Image.Image) -> None:
    assert list(rapidocr.load(OcrSettings(min_confidence=1.0)).read(letter)) == []


def test_missing_models_are_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rapidocr.rapidocr, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(ModelMissing, match=r"PP-OCRv6_det_small\.onnx.*pip install"):
        rapidocr.load(OcrSettings())


def test_loading_and_reading_need_no_network_and_print_nothing(
    letter: Image.Image, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    rapidocr.load(OcrSettings()).read(letter)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("degrees", [-2, 3, 183])
def test_the_lines_of_a_skewed_scan_share_no_height(
    engine: rapidocr.RapidOcr, degrees: int
) -> None:
    page = Image.new("RGB", (900, 500), "white")
    for at in range(6):
        line = f"Item {at} of the cargo list, carried by the barge   {at}.50"
        ImageDraw.Draw(page).text((80, 60 + 50 * at), line, "black", ImageFont.load_default(22))
    lines = engine.read(page.rotate(degrees, fillcolor="white"))
    upside_down = degrees == 183
    assert {line.turn for line in lines} == {2 if upside_down else 0}
    lines = sorted(lines, key=lambda line: line.box[1], reverse=upside_down)
    for above, below in pairwise(line for line in lines if "cargo" in line.text):
        assert int(below.text[5]) - int(above.text[5]) == 1
        assert abs(below.box[1] - above.box[1]) > 0.7 * (above.box[3] - above.box[1])


@pytest.mark.parametrize("degrees", [4, -7])
def test_small_text_of_a_skewed_picture_is_read_straight(
    engine: rapidocr.RapidOcr, degrees: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it takes a small part of the width, as a receipt on the glass of a scanner."""
    chance = random.Random(3)
    told = "The ferry takes on water and oil at the quay of Orsa before it leaves in fog"
    words = told.split()
    rows = [f"{' '.join(chance.sample(words, 5))} {at}.50" for at in range(12)]
    page = Image.new("RGB", (1000, 560), "white")
    for at, row in enumerate(rows):
        ImageDraw.Draw(page).text((330, 60 + 36 * at), row, "black", ImageFont.load_default(11))
    skewed = page.rotate(degrees, fillcolor="white")

    def right() -> int:
        read = " ".join(line.text for line in engine.read(skewed)).split()
        return (Counter(read) & Counter(" ".join(rows).split())).total()

    straight = right()
    monkeypatch.setattr(rapidocr, "_SHEARED", 9.0)
    assert straight > 1.1 * right()


def test_the_margins_of_a_skewed_page_take_nothing_from_its_text(
    engine: rapidocr.RapidOcr, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read straight is the part with text, not the page that grows when it is turned."""
    seen: list[tuple[int, ...]] = []
    found = engine._found
    monkeypatch.setattr(engine, "_found", lambda pixels: seen.append(pixels.shape) or found(pixels))
    page = Image.new("RGB", (1600, 1200), "white")
    for at in range(6):
        text = f"Item {at} of the cargo list, carried by the barge"
        ImageDraw.Draw(page).text((600, 400 + 60 * at), text, "black", ImageFont.load_default(24))
    lines = engine.read(page.rotate(7, fillcolor="white"))
    assert [line.text for line in lines if "cargo" in line.text] == [
        f"Item {at} of the cargo list, carried by the barge" for at in range(6)
    ]
    height, width, _ = seen[-1]
    assert height < 600 and width < 800


def test_a_line_in_the_corner_of_a_skewed_picture_stays_within_it(
    engine: rapidocr.RapidOcr,
) -> None:
    page = Image.new("RGB", (1400, 500), "white")
    for at in range(8):
        text = f"Item {at} of the cargo list, carried by the barge that leaves for Orsa at noon"
        ImageDraw.Draw(page).text((300, 5 + 60 * at), text, "black", ImageFont.load_default(26))
    lines = engine.read(page.rotate(6, fillcolor="white"))
    assert len(lines) >= 6
    for line in lines:
        x0, y0, x1, y1 = line.box
        assert 0 <= x0 < x1 <= 1400 and 0 <= y0 < y1 <= 500


def test_a_space_that_recognition_half_sees_is_read(engine: rapidocr.RapidOcr) -> None:
    decode = engine._engine.text_rec.postprocess_op
    places = np.zeros((1, 5, len(decode._decode.character)), np.float32)
    log, nothing, space = decode._decode.dict["g"], 0, decode._decode.dict[" "]
    places[0, [0, 4], log] = 1.0
    places[0, [1, 3], nothing] = 1.0
    places[0, 2, [nothing, space]] = 0.6, 0.4
    (text, confidence), *_ = decode(places)[0]
    assert text == "g g"
    assert confidence <= 1.0


@pytest.mark.parametrize(("letters", "read"), [("abcde", "abcd e"), ("abcII", "abcII")])
def test_a_space_is_read_where_characters_are_far_apart_but_for_strokes_of_a_numeral(
    engine: rapidocr.RapidOcr, letters: str, read: str
) -> None:
    """Of III recognition loses one, and two that are far apart are left."""
    decode = engine._engine.text_rec.postprocess_op
    begins, far = [0, 3, 6, 9, 15], 12
    places = np.zeros((1, 16, len(decode._decode.character)), np.float32)
    places[0, :, 0] = 1.0
    places[0, begins] = 0.0
    places[0, begins, [decode._decode.dict[letter] for letter in letters]] = 1.0
    for at in (1, far):
        places[0, at, [0, decode._decode.dict[" "]]] = 0.95, 0.05
    assert decode(places)[0][0][0] == read
