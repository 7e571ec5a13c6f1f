"""Citations beside the true pages and boxes."""

from dataclasses import replace

from mmrag.evaluate.citing import Citing, compared
from mmrag.evaluate.datasets import BoxTruth, PageTruth, Question
from mmrag.evaluate.replies import Source

QUESTION = Question(
    "q", "What?", "boats", "corpus", (),
    (PageTruth("boats", 2), PageTruth("boats", 5)),
    (BoxTruth("boats", 2, (0, 0, 100, 100)),),
)  # fmt: skip


def cited(page: int, bbox: tuple[float, float, float, float] | None = None) -> Source:
    return Source(f"boats-p{page:04d}", "boats", page, "page", bbox)


def test_precision_is_of_the_cited_pages_and_recall_of_the_true_ones() -> None:
    found = compared(QUESTION, [cited(3), cited(2), cited(2), cited(4)])
    assert (found.precision, found.recall, found.first) == (1 / 3, 1 / 2, False)
    assert compared(QUESTION, [cited(5), cited(2)]) == Citing(1, 1, True, False, False)


def test_a_box_is_hit_where_half_of_both_is_shared_or_its_middle_lies_inside() -> None:
    half = compared(QUESTION, [cited(2, (0, 0, 50, 100))])  # 5,000 of 10,000
    assert (half.box, half.middle) == (True, True)
    cell = compared(QUESTION, [cited(2, (40, 40, 60, 50))])  # 200 of 10,000
    assert (cell.box, cell.middle) == (False, True)
    beside = compared(QUESTION, [cited(2, (90, 0, 190, 100))])
    assert (beside.box, beside.middle) == (False, False)


def test_the_same_box_on_another_page_is_no_hit() -> None:
    found = compared(QUESTION, [cited(5, (0, 0, 100, 100))])
    assert (found.box, found.middle) == (False, False)


def test_without_known_boxes_nothing_is_said_of_them() -> None:
    found = compared(replace(QUESTION, boxes=()), [cited(2, (0, 0, 9, 9))])
    assert (found.box, found.middle) == (None, None)


def test_an_answer_without_citations_has_none_right() -> None:
    assert compared(QUESTION, []) == Citing(0, 0, False, False, False)
