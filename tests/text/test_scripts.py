"""Text without spaces between words."""

import pytest

from mmrag.text import scripts


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("the last", "tram", "the last tram"),
        ("电车在", "夜间停运", "电车在夜间停运"),
        ("停运。", "次日恢复", "停运。次日恢复"),
        ("電車は", "カーブで", "電車はカーブで"),
        ("线路 7", "停运", "线路 7 停运"),
        ("전차는", "멈춘다", "전차는 멈춘다"),
        ("", "停运", "停运"),
    ],
)
def test_lines_are_joined_as_their_script_is_set(before: str, after: str, joined: str) -> None:
    assert scripts.join(before, after) == joined


@pytest.mark.parametrize(
    ("text", "words"),
    [("the last tram", 3), ("", 0), ("电车在夜间停运", 4), ("电车，停运。", 2), ("7号 线", 3)],
)
def test_two_letters_of_a_script_without_spaces_count_as_a_word(text: str, words: int) -> None:
    assert scripts.count_words(text) == words


def test_bigrams_are_neighbouring_letters() -> None:
    assert scripts.bigrams("电车停") == ["电车", "车停"]
    assert scripts.bigrams("电") == ["电"]


def test_a_run_is_read_as_bigrams_between_its_function_words() -> None:
    assert scripts.units("末班车由谁驾驶") == ["末班", "班车", "由", "谁", "驾驶"]
    assert scripts.units("電車は止まる") == ["電車", "は", "止", "まる"]
    assert scripts.stretches("末班车的时间") == ["末班车", "的", "时间"]
