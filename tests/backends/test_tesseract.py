"""Tesseract as second OCR: by a program of our own in its place, and by itself where it is here."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from mmrag.backends import tesseract
from mmrag.config import OcrSettings
from mmrag.errors import ConfigError, ModelMissing
from mmrag.protocols import OcrLine

PICTURE = Image.new("RGB", (400, 200), "white")
COLUMNS = "level page_num block_num par_num line_num word_num left top width height conf text"
WORDS = (
    "5 1 1 1 1 1 100 40 60 20 90.5 سفن",
    "5 1 1 1 1 2 40 42 50 18 95.5 البحيرة",
    "5 1 1 1 2 1 40 80 50 18 20.0 ???",
)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A program that is called tesseract, knows three packs and reads the same in each picture."""
    rows = [COLUMNS, "4 1 1 1 1 0 40 40 120 20 -1 ", *WORDS]
    (tmp_path / "read.tsv").write_text("\n".join(row.replace(" ", "\t") for row in rows) + "\n")
    script = tmp_path / "tesseract"
    script.write_text(
        "#!/bin/sh\n"
        'case "$*" in\n'
        '  --list-langs) printf "List of available languages (3):\\nara\\neng\\nosd\\n" ;;\n'
        f'  *"--psm 0"*) cat > /dev/null; printf "Script: %s\\n" "$(cat {tmp_path}/script)" ;;\n'
        f'  *) cat > /dev/null; echo "$*" > {tmp_path}/asked; cat {tmp_path}/read.tsv ;;\n'
        "esac\n"
    )
    script.chmod(0o755)
    (tmp_path / "script").write_text("Arabic")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    tesseract.packs.cache_clear()
    yield tmp_path
    tesseract.packs.cache_clear()


class Reader:
    """An engine that reads one line, as surely as it is told."""

    name = "reader"

    def __init__(self, confidence: float) -> None:
        self._line = OcrLine("read", (0.0, 0.0, 9.0, 9.0), confidence)

    def read(self, image: Image.Image) -> list[OcrLine]:
        return [self._line]


def test_words_of_a_line_are_one_line_with_its_box(program: Path) -> None:
    [line] = tesseract.load(OcrSettings(languages="ara")).read(PICTURE)
    assert (line.text, line.box) == ("سفن البحيرة", (40.0, 40.0, 160.0, 60.0))
    assert line.confidence == pytest.approx(0.93)


def test_the_languages_are_those_that_the_settings_name(program: Path) -> None:
    assert tesseract.load(OcrSettings(languages="ara+eng")).name == "tesseract ara+eng"
    assert tesseract.load(OcrSettings()).name == "tesseract ara+eng"
    with pytest.raises(ConfigError, match=r"no pack 'deu' here: choose among ara, eng"):
        tesseract.load(OcrSettings(languages="deu"))


def test_what_is_in_a_script_that_the_first_does_not_know_is_read_by_tesseract(
    program: Path,
) -> None:
    [line] = tesseract.ByScript(Reader(0.4), OcrSettings()).read(PICTURE)
    assert line.text == "سفن البحيرة"
    assert "-l ara+eng" in (program / "asked").read_text()


def test_what_the_first_reads_surely_or_knows_stays(program: Path) -> None:
    assert tesseract.ByScript(Reader(0.9), OcrSettings()).read(PICTURE)[0].text == "read"
    (program / "script").write_text("Latin")
    assert tesseract.ByScript(Reader(0.4), OcrSettings()).read(PICTURE)[0].text == "read"
    assert not (program / "asked").exists()


def test_without_tesseract_its_engine_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    tesseract.packs.cache_clear()
    assert tesseract.packs() == ()
    with pytest.raises(ModelMissing, match="apt-get install tesseract-ocr"):
        tesseract.load(OcrSettings(engine="tesseract"))
    tesseract.packs.cache_clear()


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
def test_tesseract_itself_reads_a_line() -> None:
    picture = Image.new("RGB", (700, 120), "white")
    font = ImageFont.load_default(48)
    ImageDraw.Draw(picture).text((20, 30), "The ferry left at noon", fill="black", font=font)
    [line] = tesseract.load(OcrSettings(languages="eng")).read(picture)
    assert line.text == "The ferry left at noon"
