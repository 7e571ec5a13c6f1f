"""What a power cut would leave of an index: each file as it was when it was last synced.

Names are those of the moment of the cut, for a file system may keep a rename and lose what was
written before it: the worst case for what is published by renaming. Of SQLite this knows what it
documents: a commit reaches the disk where `synchronous` is full, and so does a checkpoint.
"""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest


class Disk:
    """Watches a folder while its index is written by this process.

    `after_commit` is called once a transaction of SQLite has ended.
    """

    def __init__(
        self,
        root: Path,
        monkeypatch: pytest.MonkeyPatch,
        after_commit: Callable[["Disk"], object] | None = None,
    ) -> None:
        self._root = root
        self._after_commit, self._has_committed = after_commit, False
        self._kept: dict[int, bytes] = {}  # by inode
        self._is_full = self._is_pending = False
        fsync, connect, unlink = os.fsync, sqlite3.connect, Path.unlink

        def synced(descriptor: int) -> None:
            fsync(descriptor)
            self._keep(Path(f"/proc/self/fd/{descriptor}"))

        def traced(*arguments: object, **options: object) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*arguments, **options)  # type: ignore[call-overload]
            connection.set_trace_callback(self._statement)
            return connection

        def removed(path: Path, missing_ok: bool = False) -> None:
            if path.exists():
                self._kept.pop(path.stat().st_ino, None)
            unlink(path, missing_ok)

        monkeypatch.setattr(os, "fsync", synced)
        monkeypatch.setattr(sqlite3, "connect", traced)
        monkeypatch.setattr(Path, "unlink", removed)

    def cut(self, left: Path, *, commits_are_kept: bool = False) -> Path:
        """The power goes: what is left, as a folder of its own.

        `commits_are_kept`: the system wrote what was committed, though nobody asked it to.
        """
        self._keep_database(by_chance=commits_are_kept)
        for path in sorted(self._root.rglob("*")):
            target = left / path.relative_to(self._root)
            if path.is_dir():
                target.mkdir(parents=True, exist_ok=True)
            elif not path.name.endswith("-shm"):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(self._kept.get(path.stat().st_ino, b""))
        return left

    def _statement(self, sql: str) -> None:
        """A statement of SQLite is about to run; the one before it has ended."""
        self._keep_database()
        if self._has_committed and self._after_commit is not None:
            self._has_committed = False
            self._after_commit(self)
        words = sql.lower().split()
        if words[:2] == ["pragma", "synchronous"]:
            self._is_full = words[-1] == "full"
        self._is_pending = (words[0] == "commit" and self._is_full) or "wal_checkpoint" in sql
        self._has_committed = words[0] == "commit"

    def _keep_database(self, *, by_chance: bool = False) -> None:
        if self._is_pending or by_chance:
            self._is_pending = False
            for name in ("index.db", "index.db-wal"):
                self._keep(self._root / name)

    def _keep(self, path: Path) -> None:
        if path.is_file():
            self._kept[path.stat().st_ino] = path.read_bytes()
