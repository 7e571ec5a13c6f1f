"""What the commands of `mmrag vision` have in common: their options, their batch, what they print.

A command makes its task and says how a result is told; everything else is here.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mmrag import contract
from mmrag.cli import output
from mmrag.cli.options import PathParameter, index_option, json_option, profile_option

if TYPE_CHECKING:
    from mmrag.locations import IndexLocation
    from mmrag.readings import PictureSource
    from mmrag.toolkit import Vision
    from mmrag.vision.batch import Batch
    from mmrag.vision.heard import Heard, Listener
    from mmrag.vision.looking import By
    from mmrag.vision.task import Outcome, Task

Command = Callable[..., Any]
R = TypeVar("R")
Tell = Callable[[Any], None]
"""Prints the result of a task."""


@dataclass(frozen=True, slots=True)
class VisionOptions:
    """The options that all commands share."""

    inputs: tuple[str, ...]
    by: "By"
    out: Path | None
    retry: bool
    cache: bool
    time_limit: float
    stream: bool
    location: "IndexLocation"
    profile: str | None
    as_json: bool


def shared(command: Command) -> Command:
    """INPUT... and the options of a batch; the command gets them as `options`."""

    def run(
        inputs: tuple[str, ...],
        by: "By",
        out: Path | None,
        retry: bool,
        no_cache: bool,
        time_limit: float,
        stream: bool,
        location: "IndexLocation",
        profile: str | None,
        as_json: bool,
        **own: Any,
    ) -> None:
        options = VisionOptions(
            inputs, by, out, retry, not no_cache, time_limit, stream, location, profile, as_json
        )
        command(options=options, **own)

    run.__doc__, run.__name__ = command.__doc__, command.__name__
    run.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    for option in reversed(
        [
            click.argument("inputs", nargs=-1, required=True, metavar="INPUT..."),
            click.option(
                "--by",
                type=click.Choice(["auto", "embedded", "vlm"]),
                default="auto",
                help="Rules and small models, or the profile's vision-language model. [default: "
                "the model where the profile has one]",
            ),
            click.option(
                "--out",
                type=PathParameter(dir_okay=False),
                help="Append a line of JSON for each picture; run again, and it goes on.",
            ),
            click.option("--retry", is_flag=True, help="With --out: do again what failed."),
            click.option("--no-cache", is_flag=True, help="Neither use nor keep results."),
            click.option(
                "--time-limit",
                type=click.FloatRange(min=1),
                default=300.0,
                metavar="SECONDS",
                help="Longest time of one step of reading and of one reply. [default: 300]",
            ),
            click.option(
                "--stream",
                is_flag=True,
                help="Show a model's reply on standard error as it comes, before it is checked; "
                "with --json, a line of JSON for each piece or field.",
            ),
            index_option,
            profile_option,
            json_option,
        ]
    ):
        run = option(run)
    return run


@contextmanager
def opened(options: VisionOptions) -> "Iterator[Vision]":
    """The tasks with the profile's models, and the index where an image ID is named."""
    from mmrag import ids
    from mmrag.index import Index
    from mmrag.toolkit import Vision

    with ExitStack() as stack:
        has_ids = any(ids.parse_image_id(name) for name in options.inputs)
        index = stack.enter_context(Index.open(options.location)) if has_ids else None
        yield stack.enter_context(
            Vision.open(
                options.profile,
                index=index,
                cache=options.cache,
                seconds=options.time_limit,
                listener=_shown(options) if options.stream else None,
            )
        )


def _shown(options: VisionOptions) -> "Listener":
    """Writes what comes of a reply to standard error."""

    def show(heard: "Heard") -> None:
        if options.as_json:
            output.print_event(contract.heard(heard.text, heard.name, heard.value))
        elif heard.name:
            output.say(f"{heard.name}: {heard.value}", err=True)
        else:
            output.say(heard.text, err=True, end="")

    return show


def run_task(task: "Task[R]", options: VisionOptions, tell: Tell) -> None:
    """Run a task over the inputs and print what it finds. Exit code 1 where a picture failed."""
    with opened(options) as vision:
        run_with(vision, task, options, tell)


def run_with(vision: "Vision", task: "Task[R]", options: VisionOptions, tell: Tell) -> None:
    """The same with what is open already, and the models that it has loaded."""
    kept = f"what is done is in {options.out}; run the same command again and it goes on"
    with output.interruptible(kept if options.out else "nothing is kept without --out"):
        sources = list(vision.sources(options.inputs))
        batch = vision.batch(task)
        if options.out is not None:
            _to_file(batch, sources, options)
        else:
            _to_screen(batch, sources, options, tell)
        if batch.metrics.outcomes["failed"]:
            raise SystemExit(1)


def _to_screen(
    batch: "Batch[R]", sources: "Sequence[PictureSource]", options: VisionOptions, tell: Tell
) -> None:
    found: list[contract.Json] = []
    for outcome in with_progress(batch, sources):
        if options.as_json:
            found.append(_plain(outcome))
            continue
        if len(sources) > 1:
            output.say(output.Styled(outcome.source.name, bold=True))
        if outcome.status == "failed":
            output.print_error(outcome.problem)
        else:
            tell(outcome.result)
    if not options.as_json:
        return
    metrics = batch.metrics.plain()
    if len(sources) == 1:
        output.print_json(contract.versioned({**found[0], "metrics": metrics}))
        return
    told = {"task": batch.task.name, "results": found, "metrics": metrics}
    output.print_json(contract.versioned(told))


def _to_file(batch: "Batch[R]", sources: "Sequence[PictureSource]", options: VisionOptions) -> None:
    """Append each outcome; what an earlier run has done is left out."""
    from mmrag.vision.results import ResultsFile

    assert options.out is not None
    with ResultsFile(options.out) as file:
        left = []
        for source in sources:
            before = file.status(batch.name_of(source))
            if before is None or (before == "failed" and options.retry):
                left.append(source)
        for outcome in with_progress(batch, left):
            key = batch.name_of(outcome.source)
            file.append(contract.versioned({"key": key, **_plain(outcome)}))
    metrics = {**batch.metrics.plain(), "skipped": len(sources) - len(left)}
    if options.as_json:
        told = {"task": batch.task.name, "results": [], "metrics": metrics}
        output.print_json(contract.versioned(told))
        return
    counted = ", ".join(
        f"{metrics[name]} {word}"
        for name, word in (
            ("done", "done"),
            ("nothing", "without what was looked for"),
            ("failed", "failed"),
            ("skipped", "done before"),
        )
        if metrics[name]
    )
    output.say(f"{options.out}: {counted or 'nothing to do'}; {metrics['seconds']:.1f} s")


def with_progress(batch: "Batch[R]", sources: "Sequence[PictureSource]") -> "Iterator[Outcome]":
    """The outcomes of a batch, with a bar where there are several pictures."""
    from mmrag.cli.progress import counted

    if len(sources) < 2:
        yield from batch.run(sources)
        return
    with counted(batch.task.name) as draw:
        for done, outcome in enumerate(batch.run(sources, side_by_side=True), 1):
            draw(done, len(sources))
            yield outcome


def _plain(outcome: "Outcome") -> contract.Json:
    from mmrag.vision.task import plain

    return plain(outcome)
