"""Vectors as the database keeps them: blobs with a number that is never used again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmrag.channels import VECTOR_NAMES
from mmrag.errors import IndexUnusable, SpaceMismatch
from mmrag.store.covered import OF_VECTOR
from mmrag.store.items import items_of, owners
from mmrag.store.session import IDS_AT_ONCE, Session
from mmrag.types import ChannelName, Float32, Space, VectorBatch

Int64 = NDArray[np.int64]
ROW_TYPE = np.dtype("<f2")
"""Half precision: cosines of 12,504 vectors of pages-dev are within 6e-5 of those of float32
(eval/README, "Speed, memory and disk"), and a vector takes half the disk."""
ROWS_AT_ONCE = 4096
"""Rows read together: 6 MB of 384 dimensions. Chosen by hand."""
_IS_WHOLE = f"(checksum is {OF_VECTOR})"
UNIT_TOLERANCE = 1e-3
"""How far from 1 the length of a stored vector may be: half precision has three digits. By hand."""


@dataclass(frozen=True, slots=True)
class VectorState:
    """What a channel holds in the state that a connection sees.

    `last_id` is the highest number that any vector of any channel ever had, `deleted` how many
    vectors of this channel were ever deleted: both only grow.
    """

    index_id: str
    dimension: int | None  # None where the channel is empty
    last_id: int
    deleted: int

    def comes_before(self, other: "VectorState") -> bool:
        """Whether `other` is this state or a later one of the same vectors."""
        return (
            self.index_id == other.index_id
            and self.dimension == other.dimension
            and self.last_id <= other.last_id
            and self.deleted <= other.deleted
        )


class Vectors:
    """The tables of vectors, of the space of each channel, and of channels that may lack some."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def spaces(self) -> dict[ChannelName, Space]:
        """The space of every channel that has one."""
        return spaces_in(self._session, "spaces")

    def check_space(self, channel: ChannelName, space: Space) -> None:
        """Raise `SpaceMismatch` where the channel's vectors are of another space."""
        held = self.spaces().get(channel)
        if held is None or held == space:
            return
        root = self._session.layout.root
        raise SpaceMismatch(
            f"{root}: the {channel} channel holds vectors of {_space_text(held)}, and "
            f"the profile has {_space_text(space)}: use the profile that it was made with, or run "
            f"`mmrag index --index {root} --reencode` with this one"
        )

    def counts(self) -> dict[ChannelName, int]:
        """How many vectors each channel holds."""
        return counts_in(self._session, "vectors")

    def stale_count(self) -> int:
        """Vectors of items whose text changed since."""
        return self._session.count("vectors where stale")

    def missing(self, channel: ChannelName) -> Iterator[str]:
        """Items without a vector of their present content in a channel, in order of their IDs."""
        rows = self._session.execute(
            f"select id from ({items_of(channel)}) where id not in "
            "(select item_id from vectors where channel = ? and not stale) order by id",
            [channel],
        ).fetchall()
        return (row["id"] for row in rows)

    def lacking(self, document_id: str) -> list[ChannelName]:
        """The channels in which a stored document has items without a vector."""
        return [
            channel
            for channel in VECTOR_NAMES
            if self._session.value(
                f"""select 1 from ({items_of(channel)})
                where page_id in (select id from pages where document_id = :document)
                and id not in (
                    select item_id from vectors
                    where document_id = :document and channel = :channel and not stale
                ) limit 1""",
                {"document": document_id, "channel": channel},
            )
        ]

    def is_unfilled(self, channel: ChannelName) -> bool:
        """Whether `missing` may name an item: a vector was left out, dropped or became stale.

        Costs the same for any size of index. Who fills the channel takes the note away.
        """
        found = self._session.value("select 1 from unfilled where channel = ?", [channel])
        return found is not None

    def set_filled(self, channel: ChannelName) -> None:
        """Note that a channel was looked through, and what could be encoded has been."""
        with self._session.transaction():
            self._session.execute("delete from unfilled where channel = ?", [channel])

    def set_unfilled(self, channels: Iterable[ChannelName]) -> None:
        """Note that channels may lack vectors."""
        with self._session.transaction():
            self._session.execute_many(
                "insert or ignore into unfilled (channel) values (?)", ([name] for name in channels)
            )

    def put(self, batch: VectorBatch) -> None:
        """Store vectors of items that are in the index, in place of those they had.

        Raises `SpaceMismatch`, and `UsageError` for an unknown item.
        """
        if not batch.item_ids:
            return
        with self._session.transaction():
            self.check_space(batch.channel, batch.space)
            self._session.execute(
                """insert or ignore into spaces (channel, model, weights, preprocessing, dimension)
                values (?, ?, ?, ?, ?)""",
                [
                    batch.channel,
                    batch.space.model,
                    batch.space.weights,
                    batch.space.preprocessing,
                    batch.space.dimension,
                ],
            )
            self._insert(batch)

    def _insert(self, batch: VectorBatch) -> None:
        rows = stored_rows(self._session, batch)
        self._session.execute_many(
            "delete from vectors where channel = ? and item_id = ?",
            ((batch.channel, item) for item in batch.item_ids),
        )
        self._session.execute_many(
            """insert into vectors (channel, item_id, document_id, row, checksum)
            values (:channel, :item, :document, :row, checksum(:channel, :item, :row))""",
            rows,
        )

    def set_stale(self, channel: ChannelName, item_ids: Iterable[str]) -> None:
        """Note that the content of items changed: their vectors count as missing."""
        changed = [(channel, item) for item in item_ids]
        with self._session.transaction():
            self._session.execute_many(
                "update vectors set stale = 1 where channel = ? and item_id = ?", changed
            )
            self._session.execute_many(
                "delete from next_vectors where channel = ? and item_id = ?", changed
            )
            self.set_unfilled([channel])

    def drop_channel(self, channel: ChannelName) -> None:
        """Forget every vector of a channel and its space, so that another encoder may fill it."""
        with self._session.transaction():
            self._session.execute("delete from vectors where channel = ?", [channel])
            self._session.execute("delete from spaces where channel = ?", [channel])
            self.set_unfilled([channel])

    def forget_empty_spaces(self) -> None:
        """Forget the space of every channel whose last vector has gone: any encoder may fill it."""
        with self._session.transaction():
            self._session.execute(
                "delete from spaces where not exists "
                "(select 1 from vectors where vectors.channel = spaces.channel)"
            )

    def remove(self, numbers: Iterable[int]) -> None:
        """Remove vectors by their number."""
        with self._session.transaction():
            self._session.execute_many(
                "delete from vectors where id = ?", ([number] for number in numbers)
            )

    def state(self, channel: ChannelName) -> VectorState:
        """The state of a channel; cheap for any size of index."""
        row = self._session.execute(
            """select
                (select value from settings where key = 'index_id') as index_id,
                (select dimension from spaces where channel = :channel) as dimension,
                (select seq from sqlite_sequence where name = 'vectors') as last_id,
                (select vectors from deletions where channel = :channel) as deleted""",
            {"channel": channel},
        ).fetchone()
        return VectorState(
            str(row["index_id"]), row["dimension"], row["last_id"] or 0, row["deleted"] or 0
        )

    def count_after(self, channel: ChannelName, after: int) -> int:
        """How many vectors of a channel have a number above `after`."""
        sql = "select count(*) from vectors where id > ? and +channel = ?"
        return int(str(self._session.value(sql, [after, channel])))

    def read(
        self, channel: ChannelName, dimension: int, after: int = 0, *, whole_only: bool = False
    ) -> Iterator[tuple[Int64, Float32]]:
        """Numbers and rows of a channel above `after`, in order, some thousands at a time.

        Raises `IndexUnusable` for a damaged row, unless `whole_only` leaves those out.
        """
        cursor = self._session.execute(
            f"select id, row, {_IS_WHOLE} from vectors where id > ? and +channel = ? "
            f"{f'and {_IS_WHOLE}' if whole_only else ''} order by id",
            [after, channel],
        )
        while part := cursor.fetchmany(ROWS_AT_ONCE):
            yield _arrays([_StoredRow(*row) for row in part], dimension)

    def read_some(
        self, numbers: Int64, dimension: int
    ) -> tuple[Int64, Float32, NDArray[np.object_]]:
        """Those of the numbers that exist: number, row and item ID of each, by number.

        Raises `IndexUnusable` for a damaged row.
        """
        found: list[tuple[_StoredRow, str]] = []
        wanted = numbers.tolist()
        for start in range(0, len(wanted), IDS_AT_ONCE):
            part = wanted[start : start + IDS_AT_ONCE]
            marks = ", ".join("?" * len(part))
            found += (
                (_StoredRow(number, row, is_whole), item)
                for number, row, is_whole, item in self._session.execute(
                    f"select id, row, {_IS_WHOLE}, item_id from vectors where id in ({marks})", part
                )
            )
        found.sort(key=lambda pair: pair[0].number)
        items = np.array([item for _, item in found], dtype=np.object_)
        return *_arrays([row for row, _ in found], dimension), items

    def items(self, numbers: Iterable[int]) -> dict[int, str]:
        """The items of those of the vectors that exist, by number."""
        wanted = list(numbers)
        found: dict[int, str] = {}
        for start in range(0, len(wanted), IDS_AT_ONCE):
            part = wanted[start : start + IDS_AT_ONCE]
            marks = ", ".join("?" * len(part))
            found.update(
                self._session.execute(
                    f"select id, item_id from vectors where id in ({marks})", part
                )
            )
        return found

    def all_rows(self, channel: ChannelName) -> tuple[list[str], Float32]:
        """All item IDs of a channel and their vectors, shape `(n, dimension)`, oldest first."""
        dimension = self.state(channel).dimension
        if dimension is None:
            return [], np.empty((0, 0), np.float32)
        _, rows, items = self.read_some(self.numbers(channel), dimension)
        return items.tolist(), rows

    def numbers(self, channel: ChannelName) -> Int64:
        """The numbers of all vectors of a channel, ascending."""
        rows = self._session.execute(
            "select id from vectors where +channel = ? order by id", [channel]
        )
        return np.fromiter((number for (number,) in rows), dtype=np.int64)

    def numbers_of_documents(self, channel: ChannelName, document_ids: Iterable[str]) -> Int64:
        """The numbers of the vectors of some documents, ascending."""
        found: list[int] = []
        for document_id in dict.fromkeys(document_ids):
            rows = self._session.execute(
                "select id from vectors where document_id = ? and channel = ?",
                [document_id, channel],
            )
            found += (number for (number,) in rows)
        return np.array(sorted(found), dtype=np.int64)

    def strays(self, channel: ChannelName) -> list[tuple[int, str]]:
        """Number and item of each vector whose item is not there."""
        rows = self._session.execute(
            "select id, item_id from vectors where channel = ? "
            f"and item_id not in (select id from ({items_of(channel)})) order by id",
            [channel],
        )
        return [(row["id"], row["item_id"]) for row in rows]

    def broken(self, channel: ChannelName, dimension: int) -> Iterator[tuple[int, str, str]]:
        """Number, item and fault of each vector that is none, or not the one that was stored."""
        size = dimension * ROW_TYPE.itemsize
        cursor = self._session.execute(
            f"select id, item_id, row, {_IS_WHOLE} from vectors where channel = ? order by id",
            [channel],
        )
        for number, item, row, is_whole in cursor:
            if len(row) != size:
                yield number, item, f"has {len(row)} bytes instead of {size}"
                continue
            length = float(np.linalg.norm(np.frombuffer(row, ROW_TYPE)))
            if not abs(length - 1) <= UNIT_TOLERANCE:
                yield number, item, f"has length {length:.3f} instead of 1"
            elif not is_whole:
                yield number, item, "changed since it was stored"


