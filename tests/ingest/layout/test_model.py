"""The layout model's boxes."""

import pymupdf
import pytest

from mmrag.ingest.layout import fragments
from mmrag.ingest.layout.model import LayoutBox, layout_boxes


def drawn_page(document: pymupdf.Document) -> pymupdf.Page:
    """A page with a paragraph and, below it, a table of six rows and three columns."""
    page = document.new_page()
    page.insert_textbox((72, 72, 520, 200), "The towers stand on granite. " * 12, fontsize=11)
    for row in range(6):
        page.draw_line((72, 238 + 20 * row), (500, 238 + 20 * row))
        cells = (f"Tower {row}", f"{411 + row}", "508")
        for x, text in zip((76, 250, 400), cells, strict=True):
            page.insert_text((x, 252 + 20 * row), text, fontsize=11)
    return page


def check_table(seen: list[LayoutBox]) -> None:
    (table,) = [box for box in seen if box.label == "table"]
    assert 60 < table.bbox[0] < table.bbox[2] < 520
    assert 230 < table.bbox[1] < table.bbox[3] < 375
    assert table.lines is not None
    assert sum(table.bbox[1] < row < table.bbox[3] for row in table.lines.rows) >= 5
    assert any(120 < column < 250 for column in table.lines.columns)
    assert any(270 < column < 400 for column in table.lines.columns)


def test_the_model_sees_a_table_with_its_rows_and_columns() -> None:
    with pymupdf.open() as document:
        page = drawn_page(document)
        seen = layout_boxes(page)
        assert "text" in {box.label for box in seen}
        check_table(seen)
        assert fragments.read(page).fragments  # the page can still be read


def test_text_that_was_read_shows_it_the_table_of_a_scan() -> None:
    with pymupdf.open() as document:
        page = drawn_page(document)
        lines = fragments.read(page).fragments
        pixels = page.get_pixmap(dpi=110)
        scan = document.new_page()
        scan.insert_image(scan.rect, pixmap=pixels)
        assert not any(box.lines for box in layout_boxes(scan))
        check_table(layout_boxes(scan, lines))


@pytest.mark.parametrize("text", ["表格", "\N{REPLACEMENT CHARACTER}", "€ 5 ½"])
def test_text_of_any_script_may_be_read(text: str) -> None:
    with pymupdf.open() as document:
        page = drawn_page(document)
        (line, *others) = fragments.read(page).fragments
        odd = type(line)(text, line.bbox, line.size, bold=False)
        assert layout_boxes(document.new_page(), [odd, *others])
