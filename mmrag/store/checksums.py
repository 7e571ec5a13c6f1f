"""Rows of texts that changed since they were stored.

A row that was written has no checksum until it is sealed, at the end of the same transaction.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from mmrag.store import covered
from mmrag.store.session import Session

_OF_PAGE = "(select document_id from pages where id = page_id)"
_OF_FIGURE = (
    "(select document_id from pages where id = (select page_id from figures where id = figure_id))"
)
_OWNER = {  # the document of a row
    "documents": "id",
    "pages": "document_id",
    "figures": _OF_PAGE,
    "passages": _OF_PAGE,
    "descriptions": _OF_FIGURE,
    "grids": _OF_FIGURE,
    "graphs": _OF_FIGURE,
    "line_boxes": _OF_PAGE,
}


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that is not what was stored: its table and key, and the document it belongs to.

    `describer` wrote it, where it is a description.
    """

    table: str
    item: str
    document_id: str
    describer: str = ""


class Checksums:
    """The column `checksum` of all tables that have one."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def seal(self, document_id: str) -> None:
        """Give the new rows of a document their checksums. In a transaction, as the last step."""
        for table, (_, where) in covered.TABLES.items():
            self._session.execute(
                f"update {table} set checksum = {covered.of(table)} "
                f"where checksum is null and {where}",
                {"document": document_id},
            )

    def changed(self) -> Iterator[ChangedRow]:
        """Rows of texts that are not what was stored."""
        for table, (columns, _) in covered.TABLES.items():
            key = covered.readable(columns.split(", ")[0])
            describer = covered.readable("describer") if table == "descriptions" else "''"
            rows = self._session.execute(
                f"select {key} as item, {_OWNER[table]} as document, {describer} as describer "
                f"from {table} where checksum is not {covered.of(table)} order by 1, 3"
            )
            for row in rows:
                yield ChangedRow(
                    table, _text(row["item"]), row["document"] or "", _text(row["describer"])
                )


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
