"""`mmrag backup`."""

from pathlib import Path

import click

from mmrag import contract
from mmrag.cli import output
from mmrag.cli.options import PathParameter, index_option, json_option
from mmrag.locations import IndexLocation
from mmrag.reports import BackupReport


@click.command()
@click.argument("file", type=PathParameter())
@click.option(
    "--answers/--no-answers",
    default=True,
    show_default=True,
    help="With the answers that `mmrag serve` gave and kept, and what readers said of them.",
)
@index_option
@json_option
def command(file: Path, answers: bool, location: IndexLocation, as_json: bool) -> None:
    """Copy the database and the pictures of an index into FILE, while others read and write.

    Search files are made anew by the first search. Exit code 1 where pictures were lost before.

    \b
    mmrag backup papers-2026-03.mmrag
    mmrag restore papers-2026-03.mmrag --index restored/
    """
    from mmrag.index import Index

    with Index.open(location) as index:
        report = index.backup(file, answers=answers)
    tell(report, f"{file}: a backup of {location.path}", as_json)


def tell(report: BackupReport, what: str, as_json: bool) -> None:
    """Print what was copied, and exit 1 where pictures are missing."""
    if as_json:
        output.print_json(contract.backup(report))
    else:
        output.say(
            f"{what}: {report.documents} documents, {report.pictures} pictures, "
            f"{report.answers} answers, {report.bytes / 1e6:.1f} MB"
        )
    if report.missing:
        output.say(
            f"{len(report.missing)} pictures were lost before: `mmrag check --repair`, then "
            "`mmrag index` with the folder of the documents, makes them again",
            err=True,
        )
        raise SystemExit(1)
