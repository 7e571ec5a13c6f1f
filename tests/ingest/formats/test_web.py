import base64
import io
import struct
from pathlib import Path

import pytest
from PIL import Image

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.formats.opening import open_file
from mmrag.ingest.formats.pages import OpenFile
from mmrag.ingest.layout import fragments

MANY = 10**8


def texts(file: OpenFile) -> list[str]:
    """The words of each page."""
    found = []
    for number in range(1, file.pages + 1):
        with file.load(number, IngestSettings()) as page:
            found.append(" ".join(page.get_text().split()))
    return found


def picture(color: str = "navy") -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (120, 80), color).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def test_a_page_shows_its_own_content_and_then_what_stands_on_every_page(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<!DOCTYPE html><title>Cable cars</title><nav>Home</nav><h1>Cabins</h1><p>Eight seats.</p>"
    )
    with open_file(tmp_path / "a.html", MANY) as file:
        assert file.title == "Cable cars"
        assert texts(file) == ["Cabins Eight seats.", "Home"]


def test_pictures_in_the_file_are_shown_and_others_are_counted(tmp_path: Path) -> None:
    (tmp_path / "other.png").write_bytes(b"")
    (tmp_path / "a.html").write_text(
        f"<html><p>Here: <img src='{picture()}'><img src='other.png'><img src='http://x.y/z.png'>"
    )
    with open_file(tmp_path / "a.html", MANY) as file:
        assert [str(problem) for problem in file.problems] == [
            "unread: pictures that are not in the file: 2; nothing is fetched"
        ]
        with file.load(1, IngestSettings()) as page:
            assert len(page.get_images()) == 1


def test_a_picture_too_large_is_left_out_by_its_declared_size(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f"<html><p>Here: <img src='{picture()}'>")
    with open_file(tmp_path / "a.html", 9_000) as file:
        assert "too large" in file.problems[0].message


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-8", "utf-16"])
def test_a_page_is_read_in_the_encoding_that_it_declares(tmp_path: Path, encoding: str) -> None:
    source = f"<html><meta charset='{encoding}'><p>Fähre nach Öland</p>"
    (tmp_path / "a.html").write_text(source, encoding=encoding)
    with open_file(tmp_path / "a.html", MANY) as file:
        assert texts(file) == ["Fähre nach Öland"]


