"""All that an index holds, to compare two of them row by row."""

from pathlib import Path

from mmrag.store import check, picture_place
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout

TABLES = {
    "documents": "*",
    "sources": "*",
    "failures": "*",
    "pages": "*",
    "figures": "*",
    "grids": "*",
    "passages": "*",
    "continuations": "*",
    "line_boxes": "*",
    "statements": "*",
    "descriptions": "*",
    "description_failures": "*",
    "spaces": "*",
    "vectors": "channel, item_id, document_id, stale, hex(row)",
    "words join searchable on searchable.id = words.rowid": "item_id, heading, caption, body",
}
"""Everything but the numbers that a run gives out."""


def content(root: Path) -> dict[str, list[str]]:
    layout = IndexLayout(root)
    with Catalog.open(layout) as catalog:
        held = {
            table: sorted(
                repr(tuple(row))
                for row in catalog.session.execute(f"select {columns} from {table}")
            )
            for table, columns in TABLES.items()
        }
        held["pictures"] = sorted(picture_place.kept(catalog).stored())
    held["faults"] = [str(fault) for fault in check.check(layout)]
    return held
