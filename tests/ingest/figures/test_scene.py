"""What follows from the lines, drawings and captions of a page of 600 x 800 points."""

from mmrag.ingest.figures.graphics import Graphic
from mmrag.ingest.figures.scene import Scene
from mmrag.ingest.layout.order import Fragment

FRAME = (0.0, 0.0, 600.0, 800.0)
PROSE = "The station was opened in spring and closed again in autumn"


def line(text, x, y, width=200.0):
    return Fragment(text, (x, y, x + width, y + 10), 10.0, bold=False)


def column(x, rows=6, y=300.0):
    return [line(PROSE, x, y + 12 * row) for row in range(rows)]


def test_a_column_is_half_the_page_where_text_runs_on_both_sides() -> None:
    scene = Scene(FRAME, [*column(40.0), *column(340.0)])
    assert scene.column((50.0, 100.0, 250.0, 200.0)) == (0.0, 304.0)
    assert scene.column((350.0, 100.0, 550.0, 200.0)) == (296.0, 600.0)
    assert scene.column((50.0, 100.0, 550.0, 200.0)) == (0.0, 600.0)
    assert Scene(FRAME, column(40.0)).column((50.0, 100.0, 250.0, 200.0)) == (0.0, 600.0)


def test_prose_is_body_text_and_short_words_are_loose() -> None:
    label = line("2020", 100.0, 100.0, width=30.0)
    scene = Scene(FRAME, [label, *column(40.0)])
    assert [box.label for box in scene.body] == ["text"]
    assert scene.loose == [label]


def test_what_is_drawn_in_the_margins_is_no_area() -> None:
    logo, chart = (40.0, 10.0, 90.0, 40.0), (100.0, 200.0, 300.0, 400.0)
    scene = Scene(FRAME, [], graphics=[Graphic(logo, "image"), Graphic(chart, "drawing", 9)])
    assert scene.areas == [chart]


def test_a_box_grows_by_the_labels_beside_it_one_after_another_and_not_by_its_title() -> None:
    box, band = (100.0, 200.0, 300.0, 400.0), (0.0, 100.0, 600.0, 500.0)
    axis = line("2020", 180.0, 405.0, width=30.0)
    under = line("year", 180.0, 420.0, width=30.0)
    far = line("elsewhere", 500.0, 470.0, width=60.0)
    title = line("Trips by year", 120.0, 185.0, width=90.0)
    scene = Scene(FRAME, [axis, under, far, title])
    assert scene.grown(box, band, title.bbox) == (100.0, 200.0, 300.0, 430.0)
    assert scene.grown(box, band)[1] == 185.0


def test_what_is_drawn_on_a_white_box_is_as_large_as_that_but_not_as_a_column_of_text() -> None:
    bars, ground = (200.0, 350.0, 400.0, 450.0), (100.0, 300.0, 420.0, 480.0)
    assert Scene(FRAME, [line("Total", 120.0, 360.0)], grounds=[ground]).on_ground(bars) == ground
    prose = [line(PROSE, 110.0, 305.0 + 12 * row, width=300.0) for row in range(9)]
    assert Scene(FRAME, prose, grounds=[ground]).on_ground(bars) == bars
    assert Scene(FRAME, [], grounds=[(0.0, 0.0, 590.0, 790.0)]).on_ground(bars) == bars
