"""Figures of real pages: drawn, pasted, ruled, scanned; with a caption and without."""

import io
import math
from collections.abc import Callable, Iterator

import pymupdf
import pytest
from PIL import Image, ImageDraw

from mmrag import boxes
from mmrag.ingest.figures import graphics
from mmrag.ingest.figures.regions import STAGES, FoundFigure, find_figures
from mmrag.ingest.layout import fragments
from mmrag.ingest.layout.order import Fragment
from mmrag.types import BBox

PROSE = "The station was opened in spring and closed in autumn. Its towers stand on granite. " * 6


@pytest.fixture
def page() -> Iterator[pymupdf.Page]:
    """An empty page of 600 x 800 points."""
    with pymupdf.open() as document:
        yield document.new_page(width=600, height=800)


def find(page: pymupdf.Page, use_layout: str = "never", **more: object) -> list[FoundFigure]:
    return find_figures(page, fragments.read(page).fragments, use_layout, **more)


def write(page: pymupdf.Page, box: BBox, text: str = PROSE, size: float = 10) -> None:
    page.insert_textbox(box, text, fontsize=size)


def draw_chart(page: pymupdf.Page, box: BBox) -> None:
    """Five bars on two axes with numbers beside them."""
    x0, y0, x1, y1 = box
    page.draw_line((x0, y0), (x0, y1))
    page.draw_line((x0, y1), (x1, y1))
    step = (x1 - x0) / 5
    for bar in range(5):
        left, top = x0 + step * bar + 4, y0 + 9 * bar
        page.draw_rect((left, top, left + step - 8, y1), fill=(0.2, 0.4, 0.7), color=None)
        page.insert_text((left + 2, y1 - 4), str(10 * bar + 3), fontsize=7)


