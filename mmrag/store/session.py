"""One connection to `index.db` with its transactions; the repositories of a catalog share it."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlite_utils import Database

from mmrag.errors import UsageError
from mmrag.store.connection import database_errors, storage_errors
from mmrag.store.layout import IndexLayout
from mmrag.store.storable import storable

IDS_AT_ONCE = 500
"""IDs in one statement: SQLite allows 32,766 parameters, builds before 2020 allowed 999."""

Parameters = Sequence[object] | Mapping[str, object]


class Session:
    """Statements, snapshots and transactions. Use one per thread."""

    def __init__(self, layout: IndexLayout, db: Database, can_write: bool) -> None:
        self.layout = layout
        self.db = db
        self._can_write = can_write
        self._has_failed = False  # a part of the transaction that is under way

    def execute(self, sql: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        """Run a statement; its rows have their columns by name."""
        return self.db.conn.execute(sql, parameters)

    def execute_many(self, sql: str, parameters: Iterable[Parameters]) -> None:
        """Run a statement for each set of parameters."""
        self.db.conn.executemany(sql, parameters)

    def rows_of(self, sql: str, ids: Iterable[str]) -> Iterator[sqlite3.Row]:
        """Rows of `sql` + `(?, ...)` for any number of IDs, each counted once."""
        wanted = [storable(item) for item in dict.fromkeys(ids)]
        for start in range(0, len(wanted), IDS_AT_ONCE):
            part = wanted[start : start + IDS_AT_ONCE]
            yield from self.execute(f"{sql} ({', '.join('?' * len(part))})", part)

    def value(self, sql: str, parameters: Parameters = ()) -> object:
        """The first column of the first row; None where there is no row."""
        row = self.execute(sql, parameters).fetchone()
        return None if row is None else next(iter(row))

    def count(self, table: str) -> int:
        """The rows of a table."""
        return int(str(self.value(f"select count(*) from {table}")))

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Within it every read sees one state, whatever a writer does; may be nested.

        Raises `IndexUnusable` where the database turns out to be damaged.
        """
        if self.db.conn.in_transaction:
            yield
            return
        with database_errors(self.layout):
            self.db.execute("begin")
            try:
                self.db.execute("select 1 from documents limit 1").fetchone()  # fixes the state
                yield
            finally:
                self.db.rollback()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; one within another is a part of it, and fails with it as a whole.

        Not a savepoint: FTS5 would write what it has gathered at each of them. Raises
        `IndexUnusable` where the disk is full or fails.
        """
        if not self._can_write:
            raise UsageError(f"{self.layout.root}: opened for reading only")
        if self.db.conn.in_transaction:
            with self._part():
                yield
            return
        with storage_errors(self.layout):
            self._has_failed = False
            with self.db.atomic():
                yield
                if self._has_failed:
                    raise RuntimeError("a part of a transaction failed, and the whole went on")

    @contextmanager
    def _part(self) -> Iterator[None]:
        """What is done within a transaction that is under way."""
        try:
            yield
        except BaseException:
            self._has_failed = True
            raise

    @contextmanager
    def synced(self) -> Iterator[None]:
        """Transactions within it, and all before them, are on the disk once they are committed.

        Others may be lost in a power cut, the latest first (`synchronous = normal`).
        """
        self.db.execute("pragma synchronous = full")
        try:
            yield
        finally:
            self.db.execute("pragma synchronous = normal")

    def checkpoint(self) -> None:
        """Move what was committed from the log into the database file, where no reader holds it."""
        with storage_errors(self.layout):
            self.db.execute("pragma wal_checkpoint(truncate)").fetchone()

    def damage(self) -> Iterator[tuple[str, str]]:
        """Damage to the database itself: the file or row that it is in, and what it is."""
        for row in self.execute("pragma integrity_check(20)").fetchall():
            if row["integrity_check"] != "ok":
                yield self.layout.db.name, str(row["integrity_check"])
        for row in self.execute("pragma foreign_key_check").fetchall():
            yield f"{row['table']} {row['rowid']}", f"refers to {row['parent']} that is not there"

    def close(self) -> None:
        self.db.close()
