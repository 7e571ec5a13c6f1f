"""Connections to `index.db`: one kind for the writer, one for readers, and what goes wrong."""

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from mmrag.errors import IndexMissing, IndexUnusable, SchemaTooNew, SchemaTooOld
from mmrag.store import covered
from mmrag.store.layout import IndexLayout
from mmrag.store.migrations import migrations
from mmrag.store.private import descriptor, make_folder

BUSY_SECONDS = 10.0
_DAMAGED = (
    "the file is damaged, and `mmrag check` may say where: move the index folder away, and "
    "`mmrag restore` a backup or index again"
)
PAGE_BYTES = 8192  # five vectors of 384 dimensions fit a page; two fit the default of 4096


def connect_reader(layout: IndexLayout) -> Database:
    """A connection that cannot write.

    Raises `IndexMissing`, `SchemaTooNew`, `SchemaTooOld`, `IndexUnusable`.
    """
    if not layout.db.is_file():
        raise missing(layout)
    with storage_errors(layout):
        db = _connect(layout, "mode=ro")
        try:
            check_schema(layout, db)
        except sqlite3.OperationalError:  # no write access, so no place for the log's index
            db.close()
            if _has_log(layout):
                raise
            db = _connect(layout, "mode=ro&immutable=1")
            check_schema(layout, db)
        if not db.table_names():  # a first run was ended before it began
            raise missing(layout)
        if migrations.pending(db):
            db.close()
            raise SchemaTooOld(
                f"{layout.root}: an older mmrag made this index, and it cannot be written to: "
                "allow it once, or copy it to a place of yours"
            )
    return db


def connect_writer(layout: IndexLayout) -> Database:
    """A connection that may write, the schema brought up to date in one transaction.

    Call it with the writer lock held. Raises `SchemaTooNew` and leaves the file as it was.
    """
    with storage_errors(layout):
        make_folder(layout.root)
        if not layout.db.exists():
            os.close(descriptor(layout.db))  # its log takes the mode
        db = _connect(layout, "mode=rwc")
        check_schema(layout, db)
        db.execute(f"pragma page_size = {PAGE_BYTES}")
        db.execute("pragma journal_mode = wal")
        db.execute("pragma synchronous = normal")
        db.execute("pragma foreign_keys = on")
        if migrations.pending(db):
            with db.atomic():
                migrations.apply(db)
                covered.seal_all(db)
                db.execute(
                    "insert or ignore into settings values ('index_id', ?)", [uuid.uuid4().hex]
                )
    return db


def check_schema(layout: IndexLayout, db: Database) -> None:
    """Raise `SchemaTooNew` where a migration was applied that this mmrag does not know."""
    applied = {migration.name for migration in migrations.applied(db)}
    if not applied and db.table_names():
        raise IndexUnusable(f"{layout.db}: a database, but not one of mmrag: give another folder")
    unknown = applied - _names(migrations)
    if unknown:
        raise SchemaTooNew(
            f"{layout.root}: a newer mmrag made this index (schema {max(unknown)}): "
            "update mmrag, or index into another folder"
        )


def missing(layout: IndexLayout) -> IndexMissing:
    """The error for a folder without an index."""
    return IndexMissing(f"{layout.root}: no index here: make one with `mmrag index FOLDER`")


@contextmanager
def database_errors(layout: IndexLayout) -> Iterator[None]:
    """Turn what SQLite says of the file or the disk into `IndexUnusable` with what to do.

    A statement that it does not understand is a fault of ours, unless the schema is another one.
    """
    try:
        yield
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        advice = _advice(error)
        if advice is None and not _has_own_schema(layout):
            advice = _DAMAGED
        if advice is None:
            raise
        raise IndexUnusable(f"{layout.db}: {error}: {advice}") from error


@contextmanager
def storage_errors(layout: IndexLayout) -> Iterator[None]:
    """As `database_errors`, and the same for what the system says."""
    try:
        with database_errors(layout):
            yield
    except OSError as error:
        raise IndexUnusable(
            f"{error.filename or layout.root}: {error.strerror}: "
            "free disk space or allow access; what was committed is kept, so run again"
        ) from error


def has_own_schema(db: Database) -> bool:
    """Whether the schema is the one that the migrations make, and no more; costs 70 ms."""
    ours = _memory()
    with ours.atomic():
        migrations.apply(ours)
    return _schema(db) == _schema(ours)


def _has_own_schema(layout: IndexLayout) -> bool:
    """The same of a file that may be damaged anywhere."""
    try:
        db = _connect(layout, "mode=ro")
        try:
            return has_own_schema(db)
        finally:
            db.close()
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return False


def _schema(db: Database) -> set[tuple[str, ...]]:
    """Tables, indexes, triggers and views; without those that SQLite and sqlite-utils make."""
    rows = db.execute("select type, name, tbl_name, sql from sqlite_master")
    return {
        tuple(map(str, row))
        for row in rows
        if not row[2].startswith(("sqlite_", "_sqlite_migrations", "words_"))
    }


def _advice(error: sqlite3.DatabaseError | UnicodeDecodeError) -> str | None:
    """What to do about an error of SQLite; None where it is not about the file or the disk."""
    if isinstance(error, UnicodeDecodeError) or str(error).startswith("Could not decode to UTF-8"):
        return _DAMAGED
    advice = {
        "SQLITE_BUSY": "another process is busy with the index; try again",
        "SQLITE_LOCKED": "another process is busy with the index; try again",
        "SQLITE_FULL": "free disk space and run again; what was committed is kept",
        "SQLITE_IOERR": "free disk space and run again; what was committed is kept",
        "SQLITE_CORRUPT": _DAMAGED,
        "SQLITE_NOTADB": f"not an index, or {_DAMAGED}",
        "SQLITE_READONLY": f"allow writing to the index folder; where it is allowed, {_DAMAGED}",
        "SQLITE_CANTOPEN": "allow access to the index folder, or give another one",
        "SQLITE_PERM": "allow access to the index folder, or give another one",
    }
    name = "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])
    return advice.get(name)


def _connect(layout: IndexLayout, mode: str) -> Database:
    connection = sqlite3.connect(
        f"file:{quote(bytes(layout.db))}?{mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
    )
    connection.row_factory = sqlite3.Row  # columns by their names
    db = Database(connection, execute_plugins=False)
    covered.register(db)
    return db


def _has_log(layout: IndexLayout) -> bool:
    """Whether something is committed that is not in the database file yet."""
    log = layout.db.with_name(f"{layout.db.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _memory() -> Database:
    db = Database(sqlite3.connect(":memory:"), execute_plugins=False)
    covered.register(db)
    return db


def _names(known: Migrations) -> set[str]:
    return {migration.name for migration in known.pending(_memory())}
