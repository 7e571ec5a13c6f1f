"""`mmrag export`."""

from pathlib import Path

import click

from mmrag import contract
from mmrag.cli import output
from mmrag.cli.options import PathParameter, index_option, json_option
from mmrag.locations import IndexLocation


@click.command()
@click.option(
    "--tables",
    "folder",
    required=True,
    type=PathParameter(file_okay=False),
    help="Write every table and chart as a CSV file into this folder, every diagram in DOT, "
    "and an overview of them.",
)
@index_option
@json_option
def command(folder: Path, location: IndexLocation, as_json: bool) -> None:
    """Write what is in the index into files.

    Each file is called by its image ID; tables.csv says what it is and where it stands. A value
    that was measured in a chart has its uncertainty in the column after it.

    \b
    mmrag export --tables tables/
    """
    from mmrag.index import Index

    with Index.open(location) as index:
        report = index.export_tables(folder)
    if as_json:
        output.print_json(contract.exported(report))
        return
    output.say(
        f"{report.tables} tables, {report.charts} charts and {report.diagrams} diagrams in "
        f"{report.folder}, listed in {report.overview}"
    )
    if report.without_data:
        told = f"{report.without_data} tables and charts could not be read as data"
        output.say(f"{told}, and are listed too")
