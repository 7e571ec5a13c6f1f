"""Vectors as the database keeps them: blobs with a number that is never used again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from mmrag.errors import IndexUnusable
from mmrag.types import ChannelName, Float32

Int64 = NDArray[np.int64]
ROW_TYPE = np.dtype("<f4")
CHUNK = 4096  # rows read at once


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


def state(db: Database, channel: ChannelName) -> VectorState:
    """The state of a channel; cheap for any size of index."""
    row = db.execute(
        """select
            (select value from settings where key = 'index_id'),
            (select dimension from spaces where channel = :channel),
            (select seq from sqlite_sequence where name = 'vectors'),
            (select vectors from deletions where channel = :channel)""",
        {"channel": channel},
    ).fetchone()
    return VectorState(str(row[0]), row[1], row[2] or 0, row[3] or 0)


def count_after(db: Database, channel: ChannelName, after: int) -> int:
    """How many vectors of a channel have a number above `after`."""
    sql = "select count(*) from vectors where id > ? and +channel = ?"
    return int(db.execute(sql, [after, channel]).fetchone()[0])


def read(
    db: Database, channel: ChannelName, dimension: int, after: int = 0
) -> Iterator[tuple[Int64, Float32]]:
    """Numbers and rows of a channel above `after`, in order, some thousands at a time."""
    cursor = db.execute(
        "select id, row from vectors where id > ? and +channel = ? order by id", [after, channel]
    )
    while part := cursor.fetchmany(CHUNK):
        yield _arrays(part, dimension)


def read_some(
    db: Database, ids: Int64, dimension: int
) -> tuple[Int64, Float32, NDArray[np.object_]]:
    """Those of the numbers that exist: number, row and item ID of each, by number."""
    found: list[tuple[int, str, bytes]] = []
    numbers = ids.tolist()
    for start in range(0, len(numbers), 500):
        part = numbers[start : start + 500]
        marks = ", ".join("?" * len(part))
        found += db.execute(
            f"select id, item_id, row from vectors where id in ({marks})",
            part,
        )
    found.sort()
    items = np.array([item for _, item, _ in found], dtype=np.object_)
    return *_arrays([(number, row) for number, _, row in found], dimension), items


def ids_of_channel(db: Database, channel: ChannelName) -> Int64:
    """The numbers of all vectors of a channel, ascending."""
    rows = db.execute("select id from vectors where +channel = ? order by id", [channel])
    return np.fromiter((number for (number,) in rows), dtype=np.int64)


def ids_of_documents(db: Database, channel: ChannelName, document_ids: Iterable[str]) -> Int64:
    """The numbers of the vectors of some documents, ascending."""
    found: list[int] = []
    for document_id in dict.fromkeys(document_ids):
        rows = db.execute(
            "select id from vectors where document_id = ? and channel = ?", [document_id, channel]
        )
        found += (number for (number,) in rows)
    return np.array(sorted(found), dtype=np.int64)


def _arrays(rows: Sequence[tuple[int, bytes]], dimension: int) -> tuple[Int64, Float32]:
    ids = np.fromiter((number for number, _ in rows), dtype=np.int64, count=len(rows))
    for number, row in rows:
        if len(row) != dimension * ROW_TYPE.itemsize:
            raise IndexUnusable(f"vector {number} is damaged: `mmrag check --repair` removes it")
    data = b"".join(row for _, row in rows)
    matrix = np.frombuffer(data, dtype=ROW_TYPE).reshape(len(rows), dimension)
    return ids, matrix.astype(np.float32, copy=False)
