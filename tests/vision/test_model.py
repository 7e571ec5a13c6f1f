import pytest

from mmrag.vision.model import repaired


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "b": "x"}',
        'Sure! Here it is:\n```json\n{"a": 1, "b": "x"}\n```\nAnything else?',
        '{"a": 1, "b": "x",}',
        '{"a": 1, "b": "x"',
        '{"a": 1, "b": "x',
        'The object is {"a": 1, "b": "x"} as asked {or so}.',
    ],
)
def test_json_in_a_reply_is_found_and_mended(text) -> None:
    assert repaired(text) == {"a": 1, "b": "x"}


@pytest.mark.parametrize("text", ["", "no object", "{a: 1}", '{"a": }', "[" * 100_000])
def test_what_is_no_json_is_none(text) -> None:
    assert repaired(text) is None


def test_brackets_in_strings_are_text() -> None:
    assert repaired('{"a": "}]{\\"", "b": [1, {"c": "["}]} }') == {
        "a": '}]{"',
        "b": [1, {"c": "["}],
    }
