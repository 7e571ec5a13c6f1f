"""`mmrag index`."""

from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mmrag import contract
from mmrag.channels import VECTOR_NAMES
from mmrag.cli import output
from mmrag.cli.options import (
    PathParameter,
    SourceParameter,
    index_option,
    json_option,
    profile_option,
)
from mmrag.ingest.formats.table import titles
from mmrag.locations import IndexLocation
from mmrag.reports import ChannelReport, FileProblem, IndexReport
from mmrag.types import ChannelName

if TYPE_CHECKING:
    from mmrag.pipeline.engines import EngineName

KEPT = "what was stored is kept; run the same command again and it goes on"
SHORTEST_TOLD = 0.05  # seconds of a stage: less is 0.0; chosen by hand
_STAGES = {
    "compare": "comparing",
    "read": "waiting for pages",
    "describe": "describing",
    "encode": "encoding",
    "store": "storing",
    "finish": "finishing",
}


@click.command()
@click.argument("paths", nargs=-1, type=SourceParameter(), metavar="PATH...")
@click.option("--keep-missing", is_flag=True, help="Keep documents whose file has vanished.")
@click.option(
    "--allow-removals",
    is_flag=True,
    help="Remove documents even where most files of the folder have vanished.",
)
@click.option(
    "--verify",
    is_flag=True,
    help="Compare the bytes of all files, those of the same size and time as before, too.",
)
@click.option("--retry-failed", is_flag=True, help="Read files again that failed before.")
@click.option(
    "--password-file",
    type=PathParameter(),
    help="Passwords for encrypted PDFs, one a line.",
)
@click.option(
    "--tag",
    "tags",
    multiple=True,
    metavar="NAME",
    help="Tag all that lies at or below PATH, now and later; may be given more than once.",
)
@click.option(
    "--watch",
    is_flag=True,
    help="Go on: index again whenever files below PATH change, until Ctrl-C.",
)
@click.option(
    "--fast", is_flag=True, help="Text alone, no figures, pictures or OCR: --profile fast."
)
@click.option(
    "--trace",
    type=PathParameter(dir_okay=False),
    help="Write what each process did when, as JSON that Perfetto shows (ui.perfetto.dev).",
)
@click.option("--rebuild", is_flag=True, help="Read all files again, the unchanged ones too.")
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    help="Who reads and encodes: processes of this machine, or a cluster of Ray. [default: local]",
)
@click.option(
    "--address",
    default="",
    metavar="HOST:PORT",
    help="With --engine ray: the cluster. [default: one of this machine's own, for this run]",
)
@click.option(
    "--channel",
    "channels",
    multiple=True,
    type=click.Choice(VECTOR_NAMES),
    help="Without PATH: fill this channel of the index, and no other.",
)
@click.option(
    "--reencode",
    is_flag=True,
    help="Without PATH: encode anew what is of another model than the profile's, or --channel; "
    "until all is done, the vectors of before answer.",
)
@index_option
@profile_option
@json_option
def command(
    paths: tuple[Path | str, ...],
    keep_missing: bool,
    allow_removals: bool,
    verify: bool,
    retry_failed: bool,
    password_file: Path | None,
    tags: tuple[str, ...],
    watch: bool,
    fast: bool,
    trace: Path | None,
    rebuild: bool,
    engine: "EngineName",
    address: str,
    channels: tuple[ChannelName, ...],
    reencode: bool,
    location: IndexLocation,
    profile: str | None,
    as_json: bool,
) -> None:
    """Index files and folders: add what is new, replace what changed, remove what vanished.

    A PATH may be an address: s3://BUCKET/FOLDER, https://HOST/FOLDER/ and others that fsspec knows,
    after `pip install 'mmrag[remote]'`.

    Interrupt it at any moment and run it again: it goes on. Exit code 1 where some files could not
    be read in full; each is listed with its reason.

    \b
    mmrag index papers/ reports/2024.pdf
    mmrag index papers/ --tag physics --watch
    mmrag index s3://reports/2024
    mmrag index --reencode --profile multilingual
    """
    is_filling = bool(channels) or reencode
    if bool(paths) == is_filling:
        raise click.UsageError(
            "give the files and folders to index, or --channel or --reencode without any"
        )
    if watch and is_filling:
        raise click.UsageError("--watch goes with PATH")
    folders = [path for path in paths if isinstance(path, Path)]
    if watch and len(folders) < len(paths):
        raise click.UsageError(
            "--watch is for folders of this machine: index an address by a timer"
        )
    if is_filling and (address or engine != "local"):
        raise click.UsageError("--engine and --address go with PATH")
    if fast and profile:
        raise click.UsageError("--fast is a profile of its own: give it without --profile")
    from mmrag.cli import watching
    from mmrag.cli.progress import progress
    from mmrag.index import Index

    with Index.open(location, "fast" if fast else profile, create=bool(paths)) as index:
        if is_filling:
            with output.interruptible(KEPT), progress() as on_event:
                filled = (
                    index.reencode(*channels, on_event=on_event)
                    if reencode
                    else [index.fill(channel, on_event=on_event) for channel in channels]
                )
            _tell_filled(filled, as_json)
            return
        again = watching.changes(folders, index.root) if watch else iter(())
        for _ in chain([()], again):
            with output.interruptible(KEPT), progress() as on_event:
                report = index.add(
                    *paths,
                    keep_missing=keep_missing,
                    allow_removals=allow_removals,
                    verify=verify,
                    retry_failed=retry_failed,
                    password_file=password_file,
                    tags=tags,
                    rebuild=rebuild,
                    engine=engine,
                    address=address,
                    on_event=on_event,
                    trace=trace,
                )
            if as_json:
                output.print_json(contract.indexed(report, str(location.path)))
            else:
                print_report(report)
            rebuild = retry_failed = False  # once is enough for one that watches
    if not report.complete:
        raise SystemExit(1)


