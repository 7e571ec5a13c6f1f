"""Writing the catalog. One document is one transaction, its vectors included."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Self

from sqlite_utils import Database

from mmrag.channels import of_source
from mmrag.errors import UsageError
from mmrag.store import documents
from mmrag.store.connection import connect_reader, connect_writer, missing, storage_errors
from mmrag.store.layout import IndexLayout
from mmrag.store.lock import FileLock
from mmrag.store.reader import CatalogReader
from mmrag.store.rows import Failure, SourceFile, storable
from mmrag.types import ChannelName, Description, ParsedDocument, Space, VectorBatch


class Catalog(CatalogReader):
    """`index.db`. Reading needs no more than `open`; writing holds the lock of the index."""

    def __init__(self, layout: IndexLayout, db: Database, lock: FileLock | None = None) -> None:
        super().__init__(layout, db)
        self._lock = lock

    @classmethod
    def create(cls, layout: IndexLayout) -> Self:
        """Open for writing, made first where there is no index.

        Raises `IndexLocked` naming the writer that is at work, `SchemaTooNew`, `IndexUnusable`.
        """
        lock = FileLock(layout.writer_lock)
        lock.acquire()
        try:
            db = connect_writer(layout)
            documents.note_new_channels(db)
            return cls(layout, db, lock)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def open(cls, layout: IndexLayout, write: bool = False) -> Self:
        """Open an index that exists; `write` takes the lock as `create` does.

        Raises `IndexMissing` and what `create` raises.
        """
        if not layout.db.is_file():
            raise missing(layout)
        return cls.create(layout) if write else cls(layout, connect_reader(layout))

    def close(self) -> None:
        """Close the database and give the lock back."""
        try:
            super().close()
        finally:
            if self._lock is not None:
                self._lock.release()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Raises `IndexUnusable` where the disk is full or fails."""
        if self._lock is None:
            raise UsageError(f"{self.layout.root}: opened for reading only")
        with storage_errors(self.layout):
            try:
                with self.db.atomic():
                    yield
            except sqlite3.OperationalError:
                if self.db.conn.in_transaction:
                    self.db.rollback()
                raise

    def set_tuned(self, value: str | None) -> None:
        """Keep settings that were tuned for this index; None forgets them."""
        with self.transaction():
            self.db.execute("delete from settings where key = 'tuned'")
            if value is not None:
                self.db.execute("insert into settings values ('tuned', ?)", [value])

    def put(
        self,
        parsed: ParsedDocument,
        descriptions: Sequence[Description],
        batches: Sequence[VectorBatch],
        source: SourceFile,
    ) -> bool:
        """Store a document found at `source`, in place of what was at that path before.

        Whether something was replaced: pictures of it may be left. Raises `SpaceMismatch` where a
        batch is of another space than its channel.
        """
        document_id = parsed.document.id
        with self.transaction():
            before = documents.holders(self.db, [source.path])
            copies = documents.remove(self.db, document_id)
            documents.insert(self.db, parsed, descriptions)
            for batch in batches:
                self._put_vectors(batch)
            documents.note_unfilled(self.db, documents.unfilled(self.db, document_id))
            for copy in copies:
                documents.attach(self.db, document_id, copy)
            documents.attach(self.db, document_id, source)
            documents.remove_unheld(self.db, before)
        return bool(before or copies)

    def update_sources(
        self, held: Sequence[tuple[str, SourceFile]] = (), gone: Sequence[str] = ()
    ) -> None:
        """Let each file of `held` be a source of the document of that ID; forget the paths `gone`.

        One step for copies, renamed files, touched files and removed ones, so that files may even
        change places. Documents that no path holds any more are removed.
        """
        with self.transaction():
            before = documents.holders(self.db, [*(source.path for _, source in held), *gone])
            for document_id, source in held:
                documents.attach(self.db, document_id, source)
            for path in gone:
                documents.detach(self.db, path)
            documents.remove_unheld(self.db, before)

    def remove_path(self, path: str) -> None:
        """Forget a path, and its document where no other path holds it."""
        self.update_sources(gone=[path])

    def set_failure(self, failure: Failure, *, keep_document: bool = False) -> None:
        """Record that a file could not be read.

        What was stored from that path before goes with it, unless `keep_document`.
        """
        with self.transaction():
            if not keep_document:
                before = documents.holders(self.db, [failure.source.path])
                documents.detach(self.db, failure.source.path)
                documents.remove_unheld(self.db, before)
            documents.insert_failure(self.db, failure)

    def set_space(self, channel: ChannelName, space: Space) -> None:
        """Record the space of a channel. Raises `SpaceMismatch` where it has another."""
        with self.transaction():
            self._set_space(channel, space)

    def drop_channel(self, channel: ChannelName) -> None:
        """Forget every vector of a channel and its space, so that another encoder may fill it."""
        with self.transaction():
            self.db.execute("delete from vectors where channel = ?", [channel])
            self.db.execute("delete from spaces where channel = ?", [channel])
            documents.note_unfilled(self.db, [channel])

    def forget_empty_spaces(self) -> None:
        """Forget the space of every channel whose last vector has gone: any encoder may fill it."""
        with self.transaction():
            self.db.execute(
                "delete from spaces where not exists "
                "(select 1 from vectors where vectors.channel = spaces.channel)"
            )

    def put_vectors(self, batch: VectorBatch) -> None:
        """Store vectors of items that are in the index, in place of those they had.

        Raises `SpaceMismatch`, and `UsageError` for an unknown item.
        """
        with self.transaction():
            self._put_vectors(batch)

    def set_filled(self, channel: ChannelName) -> None:
        """Note that a channel was looked through, and what could be encoded has been."""
        with self.transaction():
            self.db.execute("delete from unfilled where channel = ?", [channel])

    def put_descriptions(self, descriptions: Sequence[Description]) -> None:
        """Store descriptions beside those of other describers; clears their failures.

        The vectors of these figures count as missing until they are encoded anew.
        """
        with self.transaction():
            documents.insert_descriptions(self.db, descriptions)
            told = (channel.name for channel in of_source("descriptions"))
            documents.note_unfilled(self.db, told)

    def retitle(self, document_id: str, title: str, descriptions: Sequence[Description]) -> None:
        """Give a document another title, and its figures the descriptions that name it."""
        with self.transaction():
            self.db.execute(
                "update documents set title = ? where id = ?", [storable(title), document_id]
            )
            self.put_descriptions(descriptions)

    def set_description_failure(self, figure_id: str, describer: str, reason: str) -> None:
        """Record that a describer failed on a figure, once more."""
        with self.transaction():
            self.db.execute(
                "insert into description_failures values (?, ?, ?, 1) "
                "on conflict (figure_id, describer) do update "
                "set reason = excluded.reason, attempts = attempts + 1",
                [figure_id, describer, storable(reason)],
            )

    def begin_run(self) -> int:
        """Note that a run begins; one that never ended is marked as interrupted."""
        with self.transaction():
            self.db.execute("update runs set status = 'interrupted' where status = 'running'")
            self.db.execute("delete from runs where id <= (select max(id) from runs) - 100")
            cursor = self.db.execute(
                "insert into runs (started_at, status, summary) values (?, 'running', '{}')",
                [_now()],
            )
            assert cursor.lastrowid is not None
            return cursor.lastrowid

    def end_run(self, run: int, status: str, summary: str) -> None:
        """Note how a run ended: "done", "interrupted" or "failed"; `summary` is JSON."""
        with self.transaction():
            self.db.execute(
                "update runs set finished_at = ?, status = ?, summary = ? where id = ?",
                [_now(), status, summary, run],
            )

    def checkpoint(self) -> None:
        """Move what was committed from the log into the database file, where no reader holds it."""
        with storage_errors(self.layout):
            self.db.execute("pragma wal_checkpoint(truncate)").fetchone()

    def _set_space(self, channel: ChannelName, space: Space) -> None:
        self.check_space(channel, space)
        self.db.execute(
            "insert or ignore into spaces values (?, ?, ?, ?, ?)",
            [channel, space.model, space.weights, space.preprocessing, space.dimension],
        )

    def _put_vectors(self, batch: VectorBatch) -> None:
        if not batch.item_ids:
            return
        self._set_space(batch.channel, batch.space)
        documents.insert_vectors(self.db, batch)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
