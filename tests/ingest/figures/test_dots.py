"""Dots are painted over before OCR reads a chart; letters and squares stay."""

import pymupdf
from PIL import ImageStat

from mmrag.ingest import rendering
from mmrag.ingest.figures import dots, graphics

BLUE = (0.1, 0.3, 0.7)


def test_a_dot_is_painted_over_and_what_is_no_disc_stays() -> None:
    with pymupdf.open() as document:
        page = document.new_page(width=200, height=100)
        page.draw_circle((40, 50), 3, color=None, fill=BLUE)
        page.draw_rect((77, 47, 83, 53), color=None, fill=BLUE)
        page.draw_oval((115, 47, 125, 53), color=None, fill=BLUE)
        page.draw_circle((160, 50), 12, color=None, fill=BLUE)
        box = (0.0, 0.0, 200.0, 100.0)
        image = rendering.render(page.get_displaylist(), 72, box)
        dots.hide(image, box, graphics.drawings(page).seen)
    darkest = [
        ImageStat.Stat(image.crop((x - 4, 46, x + 4, 54)).convert("L")).extrema[0][0]
        for x in (40, 80, 120, 160)
    ]
    assert darkest[0] > 250
    assert max(darkest[1:]) < 100
