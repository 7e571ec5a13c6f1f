"""Small real files to read, and parsing that hangs or crashes on purpose."""

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pymupdf
import pytest
from PIL import Image, ImageDraw, ImageFont

from mmrag.config import IngestSettings
from mmrag.ingest.events import ParseTask

BODY = (
    "The station was opened in spring and closed in autumn. Its towers stand on granite, and the "
    "cable runs over four valleys. Every cabin takes eight people across the river in nine minutes."
)
FAULTY_PARSE = '''
"""Parsing that fails in the ways a parser can; the file's name says how."""

import os
import signal
import time

from mmrag.errors import DocumentError
from mmrag.ingest.raw import Opened, RawPage


def parse(job, enter):
    fault, _, place = job.task.path.stem.partition("-")
    enter("open", 0)
    if fault == "unopenable":
        os.kill(os.getpid(), signal.SIGSEGV)
    if job.first_page > 4:
        raise DocumentError(f"there is no page {job.first_page}: it has 4")
    yield Opened(4, 4, "", {}, ())
    for number in range(job.first_page, 5):
        for stage in ("text", "drawings", "render"):
            if (stage, number) in job.skip:
                continue
            enter(stage, number)
            if place == f"{stage}{number}" or (fault, stage) == ("always", "drawings"):
                _fail(fault)
        if fault == "stuck" and str(number) in place:
            if ("load", number) in job.skip:
                yield RawPage.empty(number)
                continue
            enter("order", number)
            _fail("crash")
        yield RawPage(number, 100.0, 100.0, f"page {number} of {os.getpid()}", (), "pdf")


def _fail(fault):
    if fault == "hang":
        time.sleep(600)
    if fault == "starved":
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        os.nice(12)
        end = time.process_time() + 0.15
        while time.process_time() < end:
            pass
    if fault == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if fault in ("exit", "always"):
        os._exit(7)
    if fault == "greedy":
        try:
            bytearray(1 << 30)
        except MemoryError:
            os._exit(9)
    if fault == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
'''


@pytest.fixture
def settings() -> IngestSettings:
    return IngestSettings(workers=1)


@pytest.fixture
def faulty_parse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """Parsing that can be pickled; the file `hang-render2.pdf` hangs as page 2 is drawn."""
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "mmrag_faulty_parse.py").write_text(FAULTY_PARSE, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    sys.modules.pop("mmrag_faulty_parse", None)
    import mmrag_faulty_parse

    return mmrag_faulty_parse.parse


@pytest.fixture
def task() -> Callable[[Path], ParseTask]:
    return lambda path: ParseTask(path, "ab" * 32, "abababab")


@pytest.fixture
def make_pdf(tmp_path: Path) -> Callable[..., Path]:
    """Write a PDF of one page per text, in order."""

    def make(*pages: str, name: str = "sample.pdf") -> Path:
        with pymupdf.open() as document:
            for text in pages:
                page = document.new_page()
                page.insert_textbox((72, 72, 520, 700), text, fontsize=11)
            document.save(tmp_path / name)
        return tmp_path / name

    return make


@pytest.fixture
def two_columns(tmp_path: Path) -> Path:
    """A title over two columns of prose, a table across both, and two columns again."""
    with pymupdf.open() as document:
        page = document.new_page(width=600, height=800)
        page.insert_text((60, 60), "The cable car of Vallorbe in its first year", fontsize=18)
        left = "left " + BODY.replace("station", "left station")
        right = "right " + BODY.replace("station", "right station")
        page.insert_textbox((50, 90, 285, 330), left, fontsize=11)
        page.insert_textbox((315, 90, 550, 330), right, fontsize=11)
        for at, row in enumerate((("Year", "2019", "2020"), ("Trips", "411", "508"))):
            for x, cell in zip((60, 250, 450), row, strict=True):
                page.insert_text((x, 360 + 15 * at), cell, fontsize=11)
        page.insert_textbox((50, 420, 285, 700), "lower-left " + BODY, fontsize=11)
        page.insert_textbox((315, 420, 550, 700), "lower-right " + BODY, fontsize=11)
        document.save(tmp_path / "columns.pdf")
    return tmp_path / "columns.pdf"


@pytest.fixture(scope="session")
def picture_of_text() -> Image.Image:
    """Two lines of black type on white, as a scanner sees them."""
    image = Image.new("RGB", (900, 300), "white")
    font = ImageFont.load_default(40)
    draw = ImageDraw.Draw(image)
    draw.text((60, 60), "Invoice number 4711", fill="black", font=font)
    draw.text((60, 170), "Total due 206.10 euros", fill="black", font=font)
    return image


@pytest.fixture
def scanned_pdf(tmp_path: Path, picture_of_text: Image.Image) -> Path:
    """A PDF whose one page is a picture of text, without a text layer."""
    buffer = io.BytesIO()
    picture_of_text.save(buffer, "PNG")
    with pymupdf.open() as document:
        page = document.new_page(width=600, height=200)
        page.insert_image(page.rect, stream=buffer.getvalue())
        document.save(tmp_path / "scan.pdf")
    return tmp_path / "scan.pdf"
