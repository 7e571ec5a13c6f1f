import pytest

from mmrag.text.notation import from_json, from_toml


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "{", "", "nul", "\ud800"])
def test_bad_json_is_a_value_error(text):
    with pytest.raises(ValueError):
        from_json(text)


@pytest.mark.parametrize("text", ["a = " + "[" * 20_000, "a =", "a = 1\na = 2"])
def test_bad_toml_is_a_value_error(text):
    with pytest.raises(ValueError):
        from_toml(text)


def test_what_is_right_is_read():
    assert from_json(b'{"a": [1]}') == {"a": [1]}
    assert from_toml("[a]\nb = 1") == {"a": {"b": 1}}
