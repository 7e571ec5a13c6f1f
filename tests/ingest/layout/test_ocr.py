import pymupdf
import pytest
from PIL import Image

from mmrag.ingest.layout import fragments, ocr
from mmrag.ingest.layout.order import Fragment
from mmrag.protocols import OcrLine


def fragment(text: str, *box: float) -> Fragment:
    x0, y0, x1, y1 = box
    return Fragment(text, (x0, y0, x1, y1), 10, bold=False)


def needs(page: pymupdf.Page) -> ocr.Need:
    return ocr.need(page, fragments.read(page))


@pytest.fixture
def page() -> pymupdf.Page:
    with pymupdf.open() as document:
        yield document.new_page()


def test_a_page_with_text_is_not_read(page: pymupdf.Page) -> None:
    page.insert_text((50, 50), "A line of text that says enough to be read by itself.")
    assert needs(page) == ocr.Need(read=False, keep=True)


def test_a_page_without_text_is_read(page: pymupdf.Page) -> None:
    assert needs(page).read


def test_a_lone_page_number_is_not_read_unless_the_page_shows_more(page: pymupdf.Page) -> None:
    page.insert_text((50, 50), "12")
    assert not needs(page).read
    for at in range(60):
        page.draw_circle((100 + at, 100 + at), 5, fill=(0, 0, 0))
    assert needs(page) == ocr.Need(read=True, keep=True)


def test_lines_come_in_points_of_the_part_of_the_page_they_were_read_in() -> None:
    image = Image.new("RGB", (200, 100))
    (found,) = ocr.to_fragments(
        [OcrLine("x\x00y", (100, 50, 200, 100), 1)], image, (10, 10, 110, 60)
    )
    assert found.bbox == (60, 35, 110, 60)
    assert found.text == "x\ufffdy"


def test_what_lies_on_text_of_the_page_is_not_said_twice() -> None:
    own = [fragment("Total", 50, 50, 100, 62)]
    read = [fragment("Tota1", 49, 49, 101, 63), fragment("Chart", 50, 200, 100, 212)]
    assert [f.text for f in ocr.without_known(read, own)] == ["Chart"]


@pytest.mark.parametrize("rightward", [True, False])
def test_a_page_on_its_side_is_read_in_order(rightward: bool) -> None:
    places = range(50, 250, 20) if rightward else range(250, 50, -20)
    lines = [fragment(f"line number {at}", x, 100, x + 12, 400) for at, x in enumerate(places)]
    ordered = ocr.order(lines)
    assert [line.text for line in ordered] == [line.text for line in lines]
    assert [line.bbox for line in ordered] == [line.bbox for line in lines]


def test_an_upright_page_is_read_from_top_to_bottom() -> None:
    lines = [fragment(f"line {at}", 50, 50 + 20 * at, 250, 62 + 20 * at) for at in range(5)]
    assert [line.text for line in ocr.order(lines[::-1])] == [line.text for line in lines]


def test_a_page_on_its_head_is_read_from_its_foot() -> None:
    lines = [fragment(f"line {at}", 50, 400 - 20 * at, 250, 412 - 20 * at) for at in range(5)]
    ordered = ocr.order(lines, on_its_head=True)
    assert [line.text for line in ordered] == [line.text for line in lines]
    assert ordered[0].bbox == lines[0].bbox


def test_how_most_lines_were_read_tells_what_is_up() -> None:
    turned = [OcrLine("a", (0, 0, 9, 9), 1, turn=2)] * 2
    assert ocr.is_on_its_head([*turned, OcrLine("b", (0, 0, 9, 9), 1)])
    assert not ocr.is_on_its_head([])
