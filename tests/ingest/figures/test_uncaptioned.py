from mmrag.ingest.figures.graphics import Graphic
from mmrag.ingest.figures.scene import Scene
from mmrag.ingest.figures.uncaptioned import is_large, title_of, uncaptioned
from mmrag.ingest.layout.order import Fragment

FRAME = (0.0, 0.0, 600.0, 800.0)
PHOTO = (100.0, 200.0, 300.0, 400.0)


def line(text, x, y, *, bold=False, width=150.0):
    return Fragment(text, (x, y, x + width, y + 10), 10.0, bold)


def test_a_figure_is_large_in_both_directions() -> None:
    assert is_large(PHOTO, FRAME)
    assert not is_large((100.0, 200.0, 500.0, 220.0), FRAME)
    assert not is_large((100.0, 200.0, 140.0, 240.0), FRAME)


def test_what_a_caption_has_and_what_covers_the_page_are_no_figures_of_their_own() -> None:
    page = Graphic((0.0, 0.0, 600.0, 800.0), "image")
    photo = Graphic(PHOTO, "image")
    assert uncaptioned(Scene(FRAME, [], graphics=[photo]), []) == [PHOTO]
    assert uncaptioned(Scene(FRAME, [], graphics=[photo]), [PHOTO]) == []
    assert uncaptioned(Scene(FRAME, [], graphics=[page]), []) == []


def test_parts_that_stand_close_are_one_figure_unless_text_stands_between() -> None:
    upper = Graphic((100.0, 200.0, 300.0, 300.0), "image")
    lower = Graphic((100.0, 320.0, 300.0, 420.0), "image")
    apart = Graphic((100.0, 500.0, 300.0, 600.0), "image")
    found = uncaptioned(Scene(FRAME, [], graphics=[upper, lower, apart]), [])
    assert sorted(found) == [(100.0, 200.0, 300.0, 420.0), apart.bbox]


def test_the_bold_line_above_is_the_title_with_the_plain_one_under_it() -> None:
    heading = line("Visitors of the museum", 100.0, 170.0, bold=True)
    plain = line("in thousands", 100.0, 184.0)
    title = title_of(Scene(FRAME, [heading, plain]), PHOTO)
    assert title is not None
    assert title.text.startswith("Visitors of the museum")
    assert title_of(Scene(FRAME, [plain]), PHOTO) is None
    far = line("Visitors of the museum", 100.0, 60.0, bold=True)
    assert title_of(Scene(FRAME, [far]), PHOTO) is None
