"""Reading the catalog: documents, pages, figures, passages, descriptions, words."""

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from types import TracebackType
from typing import Self, TypeVar

from sqlite_utils import Database

from mmrag.errors import SpaceMismatch, UsageError
from mmrag.store import keywords, rows
from mmrag.store.layout import IndexLayout
from mmrag.store.rows import Failure, Row, SourceFile
from mmrag.types import Channel, Description, Document, Figure, Page, Passage, Space, Status

T = TypeVar("T")
_ID_START = re.compile("[0-9a-f]{4,64}")
CHUNK = 500  # IDs in one statement; SQLite has a limit of its own


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
    vectors: Mapping[Channel, int]
    stale_vectors: int  # their text changed since


@dataclass(frozen=True, slots=True)
class Run:
    """One indexing run. Times are ISO 8601; `summary` is the JSON that the run left."""

    started_at: str
    finished_at: str | None
    status: str  # running, done, interrupted, failed
    summary: str


class CatalogReader:
    """All that can be asked of `index.db`. Use one per thread."""

    def __init__(self, layout: IndexLayout, db: Database) -> None:
        self.layout = layout
        self.db = db
        self._snapshots = 0

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
        """Within it every read sees one state, whatever a writer does; may be nested."""
        if self.db.conn.in_transaction:
            yield
            return
        self.db.execute("begin")
        try:
            self.db.execute("select 1 from documents limit 1").fetchone()  # the state is fixed here
            yield
        finally:
            self.db.execute("rollback")

    # documents and what is on their pages

    def documents(self) -> list[Document]:
        """All documents, by path."""
        found = self.db.execute(f"select {rows.DOCUMENT_COLUMNS} from documents d order by 2")
        return [rows.document_of(row) for row in found]

    def document(self, document_id: str) -> Document:
        """Raises `UsageError` for an ID that is not in the index."""
        return self._one(self.documents_by_id, document_id, "document")

    def page(self, page_id: str) -> Page:
        """Raises `UsageError` for an ID that is not in the index."""
        return self._one(self.pages_by_id, page_id, "page")

    def figure(self, figure_id: str) -> Figure:
        """Raises `UsageError` for an ID that is not in the index."""
        return self._one(self.figures_by_id, figure_id, "figure")

    def passage(self, passage_id: str) -> Passage:
        """Raises `UsageError` for an ID that is not in the index."""
        return self._one(self.passages_by_id, passage_id, "passage")

    def documents_by_id(self, ids: Iterable[str]) -> dict[str, Document]:
        sql = f"select {rows.DOCUMENT_COLUMNS} from documents d where d.id in "
        return {item.id: item for item in self._bulk(sql, ids, rows.document_of)}

    def pages_by_id(self, ids: Iterable[str]) -> dict[str, Page]:
        """Those of `ids` that exist, by ID; so do the other bulk getters."""
        sql = f"select {rows.PAGE_COLUMNS} from pages p where p.id in "
        return {item.id: item for item in self._bulk(sql, ids, rows.page_of)}

    def figures_by_id(self, ids: Iterable[str]) -> dict[str, Figure]:
        sql = f"select {rows.FIGURE_COLUMNS} from figures f where f.id in "
        return {item.id: item for item in self._bulk(sql, ids, rows.figure_of)}

    def passages_by_id(self, ids: Iterable[str]) -> dict[str, Passage]:
        sql = (
            f"select {rows.PASSAGE_COLUMNS} from passages t join pages p on p.id = t.page_id "
            "where t.id in "
        )
        return {item.id: item for item in self._bulk(sql, ids, rows.passage_of)}

    def pages(self, document_id: str) -> list[Page]:
        """The pages of a document, in order."""
        sql = f"select {rows.PAGE_COLUMNS} from pages p where p.document_id = ? order by p.number"
        return [rows.page_of(row) for row in self.db.execute(sql, [document_id])]

    def figures_of_page(self, page_id: str) -> list[Figure]:
        """The figures of a page, in reading order."""
        sql = f"select {rows.FIGURE_COLUMNS} from figures f where f.page_id = ? order by f.ordinal"
        return [rows.figure_of(row) for row in self.db.execute(sql, [page_id])]

    def figures_of_document(self, document_id: str) -> list[Figure]:
        """The figures of a document, in reading order."""
        sql = (
            f"select {rows.FIGURE_COLUMNS} from figures f join pages p on p.id = f.page_id "
            "where p.document_id = ? order by p.number, f.ordinal"
        )
        return [rows.figure_of(row) for row in self.db.execute(sql, [document_id])]

    def passages_of_page(self, page_id: str) -> list[Passage]:
        """The passages of a page, in order."""
        sql = (
            f"select {rows.PASSAGE_COLUMNS} from passages t join pages p on p.id = t.page_id "
            "where t.page_id = ? order by t.start, t.id"
        )
        return [rows.passage_of(row) for row in self.db.execute(sql, [page_id])]

    def descriptions(self, figure_ids: Iterable[str]) -> dict[str, tuple[Description, ...]]:
        """What each figure shows, by every describer: a model's words before the extracted ones."""
        sql = f"select {rows.DESCRIPTION_COLUMNS} from descriptions where figure_id in "
        found: dict[str, tuple[Description, ...]] = {}
        for item in self._bulk(sql, figure_ids, rows.description_of):
            found[item.figure_id] = (*found.get(item.figure_id, ()), item)
        for figure_id, items in found.items():
            order = sorted(items, key=lambda item: (item.describer == "extracted", item.describer))
            found[figure_id] = tuple(order)
        return found

    def resolve_document(self, id_or_glob: str) -> list[str]:
        """IDs of the documents that are meant: by ID or its beginning, file name, path or title.

        A pattern may hold `*`, `?` and `[...]`; case does not matter. Empty where nothing fits.
        """
        wanted = id_or_glob.strip().lower()
        documents = self.documents()
        if _ID_START.fullmatch(wanted):
            by_id = [item.id for item in documents if item.id.startswith(wanted)]
            if by_id:
                return by_id
        paths: dict[str, list[str]] = {}
        for key, document_id in self.db.execute("select path, document_id from sources"):
            paths.setdefault(document_id, []).append(rows.path_text(key).lower())
        return [
            item.id
            for item in documents
            if any(
                fnmatch.fnmatchcase(name, wanted)
                for name in _names(item.title.lower(), paths.get(item.id, []))
            )
        ]

    # search

    def keyword(
        self, words: str, k: int, document_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """The `k` best passages and figures for plain words: item ID, score (see `keywords`)."""
        return keywords.search(self.db, words, k, document_ids)

    def spaces(self) -> dict[Channel, Space]:
        """The space of every channel that has one."""
        found = self.db.execute(
            "select channel, model, weights, preprocessing, dimension from spaces"
        )
        return {channel: Space(*space) for channel, *space in found}

    def check_space(self, channel: Channel, space: Space) -> None:
        """Raise `SpaceMismatch` where the channel's vectors are of another space."""
        held = self.spaces().get(channel)
        if held is None or held == space:
            return
        raise SpaceMismatch(
            f"{self.layout.root}: the {channel} channel holds vectors of {_space_text(held)}, and "
            f"the profile has {_space_text(space)}: use the profile that it was made with, or run "
            f"`mmrag index --index {self.layout.root} --channel {channel} --reencode`"
        )

    def missing(self, channel: Channel) -> Iterator[str]:
        """Items without a vector of their present content in a channel, in order of their IDs."""
        items = {
            "image": "select id from pages where picture is not null "
            "union all select id from figures where picture is not null",
            "description": "select distinct figure_id as id from descriptions",
            "passage": "select id from passages",
        }
        found = self.db.execute(
            f"select id from ({items[channel]}) where id not in "
            "(select item_id from vectors where channel = ? and not stale) order by id",
            [channel],
        ).fetchall()
        return (item for (item,) in found)

    # state

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

    def _one(self, getter: Callable[[Iterable[str]], dict[str, T]], item_id: str, kind: str) -> T:
        found = getter([item_id])
        if item_id not in found:
            raise UsageError(f"no {kind} {rows.storable(item_id)!r} in {self.layout.root}")
        return found[item_id]

    def _bulk(self, sql: str, ids: Iterable[str], make: Callable[[Row], T]) -> Iterator[T]:
        """Rows of `sql` + `(?, ...)` for any number of IDs."""
        wanted = [rows.storable(item) for item in dict.fromkeys(ids)]
        for start in range(0, len(wanted), CHUNK):
            part = wanted[start : start + CHUNK]
            yield from map(make, self.db.execute(f"{sql} ({', '.join('?' * len(part))})", part))


def _names(title: str, paths: Sequence[str]) -> Iterator[str]:
    yield title
    for path in paths:
        yield from (path, PurePath(path).name, PurePath(path).stem)


def _space_text(space: Space) -> str:
    return f"{space.model} ({space.dimension} dimensions, weights {space.weights[:8]})"
