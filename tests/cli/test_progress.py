import io

from rich import progress as rich_progress
from rich.console import Console

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
