"""Figures of an index."""

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from mmrag.errors import UsageError
from mmrag.store.session import Session
from mmrag.store.storable import storable, texts_json
from mmrag.types import Figure

_COLUMNS = (  # in the order of the fields of a `Figure`
    "f.id, f.page_id, f.ordinal, f.x0, f.y0, f.x1, f.y1, f.kind, f.caption, f.text, "
    "f.heading, f.mentions, f.label, f.picture"
)
_SELECT = f"select {_COLUMNS} from figures f"


class FigureLabel(NamedTuple):
    """A figure by its page and its label, without its text."""

    id: str
    page_id: str
    label: str


class Figures:
    """The table of figures."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, figure_id: str) -> Figure:
        """Raises `UsageError` for an ID that is not in the index."""
        found = self.by_id([figure_id])
        if figure_id not in found:
            raise UsageError(f"no figure {storable(figure_id)!r} in {self._session.layout.root}")
        return found[figure_id]

    def by_id(self, ids: Iterable[str]) -> dict[str, Figure]:
        """Those of `ids` that exist, by ID."""
        rows = self._session.rows_of(f"{_SELECT} where f.id in", ids)
        return {row[0]: _figure(row) for row in rows}

    def of_page(self, page_id: str) -> list[Figure]:
        """The figures of a page, in reading order."""
        rows = self._session.execute(f"{_SELECT} where f.page_id = ? order by f.ordinal", [page_id])
        return [_figure(row) for row in rows]

    def of_pages(self, page_ids: Iterable[str]) -> list[Figure]:
        """The figures of several pages."""
        rows = self._session.rows_of(f"{_SELECT} where f.page_id in", page_ids)
        return [_figure(row) for row in rows]

    def words_of_pages(self, page_ids: Iterable[str]) -> dict[str, list[str]]:
        """Caption and text of each figure of several pages, by page; less to read than figures."""
        rows = self._session.rows_of(
            "select page_id, caption, text from figures where page_id in", page_ids
        )
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(row["page_id"], []).append(f"{row['caption']} {row['text']}")
        return found

    def of_document(self, document_id: str) -> list[Figure]:
        """The figures of a document, in reading order."""
        rows = self._session.execute(
            f"{_SELECT} join pages p on p.id = f.page_id "
            "where p.document_id = ? order by p.number, f.ordinal",
            [document_id],
        )
        return [_figure(row) for row in rows]

    def labels_of_document(self, document_id: str) -> list[FigureLabel]:
        """The figures of a document, in reading order; less to read than figures."""
        rows = self._session.execute(
            "select f.id, f.page_id, f.label from figures f join pages p on p.id = f.page_id "
            "where p.document_id = ? order by p.number, f.ordinal",
            [document_id],
        )
        return [FigureLabel(*row) for row in rows]

    def count(self) -> int:
        """Figures of all documents."""
        return self._session.count("figures")

    def insert(self, figures: Iterable[Figure]) -> None:
        """Call it in a transaction, after their pages."""
        self._session.execute_many(
            """insert into figures
                (id, page_id, ordinal, x0, y0, x1, y1, kind,
                caption, text, heading, mentions, label, picture)
            values (:id, :page_id, :ordinal, :x0, :y0, :x1, :y1, :kind,
                :caption, :text, :heading, :mentions, :label, :picture)""",
            (
                {
                    "id": figure.id,
                    "page_id": figure.page_id,
                    "ordinal": figure.ordinal,
                    **dict(zip(("x0", "y0", "x1", "y1"), figure.bbox, strict=True)),
                    "kind": figure.kind,
                    "caption": storable(figure.caption),
                    "text": storable(figure.text),
                    "heading": texts_json(figure.heading),
                    "mentions": texts_json(figure.mentions),
                    "label": storable(figure.label),
                    "picture": figure.picture,
                }
                for figure in figures
            ),
        )


def _figure(row: sqlite3.Row) -> Figure:
    item, page, ordinal, x0, y0, x1, y1, kind, caption, text, heading, mentions, *rest = row
    return Figure(
        item,
        page,
        ordinal,
        (x0, y0, x1, y1),
        kind,
        caption,
        text,
        tuple(json.loads(heading)),
        tuple(json.loads(mentions)),
        *rest,
    )
