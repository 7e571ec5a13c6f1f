"""What several tests of commands index."""

from pathlib import Path

import pymupdf
import pytest


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A page with a sentence, and a bar chart under its caption, alone in its folder."""
    path = tmp_path / "docs" / "report.pdf"
    path.parent.mkdir()
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=400, height=500)
        page.insert_text((40, 60), "The tide mill of Orrin ground barley.")
        for number in range(4):
            page.draw_rect((60 + 60 * number, 300 - 30 * number, 100 + 60 * number, 400), fill=(0,))
        page.insert_text((40, 430), "Figure 1: Barley by year.")
        pdf.save(path)
    return path
