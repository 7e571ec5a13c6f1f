import re
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mmrag.answer.citations import Resolver, resolve
from mmrag.answer.markers import IMAGE_ID, NAMED_IMAGE
from mmrag.text.prompting import neutralise
from mmrag.types import Evidence, MarkedEvidence

PAGE = Evidence(
    "3fa9c1d2-p0012", "page", "3fa9c1d2", "Report", "/r.pdf", 12, None, "x", "", "", None, 1
)
FIGURE = replace(PAGE, image_id="3fa9c1d2-p0012-f02", kind="chart")
EVIDENCE = (MarkedEvidence("K7Q", PAGE), MarkedEvidence("M2X", FIGURE))

# Pieces of which hostile output is put together, so that random strings hit what matters.
PLAIN_PIECES = """
[ ] ( ) < > ! , ; . : | ` * " ' K7Q M2X k7q m2x K 7 Q Z9Z [K7Q] [M2X] [Z9Z] 【K7Q】 (K7Q) [[ ]] ](
![ http://a.example/x.png <img src=x> </b> <b> <| |> 3fa9c1d2-p0012 3fa9c1d2 -p0012 -f02
3fa9c1d2-p0012-f02 3fa9c1d2-p0099 3fa9c1d2-p0012-t01 img_999 img_ 999 IMG-1 evidence_2 page source
[3] [12] [0,1] and word text. ÄÖ К ² ７ ﹇ ﹈ ［ ］ （ ） ‐ – ﹣
"""
ODD_PIECES = [
    " ",
    "  ",
    "\n",
    "\n\n",
    "\t",
    "\r",
    "\x1b",
    "\x1b[31m",
    "\x1b]0;t\x07",
    "\x9b",
    "\x00",
]
HIDDEN_PIECES = ["\u200b", "\u200d", "\u202e", "\u2066", "\ufeff", "\u00ad", "\U000e0041", "\ud800"]
PIECES = st.sampled_from([*PLAIN_PIECES.split(), *ODD_PIECES, *HIDDEN_PIECES])
OUTPUT = st.one_of(st.text(), st.lists(PIECES | st.text(max_size=3), max_size=30).map("".join))
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069]")


@pytest.mark.promise(22)
@settings(deadline=None)
@given(OUTPUT)
def test_only_ids_of_the_evidence_become_citations_for_any_output(raw):
    found = resolve(raw, EVIDENCE)
    assert {citation.image_id for citation in found.citations} <= {
        "3fa9c1d2-p0012",
        "3fa9c1d2-p0012-f02",
    }
    assert set(re.findall(r"\[(\w+)\]", found.text)) == {c.marker for c in found.citations}


@settings(deadline=None)
@given(OUTPUT)
def test_nothing_else_that_looks_like_a_citation_survives_in_any_output(raw):
    text = resolve(raw, EVIDENCE).text
    rest = text.replace("[K7Q]", " ").replace("[M2X]", " ")
    assert not set("[]【】［］﹇﹈〔〕") & set(rest)
    assert not IMAGE_ID.search(rest)
    assert not NAMED_IMAGE.search(rest)
    assert not CONTROL.search(rest)
    assert not re.search(r"<[a-zA-Z/!?|]", rest)


@settings(deadline=None)
@given(OUTPUT)
def test_without_evidence_there_is_no_citation_for_any_output(raw):
    found = resolve(raw, ())
    assert found.citations == ()
    assert "[" not in found.text


@settings(deadline=None)
@given(OUTPUT, st.data())
def test_streamed_text_adds_up_to_the_whole_however_it_is_cut(raw, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=8)))
    resolver = Resolver(EVIDENCE)
    pieces = [raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True)]
    streamed = "".join(resolver.feed(piece) for piece in pieces) + resolver.end()
    whole = resolve(raw, EVIDENCE)
    assert (streamed, resolver.citations, resolver.rejected) == (
        whole.text,
        whole.citations,
        whole.rejected,
    )


@settings(deadline=None)
@given(OUTPUT)
@example("\N{PRESENTATION FORM FOR VERTICAL LEFT SQUARE BRACKET}\N{ZERO WIDTH NON-JOINER}")
def test_resolved_text_stays_as_it_is_when_resolved_again(raw):
    once = resolve(raw, EVIDENCE)
    twice = resolve(once.text, EVIDENCE)
    assert "".join(twice.text.split()) == "".join(once.text.split())
    assert twice.citations == once.citations
    assert twice.rejected == ()


@pytest.mark.promise(24)
@settings(deadline=None)
@given(st.text())
def test_neutralised_text_holds_no_bracket_and_no_tag(text):
    safe = neutralise(text)
    assert "[" not in safe
    assert "]" not in safe
    assert resolve(safe, EVIDENCE).citations == () or "K7Q" in safe.upper()
