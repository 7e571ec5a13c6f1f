"""Pages of an index."""

from collections.abc import Iterable
from typing import NamedTuple

from mmrag.errors import UsageError
from mmrag.store.session import Session
from mmrag.store.storable import storable
from mmrag.types import Page

_SELECT = (  # in the order of the fields of a `Page`
    "select id, document_id, number, width, height, text, text_source, picture, label from pages"
)


class PageLabel(NamedTuple):
    """A page by its number and by what is printed on it, without its text."""

    id: str
    number: int
    label: str


class Pages:
    """The table of pages."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, page_id: str) -> Page:
        """Raises `UsageError` for an ID that is not in the index."""
        found = self.by_id([page_id])
        if page_id not in found:
            raise UsageError(f"no page {storable(page_id)!r} in {self._session.layout.root}")
        return found[page_id]

    def by_id(self, ids: Iterable[str]) -> dict[str, Page]:
        """Those of `ids` that exist, by ID."""
        rows = self._session.rows_of(f"{_SELECT} where id in", ids)
        return {row[0]: Page(*row) for row in rows}

    def of_document(self, document_id: str) -> list[Page]:
        """The pages of a document, in order."""
        rows = self._session.execute(
            f"{_SELECT} where document_id = ? order by number", [document_id]
        )
        return [Page(*row) for row in rows]

    def labels_of_document(self, document_id: str) -> list[PageLabel]:
        """The pages of a document, in order; less to read than pages."""
        rows = self._session.execute(
            "select id, number, label from pages where document_id = ? order by number",
            [document_id],
        )
        return [PageLabel(*row) for row in rows]

    def count(self) -> int:
        """Pages of all documents."""
        return self._session.count("pages")

    def insert(self, pages: Iterable[Page]) -> None:
        """Call it in a transaction, after their document."""
        self._session.execute_many(
            """insert into pages
                (id, document_id, number, width, height, text, text_source, picture, label)
            values (:id, :document_id, :number, :width, :height, :text, :text_source, :picture,
                :label)""",
            (
                {
                    "id": page.id,
                    "document_id": page.document_id,
                    "number": page.number,
                    "width": page.width,
                    "height": page.height,
                    "text": storable(page.text),
                    "text_source": page.text_source,
                    "picture": page.picture,
                    "label": storable(page.label),
                }
                for page in pages
            ),
        )
