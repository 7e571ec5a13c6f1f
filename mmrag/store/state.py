"""Reading the state of an index: how much it holds, of which files, and what is missing."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from mmrag.errors import SpaceMismatch
from mmrag.reports import Run
from mmrag.store import rows
from mmrag.store.connection import database_errors
from mmrag.store.items import items_of
from mmrag.store.layout import IndexLayout
from mmrag.store.rows import Failure, SourceFile
from mmrag.types import ChannelName, Space, Status


@dataclass(frozen=True, slots=True)
class Counts:
    """How much an index holds. `descriptions` counts by describer."""

    documents: Mapping[Status, int]
    pages: int
    figures: int
    passages: int
    failures: int
    descriptions: Mapping[str, int]
    description_failures: int
    vectors: Mapping[ChannelName, int]
    stale_vectors: int  # their text changed since


class StateReader:
    """A connection to `index.db`, and the state that it sees."""

    def __init__(self, layout: IndexLayout, db: Database) -> None:
        self.layout = layout
        self.db = db

    def close(self) -> None:
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

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

    def spaces(self) -> dict[ChannelName, Space]:
        """The space of every channel that has one."""
        found = self.db.execute(
            "select channel, model, weights, preprocessing, dimension from spaces"
        )
        return {channel: Space(*space) for channel, *space in found}

    def check_space(self, channel: ChannelName, space: Space) -> None:
        """Raise `SpaceMismatch` where the channel's vectors are of another space."""
        spaces = self.spaces()
        held = spaces.get(channel)
        if held is None or held == space:
            return
        named = " ".join(f"--channel {name}" for name in sorted(spaces) if spaces[name] == held)
        raise SpaceMismatch(
            f"{self.layout.root}: the {channel} channel holds vectors of {_space_text(held)}, and "
            f"the profile has {_space_text(space)}: use the profile that it was made with, or run "
            f"`mmrag index --index {self.layout.root} {named} --reencode`"
        )

    def missing(self, channel: ChannelName) -> Iterator[str]:
        """Items without a vector of their present content in a channel, in order of their IDs."""
        found = self.db.execute(
            f"select id from ({items_of(channel)}) where id not in "
            "(select item_id from vectors where channel = ? and not stale) order by id",
            [channel],
        ).fetchall()
        return (item for (item,) in found)

    def is_unfilled(self, channel: ChannelName) -> bool:
        """Whether `missing` may name an item: a vector was left out, dropped or became stale.

        Costs the same for any size of index. Who fills the channel takes the note away.
        """
        found = self.db.execute("select 1 from unfilled where channel = ?", [channel]).fetchone()
        return found is not None

    def undescribed(self, describer: str, prompt_version: str, *, retry: bool = False) -> list[str]:
        """Figures that a describer has not described with this prompt, in order of their IDs.

        Those it failed on are left out, unless `retry`.
        """
        found = self.db.execute(
            """select id from figures where not exists (
                select 1 from descriptions where figure_id = figures.id
                and describer = :describer and prompt_version = :prompt_version
            ) and (:retry or not exists (
                select 1 from description_failures where figure_id = figures.id
                and describer = :describer
            )) order by id""",
            {"describer": describer, "prompt_version": prompt_version, "retry": retry},
        )
        return [figure_id for (figure_id,) in found]

    def has_undescribed(self) -> bool:
        """Whether there is a figure that no model has described or failed on."""
        found = self.db.execute(
            """select 1 from figures where not exists (
                select 1 from descriptions
                where figure_id = figures.id and describer <> 'extracted'
            ) and not exists (
                select 1 from description_failures where figure_id = figures.id
            ) limit 1"""
        )
        return found.fetchone() is not None

    def counts(self) -> Counts:
        """How much the index holds."""
        one = self._count
        return Counts(
            documents=dict(
                self.db.execute("select status, count(*) from documents group by status")
            ),
            pages=one("pages"),
            figures=one("figures"),
            passages=one("passages"),
            failures=one("failures"),
            descriptions=dict(
                self.db.execute("select describer, count(*) from descriptions group by describer")
            ),
            description_failures=one("description_failures"),
            vectors=dict(self.db.execute("select channel, count(*) from vectors group by channel")),
            stale_vectors=one("vectors where stale"),
        )

    def page_count(self) -> int:
        """Pages of all documents."""
        return self._count("pages")

    def sources(self) -> dict[str, tuple[SourceFile, str]]:
        """Every indexed path, with the file as it was and the ID of its document."""
        found = self.db.execute("select path, size, mtime_ns, document_id from sources")
        return {
            (path := rows.path_text(key)): (SourceFile(path, size, mtime_ns), document_id)
            for key, size, mtime_ns, document_id in found
        }

    def failures(self) -> list[Failure]:
        """Files that could not be read, by path."""
        found = self.db.execute(
            "select path, sha256, size, mtime_ns, stage, message, page from failures order by path"
        )
        return [rows.failure_of(row) for row in found]

    def description_failures(self) -> list[tuple[str, str, str, int]]:
        """Figures that a describer failed on: figure ID, describer, reason, attempts."""
        return list(
            self.db.execute(
                "select figure_id, describer, reason, attempts from description_failures order by 1"
            )
        )

    def tuned(self) -> str | None:
        """The settings that were tuned for this index, as `Catalog.set_tuned` got them."""
        found = self.db.execute("select value from settings where key = 'tuned'").fetchone()
        return None if found is None else str(found[0])

    def runs(self, last: int = 10) -> list[Run]:
        """The latest runs, newest first."""
        found = self.db.execute(
            "select started_at, finished_at, status, summary from runs order by id desc limit ?",
            [last],
        )
        return [Run(*row) for row in found]

    def pictures(self) -> Iterator[str]:
        """SHA-256 of every picture that a page or figure refers to; some come twice."""
        found = self.db.execute(
            "select picture from pages where picture is not null "
            "union select picture from figures where picture is not null"
        )
        return (picture for (picture,) in found)

    def _count(self, table: str) -> int:
        return int(self.db.execute(f"select count(*) from {table}").fetchone()[0])


def _space_text(space: Space) -> str:
    return f"{space.model} ({space.dimension} dimensions, weights {space.weights[:8]})"
