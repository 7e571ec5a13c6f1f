"""Fields of an object that is still being written, however it is cut into pieces."""

import pytest

from mmrag.vision.heard import MAX_CHARACTERS, PartialObject

OBJECT = '{"company": "Orsa, \\"Boats\\"", "total": 120.5, "paid": true, "note": null}'
FIELDS = [("company", 'Orsa, "Boats"'), ("total", 120.5), ("paid", True), ("note", None)]


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_each_field_is_told_once_when_it_is_whole(size: int) -> None:
    partial = PartialObject()
    pieces = [OBJECT[at : at + size] for at in range(0, len(OBJECT), size)]
    told = [heard for piece in pieces for heard in partial.feed(piece)]
    assert [(heard.name, heard.value) for heard in told] == FIELDS


def test_a_number_that_goes_on_is_not_told_before_its_end() -> None:
    partial = PartialObject()
    [first] = partial.feed('{"a": 1, "total": 12')
    [second] = partial.feed('0.50, "b": 1')
    assert (first.name, second.name, second.value) == ("a", "total", 120.5)


def test_words_and_fences_around_the_object_are_passed_over() -> None:
    partial = PartialObject()
    told = list(partial.feed(f"Here it is:\n```json\n{OBJECT}\n```\nAnything else?"))
    assert [heard.name for heard in told] == [name for name, _ in FIELDS]


def test_what_is_no_object_tells_nothing() -> None:
    partial = PartialObject()
    assert [*partial.feed("[1, 2, 3]"), *partial.feed("words, and more words}")] == []


def test_what_is_held_is_bounded() -> None:
    partial = PartialObject()
    [first] = partial.feed('{"a": 1, "b": "')
    assert first.name == "a"
    for _ in range(MAX_CHARACTERS // 100):
        assert list(partial.feed("x, y" * 25)) == []
    assert list(partial.feed('", "c": 2}')) == []
