"""`mmrag restore`."""

from pathlib import Path

import click

from mmrag.cli.backup import tell
from mmrag.cli.options import PathParameter, index_option, json_option
from mmrag.locations import IndexLocation


@click.command()
@click.argument("file", type=PathParameter())
@index_option
@json_option
def command(file: Path, location: IndexLocation, as_json: bool) -> None:
    """Make an index of FILE, which `mmrag backup` wrote, where there is none yet.

    \b
    mmrag restore papers-2026-03.mmrag --index restored/
    """
    from mmrag.index import Index

    report = Index.restore(file, location)
    tell(report, f"{location.path}: an index made of {file}", as_json)
