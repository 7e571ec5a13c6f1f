"""Tables of whole pages: drawn, as pixels alone, and too large to be kept in whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pymupdf
import pytest
from PIL import Image

from mmrag.config import IngestSettings
from mmrag.ingest import parsing
from mmrag.ingest.figures import figure_data
from mmrag.ingest.raw import RawPage
from mmrag.ingest.session import ReadingSession
from mmrag.protocols import OcrLine

ROWS = (
    ("Harbour", "2024", "2023"),
    ("Bergen", "1,204", "1,118"),
    ("Stavanger", "804", "790"),
    ("Tromsø", "311", "305"),
    ("Total", "2,319", "2,213"),
)
DPI = 110


@dataclass
class Eyes:
    """Reads what a page was made of, wherever it is drawn."""

    lines: Sequence[OcrLine]
    name: str = "eyes"

    def read(self, image: Image.Image) -> Sequence[OcrLine]:
        return self.lines


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    """A page with a caption and a ruled table."""
    path = tmp_path / "drawn.pdf"
    with pymupdf.open() as document:
        page = document.new_page(width=400, height=500)
        page.insert_text((50, 60), "Table 1: Ships that called at each harbour", fontsize=11)
        for at, row in enumerate(ROWS):
            for column, text in enumerate(row):
                page.insert_text((56 + 100 * column, 96 + 24 * at), text, fontsize=11)
        for at in range(len(ROWS) + 1):
            page.draw_line((50, 80 + 24 * at), (350, 80 + 24 * at))
        for at in range(4):
            page.draw_line((50 + 100 * at, 80), (50 + 100 * at, 80 + 24 * len(ROWS)))
        document.save(path)
    return path


def read(path: Path, eyes: Eyes | None = None) -> RawPage:
    settings = IngestSettings()
    make = None if eyes is None else lambda: eyes
    session = ReadingSession(settings, make, DPI, lambda stage, page: None)
    (page,) = (found for found in parsing.parse(path, session) if isinstance(found, RawPage))
    return page


def texts(page: RawPage) -> list[tuple[str, ...]]:
    (figure,) = page.figures
    rows: dict[int, list[str]] = {}
    for cell in figure.cells:
        rows.setdefault(cell.row, []).append(cell.text)
    return [tuple(row) for row in rows.values()]


def test_a_drawn_table_is_read_cell_by_cell(drawn: Path) -> None:
    assert texts(read(drawn)) == list(ROWS)


def test_a_table_in_a_scan_is_read_from_what_ocr_finds_and_the_ruling_in_its_pixels(
    drawn: Path, tmp_path: Path
) -> None:
    scale = DPI / 72
    with pymupdf.open(drawn) as document, pymupdf.open() as scan:
        lines = [
            OcrLine(span["text"], tuple(scale * value for value in span["bbox"]), 0.99)
            for block in document[0].get_text("dict")["blocks"]
            for line in block.get("lines", ())
            for span in line["spans"]
        ]
        page = scan.new_page(width=400, height=500)
        page.insert_image(page.rect, pixmap=document[0].get_pixmap(dpi=200))
        scan.save(tmp_path / "scan.pdf")
    assert texts(read(tmp_path / "scan.pdf", Eyes(lines))) == list(ROWS)


def test_what_is_left_out_of_a_table_too_large_is_told_and_the_page_is_read(
    drawn: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figure_data, "MAX_CELLS", 6)
    page = read(drawn)
    assert texts(page) == list(ROWS[:2])
    (problem,) = page.problems
    assert str(problem) == "limit page 1: Table 1: only the first 6 of its cells were read as data"
    assert "Tromsø" in page.text
