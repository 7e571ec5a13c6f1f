"""Answers to the same question in several wordings."""

from mmrag.evaluate.consistency import agreement, is_same
from mmrag.evaluate.replies import Reply
from mmrag.types import AnswerStatus


def reply(text: str, status: AnswerStatus = "answered") -> Reply:
    return Reply("q", "?", status, text, "extracted", (), (), {}, 0, 0)


def test_wording_and_citations_do_not_count() -> None:
    one = reply("The mast is 24 metres tall [AB3].")
    other = reply("Quoted from the documents:\n“24 metres tall is the mast” [XY9]")
    assert is_same(one, other)


def test_another_number_or_other_words_are_another_answer() -> None:
    assert not is_same(reply("It is 24 metres tall."), reply("It is 25 metres tall."))
    assert not is_same(reply("A heron sits there."), reply("Two otters swim."))


def test_abstentions_are_the_same_whatever_they_name_as_nearest() -> None:
    nothing = reply("Nearest: page 3.", "abstained")
    assert is_same(nothing, reply("Nearest: page 4.", "abstained"))
    assert not is_same(nothing, reply("It is 24 metres tall."))


def test_agreement_counts_the_pairs_within_each_group() -> None:
    same, other = reply("It is 24."), reply("It is 25.")
    assert agreement([[same, same, other], [same, same], [other]]) == (2, 4)
