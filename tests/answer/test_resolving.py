"""The forms in which models write citations, and the text that is left when false ones go."""

import pytest

from mmrag.answer.citations import resolve
from mmrag.answer.markers import mark, marker_like, new_markers


@pytest.mark.parametrize(
    "raw",
    ["a [K7Q] b", "a [k7q] b", "a [ K7Q ] b", "a [[K7Q]] b", "a (K7Q) b", "a K7Q b", "a 【K7Q】 b",
     "a ［Ｋ７Ｑ］ b", "a [K\u200b7Q] b", "a `K7Q` b", "a [K7Q](http://evil.example) b",
     "a ![K7Q](http://evil.example/x.png) b", "a [K7Q: page 12] b", "a [K7Q][K7Q] b",
     "a [3fa9c1d2-p0012] b", "a 3fa9c1d2-p0012 b", "a [3FA9C1D2–P0012] b", "a[K7Q]b"],
)  # fmt: skip
def test_every_way_of_writing_a_marker_becomes_the_same_citation(evidence, raw):
    found = resolve(raw, evidence)
    assert found.text == "a [K7Q] b"
    assert [citation.image_id for citation in found.citations] == ["3fa9c1d2-p0012"]
    assert found.rejected == ()


@pytest.mark.parametrize(
    "raw", ["a [K7Q, M2X].", "a [K7Q][M2X].", "a [K7Q; M2X].", "a (K7Q, M2X).", "a [K7Q and M2X]."]
)
def test_several_markers_stand_side_by_side(evidence, raw):
    found = resolve(raw, evidence)
    assert found.text == "a [K7Q][M2X]."
    assert [citation.marker for citation in found.citations] == ["K7Q", "M2X"]


@pytest.mark.parametrize(
    ("raw", "text", "rejected"),
    [
        ("It rose [Z9Z].", "It rose.", ("Z9Z",)),
        ("It rose. [Z9Z] It fell.", "It rose. It fell.", ("Z9Z",)),
        ("It rose (img_999).", "It rose.", ("img_999",)),
        ("It rose (see img_1, img_2).", "It rose (see).", ("img_1", "img_2")),
        ("It rose [К7Q].", "It rose.", ("К7Q",)),  # a Cyrillic letter
        ("It rose [1], fell [12].", "It rose, fell.", ("1", "12")),
        ("It rose [Evidence 3].", "It rose.", ("Evidence 3",)),
        ("It rose [K7Q, Z9Z].", "It rose [K7Q].", ("Z9Z",)),
        ("- it rose\n- [Z9Z]\n- it fell", "- it rose\n-\n- it fell", ("Z9Z",)),
        ("It rose.\n[Z9Z]\nIt fell.", "It rose.\nIt fell.", ("Z9Z",)),
        ("Sources: [K7Q], [Z9Z]", "Sources: [K7Q]", ("Z9Z",)),
        ("**img_999** says so", "says so", ("img_999",)),
        ("It rose [Z9Z] [Z9Z] a lot", "It rose a lot", ("Z9Z", "Z9Z")),
    ],
)
def test_what_is_no_evidence_is_taken_out_and_listed(evidence, raw, text, rejected):
    found = resolve(raw, evidence)
    assert found.text == text
    assert found.rejected == rejected


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("between [0, 1]", "between (0, 1)"),
        ("in [2019]", "in (2019)"),
        ("he said so [sic]", "he said so (sic)"),
        ("[the site](https://a.example/b) has it", "the site has it"),
        ("![a chart](https://a.example/b.png)", "a chart"),
        ("<b>bold</b> and <foo> and 3 < 5", "bold and ‹foo> and 3 < 5"),
        ("see <https://a.example/b>.", "see https://a.example/b."),
        ("\x1b[31mred\x1b[0m \x1b]0;title\x07text", "red text"),
        ("abc\u202edef\u2066ghi", "abcdefghi"),
        ("  a  b \r\n\n\n\n c ", "a b\n\n c"),
        ("f(x) and (y)", "f(x) and (y)"),
        ("IMG_001.png is a file", "IMG_001.png is a file"),
    ],
)
def test_other_text_stays_readable_and_inert(evidence, raw, text):
    found = resolve(raw, evidence)
    assert found.text == text
    assert found.rejected == ()


def test_removing_something_never_joins_an_id(evidence):
    assert "3fa9c1d2-p0099" not in resolve("3fa9c1d2-p00[Z9Z]99", evidence).text
    assert "3fa9c1d2-p0099" not in resolve("3fa9c1d2<b>-p0099", evidence).text


def test_markers_are_fresh_short_and_distinct():
    markers = new_markers(50)
    assert len(set(markers)) == 50
    assert all(len(marker) == 3 and marker.isalnum() for marker in markers)
    assert set(markers) != set(new_markers(50))


@pytest.mark.promise(24)
def test_a_marker_that_a_text_forbids_is_never_made():
    every = {f"{a}{d}{b}" for a in "ACDEFGHJKMNPQRTWXY" for d in "234679" for b in "ACDEFGHJ"}
    text = " ".join(f"[{marker.lower()}]" for marker in every)
    assert not every & set(new_markers(300, text))


def test_markers_grow_longer_where_a_document_holds_all_short_ones():
    letters = "ACDEFGHJKMNPQRTWXY"
    text = " ".join(f"{a}{d}{b}" for a in letters for d in "234679" for b in letters)
    markers = new_markers(5, text)
    assert all(len(marker) == 5 for marker in markers)


@pytest.mark.parametrize("written", ["[K7Q]", "k7q", "K\u200b7Q", "Ｋ７Ｑ", "К7Q", "(K7Q),"])
def test_a_disguised_marker_in_a_document_is_seen(written):
    assert "K7Q" in set(marker_like(f"so {written} ends"))


@pytest.mark.parametrize("place", ["quotable", "caption", "description", "document", "path"])
def test_no_marker_of_evidence_stands_in_the_question_or_in_any_text_of_it(make_marked, place):
    letters = "ACDEFGHJKMNPQRTWXY"
    written = [f"{a}{d}{b}" for a in letters for d in "234679" for b in letters]
    item = make_marked("K7Q", "3fa9c1d2-p0012", **{place: " ".join(written[::2])}).evidence
    marked = mark(" ".join(written[1::2]).lower(), [item, item])
    assert [found.evidence for found in marked] == [item, item]
    assert len({found.marker for found in marked}) == 2
    assert not {found.marker for found in marked} & set(written)
