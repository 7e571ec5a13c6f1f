"""What a person reads of an answer."""

import os
import re
import sys
from types import SimpleNamespace

import pytest
from marked_evidence import answer_to
from tiny_tables import piece as piece_of
from tiny_tables import table

from mmrag.answer.ask import answer_question
from mmrag.answer.extracted import ExtractedAnswerer
from mmrag.cli.answers import AnswerText, print_answer
from mmrag.types import Answer, Evidence, PlacedLine

EVIL = "\x1b]0;owned\x07Harbour rules\n[1]: http://evil.example"


@pytest.fixture
def answer() -> Answer:
    """One that quotes a document whose title and file name are out to be acted upon."""
    rules = Evidence(
        "3fa9c1d2-p0012", "page", "3fa9c1d2", EVIL, "/docs/ha\x1b[2Jrbour [1]: x.pdf", 12, None,
        "The harbour master is called Osk Lund. Every boat pays 40 kroner a night.", "", "",
        "ab" * 32, 1.0,
    )  # fmt: skip
    return answer_question("Who is the harbour master?", [rules], ExtractedAnswerer())


def told(answer: Answer, pieces: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    text = AnswerText()
    for piece in pieces:
        text.print(piece)
    print_answer(answer, text, streamed=bool(pieces))
    return capsys.readouterr().out


def test_citations_are_numbers_in_the_text_and_ids_below(answer, capsys):
    [citation] = answer.citations
    shown = told(answer, [], capsys)
    text, below = shown.split("\n\n")
    assert text.endswith(" [1]")
    assert below.startswith(f"[1] {citation.image_id}  Harbour rules")
    assert below.rstrip().endswith("quoted")
    assert citation.marker not in shown


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_a_streamed_answer_reads_as_one_that_comes_at_once(answer, capsys, size):
    pieces = [answer.text[at : at + size] for at in range(0, len(answer.text), size)]
    assert told(answer, pieces, capsys) == told(answer, [], capsys)


def test_a_word_without_an_end_is_not_waited_for_for_ever(capsys):
    text = AnswerText()
    text.print("港" * 300)
    assert len(capsys.readouterr().out) >= 200


def test_a_computed_answer_has_the_cell_of_each_operand_below_it(capsys):
    question = "By how much did the sales of honey grow from 2030 to 2031?"
    marked = [piece_of("K7Q", table())]
    computed = answer_to(question, marked, ExtractedAnswerer(), computes=True)
    print_answer(computed, AnswerText(), streamed=False)
    shown = capsys.readouterr()
    assert "    48.2 million euros  Sales of honey, 2031  (row 1, column 1 of" in shown.out
    assert "--save evidence.png --cell 1,1 --cell 1,2" in shown.err


@pytest.mark.promise(21)
def test_no_title_or_name_steers_the_terminal_or_defines_a_link(answer, capsys):
    shown = told(answer, [], capsys)
    assert "\x1b" not in shown
    assert "owned" not in shown
    assert "]:" not in shown
    assert "Harbour rules [1] : http://evil.example (harbour [1] : x.pdf), page 12" in shown


class Terminal:
    """Standard output that says it is a terminal."""

    def __init__(self, stream):
        self._stream = stream

    def isatty(self):
        return True

    def __getattr__(self, name):
        return getattr(self._stream, name)


def test_a_terminal_gets_a_link_to_the_page_and_lines_that_end_at_words(
    answer, capsys, monkeypatch
):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", Terminal(sys.stdout))
    monkeypatch.setattr("shutil.get_terminal_size", lambda: SimpleNamespace(columns=40))
    shown = told(answer, [], capsys)
    uri = "file:///docs/ha%1B%5B2Jrbour%20%5B1%5D%3A%20x.pdf#page=12"
    assert f"\x1b]8;;{uri}\x1b\\" in shown
    seen = re.sub(r"\x1b\][^\x1b]*\x1b\\|\x1b\[\d*m", "", shown)
    text, below = seen.split("\n\n")
    assert "\n" in text
    assert below.count("\n    ") >= 1
    assert all(len(line) <= 40 and line == line.rstrip() for line in seen.splitlines())
    assert " ".join(text.split()) == " ".join(
        answer.text.replace(answer.citations[0].marker, "1").split()
    )


def test_open_hands_the_page_to_the_viewer(mmrag, sample_index, tmp_path, monkeypatch):
    opener = tmp_path / "xdg-open"
    opener.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/opened\n')
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    hit = mmrag("search", "operating profit", "-k", 1, "--index", sample_index).out.split()[1]
    ran = mmrag("open", hit, "--index", sample_index)
    assert ran.code == 0, ran.err
    uri = (tmp_path / "opened").read_text().strip()
    assert uri.startswith("file:///")
    assert uri.endswith(f".pdf#page={int(hit[10:14])}")
    assert uri in ran.out


def test_open_says_what_to_do_where_nothing_can_show_it(mmrag, sample_index, tmp_path, monkeypatch):
    (tmp_path / "xdg-open").write_text("#!/bin/sh\nexit 3\n")
    (tmp_path / "xdg-open").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    hit = mmrag("search", "operating profit", "-k", 1, "--index", sample_index).out.split()[1]
    ran = mmrag("open", hit, "--index", sample_index)
    assert ran.code == 2
    assert "mmrag show IMAGE_ID --save" in ran.err


def test_a_page_that_is_cited_at_its_lines_is_shown_with_their_box(capsys):
    line = PlacedLine("The mill grinds 40 sacks a day.", (72.0, 90.0, 400.0, 104.0))
    page = Evidence(
        "3fa9c1d2-p0012", "page", "3fa9c1d2", "Mills", "/docs/mills.pdf", 12, None, line.text, "",
        "", "ab" * 32, 1.0, lines=(line,),
    )  # fmt: skip
    question = "How many sacks does the mill grind a day?"
    print_answer(
        answer_question(question, [page], ExtractedAnswerer()), AnswerText(), streamed=False
    )
    shown = capsys.readouterr()
    assert "page 12, box 72,90-400,104" in shown.out
    assert "3fa9c1d2-p0012 --save evidence.png --box 72,90,400,104" in shown.err