def _tell_filled(reports: list[ChannelReport], as_json: bool) -> None:
    if as_json:
        output.print_json(contract.filled(reports))
    elif not reports:
        output.say("all vectors are of the profile's encoders already")
    for report in reports:
        if not as_json:
            output.say(f"{report.channel}: {report.encoded} vectors in {report.seconds:.1f} s")
        for item, reason in report.unreadable:
            output.say(f"unreadable  {item}: {reason}", err=True)
    if any(report.unreadable for report in reports):
        raise SystemExit(1)


def print_report(report: IndexReport) -> None:
    """The summary of a run: documents, what is in part or lost and why, content, time, size."""
    outcomes = (*report.partial, *report.failed)
    for line in output.problem_lines(
        FileProblem(outcome.path, problem, outcome.status)
        for outcome in outcomes
        for problem in outcome.problems
    ):
        output.say(line)
    for problem_text in report.problems:
        output.say(f"problem      {problem_text}")
    output.say(f"documents    {_documents_told(report)}")
    if report.unread:
        kinds = ", ".join(
            f"{count} {suffix or 'without a suffix'}" for suffix, count in report.unread.items()
        )
        output.say(f"not read     {kinds}: files of other types than {titles('and')}")
    output.say(
        f"added        {report.pages} pages, {report.figures} figures, {report.passages} passages"
    )
    output.say(f"time         {_time_told(report.seconds)}")
    output.say(f"size         {report.bytes_per_page / 1e3:.1f} kB a page, pictures not counted")
    if report.described:
        output.say(
            f"described    {report.described.described} figures by {report.described.describer}"
            + (f", {len(report.described.failed)} failed" if report.described.failed else "")
        )
    for note in report.notes:
        output.note(note)
    if report.interrupted:
        output.say(f"interrupted: {KEPT}", err=True)


def _documents_told(report: IndexReport) -> str:
    """How many documents were read, are as they were, or are missing, in words."""
    counts = {
        "read": report.stored,
        "unchanged": report.unchanged,
        "copies of another": report.copies,
        "renamed": report.renamed,
        "removed": report.removed,
        "of them in part alone": len(report.partial),
        "could not be read": len(report.failed),
    }
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "none found"


def _time_told(seconds: Mapping[str, float]) -> str:
    """How long a run took, and its stages that took long enough to tell."""
    total = seconds.get("total", 0.0)
    stages = ", ".join(
        f"{_STAGES[name]} {value:.1f} s"
        for name, value in seconds.items()
        if name in _STAGES and value >= SHORTEST_TOLD
    )
    return f"{total:.1f} s" + (f": {stages}" if stages else "")
