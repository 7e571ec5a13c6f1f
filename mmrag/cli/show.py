"""`mmrag show`."""

from pathlib import Path

import click

from mmrag import contract
from mmrag.cli import output
from mmrag.cli.options import index_option, json_option
from mmrag.locations import IndexLocation


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
    output.say(f"picture      {shown.picture or 'none'}")
    if save:
        output.say(f"saved        {save}")
