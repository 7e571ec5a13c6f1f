"""Text from which markers were taken out reads as if nothing had stood there."""

import pytest

from mmrag.answer.text_builder import TextBuilder


def built(*steps: str) -> str:
    """`[A]` is a citation, `_` something taken out, a space a space, a line end one, else text."""
    builder = TextBuilder()
    for step in steps:
        if step.startswith("["):
            builder.cite(step[1:-1])
        elif step == "_":
            builder.gap()
        elif step == "\n":
            builder.newline()
        elif step.isspace():
            builder.space(step)
        else:
            builder.text(step)
    builder.end()
    return builder.take()


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        (("It", " ", "rose", "[A]", "."), "It rose [A]."),
        (("It", " ", "rose", " ", "[A]", "."), "It rose [A]."),
        (("It", " ", "rose", " ", "_", "."), "It rose."),
        (("It", " ", "_", " ", "rose"), "It rose"),
        (("one", "_", "two"), "one two"),
        (("rose", " ", "(", "_", ")", " ", "again"), "rose again"),
        (("rose", " ", "(", "see", " ", "_", ")"), "rose (see)"),
        (("rose", " ", "_", ",", " ", "then", " ", "fell"), "rose, then fell"),
        (("_", ",", " ", "it", " ", "rose"), "it rose"),
        (("rose", ".", " ", "_", "."), "rose."),
        (("rose", " ", "[A]", ",", " ", "[B]"), "rose [A], [B]"),
        (("rose", " ", "[A]", " ", "[A]", "."), "rose [A]."),
        (("rose", " ", "[A]", "then"), "rose [A] then"),
        (("(", "[A]", ")"), "([A])"),
    ],
)
def test_what_is_taken_out_leaves_no_trace(steps: tuple[str, ...], text: str) -> None:
    assert built(*steps) == text


def test_a_line_that_held_nothing_else_is_left_out() -> None:
    assert built("one", "\n", "_", "\n", "two") == "one\ntwo"


def test_paragraphs_stay_apart_by_one_empty_line() -> None:
    assert built("one", "\n", "\n", "\n", "\n", "two") == "one\n\ntwo"


def test_text_begins_without_spaces_and_lines_keep_their_indentation() -> None:
    assert built(" ", "one", "\n", "    ", "two") == "one\n    two"


def test_the_same_marker_stands_again_behind_other_words() -> None:
    assert built("one", "[A]", ".", " ", "Two", "[A]", ".") == "one [A]. Two [A]."


def test_what_is_released_is_final() -> None:
    builder = TextBuilder()
    builder.text("one")
    assert builder.take() == "one"
    builder.space(" ")
    assert builder.take() == ""  # the space may turn out to stand before a full stop
    builder.gap()
    builder.text(".")
    assert builder.take() == "."
    assert builder.take() == ""
