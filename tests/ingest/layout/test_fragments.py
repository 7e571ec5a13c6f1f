import io
from pathlib import Path

import pymupdf
import pytest
from PIL import Image

from mmrag.ingest.layout import fragments
from mmrag.ingest.layout.fragments import PageText


def read(document: pymupdf.Document) -> PageText:
    return fragments.read(document[0])


@pytest.fixture
def document() -> pymupdf.Document:
    with pymupdf.open() as made:
        made.new_page(width=400, height=400)
        yield made


def test_text_comes_with_its_place_size_and_weight(document: pymupdf.Document) -> None:
    document[0].insert_text((50, 100), "Total revenue", fontsize=14, fontname="hebo")
    (only,) = read(document).fragments
    assert (only.text, only.size, only.bold) == ("Total revenue", 14, True)
    assert only.bbox[0] == pytest.approx(50, abs=1) and only.bbox[1] < 100 < only.bbox[3]


def test_wide_spaces_of_a_typewriter_part_columns(document: pymupdf.Document) -> None:
    document[0].insert_text((50, 100), "  Rent    12.5  11.0", fontsize=10, fontname="cour")
    found = read(document).fragments
    assert [piece.text for piece in found] == ["Rent", "12.5", "11.0"]
    assert [round(piece.bbox[0]) for piece in found] == [62, 110, 146]  # 6 points a character


def test_wide_spaces_of_other_fonts_do_not(document: pymupdf.Document) -> None:
    document[0].insert_text((50, 100), "Rent    12.5", fontsize=10, fontname="helv")
    assert len(read(document).fragments) == 1


def test_chinese_whose_letters_are_set_apart_has_no_spaces(document: pymupdf.Document) -> None:
    lines = ("关 于 山 地 作 战 的 原 则 （ 1 1 ）", "In 关 于 and 山 地 of the text")
    for row, text in enumerate(lines):
        document[0].insert_text((30, 100 + 30 * row), text, fontname="china-s", fontsize=10)
    found = [piece.text for piece in read(document).fragments]
    assert found == ["关于山地作战的原则（11）", lines[1]]


@pytest.mark.parametrize("for_tables", [True, False])
@pytest.mark.parametrize("shift", [0, 0.4, 1])
def test_text_that_is_drawn_over_itself_comes_once(
    document: pymupdf.Document, shift: float, for_tables: bool
) -> None:
    for at in (50, 50 + shift):
        document[0].insert_text((at, 100), "Total revenue", fontsize=14)
    found = fragments.read(document[0], for_tables=for_tables).fragments
    assert [piece.text for piece in found] == ["Total revenue"]


def test_text_that_nobody_sees_is_kept_apart(document: pymupdf.Document) -> None:
    page = document[0]
    page.insert_text((50, 50), "seen")
    page.insert_text((50, 100), "without ink", render_mode=3)
    page.insert_text((50, 150), "without colour", fill_opacity=0)
    text = read(document)
    assert [f.text for f in text.fragments] == ["seen"]
    assert [f.text for f in text.hidden] == ["without ink", "without colour"]


def test_text_below_a_picture_of_the_whole_page_is_hidden(document: pymupdf.Document) -> None:
    page = document[0]
    page.insert_text((50, 50), "covered by the scan")
    buffer = io.BytesIO()
    Image.new("RGB", (100, 100), "gray").save(buffer, "PNG")
    page.insert_image(page.rect, stream=buffer.getvalue())
    text = read(document)
    assert text.fragments == ()
    assert [f.text for f in text.hidden] == ["covered by the scan"]


def test_text_over_a_background_picture_is_seen(document: pymupdf.Document) -> None:
    page = document[0]
    buffer = io.BytesIO()
    Image.new("RGB", (100, 100), "gray").save(buffer, "PNG")
    page.insert_image(page.rect, stream=buffer.getvalue())
    page.insert_text((50, 50), "title of the slide")
    assert [f.text for f in read(document).fragments] == ["title of the slide"]


def test_sideways_text_is_kept_apart(document: pymupdf.Document) -> None:
    document[0].insert_text((50, 200), "arXiv:1234", rotate=90)
    text = read(document)
    assert text.fragments == () and [f.text for f in text.sideways] == ["arXiv:1234"]


def test_a_page_without_text_has_none(document: pymupdf.Document) -> None:
    assert read(document) == PageText((), (), ())


def test_unsafe_characters_do_not_leave_the_page(tmp_path: Path) -> None:
    with pymupdf.open() as made:
        made.new_page().insert_text((50, 50), "plain")
        made.save(tmp_path / "a.pdf")
    with pymupdf.open(tmp_path / "a.pdf") as document:
        assert all("\x00" not in f.text for f in fragments.read(document[0]).fragments)


def test_words_in_two_colours_are_apart_and_one_colour_in_black_text_is_not(
    document: pymupdf.Document,
) -> None:
    red, blue, black = (0.8, 0.2, 0.1), (0.1, 0.3, 0.7), (0, 0, 0)
    other = document.new_page(width=400, height=400)
    for page, parts in (
        (document[0], (("Less ", red), ("More", blue))),
        (other, (("see the ", black), ("harbour", blue))),
    ):
        x = 50.0
        for text, colour in parts:
            page.insert_text((x, 100), text, fontsize=10, color=colour)
            x += pymupdf.get_text_length(text, fontsize=10)
    assert [piece.text for piece in read(document).fragments] == ["Less", "More"]
    assert [piece.text for piece in fragments.read(other).fragments] == ["see the harbour"]


def _char(letter: str, x0: float, x1: float) -> fragments._Char:
    return {"c": letter, "bbox": (x0, 0.0, x1, 10.0)}


@pytest.mark.parametrize(
    "ligature",
    [
        [_char("ا", 8.01, 8.01), _char("ل", 0, 8)],  # turned: ends where the one before it begins
        [_char("ل", 0, 8), _char("ا", 0, 0)],
    ],
)
def test_the_letters_of_an_arabic_ligature_keep_their_order(
    ligature: list[fragments._Char],
) -> None:
    """وليلا and a dot: its last letters are one glyph, of which one letter has all the width."""
    word = [_char("و", 14, 20), _char("ل", 11, 14), _char("ي", 8, 11)]
    found = fragments._glyphs([*word, *ligature, _char(".", -3, 0)])
    assert found == [".", "لا", "ي", "ل", "و"]
