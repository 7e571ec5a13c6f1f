"""LanceDB as an engine: tables in a folder or in object storage, searched without a server.

Distances are squared Euclidean ones, which order rows of unit length as cosines do. From a size on
a table has an IVF index with RaBitQ codes (Gao and Long 2024, arXiv 2405.12497) and its column of
documents a B-tree; rows that came after the index are compared one by one.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
from lancedb.index import BTree, IvfRq

from mmrag.store.lancedb_place import (
    DOCUMENT,
    KEPT_VERSIONS,
    NUMBER,
    LancePlace,
    probing,
)
from mmrag.store.lists import SAMPLED_ROWS, list_count
from mmrag.store.vectors import Int64
from mmrag.types import Float32

LISTS_PER_ROOT = 0.5
"""Lists for each unit of the square root of the rows, 500 at a million: a fourth of those of FAISS.
Codes of one bit are compared so quickly that a search takes the same among larger lists and finds
more, and the index is made in 27 s of a processor in place of 92. eval/SCALE.md."""
_ROW = "row"
_INDEX = f"{_ROW}_idx"


class LanceEngine:
    """`mmrag.store.engine.VectorEngine` by LanceDB."""

    name = "lancedb"

    def __init__(self, place: str) -> None:
        self.place = place
        self._held = LancePlace(place, "`mmrag store migrate --to faiss`")

    def tables(self) -> list[str]:
        return self._held.tables()

    def has(self, table: str) -> bool:
        return self._held.has(table)

    def make(self, table: str, dimension: int) -> None:
        schema = pa.schema(
            [
                pa.field(NUMBER, pa.int64(), nullable=False),
                pa.field(DOCUMENT, pa.string(), nullable=False),
                pa.field(_ROW, pa.list_(pa.float32(), dimension), nullable=False),
            ]
        )
        self._held.make(table, schema)

    def add(self, table: str, numbers: Int64, documents: Sequence[str], rows: Float32) -> None:
        flat = pa.array(np.ascontiguousarray(rows).reshape(-1), pa.float32())
        with self._held.errors():
            opened = self._held.opened(table)
            columns = [
                pa.array(numbers),
                pa.array(list(documents), pa.string()),
                pa.FixedSizeListArray.from_arrays(flat, rows.shape[1]),
            ]
            opened.add(pa.Table.from_arrays(columns, schema=opened.schema))

    def remove(self, table: str, numbers: Int64) -> None:
        self._held.remove(table, numbers.tolist())

    def remove_above(self, table: str, number: int) -> None:
        with self._held.errors():
            self._held.opened(table).delete(f"{NUMBER} > {int(number)}")

    def settle(self, table: str, count: int, *, approximate: bool) -> None:
        with self._held.errors():
            opened = self._held.opened(table)
            names = {index.name for index in opened.list_indices()}
            if approximate and _INDEX not in names:
                codes = IvfRq(
                    num_partitions=list_count(count, LISTS_PER_ROOT),
                    max_iterations=10,
                    sample_rate=SAMPLED_ROWS,
                )
                opened.create_index(_ROW, config=codes, name=_INDEX)
                opened.create_index(DOCUMENT, config=BTree())
            opened.optimize(cleanup_older_than=KEPT_VERSIONS)

    def nearest(
        self, table: str, queries: Float32, wanted: int, documents: Sequence[str] | None
    ) -> list[Int64]:
        with self._held.errors():
            return [self._nearest(table, query, wanted, documents) for query in queries]

    def _nearest(
        self, table: str, query: Float32, wanted: int, documents: Sequence[str] | None
    ) -> Int64:
        search = self._held.opened(table).search(query, vector_column_name=_ROW)
        search = search.distance_type("l2").limit(wanted).select([NUMBER, "_distance"])
        return _numbers(probing(search, documents).to_arrow())

    def numbers(self, table: str) -> Int64:
        with self._held.errors():
            return _numbers(self._held.opened(table).search().select([NUMBER]).to_arrow())

    def rows(self, table: str) -> Iterator[tuple[Int64, Float32]]:
        with self._held.errors():
            for batch in self._held.opened(table).search().select([NUMBER, _ROW]).to_batches():
                found = batch.column(_ROW)
                flat = found.flatten().to_numpy(zero_copy_only=False)
                yield (
                    batch.column(NUMBER).to_numpy(zero_copy_only=False),
                    flat.reshape(len(batch), -1).astype(np.float32, copy=False),
                )

    def drop(self, table: str) -> None:
        self._held.drop(table)

    def close(self) -> None:
        self._held.close()


def _numbers(found: "pa.Table") -> Int64:
    column = found.column(NUMBER).to_numpy()
    return np.asarray(column, dtype=np.int64)
