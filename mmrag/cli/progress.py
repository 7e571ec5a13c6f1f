"""Progress of long work on stderr: what is done, at which rate, and how long it will take."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from mmrag.cli import output

if TYPE_CHECKING:
    from mmrag.pipeline import OnEvent
    from mmrag.pipeline import Progress as Event

NAME_WIDTH = 36  # characters of a file's name beside the bar; chosen by hand
RATE_SECONDS = 600.0
"""Over which the rate is taken, from which the time left follows: pages that take half a minute
each have no rate over rich's own 30 s, and then no time left is shown. Chosen by hand."""
SECONDS_PER_LINE = 60.0  # where stderr is no terminal; chosen by hand


class Rate(ProgressColumn):
    """Things done a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", style="progress.data.speed")


@contextmanager
def progress() -> "Iterator[OnEvent]":
    """A function that draws events as bars; where stderr is no terminal, a line a minute."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _logger(console)
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
        speed_estimate_period=RATE_SECONDS,
    )
    with bars:
        yield _drawer(bars)


@contextmanager
def staged() -> Iterator[Callable[[str, int, int], None]]:
    """A function that draws a bar for each stage: how much is done of how many.

    Where stderr is no terminal, nothing is drawn.
    """
    bars = Progress(
        console=Console(stderr=True), transient=True, speed_estimate_period=RATE_SECONDS
    )
    tasks: dict[str, TaskID] = {}

    def draw(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = bars.add_task(stage, total=total)
        bars.update(tasks[stage], completed=done, total=total)

    with bars:
        yield draw


@contextmanager
def counted(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function that draws how much is done of how many, where stderr is a terminal."""
    with staged() as draw:
        yield partial(draw, what)


def _logger(console: Console) -> "Callable[[Event], None]":
    told = start = time.monotonic()

    def log(event: "Event") -> None:
        nonlocal told
        now = time.monotonic()
        if now - told < SECONDS_PER_LINE:
            return
        told = now
        counts = ", ".join(
            f"{done} of {total} {what}" if total else f"{done} {what}"
            for done, total, what in (
                (event.files, event.files_total, "files"),
                (event.pages, event.pages_total, "pages"),
                (event.figures, event.figures_total, "figures"),
                (event.vectors, event.vectors_total, "vectors"),
                (event.failed, 0, "failed"),
            )
            if done or total
        )
        console.print(f"{now - start:.0f} s  {event.stage}: {counts}", markup=False, soft_wrap=True)

    return log


def _drawer(bars: Progress) -> "Callable[[Event], None]":
    tasks = {
        name: bars.add_task(name, total=None, visible=False, note="")
        for name in ("files", "pages", "figures", "vectors")
    }

    def draw(event: "Event") -> None:
        name = output.one_line(event.path.rpartition("/")[2])
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
