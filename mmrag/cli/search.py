"""`mmrag search`."""

from pathlib import Path

import click

from mmrag.cli import output
from mmrag.cli.options import filters, index_option, json_option, k_option, profile_option
from mmrag.types import CHANNELS, Channel, FigureKind, Unit


@click.command()
@click.argument("question", default="")
@click.option(
    "--image",
    "image",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Search with this picture, with or without a question.",
)
@k_option
@click.option(
    "--unit",
    type=click.Choice(["page", "figure", "any"]),
    default="any",
    show_default=True,
    help="What to rank.",
)
@filters
@click.option(
    "--channel",
    "channels",
    multiple=True,
    type=click.Choice(CHANNELS),
    help="Only this channel; may be given more than once.",
)
@click.option(
    "--explain",
    is_flag=True,
    help="Show each channel's part, what was read on the page, and the times.",
)
@index_option
@profile_option
@json_option
def command(
    question: str,
    image: Path | None,
    k: int | None,
    unit: Unit,
    documents: tuple[str, ...],
    kinds: tuple[FigureKind, ...],
    pages: range | None,
    channels: tuple[Channel, ...],
    explain: bool,
    index_path: Path,
    profile: str | None,
    as_json: bool,
) -> None:
    """Find the pages and figures that match QUESTION.

    \b
    mmrag search "revenue by region" --unit figure
    mmrag search "table 2" --doc "*annual*" --explain
    mmrag search --image chart.png
    """
    from mmrag.index import Index

    with Index.open(index_path, profile) as index:
        result = index.search(
            question,
            image=image,
            k=k,
            unit=unit,
            documents=documents,
            kinds=kinds,
            pages=pages,
            channels=channels,
        )
    if as_json:
        output.print_json(output.search_json(result, explain=explain))
    else:
        output.print_hits(result, explain=explain)