def test_the_cells_of_a_table_stand_where_the_page_shows_them(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>Wrasse {n}<td>{n}00" for n in range(90))
    (tmp_path / "a.html").write_text(f"<html><table><tr><th>Fish<th>Count{rows}</table>")
    with open_file(tmp_path / "a.html", MANY) as file:
        assert file.pages > 1 and set(file.tables) == set(range(1, file.pages + 1))
        for number, (table,) in file.tables.items():
            with file.load(number, IngestSettings()) as page:
                for cell in table.cells:
                    assert page.get_textbox(cell.bbox).split() == cell.text.split()


def test_a_page_without_anything_to_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><script>document.write('x')</script></html>")
    with (
        pytest.raises(DocumentError, match="nothing in it to read"),
        open_file(tmp_path / "a.html", MANY),
    ):
        pass


@pytest.mark.promise(16)
def test_a_page_under_another_name_is_read_as_what_it_is_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("<!DOCTYPE html><p>404: nothing here")
    with open_file(tmp_path / "a.pdf", MANY) as file:
        assert [str(problem) for problem in file.problems] == [
            "name: the name says pdf, the content is html"
        ]


@pytest.mark.parametrize(
    "words",
    [
        "中文字符",
        "日本語の文章",
        "한국어",
        "Ελληνικά",
        "Русский",
        "העברית",
        "العربية",
        "ไทย",
        "हिन्दी",
    ],
)
def test_text_of_any_script_is_read_back(tmp_path: Path, words: str) -> None:
    (tmp_path / "a.html").write_text(f"<html><p>{words}</p>", encoding="utf-8")
    with open_file(tmp_path / "a.html", MANY) as file, file.load(1, IngestSettings()) as page:
        (only,) = fragments.read(page, file.as_set.get(1)).fragments
    assert only.text == words


LONG = "".join(f"<p>Sentence {number} of the page.</p>" for number in range(150))
ROWS = "".join(f"<tr><td>row {number}<td>{number * 7}" for number in range(150))


@pytest.mark.promise(71)
@pytest.mark.parametrize(
    ("source", "count"),
    [
        (f"<table><tr><td>{LONG}</table>", 150),
        (f"<table><tr><td>menu<td>{LONG}<tr><td>foot<td>end</table>", 150),
        (f"<table><tr><td>menu<td><table><tr><td>more<td>{LONG}</table></table>", 150),
        (f"<table><tr><td>menu<td><table>{ROWS}</table></table>", 150),
        (f"<table><tr><td rowspan=150>all<td>first{ROWS}</table>", 150),
        (f"<table>{ROWS}</table>", 150),
    ],
    ids=["one cell", "two rows", "layout", "table in a layout", "tall cell", "table"],
)
def test_no_cell_is_too_tall_to_be_read_in_full(tmp_path: Path, source: str, count: int) -> None:
    (tmp_path / "a.html").write_text(f"<html><body>{source}<p>The end.</p>")
    with open_file(tmp_path / "a.html", MANY) as file:
        words = " ".join(texts(file)).split()
    assert sum(word in ("Sentence", "row") for word in words) == count
    assert words[-2:] == ["The", "end."]


def test_a_table_with_a_cell_that_is_too_tall_is_still_known_cell_by_cell(tmp_path: Path) -> None:
    source = f"<table><tr><th>name<th>text<tr><td>first<td>{LONG}<tr><td>second<td>short</table>"
    (tmp_path / "a.html").write_text(f"<html><body>{source}")
    with open_file(tmp_path / "a.html", MANY) as file:
        cells = [cell.text for tables in file.tables.values() for t in tables for cell in t.cells]
    assert [text[:10] for text in cells] == [
        "name",
        "text",
        "first",
        "Sentence 0",
        "second",
        "short",
    ]


WIDE = "".join(
    "<tr>" + "".join(f"<td>consolidated{column}x{row}" for column in range(20)) for row in range(3)
)
ARABIC = f"<tr>{'<td>المحافظة' * 20}" * 3


@pytest.mark.promise(71)
@pytest.mark.parametrize(
    ("source", "word", "count"),
    [
        (f"{LONG}<table>{WIDE}</table>{LONG}", "consolidated", 60),
        (f"<p>Before.<p>{'z' * 300}<p>After.", "z" * 300, 1),
        (f"<meta charset=utf-8><table>{ARABIC}</table>", "المحافظة", 60),
    ],
    ids=["columns", "one word", "Arabic"],
)
def test_what_has_no_place_to_break_makes_its_page_wider_and_no_other(
    tmp_path: Path, source: str, word: str, count: int
) -> None:
    (tmp_path / "a.html").write_text(f"<html><body>{source}", encoding="utf-8")
    found, widths = 0, []
    with open_file(tmp_path / "a.html", MANY) as file:
        for number in range(1, file.pages + 1):
            with file.load(number, IngestSettings()) as page:
                widths.append(page.rect.width)
                pieces = fragments.read(page, file.as_set.get(number)).fragments
                found += " ".join(piece.text for piece in pieces).count(word)
    assert found == count
    assert sum(width > 595 for width in widths) == 1


def test_a_table_without_a_word_takes_no_room(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><body><table></table><table><tr></table><nav>Home")
    with open_file(tmp_path / "a.html", MANY) as file:
        assert texts(file)[-1] == "Home"


def test_a_picture_that_its_reader_cannot_measure_is_left_out(tmp_path: Path) -> None:
    head = struct.pack("<10i", 1, 0, 0, 0, 9, 9, 0, 0, 0, 0) + b" EMF" + bytes(64)  # no frame
    address = f"data:image/x-emf;base64,{base64.b64encode(head).decode()}"
    (tmp_path / "a.html").write_text(f"<html><p>Here: <img src='{address}'>")
    with open_file(tmp_path / "a.html", MANY) as file:
        assert "its head is damaged" in file.problems[0].message
        assert texts(file) == ["Here:"]
