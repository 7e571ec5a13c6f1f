"""Answers as JSON become text with markers."""

import json

import pytest

from mmrag.answer.structured import as_text, schema
from mmrag.errors import ModelTimeout
from mmrag.protocols import NOT_FOUND

MARKERS = ("K7Q", "M2X")


def reply(*pieces):
    yield from pieces
    return ("a note",)


def read(text: str, size: int = 5) -> str:
    return "".join(
        as_text(reply(*[text[at : at + size] for at in range(0, len(text), size)]), MARKERS)
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"sentences": [{"text": "It rose.", "markers": ["K7Q"]},
                        {"text": "It fell.", "markers": ["K7Q", "M2X"]}]},
         "It rose. [K7Q] It fell. [K7Q] [M2X]"),
        ({"sentences": []}, NOT_FOUND),
        ({"answer": "It rose", "citations": ["K7Q"]}, "It rose [K7Q]"),
        ({"answer": "It rose", "source": "[M2X]"}, "It rose [M2X]"),
        ({"answer": "It rose", "citations": ["Z9Z"]}, "It rose [Z9Z]"),
        ({"answer": ["It rose.", "It fell."]}, "It rose. It fell."),
    ],
)  # fmt: skip
def test_json_becomes_sentences_with_what_they_name(value, text):
    assert read(json.dumps(value)) == text
    assert read(f"```json\n{json.dumps(value, indent=1)}\n```") == text


@pytest.mark.parametrize(
    "text",
    ["It rose [K7Q].", "{It rose} [K7Q].", "``It`` rose", '{"answer": "It ro', " ", "[1, 2]"],
)
def test_what_is_no_json_stays_as_it_is(text):
    assert read(text) == text


def test_text_is_handed_on_as_it_comes_and_notes_come_along():
    pieces = as_text(reply("It ", "rose."), MARKERS)
    assert next(pieces) == "It "
    assert next(pieces) == "rose."
    with pytest.raises(StopIteration) as end:
        next(pieces)
    assert end.value.value == ("a note",)


def test_a_failure_of_the_model_goes_through():
    def failing():
        yield '{"sentences": ['
        raise ModelTimeout("late")

    with pytest.raises(ModelTimeout):
        list(as_text(failing(), MARKERS))


def test_the_schema_allows_the_markers_and_no_other():
    assert json.dumps(schema(MARKERS)).count('["K7Q", "M2X"]') == 1
