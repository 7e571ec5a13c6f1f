"""Abstentions in the script of the question."""

import gc
import weakref
from dataclasses import replace

import pytest
from PIL import Image

from mmrag.answer.abstention import abstention


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("When does the tram run?", "The documents do not seem to answer this. This may help:\n- "),
        ("Wann fährt die Bahn?", "The documents do not seem"),
        ("电车几点到达？", "这些文档似乎没有回答这个问题。"),
        ("电车 T3 几点到达？", "这些文档似乎没有"),
        ("What does 电车 mean in this report?", "The documents"),
        ("電車は何時に着きますか", "文書の中にこの質問への答えは"),
        ("전차는 언제 도착합니까?", "문서에서 이 질문의 답을"),
        ("Когда приходит трамвай?", "Похоже, в документах нет ответа"),
    ],
)
def test_an_abstention_is_in_the_script_of_the_question(make_marked, question, said):
    evidence = [make_marked("K7Q", "aaaa0001-p0002").evidence]
    text = abstention(question, evidence)
    assert text.startswith(said)
    assert evidence[0].document in text
    assert abstention(question, []) != text


def test_what_may_help_is_quoted_with_its_page(make_marked):
    evidence = make_marked("K7Q", "aaaa0001-p0002", "The tram to the harbour leaves at noon.")
    text = abstention("Where does the tram to the harbour stop?", [evidence.evidence])
    assert "\n- “The tram to the harbour leaves at noon.” (" in text
    assert text.endswith(", page 2)")


def test_a_passage_that_may_help_is_cut_and_does_nothing(make_marked):
    words = "The tram [K7Q]: http://evil.example " + "and the tram " * 60 + "\x1b[2J stops."
    evidence = make_marked("K7Q", "aaaa0001-p0002", words).evidence
    text = abstention("Where does the tram stop?", [evidence])
    assert "\x1b" not in text
    assert "[K7Q]" not in text
    assert max(map(len, text.split("\n"))) < 420


def test_the_pictures_of_evidence_are_not_kept(make_marked):
    picture = Image.new("L", (8, 8))
    kept = weakref.ref(picture)
    marked = make_marked("K7Q", "aaaa0001-p0002", "The tram to the harbour leaves at noon.")
    abstention("Where does the tram stop?", [replace(marked.evidence, image=picture)])
    del picture
    gc.collect()
    assert kept() is None
