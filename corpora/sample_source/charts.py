"""Vector charts and diagrams, drawn into a box of a book's page."""

from collections.abc import Sequence

import pymupdf

from sample_source.book import BLUE, GREY, INK, PALETTE, Book, Box


def bars(book: Book, box: Box, labels: Sequence[str], values: Sequence[float], unit: str) -> None:
    """A bar chart with its values above the bars."""
    x0, y0, x1, y1 = _axes(book, box, unit)
    top = max(values) * 1.18
    each = (x1 - x0) / len(values)
    for at, (label, value) in enumerate(zip(labels, values, strict=True)):
        left, height = x0 + each * (at + 0.22), (y1 - y0) * value / top
        bar = pymupdf.Rect(left, y1 - height, left + each * 0.56, y1)
        book.page.draw_rect(bar, color=None, fill=PALETTE[0])
        text = f"{value:g}"
        middle = left + each * 0.28
        book.write((middle - book.length(text, 8) / 2, y1 - height - 3), text, 8)
        book.write((middle - book.length(label, 8) / 2, y1 + 11), label, 8)


def lines(
    book: Book, box: Box, labels: Sequence[str], series: dict[str, Sequence[float]], unit: str
) -> None:
    """A line chart with a legend and the last value of every line."""
    x0, y0, x1, y1 = _axes(book, box, unit)
    top = max(max(values) for values in series.values()) * 1.15
    step = (x1 - x0 - 60) / (len(labels) - 1)
    for at, label in enumerate(labels):
        book.write((x0 + step * at - book.length(label, 8) / 2 + 4, y1 + 11), label, 8)
    for (name, values), colour in zip(series.items(), PALETTE, strict=False):
        points = [
            pymupdf.Point(x0 + 4 + step * at, y1 - (y1 - y0) * value / top)
            for at, value in enumerate(values)
        ]
        book.page.draw_polyline(points, color=colour, width=1.6)
        for point in points:
            book.page.draw_circle(point, 2, color=colour, fill=colour)
        end = points[-1]
        book.write((end.x + 6, end.y + 3), f"{name} {values[-1]:g}", 8, colour=colour)


def pie(book: Book, box: Box, shares: dict[str, float]) -> None:
    """A pie chart with its shares in percent beside it."""
    x0, y0, x1, y1 = box
    centre = pymupdf.Point(x0 + (x1 - x0) * 0.32, (y0 + y1) / 2)
    radius = (y1 - y0) * 0.44
    start = pymupdf.Point(centre.x, centre.y - radius)
    for at, ((name, share), colour) in enumerate(zip(shares.items(), PALETTE, strict=False)):
        start = book.page.draw_sector(
            centre, start, -3.6 * share, color=(1, 1, 1), fill=colour, fullSector=True
        )
        y = y0 + 24 + at * 18
        book.page.draw_rect(
            pymupdf.Rect(x0 + (x1 - x0) * 0.62, y - 7, x0 + (x1 - x0) * 0.62 + 8, y + 1),
            color=None, fill=colour,
        )  # fmt: skip
        book.write((x0 + (x1 - x0) * 0.62 + 13, y), f"{name} {share:g} %", 9)


def flow(book: Book, box: Box, names: Sequence[str]) -> None:
    """Boxes from left to right with arrows between them."""
    x0, y0, x1, y1 = box
    each = (x1 - x0) / len(names)
    middle = (y0 + y1) / 2
    for at, name in enumerate(names):
        left = x0 + each * at
        frame = pymupdf.Rect(left + 3, middle - 20, left + each - 16, middle + 20)
        book.page.draw_rect(frame, color=BLUE, fill=(0.92, 0.95, 0.98), width=1.2)
        rows = book.wrap(name, 8, frame.width - 6)
        for row, text in enumerate(rows):
            y = middle + 3 + (row - (len(rows) - 1) / 2) * 10
            book.write((frame.x0 + (frame.width - book.length(text, 8)) / 2, y), text, 8)
        if at + 1 < len(names):
            tip = pymupdf.Point(left + each + 2, middle)
            book.page.draw_line((frame.x1, middle), tip, color=INK, width=1.2)
            book.page.draw_polyline(
                [(tip.x - 5, middle - 3), tip, (tip.x - 5, middle + 3)], color=INK, width=1.2
            )


def machine(book: Book, box: Box, parts: Sequence[str]) -> None:
    """A device in outline with numbered call-outs."""
    x0, y0, x1, y1 = box
    left, right = x0 + (x1 - x0) * 0.2, x0 + (x1 - x0) * 0.5
    book.page.draw_rect(pymupdf.Rect(left, y0 + 12, right, y1 - 12), color=INK, width=1.5)
    book.page.draw_circle(((left + right) / 2, y0 + 48), 18, color=INK, width=1.2)
    book.page.draw_rect(
        pymupdf.Rect(left + 14, y1 - 60, right - 14, y1 - 24), color=GREY, width=1.2
    )
    book.page.draw_line((left + 20, y0 + 90), (right - 20, y0 + 90), color=GREY, width=3)
    step = (y1 - y0 - 30) / len(parts)
    for at, part in enumerate(parts):
        y = y0 + 20 + step * at
        x = x0 + (x1 - x0) * 0.62
        book.page.draw_line((right - 10, y + 8), (x - 4, y - 3), color=GREY, width=0.8)
        book.write((x, y), f"{at + 1}  {part}", 9)


def _axes(book: Book, box: Box, unit: str) -> Box:
    """Axes with the unit above them; the box that is left for the data."""
    x0, y0, x1, y1 = box[0] + 10, box[1] + 18, box[2] - 6, box[3] - 16
    book.page.draw_line((x0, y0), (x0, y1), color=GREY, width=0.8)
    book.page.draw_line((x0, y1), (x1, y1), color=GREY, width=0.8)
    book.write((x0 - 8, y0 - 7), unit, 8, colour=GREY)
    return x0, y0, x1, y1
