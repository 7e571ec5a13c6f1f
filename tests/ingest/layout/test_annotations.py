"""Comments, boxes to tick and attached files of PDF pages."""

from pathlib import Path

import pymupdf
import pytest

from mmrag.config import IngestSettings
from mmrag.ingest.formats.opening import open_file
from mmrag.ingest.layout import annotations, fragments


@pytest.fixture
def page():
    with pymupdf.open() as document:
        yield document.new_page()


def box(page: pymupdf.Page, name: str, y: float, *, ticked: bool) -> None:
    widget = pymupdf.Widget()
    widget.field_name = name
    widget.field_type = pymupdf.PDF_WIDGET_TYPE_CHECKBOX
    widget.rect = pymupdf.Rect(72, y, 88, y + 16)
    widget.field_value = ticked
    page.add_widget(widget)
    page.insert_text((100, y + 13), f"with {name}")


def test_a_box_to_tick_is_a_sign_and_no_digit(page):
    box(page, "sails", 100, ticked=True)
    box(page, "oars", 140, ticked=False)
    page.insert_text((72, 200), "3 masts")
    found = annotations.with_boxes(page, fragments.read(page)).fragments
    placed = sorted(found, key=lambda item: (item.bbox[1] // 30, item.bbox[0]))
    assert [item.text for item in placed] == ["☒", "with sails", "☐", "with oars", "3 masts"]


def test_comments_are_lines_where_they_stand(page):
    note = page.add_text_annot((400, 120), "The keel is\nrotten.")
    note.set_info(title="Surveyor, \x00")
    note.update()
    marked = page.add_highlight_annot(pymupdf.Rect(72, 60, 200, 75))
    marked.set_info(content="Check the frames")
    marked.update()
    page.add_highlight_annot(pymupdf.Rect(72, 90, 200, 105))  # says nothing
    page.add_freetext_annot((72, 300, 400, 330), "drawn on the page")
    found = annotations.read(page)
    assert [line.text for line in found.comments] == [
        "Comment by Surveyor: The keel is rotten.",
        "Comment: Check the frames",
    ]
    assert found.comments[0].bbox[:2] == (400, 120)
    assert len({line.block for line in annotations.after((), found.comments)}) == 2


def test_a_hidden_comment_is_left_out(page):
    note = page.add_text_annot((400, 120), "for nobody")
    note.set_flags(pymupdf.PDF_ANNOT_IS_HIDDEN)
    note.update()
    assert annotations.read(page).comments == ()


@pytest.mark.promise(33)
@pytest.mark.parametrize("name", ["plan.txt", "../../etc/plan.txt", "C:\\x\\plan.txt"])
def test_a_file_attached_to_a_page_is_named_without_its_folders(page, name):
    page.add_file_annot((300, 500), b"the plan", name)
    assert annotations.read(page).unread == ("attachment on the page: plan.txt",)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_what_is_written_on_a_rotated_and_cropped_page_is_read(page, tmp_path: Path, rotation):
    page.add_freetext_annot((100, 300, 300, 330), "drawn on the page")
    page.add_text_annot((200, 400), "beside it")
    box(page, "sails", 200, ticked=True)
    page.set_cropbox((50, 60, 500, 700))
    page.set_rotation(rotation)
    page.parent.save(tmp_path / "a.pdf")
    with open_file(tmp_path / "a.pdf", 10**8) as file, file.load(1, IngestSettings()) as shown:
        text = annotations.with_boxes(shown, fragments.read(shown))
        said = {item.text for item in (*text.fragments, *text.sideways)}
        (comment,) = annotations.read(shown).comments
    assert said == {"drawn on the page", "☒", "with sails"}
    assert comment.text == "Comment: beside it"
