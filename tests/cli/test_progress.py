from mmrag.cli import progress
from mmrag.pipeline import Progress


def test_without_a_terminal_it_tells_how_far_it_is_in_lines(monkeypatch, capsys):
    monkeypatch.setattr(progress, "SECONDS_PER_LINE", 0.0)
    with progress.progress() as on_event:
        on_event(Progress("read", files=2, files_total=5, pages=31, pages_total=90, failed=1))
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.endswith("s  read: 2 of 5 files, 31 of 90 pages, 1 failed\n")


def test_a_short_run_without_a_terminal_prints_nothing(capsys):
    with progress.progress() as on_event:
        on_event(Progress("read", files=2, files_total=5))
    assert capsys.readouterr().err == ""
