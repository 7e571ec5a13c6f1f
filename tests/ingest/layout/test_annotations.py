"""Comments, boxes to tick and attached files of PDF pages."""

import pymupdf
import pytest

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
    note.set_info(title="Surveyor\x00")
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
