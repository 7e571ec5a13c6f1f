"""`mmrag show`."""

from pathlib import Path

import click

from mmrag import contract
from mmrag.cli import output
from mmrag.cli.options import index_option, json_option
from mmrag.locations import IndexLocation
from mmrag.text.characters import clean


@click.command()
@click.argument("image_id")
@click.option(
    "--save",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the page with the box drawn on it (.png, .jpg or .webp).",
)
@index_option
@json_option
def command(image_id: str, save: Path | None, location: IndexLocation, as_json: bool) -> None:
    """Open the page or figure IMAGE_ID: where it is, what it says, and its picture.

    \b
    mmrag show 3fa9c1d2-p0012-f02 --save evidence.png
    """
    from mmrag.index import Index

    with Index.open(location) as index:
        shown = index.show(image_id, save=save)
    if as_json:
        output.print_json(contract.shown(shown))
        return
    click.echo(click.style(shown.image_id, bold=True))
    click.echo(f"document     {clean(shown.document)}")
    click.echo(f"file         {clean(shown.path)}")
    click.echo(f"place        {output.place(shown.kind, shown.page, shown.page_label, shown.bbox)}")
    if shown.caption:
        click.echo(f"caption      {clean(shown.caption)}")
    for description in shown.descriptions:
        click.echo(
            f"described    by {description.describer}, trust {description.trust:.2f}: "
            f"{clean(description.text)}"
        )
    if shown.text:
        click.echo(f"text         {clean(shown.text)}")
    click.echo(f"picture      {shown.picture or 'none'}")
    if save:
        click.echo(f"saved        {save}")
