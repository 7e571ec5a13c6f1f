"""The files that hold the documents of an index, and the files that failed."""

import os
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mmrag.paths import INSIDE
from mmrag.store.session import Session
from mmrag.store.storable import path_key, path_text, storable
from mmrag.types import Problem


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was found: its absolute path, size in bytes and time of change.

    Without size and time it is one that the next run reads, whatever it finds.
    """

    path: str
    size: int = 0
    mtime_ns: int = 0

    @property
    def is_stamped(self) -> bool:
        return (self.size, self.mtime_ns) != (0, 0)


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that failed, and why. `sha256` is None where not even its bytes could be read."""

    source: SourceFile
    sha256: str | None
    problem: Problem


class Sources:
    """The table of paths; identical copies are several sources of one document.

    All that writes is called in a transaction.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> dict[str, tuple[SourceFile, str]]:
        """Every indexed path, with the file as it was and the ID of its document."""
        rows = self._session.execute("select path, size, mtime_ns, document_id from sources")
        return {(source := _source(row)).path: (source, str(row["document_id"])) for row in rows}

    def of_document(self, document_id: str) -> list[SourceFile]:
        """The files that hold a document."""
        rows = self._session.execute(
            "select path, size, mtime_ns from sources where document_id = ?", [document_id]
        )
        return [_source(row) for row in rows]

    def within(self, path: str) -> list[str]:
        """The paths of files within a file, and of those within that failed."""
        first, behind = f"{path}{INSIDE}", f"{path}{INSIDE[:-1]}{chr(ord(INSIDE[-1]) + 1)}"
        rows = self._session.execute(
            "select path from sources where path >= :first and path < :behind union "
            "select path from failures where path >= :first and path < :behind",
            {"first": path_key(first), "behind": path_key(behind)},
        )
        return [path_text(row["path"]) for row in rows]

    def below(self, folders: Iterable[str]) -> list[str]:
        """IDs of the documents of the files in some folders, at any depth."""
        found: dict[str, None] = {}
        for folder in folders:
            first, behind = f"{folder}/", f"{folder}{chr(ord('/') + 1)}"
            rows = self._session.execute(  # texts come before bytes, whatever is in them
                "select document_id from sources where path >= :first and path < :behind union "
                "select document_id from sources where path >= :first_bytes and path < :end_bytes",
                {
                    "first": path_key(first),
                    "behind": path_key(behind),
                    "first_bytes": os.fsencode(first),
                    "end_bytes": os.fsencode(behind),
                },
            )
            found.update((str(row["document_id"]), None) for row in rows)
        return list(found)

    def holders(self, paths: Iterable[str]) -> list[str]:
        """IDs of the documents that some paths hold."""
        sql = "select document_id from sources where path = ?"
        found = (self._session.value(sql, [path_key(path)]) for path in paths)
        return list(dict.fromkeys(str(held) for held in found if held is not None))

    def attach(self, document_id: str, source: SourceFile) -> None:
        """Let a path hold a document, whatever it held or failed at before."""
        self.detach(source.path)
        self._session.execute(
            """insert into sources (path, document_id, size, mtime_ns)
            values (:path, :document_id, :size, :mtime_ns)""",
            {
                "path": path_key(source.path),
                "document_id": document_id,
                "size": source.size,
                "mtime_ns": source.mtime_ns,
            },
        )

    def detach(self, path: str) -> None:
        """Forget a path: neither a source nor a failure."""
        self._session.execute("delete from sources where path = ?", [path_key(path)])
        self._session.execute("delete from failures where path = ?", [path_key(path)])

    def mark_unread(self, pictures: Sequence[str]) -> None:
        """Let the next run read the documents of these pictures again: their stamp is forgotten."""
        self._session.execute_many(
            """update sources set size = 0, mtime_ns = 0 where document_id in (
                select document_id from pages where picture = :picture
                or id in (select page_id from figures where picture = :picture)
            )""",
            ({"picture": picture} for picture in pictures),
        )

    def mark_document_unread(self, document_id: str) -> None:
        """Let the next run read a document again."""
        self._session.execute(
            "update sources set size = 0, mtime_ns = 0 where document_id = ?", [document_id]
        )


class Failures:
    """The table of files that could not be read."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[Failure]:
        """Files that could not be read, by path."""
        rows = self._session.execute(
            "select path, sha256, size, mtime_ns, stage, message, page from failures order by path"
        )
        return [
            Failure(_source(row), row["sha256"], Problem(row["stage"], row["message"], row["page"]))
            for row in rows
        ]

    def put(self, failure: Failure) -> None:
        """In place of an older failure of the same path. Call it in a transaction."""
        source, problem = failure.source, failure.problem
        self._session.execute(
            """insert or replace into failures
                (path, sha256, size, mtime_ns, stage, message, page)
            values (:path, :sha256, :size, :mtime_ns, :stage, :message, :page)""",
            {
                "path": path_key(source.path),
                "sha256": failure.sha256,
                "size": source.size,
                "mtime_ns": source.mtime_ns,
                "stage": storable(problem.stage),
                "message": storable(problem.message),
                "page": problem.page,
            },
        )


def _source(row: sqlite3.Row) -> SourceFile:
    return SourceFile(path_text(row["path"]), row["size"], row["mtime_ns"])
