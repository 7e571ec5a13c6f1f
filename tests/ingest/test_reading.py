import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pymupdf
import pytest

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ids import file_sha256
from mmrag.ingest.reading import SandboxReader, text_lost
from mmrag.readings import PageReading, PictureSource
from mmrag.types import Picture, Problem


@pytest.fixture
def reader(settings: IngestSettings) -> SandboxReader:
    return SandboxReader(settings, None, 110)


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """A PDF with a text field and a box that is ticked."""
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_text((72, 90), "Application for a berth")
        for name, kind, value, top in (
            ("boat", pymupdf.PDF_WIDGET_TYPE_TEXT, "Petrel", 120),
            ("motor", pymupdf.PDF_WIDGET_TYPE_CHECKBOX, True, 160),
        ):
            widget = pymupdf.Widget()
            widget.field_name, widget.field_type = name, kind
            widget.field_label = f"The {name}"
            widget.rect = pymupdf.Rect(72, top, 200, top + 20)
            widget.field_value = value
            page.add_widget(widget)
        document.save(tmp_path / "form.pdf")
    return tmp_path / "form.pdf"


def test_one_page_of_a_file_is_read_with_its_lines_and_no_other(
    reader: SandboxReader, make_pdf: Callable[..., Path]
) -> None:
    path = make_pdf("First of all", "Second to none", "Third in line")
    [(source, found)] = reader.read([PictureSource("page", path, 2)])
    assert isinstance(found, PageReading)
    assert source.name == "page"
    assert (found.page.number, found.page_count) == (2, 3)
    assert found.page.id == f"{found.sha256[:8]}-p0002"
    [line] = found.lines
    assert line.text == "Second to none"
    assert line.pieces[0].bbox == pytest.approx(line.bbox)
    assert line.confidence == 1
    assert found.is_whole
    assert found.image() is not None


def test_a_box_of_a_page_is_what_stands_in_it(
    reader: SandboxReader, make_pdf: Callable[..., Path]
) -> None:
    path = make_pdf("Above\n\n\n\n\n\nBelow")
    [(_, whole)] = reader.read([PictureSource("all", path)])
    assert isinstance(whole, PageReading)
    box = (0.0, 0.0, whole.page.width, whole.lines[0].bbox[3] + 5)
    [(_, part)] = reader.read([PictureSource("part", path, 1, box)])
    assert isinstance(part, PageReading)
    assert part.text == "Above"
    assert reader.picture(PictureSource("part", path, 1, box)).height < whole.image().height


def test_what_cannot_be_read_is_said_and_ends_nothing(
    reader: SandboxReader, make_pdf: Callable[..., Path], tmp_path: Path
) -> None:
    path = make_pdf("Only one")
    (tmp_path / "empty.pdf").touch()
    sources = [
        PictureSource("gone", tmp_path / "gone.pdf"),
        PictureSource("empty", tmp_path / "empty.pdf"),
        PictureSource("beyond", path, 9),
        PictureSource("one", path),
    ]
    found = {source.name: read for source, read in reader.read(sources)}
    assert isinstance(found["one"], PageReading)
    for name in ("gone", "empty", "beyond"):
        assert isinstance(found[name], DocumentError), name
    assert "no page 9: it has 1" in str(found["beyond"])


def test_fields_of_a_form_come_with_their_values(reader: SandboxReader, form: Path) -> None:
    [(_, found)] = reader.read([PictureSource("form", form)])
    assert isinstance(found, PageReading)
    assert [(item.label, item.value) for item in found.fields] == [
        ("The boat", "Petrel"),
        ("The motor", "yes"),
    ]
    assert found.fields[0].bbox == pytest.approx((72, 120, 200, 140), abs=1)


def test_the_same_page_asked_for_twice_is_read_once_for_both(
    reader: SandboxReader, make_pdf: Callable[..., Path]
) -> None:
    path = make_pdf("Twice")
    names = [
        source.name
        for source, _ in reader.read([PictureSource("a", path), PictureSource("b", path)])
    ]
    assert sorted(names) == ["a", "b"]


@pytest.mark.promise(59)
def test_pages_and_boxes_are_drawn_without_being_read(
    reader: SandboxReader, make_pdf: Callable[..., Path], tmp_path: Path
) -> None:
    path = make_pdf("One\n\nTwo", "Three")
    sha256 = file_sha256(path)
    box = (60.0, 60.0, 200.0, 130.0)
    sources = [
        PictureSource("page", path, 1, None, sha256),
        PictureSource("box", path, 1, box, sha256),
        PictureSource("next", path, 2, None, sha256),
        PictureSource("beyond", path, 3, None, sha256),
        PictureSource("gone", tmp_path / "gone.pdf", 1, None, sha256),
        PictureSource("other", path, 1, None, "0" * 64),
    ]
    drawn = {source.name: picture for source, picture in reader.draw(sources)}
    assert drawn.keys() == {source.name for source in sources}
    page, part = drawn["page"], drawn["box"]
    assert isinstance(page, Picture) and isinstance(part, Picture)
    assert hashlib.sha256(page.data).hexdigest() == page.sha256
    settings = IngestSettings()
    assert page.height == pytest.approx(842 * settings.page_dpi / 72, abs=2)
    assert part.height == pytest.approx(70 * settings.crop_dpi / 72, abs=2)
    assert isinstance(drawn["next"], Picture) and drawn["next"].sha256 != page.sha256
    assert "no page 3" in str(drawn["beyond"])
    assert "gone.pdf: the file is gone" in str(drawn["gone"])
    assert "has changed: index it again" in str(drawn["other"])


def test_a_picture_whose_ocr_failed_is_no_empty_picture(
    reader: SandboxReader, make_pdf: Callable[..., Path]
) -> None:
    path = make_pdf("")
    source = PictureSource("scan", path)
    [(_, empty)] = reader.read([source])
    assert isinstance(empty, PageReading)
    assert text_lost(source, empty) is None
    failed = replace(empty, problems=(Problem("ocr", "out of luck", 1),), is_whole=False)
    assert str(text_lost(source, failed)) == "scan: its text was not read: out of luck"
    told = replace(failed, page=replace(failed.page, text="Told by the layer"))
    assert text_lost(source, told) is None
