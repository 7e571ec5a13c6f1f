"""Passages of an index: stretches of the text of its pages."""

import json
import sqlite3
from collections.abc import Iterable

from mmrag.errors import UsageError
from mmrag.store.session import Session
from mmrag.store.storable import storable, texts_json
from mmrag.types import Passage

_SELECT = """
    select t.id, t.page_id, t.start, t.stop, t.heading, t.language,
        substr(p.text, t.start + 1, t.stop - t.start) as text
    from passages t join pages p on p.id = t.page_id
"""


class Passages:
    """The table of passages; their text is that of their page."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, passage_id: str) -> Passage:
        """Raises `UsageError` for an ID that is not in the index."""
        found = self.by_id([passage_id])
        if passage_id not in found:
            raise UsageError(f"no passage {storable(passage_id)!r} in {self._session.layout.root}")
        return found[passage_id]

    def by_id(self, ids: Iterable[str]) -> dict[str, Passage]:
        """Those of `ids` that exist, by ID."""
        rows = self._session.rows_of(f"{_SELECT} where t.id in", ids)
        return {row["id"]: _passage(row) for row in rows}

    def of_page(self, page_id: str) -> list[Passage]:
        """The passages of a page, in order."""
        rows = self._session.execute(
            f"{_SELECT} where t.page_id = ? order by t.start, t.id", [page_id]
        )
        return [_passage(row) for row in rows]

    def of_document(self, document_id: str) -> list[Passage]:
        """The passages of a document, in order."""
        rows = self._session.execute(
            f"{_SELECT} where p.document_id = ? order by p.number, t.start, t.id", [document_id]
        )
        return [_passage(row) for row in rows]

    def headings(self, document_id: str) -> list[str]:
        """The headings of a document, each once, in order."""
        rows = self._session.execute(
            "select t.heading from passages t join pages p on p.id = t.page_id "
            "where p.document_id = ? order by p.number, t.start",
            [document_id],
        )
        return list(dict.fromkeys(title for row in rows for title in json.loads(row["heading"])))

    def count(self) -> int:
        """Passages of all documents."""
        return self._session.count("passages")

    def insert(self, passages: Iterable[Passage]) -> None:
        """Call it in a transaction, after their pages."""
        self._session.execute_many(
            """insert into passages (id, page_id, start, stop, heading, language)
            values (:id, :page_id, :start, :stop, :heading, :language)""",
            (
                {
                    "id": passage.id,
                    "page_id": passage.page_id,
                    "start": passage.start,
                    "stop": passage.end,
                    "heading": texts_json(passage.heading),
                    "language": passage.language,
                }
                for passage in passages
            ),
        )


def _passage(row: sqlite3.Row) -> Passage:
    return Passage(
        id=row["id"],
        page_id=row["page_id"],
        start=row["start"],
        end=row["stop"],
        text=row["text"],
        heading=tuple(json.loads(row["heading"])),
        language=row["language"],
    )
