"""Progress of long work on stderr: what is done, at which rate, and how long it will take."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from mmrag.cli.output import clean

if TYPE_CHECKING:
    from mmrag.pipeline import OnEvent
    from mmrag.pipeline import Progress as Event

NAME_WIDTH = 36


class Rate(ProgressColumn):
    """Things done a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", style="progress.data.speed")


@contextmanager
def progress(*, quiet: bool) -> "Iterator[OnEvent]":
    """A function that draws events as bars; without a terminal nothing is drawn."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda event: None
        return
    bars = Progress(
        TextColumn("{task.description:<9}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", markup=False),
        console=console,
        transient=True,
    )
    with bars:
        yield _drawer(bars)


def _drawer(bars: Progress) -> "Callable[[Event], None]":
    tasks = {
        name: bars.add_task(name, total=None, visible=False, note="")
        for name in ("files", "pages", "figures", "vectors")
    }

    def draw(event: "Event") -> None:
        name = clean(event.path.rpartition("/")[2])
        failed = f", {event.failed} failed" if event.failed else ""
        rows = {
            "files": (event.files, event.files_total, f"{event.stage} {name[:NAME_WIDTH]}{failed}"),
            "pages": (event.pages, event.pages_total, f"{event.figures} figures"),
            "figures": (event.figures, event.figures_total, "described"),
            "vectors": (event.vectors, event.vectors_total, ""),
        }
        for row, (done, total, note) in rows.items():
            if total:
                bars.update(tasks[row], completed=done, total=total, note=note, visible=True)

    return draw
