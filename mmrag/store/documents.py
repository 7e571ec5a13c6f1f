"""Documents of an index."""

import fnmatch
import json
import os
import re
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from mmrag.errors import UsageError
from mmrag.store.session import Session
from mmrag.store.storable import mapping_json, path_key, path_text, problems_json, storable
from mmrag.types import Document, Problem, Status

_ID_START = re.compile("[0-9a-f]{4,64}")
_SELECT = """
    select id, sha256, title, page_count, metadata, status, problems, named, language,
        keeps_pictures, (select min(path) from sources where document_id = documents.id) as path
    from documents
"""


class DocumentNames(NamedTuple):
    """What a document and its file are called; less to read than documents."""

    title: str
    path: str
    metadata: str  # a JSON object of texts


class Documents:
    """The table of documents; each comes with the first of the paths that hold it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[Document]:
        """All documents, by path."""
        return [_document(row) for row in self._session.execute(f"{_SELECT} order by path")]

    def some(self, start: int, count: int) -> list[Document]:
        """At most `count` of them by path, those before place `start` left out."""
        rows = self._session.execute(f"{_SELECT} order by path limit ? offset ?", [count, start])
        return [_document(row) for row in rows]

    def with_problems(self) -> list[Document]:
        """Those of which something was not read, or is to be known, by path."""
        rows = self._session.execute(f"{_SELECT} where problems <> '[]' order by path")
        return [_document(row) for row in rows]

    def of_status(self, status: Status) -> list[Document]:
        """Those of a status, by path."""
        rows = self._session.execute(f"{_SELECT} where status = ? order by path", [status])
        return [_document(row) for row in rows]

    def count(self) -> int:
        """How many there are."""
        return self._session.count("documents")

    def get(self, document_id: str) -> Document:
        """Raises `UsageError` for an ID that is not in the index."""
        found = self.by_id([document_id])
        if document_id not in found:
            raise UsageError(
                f"no document {storable(document_id)!r} in {self._session.layout.root}"
            )
        return found[document_id]

    def by_id(self, ids: Iterable[str]) -> dict[str, Document]:
        """Those of `ids` that exist, by ID; so do the others of this name."""
        rows = self._session.rows_of(f"{_SELECT} where id in", ids)
        return {row["id"]: _document(row) for row in rows}

    def names(self, ids: Iterable[str]) -> dict[str, DocumentNames]:
        """What those of `ids` that exist are called, by ID."""
        rows = self._session.rows_of(
            "select id, title, (select min(path) from sources where document_id = documents.id), "
            "metadata from documents where id in",
            ids,
        )
        return {
            name: DocumentNames(title, path_text(path), metadata)
            for name, title, path, metadata in rows
        }

    def by_status(self) -> dict[Status, int]:
        """How many documents there are of each status."""
        rows = self._session.execute(
            "select status, count(*) as count from documents group by status"
        )
        return {row["status"]: row["count"] for row in rows}

    def by_language(self) -> dict[str, int]:
        """How many documents are in each language, the most first; "" counts those not told."""
        rows = self._session.execute(
            "select language, count(*) as count from documents group by language "
            "order by count desc, language"
        )
        return {row["language"]: row["count"] for row in rows}

    def languages(self) -> list[str]:
        """The languages that documents or passages are in, each once."""
        rows = self._session.execute(
            "select language from documents where language <> '' union "
            "select language from passages where language <> '' order by language"
        )
        return [row["language"] for row in rows]

    def resolve(self, id_or_glob: str) -> list[str]:
        """IDs of the documents that are meant: by ID or its beginning, file name, path or title.

        A pattern may hold `*`, `?` and `[...]`; case does not matter. Empty where nothing fits.
        What is the path of a file, letter by letter, means that file.
        """
        wanted = id_or_glob.strip().lower()
        at = "select document_id from sources where path = ?"  # of all paths none else is looked at
        held = self._session.value(at, [path_key(id_or_glob)])
        found = set() if held is None else {str(held)}
        if not found and _ID_START.fullmatch(wanted):
            rows = self._session.execute(
                "select id from documents where id >= ? and id < ?", [wanted, f"{wanted}g"]
            )
            found = {row["id"] for row in rows}
        if not found:
            fits = re.compile(fnmatch.translate(wanted)).match
            titles = self._session.execute("select id, title from documents")
            found = {row["id"] for row in titles if fits(row["title"].lower())}
            paths = self._session.execute("select document_id, path from sources")
            found |= {
                row["document_id"]
                for row in paths
                if any(map(fits, _names(path_text(row["path"]).lower())))
            }
        return [item.id for item in sorted(self.by_id(found).values(), key=_by_path)]

    def insert(self, document: Document) -> None:
        """Call it in a transaction, and attach a source to it."""
        self._session.execute(
            """insert into documents
                (id, sha256, title, page_count, metadata, status, problems, named, language,
                keeps_pictures)
            values (:id, :sha256, :title, :page_count, :metadata, :status, :problems, :named,
                :language, :keeps_pictures)""",
            {
                "id": document.id,
                "sha256": document.sha256,
                "title": storable(document.title),
                "page_count": document.page_count,
                "metadata": mapping_json(document.metadata),
                "status": document.status,
                "problems": problems_json(document.problems),
                "named": document.is_named,
                "language": document.language,
                "keeps_pictures": document.keeps_pictures,
            },
        )

    def set_title(self, document_id: str, title: str) -> None:
        with self._session.transaction():  # and `Checksums.seal` afterwards
            self._session.execute(
                "update documents set title = ?, checksum = null where id = ?",
                [storable(title), document_id],
            )

    def remove(self, document_id: str) -> None:
        """Take out a document and all that belongs to it, its sources too. In a transaction."""
        self._session.execute("delete from documents where id = ?", [document_id])

    def remove_unheld(self, document_ids: Iterable[str]) -> None:
        """Remove those of the documents that no path holds any more. In a transaction."""
        self._session.execute_many(
            "delete from documents where id = :id "
            "and not exists (select 1 from sources where document_id = :id)",
            ({"id": document_id} for document_id in document_ids),
        )


def _document(row: sqlite3.Row) -> Document:
    return Document(
        id=row["id"],
        path=path_text(row["path"]),
        sha256=row["sha256"],
        title=row["title"],
        page_count=row["page_count"],
        metadata=json.loads(row["metadata"]),
        status=row["status"],
        problems=tuple(Problem(*problem) for problem in json.loads(row["problems"])),
        is_named=bool(row["named"]),
        language=row["language"],
        keeps_pictures=bool(row["keeps_pictures"]),
    )


def _by_path(document: Document) -> bytes:
    return os.fsencode(document.path)


def _names(path: str) -> tuple[str, str, str]:
    """A path, and the name of its file with its suffix and without."""
    name = path.rpartition("/")[2]
    return path, name, os.path.splitext(name)[0]  # noqa: PTH122 - for all files of an index
