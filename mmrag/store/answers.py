"""Answers that were given, so that each can be opened again: a database beside that of the index.

Who serves an index is not its writer, and an answer waits for no run that indexes; so they have a
file of their own.
"""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from mmrag.errors import IndexUnusable
from mmrag.store.layout import IndexLayout
from mmrag.store.private import descriptor

Mark = Literal["right", "wrong"]
_SCHEMA = """
    create table if not exists answers (
        id text primary key,
        asked_at text not null,
        question text not null,
        answer text not null,           -- JSON, as the contract has it
        mark text not null default ''   -- what a reader called it: right, wrong
    )
"""
_IS_ANSWER = """
    typeof(id) = 'text' and typeof(asked_at) = 'text' and typeof(question) = 'text'
    and asked_at glob '[12]???-??-??T??:??:??+00:00' and datetime(asked_at) is not null
    and mark in ('', 'right', 'wrong') and typeof(answer) = 'text' and json_valid(answer)
"""
_ID_BYTES = 9  # drawn at random, so that nobody guesses the address of an answer; by hand
_BUSY_SECONDS = 5.0  # that one who writes is waited for; sqlite3's own default


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer that was given. `answer` is JSON, empty in a list of several."""

    id: str
    asked_at: str
    question: str
    answer: str
    mark: str


class KeptAnswers:
    """The answers of one index. Each call opens the file anew, so any thread may call."""

    def __init__(self, layout: IndexLayout) -> None:
        self._file = layout.answers

    def keep(self, question: str, answer: str) -> str:
        """Keep an answer; its ID. Raises `IndexUnusable` where it cannot be written."""
        name = secrets.token_urlsafe(_ID_BYTES)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._open(write=True) as db:
            db.execute(
                "insert into answers (id, asked_at, question, answer) values (?, ?, ?, ?)",
                [name, now, question, answer],
            )
        return name

    def get(self, name: str) -> KeptAnswer | None:
        """The answer of that ID; None where there is none."""
        if not self._file.is_file():
            return None
        with self._open() as db:
            row = db.execute("select * from answers where id = ?", [name]).fetchone()
        return None if row is None else KeptAnswer(**row)

    def last(self, count: int, start: int = 0) -> list[KeptAnswer]:
        """At most `count` of them, the newest first, those before place `start` left out."""
        if not self._file.is_file():
            return []
        with self._open() as db:
            rows = db.execute(
                "select id, asked_at, question, '' as answer, mark from answers "
                "order by rowid desc limit ? offset ?",
                [count, start],
            ).fetchall()
        return [KeptAnswer(**row) for row in rows]

    def mark(self, name: str, mark: Mark) -> bool:
        """Note what a reader calls an answer; False where it is marked already, or not there."""
        with self._open(write=True) as db:
            changed = db.execute(
                "update answers set mark = ? where id = ? and mark = ''", [mark, name]
            )
            return changed.rowcount == 1

    def count(self) -> int:
        """How many are kept."""
        if not self._file.is_file():
            return 0
        with self._open() as db:
            return int(db.execute("select count(*) from answers").fetchone()[0])

    def copy(self, file: Path) -> int:
        """Write all of one moment into another file, where there are any; how many they are."""
        if not self.count():
            return 0
        with self._open() as db, closing(sqlite3.connect(file)) as target:
            db.backup(target)
            return int(target.execute("select count(*) from answers").fetchone()[0])

    def fault(self) -> str:
        """What a file that may come from anywhere has that none of ours has; empty where nothing.

        Nothing of it is run: tables are looked at once the schema is known to be ours.
        """
        if not self._file.is_file():
            return ""
        with self._open() as db, closing(sqlite3.connect(":memory:")) as ours:
            ours.execute(_SCHEMA)
            if _tables(db) != _tables(ours):
                return "another schema"
            [said] = db.execute("pragma integrity_check(1)").fetchone()
            if said != "ok":
                return str(said)
            [odd] = db.execute(f"select count(*) from answers where not ({_IS_ANSWER})").fetchone()
            return f"{odd} of them are none" if odd else ""

    @contextmanager
    def _open(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        try:
            if write:
                os.close(descriptor(self._file))  # made, where it is not there, for its owner alone
            with closing(sqlite3.connect(self._file, timeout=_BUSY_SECONDS)) as db:
                db.row_factory = sqlite3.Row
                with db:
                    if write:
                        db.execute(_SCHEMA)
                    yield db
        except (sqlite3.DatabaseError, OSError) as error:
            raise IndexUnusable(
                f"{self._file}: answers cannot be kept: {error}: allow writing there, or serve "
                "with --no-keep-answers"
            ) from error


def _tables(db: sqlite3.Connection) -> set[tuple[str, ...]]:
    """All that a schema holds, as it was written."""
    rows = db.execute("select type, name, tbl_name, sql from sqlite_master")
    return {tuple(map(str, row)) for row in rows}
