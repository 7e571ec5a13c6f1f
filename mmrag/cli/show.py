"""`mmrag show`."""

from pathlib import Path

import click

from mmrag import contract, graphs, grids
from mmrag.cli import output
from mmrag.cli.options import BoxPlace, CellPlace, PathParameter, index_option, json_option
from mmrag.errors import UsageError
from mmrag.locations import IndexLocation
from mmrag.reports import Shown
from mmrag.types import BBox


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
    "--box",
    "boxes",
    multiple=True,
    type=BoxPlace(),
    help="With --save: frame this box of the page, in points, as an answer cites it.",
)
@click.option(
    "--data",
    "data_as",
    type=click.Choice(["csv", "json", "md", "mermaid", "dot"]),
    help="Print a table or chart as CSV, JSON with the box of each cell, or Markdown; "
    "a diagram as JSON, Mermaid or DOT.",
)
@index_option
@json_option
def command(
    image_id: str,
    save: Path | None,
    cells: tuple[tuple[int, int], ...],
    boxes: tuple[BBox, ...],
    data_as: str | None,
    location: IndexLocation,
    as_json: bool,
) -> None:
    """Open the page or figure IMAGE_ID: where it is, what it says, and its picture.

    \b
    mmrag show 3fa9c1d2-p0012-f02 --save evidence.png
    mmrag show 3fa9c1d2-p0012-f02 --save evidence.png --cell 4,1 --cell 4,2
    mmrag show 3fa9c1d2-p0012 --save evidence.png --box 72,90,400,130
    mmrag show 3fa9c1d2-p0012-f02 --data csv > table.csv
    mmrag show 3fa9c1d2-p0013-f01 --data mermaid
    """
    from mmrag.index import Index

    with Index.open(location) as index:
        shown = index.show(image_id, save=save, cells=cells, boxes=boxes, draw=data_as is None)
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
    if shown.graph is not None:
        size = f"{len(shown.graph.nodes)} boxes, {len(shown.graph.edges)} lines between them"
        output.say(f"data         {size}, read by {shown.graph.reader}: --data json|mermaid|dot")
    output.say(f"picture      {shown.picture or shown.unshown or 'none'}")
    if save:
        output.say(f"saved        {save}")


def _print_data(shown: Shown, data_as: str) -> None:
    """A figure as data. Raises `UsageError` where the index has none of it in that form."""
    grid, graph = shown.grid, shown.graph
    match data_as:
        case "json" if grid is not None:
            output.print_json(contract.grid(shown, grid))
        case "json" if graph is not None:
            output.print_json(contract.graph(shown, graph))
        case "csv" if grid is not None:
            output.say(grids.csv_text(grid).rstrip())
        case "md" if grid is not None:
            output.say(grids.markdown(grid).rstrip())
        case "mermaid" if graph is not None:
            output.say(graphs.mermaid(graph).rstrip())
        case "dot" if graph is not None:
            output.say(graphs.dot(graph).rstrip())
        case _ if grid is not None or graph is not None:
            forms = "a table or chart: csv, json, md" if grid else "a diagram: json, mermaid, dot"
            raise UsageError(f"{shown.image_id} is {forms}")
        case _:
            raise UsageError(
                f"{shown.image_id}: nothing was read here as data: `mmrag show {shown.image_id}` "
                "says what it is; documents indexed by an earlier mmrag get their tables, charts "
                "and diagrams with `mmrag index --rebuild FOLDER`"
            )
