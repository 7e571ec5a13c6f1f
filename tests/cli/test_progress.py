import io

from rich import progress as rich_progress
from rich.console import Console
from rich.text import Text

from mmrag.cli import progress
from mmrag.pipeline.progress import Progress


def test_without_a_terminal_it_tells_how_far_it_is_in_lines(monkeypatch, capsys):
    monkeypatch.setattr(progress, "SECONDS_PER_LINE", 0.0)
    with progress.progress() as on_event:
        on_event(Progress("read", files=2, files_total=5, pages=31, pages_total=90, failed=1))
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.endswith("s  reading: 31 of 90 pages, 2 of 5 files, 1 failed\n")


def test_lines_say_how_long_the_rest_takes(monkeypatch, capsys):
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    with progress.progress() as on_event:
        on_event(Progress("read", pages=0, pages_total=90))
        now[0] = 100.0
        on_event(Progress("read", files=1, files_total=5, pages=30, pages_total=90))
    assert capsys.readouterr().err == ("100 s  reading: 30 of 90 pages, 1 of 5 files, 3 min left\n")


def test_a_short_run_without_a_terminal_prints_nothing(capsys):
    with progress.progress() as on_event:
        on_event(Progress("read", files=2, files_total=5))
    assert capsys.readouterr().err == ""


def test_each_stage_has_a_bar_of_its_own_in_a_terminal_of_80_columns(monkeypatch):
    shown = io.StringIO()
    console = Console(file=shown, force_terminal=True, width=80)
    monkeypatch.setattr(progress, "Console", lambda **_: console)
    path = "/docs/a-report-with-a-name-that-is-far-too-long-for-one-line-of-a-terminal.pdf"
    with progress.progress() as on_event:
        on_event(Progress("count", files=3, files_total=3, pages_total=2000))
        counts = {"pages": 1200, "pages_total": 2000, "pages_encoded": 1100}
        on_event(Progress("read", **counts, failed=2, path=path))
    drawn = Text.from_ansi(shown.getvalue()).plain
    last = drawn[drawn.rindex("reading") :].splitlines()
    assert "3/3 files" in drawn
    assert all(part in last[0] for part in ("reading", "1200/2000 pages", "2 failed"))
    assert all(part in last[1] for part in ("encoding", "1100/2000 pages"))
    assert all(len(line.rstrip()) <= 80 for line in last)


def test_slow_work_has_a_rate_and_so_a_time_left(monkeypatch):
    """A step every 40 seconds, beyond the 30 s over which rich takes the rate by itself."""
    bars: list[rich_progress.Progress] = []
    now = [0.0]

    class Clocked(rich_progress.Progress):
        def __init__(self, *columns, **options):
            options["console"] = Console(file=io.StringIO(), force_terminal=True)
            super().__init__(*columns, get_time=lambda: now[0], auto_refresh=False, **options)
            bars.append(self)

    monkeypatch.setattr(progress, "Progress", Clocked)
    with progress.counted("searching") as on_progress:
        for done in range(4):
            now[0] = 40.0 * done
            on_progress(done, 10)
        [task] = bars[0].tasks
        assert task.time_remaining == 280