def picture(width: int = 90, height: int = 60) -> bytes:
    """A photograph of sorts: no two lines are alike."""
    image = Image.new("RGB", (width, height))
    for x in range(width):
        for y in range(height):
            image.putpixel((x, y), (255 * x // width, 255 * y // height, (7 * x + 3 * y) % 256))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def near(found: BBox, true: BBox) -> bool:
    return boxes.iou(found, true) > 0.8


def test_a_vector_chart_and_its_caption_below(page: pymupdf.Page) -> None:
    write(page, (60, 60, 540, 200))
    draw_chart(page, (150, 260, 450, 420))
    page.insert_text((150, 440), "Figure 3: Trips by month", fontsize=10)
    write(page, (60, 480, 540, 620))
    (figure,) = find(page)
    assert near(figure.bbox, (150, 260, 450, 420))
    assert (figure.kind, figure.label) == ("chart", "Figure 3")
    assert figure.caption == "Figure 3: Trips by month"
    assert figure.caption_bbox is not None and figure.caption_bbox[1] > figure.bbox[3]
    assert figure.text.split() == ["3", "13", "23", "33", "43"]
    assert figure.repeat_key == ""


def test_figures_side_by_side_each_have_their_own_caption(page: pymupdf.Page) -> None:
    for x, name in ((60, "Figure 1: Trips"), (320, "Figure 2: Riders")):
        draw_chart(page, (x, 100, x + 210, 220))
        page.insert_text((x, 240), name, fontsize=10)
        write(page, (x, 270, x + 220, 500))
    left, right = find(page)
    assert (left.label, right.label) == ("Figure 1", "Figure 2")
    assert near(left.bbox, (60, 100, 270, 220))
    assert near(right.bbox, (320, 100, 530, 220))


def test_panels_under_one_caption_are_one_figure(page: pymupdf.Page) -> None:
    draw_chart(page, (60, 100, 280, 220))
    draw_chart(page, (310, 100, 530, 220))
    page.insert_text(
        (60, 240), "Figure 1. Trips (left) and riders (right) in the first year of the "
    )
    page.insert_text(
        (60, 254), "cable railway, for each of the five stations that were open by then."
    )
    write(page, (60, 300, 540, 500))
    (figure,) = find(page)
    assert near(figure.bbox, (60, 100, 530, 220))


def test_figures_above_one_another_go_to_the_caption_between_and_below(page: pymupdf.Page) -> None:
    for y, name in ((80, "Figure 1: Trips"), (240, "Figure 2: Riders")):
        draw_chart(page, (150, y, 450, y + 100))
        page.insert_text((150, y + 118), name, fontsize=10)
    first, second = find(page)
    assert near(first.bbox, (150, 80, 450, 180)) and first.label == "Figure 1"
    assert near(second.bbox, (150, 240, 450, 340)) and second.label == "Figure 2"


def test_a_table_between_rules_with_its_caption_above(page: pymupdf.Page) -> None:
    write(page, (60, 60, 540, 180))
    page.insert_text((120, 214), "Table 2. Trips by season", fontsize=10)
    for y in (224, 242, 304):
        page.draw_line((120, y), (480, y))
    for row, cells in enumerate((("Season", "2019", "2020"), *[("Spring", "411", "508")] * 4)):
        for x, cell in zip((124, 300, 420), cells, strict=True):
            page.insert_text((x, 237 + 15 * row), cell, fontsize=10)
    write(page, (60, 340, 540, 460))
    (table,) = find(page)
    assert near(table.bbox, (120, 224, 480, 304))
    assert (table.kind, table.label, table.caption) == (
        "table",
        "Table 2",
        "Table 2. Trips by season",
    )
    assert table.text.splitlines()[0].split() == ["Season", "2019", "2020"]


def test_a_table_without_any_rule_is_found_by_its_caption(page: pymupdf.Page) -> None:
    page.insert_text((120, 100), "Table 1: Trips by season", fontsize=10)
    for row in range(5):
        for x, cell in zip((124, 300, 420), ("Spring", "411", "508"), strict=True):
            page.insert_text((x, 122 + 15 * row), cell, fontsize=10)
    (table,) = find(page)
    assert near(table.bbox, (124, 112, 440, 185))


def test_framed_text_is_a_figure_only_where_a_caption_says_so(page: pymupdf.Page) -> None:
    page.draw_rect((100, 90, 500, 200))
    write(page, (110, 95, 490, 195))
    assert find(page) == []
    page.insert_text((100, 220), "Figure 4. How the station is opened", fontsize=10)
    (figure,) = find(page)
    assert near(figure.bbox, (100, 90, 500, 200))


def test_rules_underlines_and_bullets_are_no_figures(page: pymupdf.Page) -> None:
    write(page, (60, 60, 540, 180))
    page.draw_line((60, 50), (540, 50))
    for row in range(6):
        page.draw_line((60, 75 + 14 * row), (120, 75 + 14 * row))
        page.draw_circle((50, 70 + 14 * row), 2, fill=(0, 0, 0))
    assert find(page) == []


def test_a_background_is_no_figure(page: pymupdf.Page) -> None:
    page.insert_image(page.rect, stream=picture(), keep_proportion=False)
    write(page, (60, 60, 540, 180))
    assert find(page) == []


def test_a_picture_without_a_number_is_titled_by_the_heading_above(page: pymupdf.Page) -> None:
    write(page, (60, 60, 540, 180))
    page.insert_text((150, 250), "The first cabin", fontname="hebo", fontsize=12)
    page.insert_text((150, 264), "seen from the valley", fontsize=9)
    page.insert_image((150, 275, 450, 475), stream=picture())
    (found,) = find(page)
    assert (found.kind, found.label) == ("picture", "")
    assert found.caption == "The first cabin seen from the valley"
    assert near(found.bbox, (150, 275, 450, 475))


def test_a_paragraph_above_is_no_title(page: pymupdf.Page) -> None:
    write(page, (150, 100, 450, 270))
    page.insert_image((150, 275, 450, 475), stream=picture())
    (found,) = find(page)
    assert (found.caption, found.caption_bbox) == ("", None)


def test_small_pictures_count_only_with_a_caption(page: pymupdf.Page) -> None:
    page.insert_image((100, 100, 150, 125), stream=picture())
    assert find(page) == []
    page.insert_text((100, 140), "Figure 1: The badge", fontsize=10)
    assert [figure.label for figure in find(page)] == ["Figure 1"]


def test_the_same_picture_at_the_same_place_has_the_same_key(page: pymupdf.Page) -> None:
    keys = []
    for box in ((400, 20, 560, 100), (400, 20, 560, 100), (400, 120, 560, 200)):
        with pymupdf.open() as document:
            page = document.new_page(width=600, height=800)
            page.insert_image(box, stream=picture())
            keys += [figure.repeat_key for figure in find(page)]
    assert keys[0] == keys[1] != ""
    assert keys[2] != keys[0]


def test_boxes_with_words_and_arrows_are_a_diagram(page: pymupdf.Page) -> None:
    for number, word in enumerate(("Valley", "Tower", "Summit")):
        x = 100 + 140 * number
        page.draw_rect((x, 100, x + 100, 160))
        page.insert_text((x + 20, 133), word, fontsize=10)
        if number:
            page.draw_line((x - 40, 130), (x, 130))
    page.insert_text((100, 190), "Figure 1: The way of a cabin", fontsize=10)
    (figure,) = find(page)
    assert figure.kind == "diagram"
    assert near(figure.bbox, (100, 100, 480, 160))
    assert set(figure.text.split()) == {"Valley", "Tower", "Summit"}


def scan(draw: Callable[[ImageDraw.ImageDraw], None], strips: int = 1) -> pymupdf.Document:
    """A page of 600 x 800 points that is a picture, in one piece or in strips."""
    image = Image.new("RGB", (600, 800), "white")
    draw(ImageDraw.Draw(image))
    document = pymupdf.open()
    page = document.new_page(width=600, height=800)
    tall = 800 // strips
    for top in range(0, 800, tall):
        buffer = io.BytesIO()
        image.crop((0, top, 600, top + tall)).save(buffer, "PNG")
        page.insert_image((0, top, 600, top + tall), stream=buffer.getvalue())
    return document


@pytest.mark.parametrize("strips", [1, 16])
def test_a_drawing_on_a_scanned_page_is_found_in_its_pixels(strips: int) -> None:
    def star(draw: ImageDraw.ImageDraw) -> None:
        for angle in range(0, 360, 20):
            end = 300 + 90 * math.cos(angle), 300 + 90 * math.sin(angle)
            draw.line((300, 300, *end), fill="black", width=3)
        draw.rectangle((100, 500, 400, 512), fill="black")  # a line of text
        draw.rectangle((0, 600, 30, 800), fill="black")  # the edge of the glass

    line = Fragment("Figure 1: How the cables leave the wheel", (100, 500, 400, 512), 10, False)
    with scan(star, strips) as document:
        (figure,) = find_figures(document[0], [line], "never")
        assert near(figure.bbox, (210, 210, 390, 390))
        assert (figure.label, figure.kind) == ("", "picture")
        closer = Fragment(line.text, (200, 400, 400, 412), 10, False)
        assert [f.label for f in find_figures(document[0], [closer], "never")] == ["Figure 1"]


def test_a_scan_of_text_has_no_figures() -> None:
    with scan(lambda draw: draw.rectangle((100, 500, 400, 512), fill="black")) as document:
        line = Fragment("The towers stand on granite", (100, 500, 400, 512), 10, False)
        assert find_figures(document[0], [line], "never") == []


def test_each_stage_is_announced_and_can_be_left_out(page: pymupdf.Page) -> None:
    draw_chart(page, (150, 260, 450, 420))
    page.insert_text((150, 440), "Figure 3: Trips by month", fontsize=10)
    stages: list[str] = []
    assert find(page, "always", on_stage=stages.append)
    assert stages == ["images", "drawings", "layout"]
    for stage in STAGES:
        stages.clear()
        find(page, "always", without=frozenset({stage}), on_stage=stages.append)
        assert stage not in stages
    assert find(page, without=frozenset({"images", "drawings", "pixels"})) == []


def test_the_layout_model_runs_when_asked_or_when_there_is_a_sign(page: pymupdf.Page) -> None:
    write(page, (60, 60, 540, 180))
    stages: list[str] = []
    find(page, "auto", on_stage=stages.append)
    find(page, "never", on_stage=stages.append)
    assert "layout" not in stages
    find(page, "always", on_stage=stages.append)
    assert stages[-1] == "layout"


def test_more_paths_than_are_looked_at_are_reported(
    page: pymupdf.Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphics, "MAX_PATHS", 20)
    for x in range(100, 500, 4):
        page.draw_line((x, 100), (x + 3, 180 + x % 7))
    page.insert_text((100, 210), "Figure 1: Trips", fontsize=10)
    limits: list[tuple[str, str]] = []
    stages: list[str] = []
    (figure,) = find(
        page,
        "always",
        on_stage=stages.append,
        on_limit=lambda stage, message: limits.append((stage, message)),
    )
    assert limits == [
        ("drawings", "20 of 100 paths were looked at"),
        ("layout", "100 paths are too many for the layout model"),
    ]
    assert "layout" not in stages
    assert boxes.iou(figure.bbox, (100, 100, 499, 186)) > 0.5


def test_an_empty_page_has_none(page: pymupdf.Page) -> None:
    assert find(page) == []
    assert find(page, "always") == []


def test_tables_side_by_side_each_have_their_own_caption(page: pymupdf.Page) -> None:
    write(page, (60, 60, 540, 140))
    for x, name in ((60, "Table 1: Trips"), (320, "Table 2: Riders")):
        page.insert_text((x, 170), name, fontsize=9)
        for y in (180, 245):
            page.draw_line((x, y), (x + 220, y))
        for row, cells in enumerate((("Month", "North", "South"), ("May", "41", "9"))):
            for column, cell in enumerate(cells):
                page.insert_text((x + 75 * column, 200 + 20 * row), f"{cell} ", fontsize=9)
        page.insert_text((x, 240), "June", fontsize=9)
    write(page, (60, 260, 540, 360))
    found = find(page, "always")
    assert [(figure.kind, figure.caption) for figure in found] == [
        ("table", "Table 1: Trips"),
        ("table", "Table 2: Riders"),
    ]
    assert found[0].bbox[2] < 320 <= round(found[1].bbox[0])


def test_two_bitmaps_share_one_caption(page: pymupdf.Page) -> None:
    write(page, (60, 60, 540, 140))
    page.insert_image((60, 160, 240, 280), stream=picture(), keep_proportion=False)
    page.insert_image((360, 160, 540, 280), stream=picture(60, 60), keep_proportion=False)
    page.insert_text((150, 300), "Figure 4: The old depot and the new one", fontsize=9)
    write(page, (60, 330, 540, 420))
    (figure,) = find(page)
    assert near(figure.bbox, (60, 160, 540, 280))


def test_samples_of_a_legend_at_the_side_of_a_chart_belong_to_it(page: pymupdf.Page) -> None:
    draw_chart(page, (100, 100, 300, 220))
    page.insert_text((306, 120), "Tram", fontsize=8)
    page.insert_text((306, 134), "Ferry", fontsize=8)
    for y, colour in ((114, (0.2, 0.4, 0.7)), (128, (0.8, 0.2, 0.1))):
        page.draw_rect((338, y, 346, y + 6), fill=colour, color=None)
    page.insert_text((100, 250), "Figure 1: Passengers by year, in thousands.", fontsize=10)
    [chart] = find(page)
    assert chart.kind == "chart"
    assert chart.bbox[2] == pytest.approx(346, abs=0.5)
    assert any(seen[0] >= 338 for _, seen in chart.drawn)
