"""Thoughts of a model, taken out of a reply that comes in pieces of any size."""

import pytest

from mmrag.backends.thoughts import LateThought, ThoughtFilter, opens_thought


def read(text: str, size: int, **how: bool) -> str:
    thoughts = ThoughtFilter(**how)
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return "".join([*(part for piece in pieces for part in thoughts.feed(piece)), *thoughts.end()])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("holds", [False, True])
@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("<think>no</think>yes", "yes"),
        ("<think>\nno\n</think>\n\nyes [K7Q].", "yes [K7Q]."),
        ("<THINK>no</Think>yes", "yes"),
        ("[THINK]no[/THINK]yes", "yes"),
        ("◁think▷no◁/think▷yes", "yes"),
        ("<thought>no</thought>yes", "yes"),
        ("<seed:think>no</seed:think>yes", "yes"),
        ("<|channel|>analysis<|message|>no<|channel|>final<|message|>yes", "yes"),
        ("yes <think>no</think> and yes", "yes  and yes"),
        ("<think>no</think>yes<think>no", "yes"),
        ("<think>a <b> [c] < d</think>yes", "yes"),
        ("<think>no", ""),
        ("<think></think>", ""),
        ("a < b <c> [K7Q] <thin", "a < b <c> [K7Q] <thin"),
        ("  yes", "  yes"),
    ],
)
def test_thoughts_go_and_text_stays(reply, text, size, holds):
    assert read(reply, size, holds=holds) == text


@pytest.mark.promise(35)
@pytest.mark.parametrize("size", [1, 5, 1000])
def test_all_before_a_closing_tag_alone_was_thought(size):
    assert read("Okay, [K7Q] says 9.\n</think>\n\nyes", size, holds=True) == "yes"
    assert read("Okay, [K7Q] says 9.\n</think>\n\nyes", size, inside=True) == "yes"


def test_a_closing_tag_behind_text_that_was_handed_on_is_told():
    thoughts = ThoughtFilter()
    assert thoughts.feed("Okay, ") == ["Okay, "]
    with pytest.raises(LateThought):
        thoughts.feed("so.</think>yes")
    assert thoughts.closed_alone


def test_a_reply_is_held_until_it_shows_where_its_thoughts_end():
    thoughts = ThoughtFilter(holds=True)
    assert thoughts.feed("a ") == []
    thoughts.settle()
    assert thoughts.feed("b") == ["a ", "b"]
    assert thoughts.feed("</think> c") == [" c"], "thoughts come apart here"


def test_a_reply_that_is_all_thought_says_so():
    thoughts = ThoughtFilter()
    thoughts.feed("<think>hm")
    assert thoughts.has_thought
    assert thoughts.end() == []


@pytest.mark.parametrize(
    ("prompt", "opens"),
    [("<|im_start|>assistant\n<think>\n", True), ("<think>\n\n</think>\n\n", False),
     ("What is <think>? ASSISTANT:", False), ("", False)],
)  # fmt: skip
def test_a_prompt_may_end_within_a_thought(prompt, opens):
    assert opens_thought(prompt) is opens
