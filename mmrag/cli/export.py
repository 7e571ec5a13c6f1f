"""`mmrag export`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mmrag import contract
from mmrag.cli import output
from mmrag.cli.options import PathParameter, index_option, json_option
from mmrag.locations import IndexLocation

if TYPE_CHECKING:
    from mmrag.store.records import FileFormat


@click.command()
@click.option(
    "--tables",
    type=PathParameter(file_okay=False),
    help="Write every table and chart as a CSV file into this folder, every diagram in DOT, "
    "and an overview of them.",
)
@click.option(
    "--records",
    type=PathParameter(file_okay=False),
    help="Write documents, pages, passages, figures, grids, descriptions and vectors into this "
    "folder, a file for each kind.",
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="NAME",
    help="With --records: only this kind; may be given more than once.",
)
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["jsonl", "parquet"]),
    default="jsonl",
    show_default=True,
    help="Of the records; Parquet needs pyarrow.",
)
@index_option
@json_option
def command(
    tables: Path | None,
    records: Path | None,
    kinds: tuple[str, ...],
    file_format: "FileFormat",
    location: IndexLocation,
    as_json: bool,
) -> None:
    """Write what is in the index into files.

    With --tables each file is called by its image ID; tables.csv says what it is and where it
    stands. A value that was measured in a chart has its uncertainty in the column after it. Records
    are lines of JSON, or rows of Parquet.

    \b
    mmrag export --tables tables/
    mmrag export --records data/ --kind documents --kind vectors --format parquet
    """
    from mmrag.index import Index

    if (tables is None) == (records is None):
        raise click.UsageError("give --tables FOLDER or --records FOLDER")
    with Index.open(location) as index:
        if tables is None:
            assert records is not None
            written = index.export_records(records, kinds, file_format)
            told = contract.exported_records(written)
            counts = ", ".join(f"{count} in {name}" for name, count in written.files.items())
            lines = [f"{written.folder}: {counts}"]
        else:
            report = index.export_tables(tables)
            told = contract.exported(report)
            lines = [
                f"{report.tables} tables, {report.charts} charts and {report.diagrams} diagrams in "
                f"{report.folder}, listed in {report.overview}"
            ]
            if report.without_data:
                unread = f"{report.without_data} tables and charts could not be read as data"
                lines.append(f"{unread}, and are listed too")
    if as_json:
        output.print_json(told)
        return
    for line in lines:
        output.say(line)
