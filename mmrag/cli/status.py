"""`mmrag status`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mmrag import ids
from mmrag.cli import output
from mmrag.cli.options import index_option, json_option

if TYPE_CHECKING:
    from mmrag.index import Index
    from mmrag.retrieve.duplicates import Duplicates


@click.command()
@click.option("--documents", is_flag=True, help="List every document with its ID.")
@click.option(
    "--duplicates", is_flag=True, help="List pictures that look alike, by their image vectors."
)
@index_option
@json_option
def command(documents: bool, duplicates: bool, index_path: Path, as_json: bool) -> None:
    """Say what the index holds, which channels are filled, and what went wrong."""
    from mmrag.index import Index

    with Index.open(index_path) as index:
        if duplicates:
            groups = index.duplicates()
            if as_json:
                output.print_json(output.duplicates_json(groups))
            else:
                output.print_duplicates(groups, _places(index, groups))
            return
        status = index.status()
    if as_json:
        output.print_json(output.status_json(status))
    else:
        output.print_status(status, documents=documents)


def _places(index: "Index", groups: "Sequence[Duplicates]") -> dict[str, str]:
    """Document and page of each picture, and its caption where it has one."""
    names = {document.id: Path(document.path).name for document in index.documents()}
    found = [name for group in groups for name in group.image_ids]
    captions = {item.id: item.caption for item in index.catalog.figures_by_id(found).values()}
    places: dict[str, str] = {}
    for name in found:
        ref = ids.parse_image_id(name)
        assert ref is not None
        caption = captions.get(name, "")
        places[name] = f"{names[ref.document_id]}, page {ref.page}" + (
            f": {caption}" if caption else ""
        )
    return places
