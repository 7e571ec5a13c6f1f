"""Figures as data where OCR read text that is drawn as outlines."""

from PIL import Image

from mmrag.ingest.figures import figure_data
from mmrag.ingest.figures.regions import FoundFigure
from mmrag.ingest.layout.order import Fragment
from mmrag.ingest.layout.page_lines import PageLines
from mmrag.ingest.steps import Steps
from mmrag.types import BBox

BOX = (0.0, 0.0, 300.0, 200.0)
BLUE, BLACK = (0.1, 0.3, 0.7), (0.0, 0.0, 0.0)


def filled(box: BBox, colour: tuple[float, float, float]) -> tuple[dict[str, object], BBox]:
    return {"type": "f", "fill": colour, "items": [("re", box, 1)]}, box


def never_drawn(box: BBox) -> Image.Image:
    raise AssertionError(f"{box} is looked at as a picture")


def test_bars_are_read_as_drawn_where_ocr_read_the_outlines_of_their_text() -> None:
    drawn, read_in = [], []
    for at, (name, value) in enumerate((("Tram", 64), ("Ferry", 31), ("Bus", 78))):
        y = 40.0 + 30 * at
        drawn.append(filled((100, y - 9, 100 + value, y + 9), BLUE))
        for x, text in ((60.0, name), (103.0, str(value))):
            box = (x, y - 5, x + 5 * len(text), y + 5)
            read_in.append(Fragment(text, box, 9.0, False))
            letters = [(x + 5 * n, y - 4, x + 5 * n + 3, y + 4) for n in range(len(text))]
            drawn += [filled(letter, BLACK) for letter in letters]
    figure = FoundFigure(
        BOX, "chart", "", "", None, "", "", drawn=tuple(drawn), read_in=tuple(read_in)
    )
    steps = Steps(1, frozenset(), lambda stage, page: None)
    found = figure_data.read(figure, PageLines((), (), "pdf"), (), never_drawn, steps)
    assert not steps.problems
    told = [cell.text for cell in found.cells]
    assert told == ["Tram", "64", "Ferry", "31", "Bus", "78"]
