import pytest

from mmrag.cli.output import interruptible, named, place, print_error, problem_lines
from mmrag.errors import UsageError
from mmrag.reports import FileProblem
from mmrag.types import Problem


def test_the_pages_with_one_problem_share_a_line():
    blank = [FileProblem("a.pdf", Problem("blank", "no ink", page), "ok") for page in range(1, 12)]
    other = FileProblem("a.pdf", Problem("open", "repaired"), "partial")
    lost = FileProblem("b.pdf", Problem("open", "needs a password"), "failed")
    assert list(problem_lines([*blank, other, lost])) == [
        "warning      a.pdf: blank on page 1, 2, 3, 4, 5, 6, 7, 8 and 3 more: no ink",
        "in part      a.pdf: open: repaired",
        "failed       b.pdf: open: needs a password",
    ]


@pytest.mark.promise(21)
def test_nothing_in_a_document_steers_the_terminal():
    problem = Problem("open", "a\x1b[2Jb\x1b]0;title\x07\u202ec\nd")
    assert list(problem_lines([FileProblem("e\x1bcvil.pdf", problem, "failed")])) == [
        "failed       evil.pdf: open: abc d"
    ]


@pytest.mark.promise(21)
def test_nothing_in_an_error_steers_the_terminal(capsys):
    print_error(UsageError("\x1b]0;title\x07no such \x9b31mprofile"))
    assert capsys.readouterr().err == "mmrag: no such profile\n"


@pytest.mark.promise(21)
def test_nothing_in_an_error_overwrites_what_stands_before_it(capsys):
    print_error(UsageError("the file is\x00 not\x08\x08\x08 safe\x7f"))
    assert capsys.readouterr().err == "mmrag: the file is not safe\n"


@pytest.mark.promise(21)
def test_a_place_shows_the_printed_label_beside_the_number():
    assert place("page", 5, "2\x1b[2J", None) == "page 5 (printed 2)"
    assert place("chart", 5, "", (1, 2, 3, 4)) == "chart on page 5, box 1,2-3,4"


@pytest.mark.promise(21)
def test_a_wrong_call_is_repeated_without_what_it_could_do(mmrag):
    ran = mmrag("search", "x", "--kind", "\x1b]0;owned\x07table\n[1]: http://evil.example")
    assert ran.code == 2
    assert "--kind" in ran.err
    assert "Usage: mmrag search" in ran.err
    assert "\x1b" not in ran.err
    assert "]:" not in ran.err


def test_an_error_that_nobody_foresaw_is_a_line_and_no_traceback(mmrag, monkeypatch):
    monkeypatch.setattr("mmrag.config.load", lambda profile: {}["\x1b[2Jodd"])
    ran = mmrag("doctor")
    assert ran.code == 2
    assert "unexpected KeyError in test_output.py" in ran.err
    assert "MMRAG_TRACEBACK" in ran.err
    assert "Traceback" not in ran.err
    assert "\x1b" not in ran.err


def test_ctrl_c_says_what_is_kept(capsys):
    with pytest.raises(SystemExit) as exit, interruptible("all of it"):
        raise KeyboardInterrupt
    assert exit.value.code == 1
    assert capsys.readouterr().err == "interrupted: all of it\n"


@pytest.mark.parametrize(
    ("title", "path", "said"),
    [
        ("Rules of the harbour", "/d/r24.pdf", "Rules of the harbour (r24.pdf)"),
        ("r24", "/d/r24.pdf", "r24.pdf"),
        ("", "/d/r24.pdf", "r24.pdf"),
    ],
)
def test_a_document_is_named_by_its_title_and_its_file(title, path, said):
    assert named(title, path) == said
