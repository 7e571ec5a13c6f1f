import shutil
from collections.abc import Callable
from pathlib import Path

import pymupdf
import pytest
from vision_pages import line, reading

from mmrag import Vision
from mmrag.errors import ModelMissing
from mmrag.protocols import OcrName
from mmrag.vision.ocr import Difference, aligned, engine_result, told

SIGN = reading(line(("mind the step", 20, 20), size=9), line(("EXIT", 20, 60), size=40))


def test_lines_come_with_boxes_and_confidence() -> None:
    found = engine_result(SIGN)
    assert [(item.text, item.confidence) for item in found.lines] == [
        ("mind the step", 1.0),
        ("EXIT", 1.0),
    ]
    assert found.by == "text layer"
    assert not found.is_nothing
    assert engine_result(reading()).is_nothing


def test_on_a_sign_the_largest_is_read_first() -> None:
    assert told(SIGN, "signage") == "EXIT\nmind the step"
    assert told(SIGN, "receipt") == "mind the step\nEXIT"


def test_two_readings_are_aligned_and_what_one_alone_has_is_marked() -> None:
    differences, agreement = aligned("Total 13.25 cash paid", "total 18.25 cash paid twice")
    assert differences == (Difference("13.25", "18.25"), Difference("", "twice"))
    assert agreement == 0.6
    assert aligned("", "") == ((), 1.0)


@pytest.mark.parametrize("engine", ["rapidocr", "tesseract"])
def test_the_engine_that_is_asked_for_reads_and_is_named(
    drawn: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: OcrName
) -> None:
    if engine == "tesseract" and shutil.which("tesseract") is None:
        pytest.skip("Tesseract is not installed")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = drawn("THE FERRY LEFT AT NOON")
    with Vision.open("embedded") as vision:
        as_the_profile_says = vision.ocr(path)  # which is kept, and not taken for the other's
        found = vision.ocr(path, engine=engine)
    assert (found.by, found.text.upper()) == (engine, "THE FERRY LEFT AT NOON")
    assert (found.lines == as_the_profile_says.lines) == (engine == "rapidocr")


SMALL_PRINT = [
    "The lessee keeps the boat in good repair and returns it",
    "with a full tank to the berth at which it was handed over.",
    "Damage to the hull is reported before the evening tide,",
    "and 38.75 a day is charged from the third day onwards.",
]


@pytest.mark.parametrize(
    ("dpi", "size", "points"),
    [(200, (595, 842), 6), (300, (245, 341), 5.5)],
    ids=["scanned sheet", "ticket"],
)
def test_small_print_is_read(
    tmp_path: Path, dpi: int, size: tuple[int, int], points: float
) -> None:
    with pymupdf.open() as document:
        page = document.new_page(width=size[0], height=size[1])
        for number, words in enumerate(SMALL_PRINT):
            page.insert_text(
                (30, 40 + 1.4 * points * number), words, fontsize=points, fontname="tiro"
            )
        pixels = page.get_pixmap(dpi=dpi, colorspace="gray")
        pixels.set_dpi(dpi, dpi)
        pixels.save(tmp_path / "scan.png")
    with Vision.open("embedded", cache=False) as vision:
        found = vision.ocr(tmp_path / "scan.png").text.split()
    wanted = " ".join(SMALL_PRINT).split()
    assert sum(word in found for word in wanted) >= 0.9 * len(wanted)


def test_without_tesseract_it_is_said_how_to_get_it(
    drawn: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with (
        Vision.open("embedded", cache=False) as vision,
        pytest.raises(ModelMissing, match="apt-get install tesseract-ocr"),
    ):
        vision.ocr(drawn("THE FERRY"), engine="tesseract")
