from vision_pages import line, reading

from mmrag.vision.ocr import Difference, aligned, engine_result, told

SIGN = reading(line(("mind the step", 20, 20), size=9), line(("EXIT", 20, 60), size=40))


def test_lines_come_with_boxes_and_confidence() -> None:
    found = engine_result(SIGN)
    assert [(item.text, item.confidence) for item in found.lines] == [
        ("mind the step", 1.0),
        ("EXIT", 1.0),
    ]
    assert found.by == "text layer"
    assert not found.is_nothing
    assert engine_result(reading()).is_nothing


def test_on_a_sign_the_largest_is_read_first() -> None:
    assert told(SIGN, "signage") == "EXIT\nmind the step"
    assert told(SIGN, "receipt") == "mind the step\nEXIT"


def test_two_readings_are_aligned_and_what_one_alone_has_is_marked() -> None:
    differences, agreement = aligned("Total 13.25 cash paid", "total 18.25 cash paid twice")
    assert differences == (Difference("13.25", "18.25"), Difference("", "twice"))
    assert agreement == 0.6
    assert aligned("", "") == ((), 1.0)
