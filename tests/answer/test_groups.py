"""What a bracket of model output holds, and what a word of running text does."""

import pytest

from mmrag.answer.groups import Group, KnownReferences


@pytest.fixture
def known(evidence) -> KnownReferences:
    """A page under K7Q and a figure under M2X."""
    return KnownReferences(evidence)


@pytest.mark.parametrize(
    ("content", "group"),
    [
        ("K7Q", Group(("K7Q",), (), "")),
        (" k7q ", Group(("K7Q",), (), "")),
        ("K7Q, M2X", Group(("K7Q", "M2X"), (), "")),
        ("K7Q; M2X and page 12", Group(("K7Q", "M2X"), (), "")),
        ("**K7Q**", Group(("K7Q",), (), "")),
        ("3fa9c1d2-p0012-f02", Group(("M2X",), (), "")),
        ("evidence K7Q", Group(("K7Q",), (), "")),
        ("K7Q in millions", Group(("K7Q",), (), "in millions")),
        ("Z9Z", Group((), ("Z9Z",), "")),
        ("K7Q, Z9Z", Group(("K7Q",), ("Z9Z",), "")),
        ("3fa9c1d2-p0099", Group((), ("3fa9c1d2-p0099",), "")),
        ("img_3", Group((), ("img_3",), "")),
        ("3", Group((), ("3",), "")),
        ("1, 2", Group((), ("1, 2",), "")),
        ("page 3", Group((), ("page 3",), "")),
    ],
)
def test_a_bracket_is_sorted_into_citations_rejected_ones_and_words(known, content, group) -> None:
    assert known.group(content) == group


@pytest.mark.parametrize("content", ["", "see also", "sic", "in millions", "source"])
def test_a_bracket_without_any_reference_stays_text(known, content: str) -> None:
    assert known.group(content) == Group((), (), content)


def test_only_this_questions_markers_and_images_are_known(known) -> None:
    assert known.marker("k7q") == "K7Q"
    assert known.marker("3FA9C1D2-P0012") == "K7Q"
    assert known.marker("Z9Z") is None
    assert known.marker("3fa9c1d2-p0013") is None


@pytest.mark.parametrize(
    ("word", "heard"),
    [
        ("revenue", [("text", "revenue")]),
        ("K7Q", [("cite", "K7Q")]),
        ("K7Q.", [("cite", "K7Q"), ("text", ".")]),
        ("(K7Q)", [("text", "("), ("cite", "K7Q"), ("text", ")")]),
        ("`K7Q`", [("cite", "K7Q")]),
        ("K7Q,M2X", [("cite", "K7Q"), ("text", ","), ("cite", "M2X")]),
        ("3fa9c1d2-p0012-f02", [("cite", "M2X")]),
        ("3fa9c1d2-p0777", [("reject", "3fa9c1d2-p0777")]),
        ("AK7QB", [("text", "AK7QB")]),
    ],
)
def test_a_word_is_handed_on_in_parts(known, word: str, heard: list[tuple[str, str]]) -> None:
    found: list[tuple[str, str]] = []
    known.word(
        word,
        text=lambda part: found.append(("text", part)),
        cite=lambda part: found.append(("cite", part)),
        reject=lambda part: found.append(("reject", part)),
    )
    assert found == heard
