"""What the commands of `mmrag eval` have in common: their index, gates and files."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mmrag import locations
from mmrag.cli import output
from mmrag.cli.options import PathParameter
from mmrag.cli.progress import progress
from mmrag.errors import UsageError

if TYPE_CHECKING:
    from mmrag.evaluate.datasets import Dataset
    from mmrag.evaluate.report import Metrics
    from mmrag.index import Index


def _minimums(ctx: Any, param: Any, values: tuple[str, ...]) -> dict[str, float]:
    found: dict[str, float] = {}
    for value in values:
        name, _, least = value.partition("=")
        try:
            found[name] = float(least)
        except ValueError:
            raise click.BadParameter(f"{value!r} is not like recall@5=0.75") from None
    return found


minimum_option = click.option(
    "--min",
    "minimums",
    multiple=True,
    metavar="MEASURE=VALUE",
    callback=_minimums,
    help="Exit with code 1 where a measure, from 0 to 1, is lower; may be given more than once.",
)

dataset_index_option = click.option(
    "--index",
    "index_path",
    type=PathParameter(file_okay=False),
    envvar="MMRAG_INDEX",
    help="An index that holds the dataset's documents. [default: eval-DATASET beside the default "
    "index, made for it]",
)


@contextmanager
def opened(dataset: "Dataset", index_path: Path | None, profile: str | None) -> "Iterator[Index]":
    """The index to measure on: the one that is named, or one of its own, brought up to date."""
    from mmrag.index import Index

    folder = index_path or locations.sibling(f"eval-{dataset.name}")
    with Index.open(folder, profile, create=index_path is None) as index:
        if index_path is None:
            _bring_up_to_date(index, dataset)
        yield index


def _bring_up_to_date(index: "Index", dataset: "Dataset") -> None:
    """Index the dataset's documents; what cannot be read is said and counts as not found."""
    kept = "the documents that were stored are kept, and nothing was measured"
    with output.interruptible(kept):
        with progress() as on_event:
            report = index.add(dataset.documents, on_event=on_event)
        if report.interrupted:  # the run has ended in order
            raise KeyboardInterrupt
    for outcome in report.failed:
        reasons = "; ".join(str(problem) for problem in outcome.problems)
        output.say(f"failed: {outcome.path}: {reasons}", err=True)


def hold(metrics: "Metrics", minimums: dict[str, float]) -> None:
    """Exit with code 1 where a measure is under its minimum."""
    unknown = [name for name in minimums if name not in metrics]
    if unknown:
        raise UsageError(f"--min {unknown[0]}: no such measure; there are {', '.join(metrics)}")
    missed = [name for name, least in minimums.items() if metrics[name] < least]
    for name in missed:
        output.say(f"{name} is {metrics[name]:.4f}, under {minimums[name]:g}", err=True)
    if missed:
        raise click.exceptions.Exit(1)


def pictures(index: "Index") -> Callable[[str], Path | None]:
    """From an image ID to the file of its picture, for the pages of reports."""

    def picture(image_id: str) -> Path | None:
        try:
            return index.pictures.file(image_id)
        except UsageError:  # a report does without
            return None

    return picture


def write(folder: Path, files: Mapping[str, str], shown: str = "report.html") -> None:
    """Write the files of a report, and say where the one to look at is. Raises `UsageError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{folder}: cannot write the report: {error.strerror}") from error
    output.say(f"saved: {folder / shown}", err=True)
