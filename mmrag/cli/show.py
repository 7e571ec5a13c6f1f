"""`mmrag show`."""

from pathlib import Path

import click

from mmrag import contract, grids
from mmrag.cli import output
from mmrag.cli.options import CellPlace, PathParameter, index_option, json_option
from mmrag.errors import UsageError
from mmrag.locations import IndexLocation
from mmrag.reports import Shown


@click.command()
@click.argument("image_id")
@click.option(
    "--save",
    type=PathParameter(dir_okay=False),
    help="Write the page with the box drawn on it (.png, .jpg or .webp).",
)
@click.option(
    "--cell",
    "cells",
    multiple=True,
    type=CellPlace(),
    help="With --save: frame this cell of the table, too; rows and columns count from 0.",
)
@click.option(
    "--data",
    "data_as",
    type=click.Choice(["csv", "json", "md"]),
    help="Print a table as data: CSV, JSON with the box of each cell, or Markdown.",
)
@index_option
@json_option
def command(
    image_id: str,
    save: Path | None,
    cells: tuple[tuple[int, int], ...],
    data_as: str | None,
    location: IndexLocation,
    as_json: bool,
) -> None:
    """Open the page or figure IMAGE_ID: where it is, what it says, and its picture.

    \b
    mmrag show 3fa9c1d2-p0012-f02 --save evidence.png
    mmrag show 3fa9c1d2-p0012-f02 --save evidence.png --cell 4,1 --cell 4,2
    mmrag show 3fa9c1d2-p0012-f02 --data csv > table.csv
    """
    from mmrag.index import Index

    with Index.open(location) as index:
        shown = index.show(image_id, save=save, cells=cells)
    if data_as is not None:
        _print_data(shown, data_as)
        return
    if as_json:
        output.print_json(contract.shown(shown))
        return
    output.say(output.Styled(shown.image_id, bold=True))
    output.say(f"document     {output.one_line(shown.document)}")
    output.say(f"file         {output.one_line(shown.path)}")
    output.say(f"place        {output.place(shown.kind, shown.page, shown.page_label, shown.bbox)}")
    if shown.caption:
        output.say(f"caption      {output.one_line(shown.caption)}")
    for description in shown.descriptions:
        output.say(
            f"described    by {description.describer}, trust {description.trust:.2f}: "
            f"{description.text}"
        )
    if shown.text:
        output.say(f"text         {shown.text}")
    if shown.grid is not None:
        size = f"{shown.grid.rows} rows, {shown.grid.columns} columns"
        output.say(f"data         {size}, read by {shown.grid.reader}: --data csv|json|md")
    output.say(f"picture      {shown.picture or 'none'}")
    if save:
        output.say(f"saved        {save}")


def _print_data(shown: Shown, data_as: str) -> None:
    """A table as data. Raises `UsageError` where the index has none of it."""
    if shown.grid is None:
        raise UsageError(
            f"{shown.image_id}: no table was read here as data: `mmrag show {shown.image_id}` says "
            "what it is; documents indexed by an earlier mmrag get their tables with "
            "`mmrag index --rebuild FOLDER`"
        )
    match data_as:
        case "csv":
            output.say(grids.csv_text(shown.grid).rstrip())
        case "md":
            output.say(grids.markdown(shown.grid).rstrip())
        case _:
            output.print_json(contract.grid(shown, shown.grid))
