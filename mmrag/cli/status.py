"""`mmrag status`."""

from pathlib import Path

import click

from mmrag.cli import output
from mmrag.cli.options import index_option, json_option


@click.command()
@click.option("--documents", is_flag=True, help="List every document with its ID.")
@index_option
@json_option
def command(documents: bool, index_path: Path, as_json: bool) -> None:
    """Say what the index holds, which channels are filled, and what went wrong."""
    from mmrag.index import Index

    with Index.open(index_path) as index:
        status = index.status()
    if as_json:
        output.print_json(output.status_json(status))
    else:
        output.print_status(status, documents=documents)
