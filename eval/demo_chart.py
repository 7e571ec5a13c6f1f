"""A page with a chart that has no values at its marks, for the demonstration: `make demo`.

python eval/demo_chart.py indexes/demo-docs
"""

import argparse
from pathlib import Path

import pymupdf

YEARS = range(2010, 2020)
LEVELS = (38.2, 39.1, 40.4, 39.7, 41.3, 43.0, 42.2, 44.6, 46.1, 45.4)
"""Water level at the lock of Orsa in centimetres; the axis goes from 30 to 50."""
PLOT = (110.0, 180.0, 480.0, 400.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with pymupdf.open() as document:
        page = document.new_page(width=595, height=842)
        page.insert_text((72, 80), "The lock of Orsa: a decade of water levels", fontsize=16)
        page.insert_textbox((72, 100, 520, 150), PROSE, fontsize=11)
        draw(page)
        page.insert_text((72, 450), "Figure 1: Water level at the lock by year, in centimetres.")
        document.set_metadata({"title": "The lock of Orsa: water levels 2010 to 2019"})
        document.save(folder / "lock-of-orsa-water-levels.pdf", no_new_id=True)


PROSE = (
    "The gauge at the lock has been read every morning since it was built. The figure shows the "
    "mean of each year; a table of the readings is kept by the keeper of the lock."
)


def draw(page: pymupdf.Page) -> None:
    """The chart: axes with numbers, a line with markers, and no value beside it."""
    x0, y0, x1, y1 = PLOT
    page.draw_line((x0, y0), (x0, y1), width=0.8)
    page.draw_line((x0, y1), (x1, y1), width=0.8)
    for value in range(30, 51, 5):
        y = y1 - (y1 - y0) * (value - 30) / 20
        page.draw_line((x0 - 4, y), (x0, y), width=0.8)
        wide = pymupdf.get_text_length(str(value), fontsize=9)
        page.insert_text((x0 - 8 - wide, y + 3), str(value), fontsize=9)
    step = (x1 - x0 - 40) / (len(YEARS) - 1)
    points = []
    for at, (year, level) in enumerate(zip(YEARS, LEVELS, strict=True)):
        x = x0 + 20 + step * at
        wide = pymupdf.get_text_length(str(year), fontsize=9)
        page.insert_text((x - wide / 2, y1 + 14), str(year), fontsize=9)
        page.draw_line((x, y1), (x, y1 + 4), width=0.8)
        points.append(pymupdf.Point(x, y1 - (y1 - y0) * (level - 30) / 20))
    page.draw_polyline(points, color=(0.1, 0.3, 0.6), width=1.6)
    for point in points:
        page.draw_circle(point, 2, color=(0.1, 0.3, 0.6), fill=(0.1, 0.3, 0.6))
    page.insert_text((x0 - 40, y0 - 10), "Water level (cm)", fontsize=9)


if __name__ == "__main__":
    main()
