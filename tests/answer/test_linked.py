"""Answers as Markdown."""

import pytest
from rich.markdown import Markdown
from tiny_tables import piece, table

from mmrag.answer.linked import LinkedText, inert


def linked(*pieces: str) -> tuple[str, LinkedText]:
    text = LinkedText(lambda image_id: f"http://here/e/{image_id}")
    text.add(piece("K7Q", table()))
    return "".join(map(text.feed, pieces)) + text.end(), text


def test_a_citation_is_a_link_wherever_its_pieces_are_cut() -> None:
    whole, text = linked("It grew [K7Q], much [K7Q].")
    assert whole.count("[\\[1\\]](http://here/e/3fa9c1d2-p0012-f01)") == 2
    assert [whole[link.start : link.end].count("(http") for link in text.links] == [1, 1]
    assert linked(*"It grew [K7Q], much [K7Q].")[0] == whole


def test_a_marker_of_nothing_is_no_link() -> None:
    assert linked("See [Q7K].")[0] == "See \\[Q7K\\]."


@pytest.mark.parametrize(
    "text",
    ["![x](http://evil/?q=1)", "[x](javascript:alert(1))", "<img src=//evil>", "[1]: http://evil",
     "\\![x](http://evil)", "\\\\[x](http://evil)"],
)  # fmt: skip
def test_nothing_of_a_document_is_markup(text: str) -> None:
    tokens = Markdown(inert(text) + "\n\n[1]\n").parsed
    kinds = {part.type for token in tokens for part in [token, *(token.children or [])]}
    assert not kinds & {"link_open", "image", "html_inline", "html_block"}
