"""The layout model's boxes."""

from pathlib import Path

import pymupdf

from mmrag.ingest.layout import fragments
from mmrag.ingest.layout.model import layout_boxes


def test_the_model_sees_a_table(tmp_path: Path) -> None:
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_textbox((72, 72, 520, 200), "The towers stand on granite. " * 12, fontsize=11)
        for row in range(6):
            page.draw_line((72, 238 + 20 * row), (500, 238 + 20 * row))
            for x, text in zip(
                (76, 250, 400), (f"Tower {row}", f"{411 + row}", "508"), strict=True
            ):
                page.insert_text((x, 252 + 20 * row), text, fontsize=11)
        seen = layout_boxes(page)
        assert "text" in {box.label for box in seen}
        (table,) = [box for box in seen if box.label == "table"]
        assert 60 < table.bbox[0] < table.bbox[2] < 520
        assert 230 < table.bbox[1] < table.bbox[3] < 375
        assert fragments.read(page).fragments  # the page can still be read
