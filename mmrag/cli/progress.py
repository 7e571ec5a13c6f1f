"""Progress of long work on stderr: what is done of how much, and how long the rest will take."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
)
from rich.table import Column
from rich.text import Text

from mmrag.cli import output

if TYPE_CHECKING:
    from mmrag.pipeline.progress import OnEvent
    from mmrag.pipeline.progress import Progress as Event

BAR_WIDTH = 12  # characters: all columns and a short name fit in 80; chosen by hand
RATE_SECONDS = 600.0
"""Over which the rate is taken, from which the time left follows: pages that take half a minute
each have no rate over rich's own 30 s, and then no time left is shown. Chosen by hand."""
SECONDS_PER_LINE = 60.0  # where stderr is no terminal; chosen by hand
STAGES: Mapping[str, str] = {
    "compare": "comparing",
    "count": "counting",
    "read": "reading",
    "encode": "encoding",
    "describe": "describing",
    "finish": "finishing",
}
"""Of an indexing run, in words. Counted are the pages: how many there are to be read."""


@dataclass(frozen=True, slots=True)
class _Count:
    """How much of a stage is done; `total` 0: not known."""

    done: int
    total: int
    unit: str


class _Done(ProgressColumn):
    """How much is done, of how much where that is known."""

    def render(self, task: Task) -> Text:
        if task.total is None and not task.completed:
            return Text()
        of = "" if task.total is None else f"/{task.total:.0f}"
        return Text(f"{task.completed:.0f}{of} {task.fields['unit']}", style="progress.download")


class _Rate(ProgressColumn):
    """Things done a second, or seconds that one takes."""

    def render(self, task: Task) -> Text:
        speed = None if task.finished else task.speed
        told = "" if not speed else f"{speed:.1f}/s" if speed >= 1 else f"{1 / speed:.0f} s each"
        return Text(told, style="progress.data.speed")


class _Left(ProgressColumn):
    """How long the rest takes; how long it has taken so far where that is not known yet."""

    def render(self, task: Task) -> Text:
        left = None if task.finished else task.time_remaining
        seconds = left if left is not None else task.finished_time or task.elapsed or 0
        told = str(timedelta(seconds=int(seconds)))
        return Text(told if left is None else f"{told} left", style="progress.remaining")


@contextmanager
def progress() -> "Iterator[OnEvent]":
    """A function that draws a bar for each stage; where stderr is no terminal, a line a minute."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _logger(console)
        return
    with _bars(console) as bars:
        yield _drawer(bars)


@contextmanager
def staged() -> Iterator[Callable[[str, int, int], None]]:
    """A function that draws a bar for each stage: how much is done of how many.

    Where stderr is no terminal, nothing is drawn.
    """
    tasks: dict[str, TaskID] = {}
    with _bars(Console(stderr=True)) as bars:

        def draw(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total, unit="questions", note="")
            bars.update(tasks[stage], completed=done, total=total)

        yield draw


@contextmanager
def counted(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function that draws how much is done of how many, where stderr is a terminal."""
    with staged() as draw:
        yield partial(draw, what)


def _bars(console: Console) -> Progress:
    """One line a stage: its name, a bar, how much is done, how fast, how long the rest takes."""
    return Progress(
        TextColumn("{task.description:<10}"),
        BarColumn(bar_width=BAR_WIDTH),
        _Done(),
        _Rate(),
        _Left(),
        TextColumn(
            "{task.fields[note]}",
            markup=False,
            table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1),
        ),
        console=console,
        transient=True,
        expand=True,
        speed_estimate_period=RATE_SECONDS,
    )


def _logger(console: Console) -> "Callable[[Event], None]":
    told = start = begun = time.monotonic()
    stage = ""

    def log(event: "Event") -> None:
        nonlocal told, begun, stage
        now = time.monotonic()
        if event.stage != stage:
            stage, begun = event.stage, now
        if now - told < SECONDS_PER_LINE:
            return
        told = now
        line = f"{now - start:.0f} s  {STAGES[event.stage]}{_counted(event)}"
        left = _seconds_left(_count(event), now - begun)
        console.print(f"{line}{left}", markup=False, soft_wrap=True)

    return log


def _counted(event: "Event") -> str:
    """How far a run is, in words."""
    counts = [
        f"{count.done} of {count.total} {count.unit}"
        if count.total
        else f"{count.done} {count.unit}"
        for count in (
            _count(event),
            _Count(event.files, event.files_total, "files"),
            _Count(event.failed, 0, "failed"),
        )
        if count.done or count.total
    ]
    return f": {', '.join(dict.fromkeys(counts))}" if counts else ""


def _seconds_left(count: _Count, seconds: float) -> str:
    """The time that the rest of a stage takes at the rate of its `seconds` so far, in words."""
    if seconds < 1 or not count.total > count.done > 0:
        return ""
    left = seconds * (count.total - count.done) / count.done
    return f", {left / 60:.0f} min left" if left >= 90 else f", {left:.0f} s left"


def _drawer(bars: Progress) -> "Callable[[Event], None]":
    tasks: dict[str, TaskID] = {}

    def draw(event: "Event") -> None:
        count = _count(event)
        if event.stage not in tasks:
            tasks[event.stage] = bars.add_task(
                STAGES[event.stage], total=None, unit=count.unit, note=""
            )
        name = output.one_line(event.path.rpartition("/")[2])
        failed = f"{event.failed} failed, " if event.failed else ""
        note = f"{failed}{name}" if event.stage in ("compare", "count", "read") else ""
        bars.update(
            tasks[event.stage],
            completed=count.done,
            total=count.total or None,
            unit=count.unit,
            note=note,
        )
        if event.stage == "read" and event.pages_encoded:  # by another thread
            draw(replace(event, stage="encode"))

    return draw


def _count(event: "Event") -> _Count:
    """What is counted in the stage of an event."""
    match event.stage:
        case "compare" | "count":
            return _Count(event.files, event.files_total, "files")
        case "read":
            return _Count(event.pages, event.pages_total, "pages")
        case "encode" if event.pages_total:
            return _Count(event.pages_encoded, event.pages_total, "pages")
        case "encode":
            return _Count(event.vectors, event.vectors_total, "vectors")
        case "describe":
            return _Count(event.figures, event.figures_total, "figures")
        case _:
            return _Count(0, 0, "")