def spaces_in(session: Session, table: str) -> dict[ChannelName, Space]:
    """The space of every channel in a table of spaces."""
    rows = session.execute(f"select channel, model, weights, preprocessing, dimension from {table}")
    return {
        row["channel"]: Space(row["model"], row["weights"], row["preprocessing"], row["dimension"])
        for row in rows
    }


def counts_in(session: Session, table: str) -> dict[ChannelName, int]:
    """How many vectors of each channel a table holds."""
    rows = session.execute(f"select channel, count(*) as count from {table} group by channel")
    return {row["channel"]: row["count"] for row in rows}


def stored_rows(session: Session, batch: VectorBatch) -> Iterator[dict[str, object]]:
    """The parameters of a statement that stores vectors. Raises `UsageError` as `owners` does."""
    document_of = owners(session, batch.item_ids)
    data = batch.rows.astype(ROW_TYPE, copy=False)
    return (
        {
            "channel": batch.channel,
            "item": item,
            "document": document_of[item],
            "row": row.tobytes(),
        }
        for item, row in zip(batch.item_ids, data, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _StoredRow:
    number: int
    data: bytes
    is_whole: bool  # its checksum is that of what was stored


def _arrays(rows: Sequence[_StoredRow], dimension: int) -> tuple[Int64, Float32]:
    ids = np.fromiter((row.number for row in rows), dtype=np.int64, count=len(rows))
    for row in rows:
        if len(row.data) != dimension * ROW_TYPE.itemsize or not row.is_whole:
            raise IndexUnusable(
                f"vector {row.number} is damaged: `mmrag check --repair` removes it"
            )
    data = b"".join(row.data for row in rows)
    matrix = np.frombuffer(data, dtype=ROW_TYPE).reshape(len(rows), dimension)
    return ids, matrix.astype(np.float32, copy=False)


def _space_text(space: Space) -> str:
    return f"{space.model} ({space.dimension} dimensions, weights {space.weights[:8]})"
