"""Bitmaps, groups of paths and level lines of a page."""

import io
from collections.abc import Iterator

import pymupdf
import pytest
from PIL import Image

from mmrag.ingest.figures import graphics
from mmrag.ingest.figures.graphics import Graphic
from mmrag.types import BBox


@pytest.fixture
def page() -> Iterator[pymupdf.Page]:
    with pymupdf.open() as document:
        yield document.new_page(width=600, height=800)


def test_paths_that_lie_together_are_one_group(page: pymupdf.Page) -> None:
    for x in (100, 105, 110, 400):
        page.draw_rect((x, 100, x + 4, 130), fill=(1, 0, 0), color=None)
    page.draw_circle((405, 120), 5)
    groups = sorted(graphics.drawings(page).groups, key=lambda group: group.bbox)
    assert [(group.paths, group.fills, group.curves) for group in groups] == [(3, 3, 0), (2, 1, 1)]
    assert groups[0].bbox == pytest.approx((100, 100, 114, 130), abs=1)


def test_white_shapes_and_backgrounds_are_not_seen(page: pymupdf.Page) -> None:
    page.draw_rect(page.rect, fill=(0.9, 0.9, 1), color=None)
    page.draw_rect((100, 100, 200, 200), fill=(1, 1, 1), color=None)
    drawn = graphics.drawings(page)
    assert (drawn.groups, drawn.paths) == ((), 2)


def test_long_level_lines_are_kept_apart(page: pymupdf.Page) -> None:
    page.draw_line((100, 100), (500, 100))
    page.draw_line((100, 100), (100, 300))
    drawn = graphics.drawings(page)
    assert [rule[2] - rule[0] for rule in drawn.rules] == pytest.approx([400], abs=2)
    assert [group.paths for group in drawn.groups] == [1]


def test_tiny_type_groups_with_the_paths(page: pymupdf.Page) -> None:
    glyphs: list[BBox] = [(100 + x, 100, 103 + x, 103) for x in range(0, 90, 3)]
    (group,) = graphics.drawings(page, glyphs).groups
    assert group.bbox == (100, 100, 190, 103)


def test_of_too_many_paths_an_even_choice_is_taken(page: pymupdf.Page) -> None:
    for x in range(100, 500, 10):
        page.draw_line((x, 100), (x, 150))
    drawn = graphics.drawings(page, max_paths=10)
    assert drawn.paths == 40
    assert sum(group.paths for group in drawn.groups) == 10
    assert max(group.bbox[2] for group in drawn.groups) > 440


def test_lines_of_the_same_ends_bound_a_table() -> None:
    rules: list[BBox] = [(100, y, 500, y) for y in (200.0, 220.0, 300.0)]
    assert graphics.ruled([*rules, (50, 50, 550, 50)], []) == [(100, 200, 500, 300)]


def test_a_caption_between_lines_parts_two_tables() -> None:
    rules: list[BBox] = [(100, y, 500, y) for y in (200.0, 260.0, 300.0, 380.0)]
    assert graphics.ruled(rules, [(100, 270, 400, 290)]) == [
        (100, 200, 500, 260),
        (100, 300, 500, 380),
    ]


@pytest.mark.parametrize(("strips", "expected"), [(1, 1), (8, 8)])
def test_a_scan_fills_the_page_in_one_piece_or_in_strips(strips: int, expected: int) -> None:
    tall = 800 / strips
    scan = [Graphic((0, tall * at, 600, tall * (at + 1)), "image") for at in range(strips)]
    photograph = Graphic((100, 100, 300, 300), "image")
    assert len(graphics.backgrounds([*scan, photograph], (0, 0, 600, 800))) == expected
    assert graphics.backgrounds([photograph], (0, 0, 600, 800)) == []


def clipped(page: pymupdf.Page, draw: str) -> pymupdf.Page:
    """The page with a piece of its language drawn in it."""
    document = page.parent
    if not page.get_contents():
        page.insert_text((10, 790), ".")
    page.wrap_contents()
    content = page.get_contents()[-1]
    document.update_stream(content, document.xref_stream(content) + draw.encode())
    return document.reload_page(page)


def test_of_a_drawing_that_is_clipped_only_what_is_seen_counts(page: pymupdf.Page) -> None:
    lines = "".join(f"{120 + 9 * at} 0 m {90 + 11 * at} 800 l S " for at in range(12))
    page = clipped(page, f"\nq 100 500 200 100 re W n q 150 0 400 800 re W n {lines}Q Q\n")
    (group,) = graphics.drawings(page).groups
    assert group.bbox == pytest.approx((150, 200, 220, 300), abs=12)


def test_a_path_that_its_clip_hides_is_not_seen_and_a_clip_ends_with_its_state(
    page: pymupdf.Page,
) -> None:
    page = clipped(page, "\nq 100 500 50 50 re W n 300 300 60 60 re f Q 400 300 60 60 re f\n")
    (group,) = graphics.drawings(page).groups
    assert group.bbox == pytest.approx((400, 440, 460, 500), abs=1)


def test_of_a_bitmap_that_is_clipped_only_what_is_seen_counts(page: pymupdf.Page) -> None:
    buffer = io.BytesIO()
    Image.effect_noise((60, 60), 80).save(buffer, "PNG")
    page.insert_image((100, 100, 300, 300), stream=buffer.getvalue())
    (whole,) = graphics.images(page)
    content = page.get_contents()[-1]
    page.parent.update_stream(
        content, b"q 120 600 80 50 re W n " + page.parent.xref_stream(content) + b" Q"
    )
    (seen,) = graphics.images(page.parent.reload_page(page))
    assert whole.bbox == pytest.approx((100, 100, 300, 300), abs=1)
    assert seen.bbox == pytest.approx((120, 150, 200, 200), abs=1)


def test_each_box_of_a_path_counts_as_bars_of_one_series_are_drawn(page: pymupdf.Page) -> None:
    shape = page.new_shape()
    for y in (100, 120, 140, 160):
        shape.draw_rect((100, y, 180, y + 15))
    shape.finish(fill=(0, 0, 1), color=None)
    shape.commit()
    (group,) = graphics.drawings(page).groups
    assert (group.paths, group.fills) == (4, 4)


def test_white_boxes_are_grounds(page: pymupdf.Page) -> None:
    page.draw_rect((100, 100, 400, 300), fill=(1, 1, 1), color=None)
    (ground,) = graphics.drawings(page).grounds
    assert ground == pytest.approx((100, 100, 400, 300), abs=1)
