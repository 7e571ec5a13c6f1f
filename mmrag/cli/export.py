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
    help="Write every table as a CSV file into this folder, and an overview of them.",
)
@index_option
@json_option
def command(folder: Path, location: IndexLocation, as_json: bool) -> None:
    """Write what is in the index into files.

    Each table is called by its image ID; tables.csv says what it is and where it stands.

    \b
    mmrag export --tables tables/
    """
    from mmrag.index import Index

    with Index.open(location) as index:
        report = index.export_tables(folder)
    if as_json:
        output.print_json(contract.exported(report))
        return
    output.say(f"{report.tables} tables in {report.folder}, listed in {report.overview}")
    if report.without_data:
        output.say(f"{report.without_data} tables could not be read as data, and are listed too")
