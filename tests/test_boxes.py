"""Arithmetic of boxes, by hypothesis where a law holds and by hand where a number does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrag import boxes
from mmrag.types import BBox

PLACES = st.integers(0, 40)
BOX = st.tuples(PLACES, PLACES, st.integers(1, 20), st.integers(1, 20)).map(
    lambda t: (float(t[0]), float(t[1]), float(t[0] + t[2]), float(t[1] + t[3]))
)
LEFT, RIGHT = (0.0, 0.0, 10.0, 10.0), (5.0, 0.0, 15.0, 10.0)


@given(BOX)
def test_a_box_is_written_and_read(box: BBox) -> None:
    assert boxes.from_text(boxes.to_text(box)) == box


@pytest.mark.parametrize("text", ["", "1,2,3", "nan,0,9,9", "0,0,1e999,9", "9,9,1,1", "1,1,1,2"])
def test_what_is_no_box_is_not_read_as_one(text: str) -> None:
    with pytest.raises(ValueError):
        boxes.from_text(text)


def test_size_of_a_box() -> None:
    box = (1.0, 2.0, 4.0, 8.0)
    assert (boxes.width(box), boxes.height(box), boxes.area(box)) == (3, 6, 18)
    assert boxes.area((4.0, 8.0, 1.0, 2.0)) == 0  # inside out


def test_clip_and_share() -> None:
    assert boxes.clip(LEFT, RIGHT) == (5, 0, 10, 10)
    assert boxes.share(LEFT, RIGHT) == 0.5
    assert boxes.share(LEFT, (20.0, 0.0, 30.0, 10.0)) == 0
    assert boxes.share((3.0, 3.0, 3.0, 9.0), LEFT) == 1  # a line within


def test_intersection_over_union() -> None:
    assert boxes.iou(LEFT, RIGHT) == pytest.approx(50 / 150)
    assert boxes.iou(LEFT, (10.0, 0.0, 20.0, 10.0)) == 0  # side by side


@given(BOX, BOX)
def test_iou_is_the_same_from_both_sides_and_one_for_the_box_itself(one: BBox, other: BBox) -> None:
    assert boxes.iou(one, other) == boxes.iou(other, one)
    assert 0 <= boxes.iou(one, other) <= 1
    assert boxes.iou(one, one) == 1


@given(st.lists(BOX, min_size=1, max_size=6))
def test_the_union_holds_every_box_and_reaches_no_further(found: list[BBox]) -> None:
    whole = boxes.union(found)
    assert all(boxes.share(box, whole) == 1 for box in found)
    assert all(any(box[side] == whole[side] for box in found) for side in range(4))


def test_boxes_touch_within_a_gap() -> None:
    apart = (13.0, 0.0, 20.0, 10.0)
    assert not boxes.touch(LEFT, apart)
    assert not boxes.touch(LEFT, apart, gap=2.9)
    assert boxes.touch(LEFT, apart, gap=3)
    assert boxes.touch(boxes.grow(LEFT, 3), apart)


def test_overlap_from_left_to_right_counts_wherever_boxes_stand_below_each_other() -> None:
    assert boxes.overlap_x(LEFT, (5.0, 100.0, 15.0, 110.0)) == 5
    assert boxes.overlap_x(LEFT, (11.0, 0.0, 12.0, 10.0)) == 0


def test_merging_goes_on_until_nothing_touches() -> None:
    chain = [(0.0, 0.0, 4.0, 4.0), (20.0, 0.0, 24.0, 4.0), (4.0, 0.0, 20.0, 4.0)]
    assert boxes.merge(chain, 0) == [(0, 0, 24, 4)]
    assert boxes.merge(chain[:2], 0) == chain[:2]
    assert boxes.merge([], 5) == []


@given(st.lists(BOX, max_size=8), st.integers(0, 5))
def test_merged_boxes_are_apart_and_cover_what_they_are_made_of(
    found: list[BBox], gap: int
) -> None:
    merged = boxes.merge(found, gap)
    assert all(
        not boxes.touch(one, other, gap)
        for at, one in enumerate(merged)
        for other in merged[at + 1 :]
    )
    assert all(any(boxes.share(box, whole) == 1 for whole in merged) for box in found)


def test_a_frame_holds_the_middle_of_what_mostly_lies_in_it() -> None:
    assert boxes.holds_middle((0, 0, 10, 10), (8, 8, 12, 12))
    assert not boxes.holds_middle((0, 0, 10, 10), (9, 9, 13, 13))
