"""`mmrag remove`."""

import click

from mmrag import contract
from mmrag.cli import output
from mmrag.cli.options import index_option, json_option
from mmrag.locations import IndexLocation


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="PATH|ID|GLOB...")
@index_option
@json_option
def command(names: tuple[str, ...], location: IndexLocation, as_json: bool) -> None:
    """Take documents out of the index; their files stay as they are.

    Documents within the files (of an archive, or attached) go with them. The next run of `mmrag
    index` over their folder brings them back, unless `ignore` of the profile leaves them out.

    \b
    mmrag remove reports/2019.pdf
    mmrag remove 3fa9c1d2 "*draft*"
    """
    from mmrag.index import Index

    with Index.open(location) as index:
        removed = index.remove(*names)
    if as_json:
        output.print_json(contract.removed(removed))
        return
    for document in removed:
        output.say(f"removed  {document.id}  {output.one_line(document.path)}")
    if not removed:
        output.say("nothing removed: other files hold the same documents")
