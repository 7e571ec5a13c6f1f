"""LanceDB as an engine: tables in a folder or in object storage, searched without a server.

Distances are squared Euclidean ones, which order rows of unit length as cosines do. From a size on
a table has an IVF index with RaBitQ codes (Gao and Long 2024, arXiv 2405.12497) and its column of
documents a B-tree; rows that came after the index are compared one by one.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from pathlib import Path

import lancedb
import numpy as np
import pyarrow as pa
from lancedb.index import BTree, IvfRq

from mmrag.errors import IndexUnusable
from mmrag.store.engine import is_remote
from mmrag.store.lists import PROBED_LISTS, SAMPLED_ROWS, list_count
from mmrag.store.private import make_folder
from mmrag.store.vectors import Int64
from mmrag.types import Float32

KEPT_VERSIONS = timedelta(hours=1)
"""Age up to which older versions of a table stay for those who read them. Chosen by hand."""
LISTS_PER_ROOT = 0.5
"""Lists for each unit of the square root of the rows, 500 at a million: a fourth of those of FAISS.
Codes of one bit are compared so quickly that a search takes the same among larger lists and finds
more, and the index is made in 27 s of a processor in place of 92. eval/SCALE.md."""
_NUMBER, _DOCUMENT, _ROW = "number", "document_id", "row"
_INDEX = f"{_ROW}_idx"


class LanceEngine:
    """`mmrag.store.engine.VectorEngine` by LanceDB."""

    name = "lancedb"

    def __init__(self, place: str) -> None:
        self.place = place
        self._tables: dict[str, lancedb.table.Table] = {}

    @cached_property
    def _db(self) -> "lancedb.DBConnection":
        if not is_remote(self.place):
            make_folder(Path(self.place))
        return lancedb.connect(self.place)

    def tables(self) -> list[str]:
        with self._errors():
            return list(self._db.list_tables(limit=100_000).tables)

    def has(self, table: str) -> bool:
        with self._errors():
            if table in self._tables:
                try:
                    self._tables[table].checkout_latest()
                    return True
                except (ValueError, RuntimeError):  # removed meanwhile
                    del self._tables[table]
            if table not in self.tables():
                return False
            self._tables[table] = self._db.open_table(table)
            return True

    def make(self, table: str, dimension: int) -> None:
        schema = pa.schema(
            [
                pa.field(_NUMBER, pa.int64(), nullable=False),
                pa.field(_DOCUMENT, pa.string(), nullable=False),
                pa.field(_ROW, pa.list_(pa.float32(), dimension), nullable=False),
            ]
        )
        with self._errors():
            self._tables[table] = self._db.create_table(table, schema=schema)

    def add(self, table: str, numbers: Int64, documents: Sequence[str], rows: Float32) -> None:
        flat = pa.array(np.ascontiguousarray(rows).reshape(-1), pa.float32())
        with self._errors():
            opened = self._opened(table)
            columns = [
                pa.array(numbers),
                pa.array(list(documents), pa.string()),
                pa.FixedSizeListArray.from_arrays(flat, rows.shape[1]),
            ]
            opened.add(pa.Table.from_arrays(columns, schema=opened.schema))

    def remove(self, table: str, numbers: Int64) -> None:
        with self._errors():
            for start in range(0, len(numbers), 10_000):  # an expression of 100 kB
                part = ", ".join(map(str, numbers[start : start + 10_000].tolist()))
                self._opened(table).delete(f"{_NUMBER} in ({part})")

    def remove_above(self, table: str, number: int) -> None:
        with self._errors():
            self._opened(table).delete(f"{_NUMBER} > {int(number)}")

    def settle(self, table: str, count: int, *, approximate: bool) -> None:
        with self._errors():
            opened = self._opened(table)
            names = {index.name for index in opened.list_indices()}
            if approximate and _INDEX not in names:
                codes = IvfRq(
                    num_partitions=list_count(count, LISTS_PER_ROOT),
                    max_iterations=10,
                    sample_rate=SAMPLED_ROWS,
                )
                opened.create_index(_ROW, config=codes, name=_INDEX)
                opened.create_index(_DOCUMENT, config=BTree())
            opened.optimize(cleanup_older_than=KEPT_VERSIONS)

    def nearest(
        self, table: str, queries: Float32, wanted: int, documents: Sequence[str] | None
    ) -> list[Int64]:
        with self._errors():
            return [self._nearest(table, query, wanted, documents) for query in queries]

    def _nearest(
        self, table: str, query: Float32, wanted: int, documents: Sequence[str] | None
    ) -> Int64:
        search = self._opened(table).search(query, vector_column_name=_ROW)
        search = search.distance_type("l2").limit(wanted).select([_NUMBER, "_distance"])
        search = search.minimum_nprobes(PROBED_LISTS).maximum_nprobes(PROBED_LISTS)
        if documents is not None:
            names = ", ".join(f"'{name}'" for name in documents)  # of hexadecimal digits
            search = search.where(f"{_DOCUMENT} in ({names})", prefilter=True)
            search = search.maximum_nprobes(0)  # more lists where the filter leaves too few
        return _numbers(search.to_arrow())

    def numbers(self, table: str) -> Int64:
        with self._errors():
            return _numbers(self._opened(table).search().select([_NUMBER]).to_arrow())

    def rows(self, table: str) -> Iterator[tuple[Int64, Float32]]:
        with self._errors():
            for batch in self._opened(table).search().select([_NUMBER, _ROW]).to_batches():
                found = batch.column(_ROW)
                flat = found.flatten().to_numpy(zero_copy_only=False)
                yield (
                    batch.column(_NUMBER).to_numpy(zero_copy_only=False),
                    flat.reshape(len(batch), -1).astype(np.float32, copy=False),
                )

    def drop(self, table: str) -> None:
        self._tables.pop(table, None)
        with self._errors():
            self._db.drop_table(table)

    def close(self) -> None:
        self._tables.clear()

    def _opened(self, table: str) -> "lancedb.table.Table":
        if table not in self._tables:
            self._tables[table] = self._db.open_table(table)
        return self._tables[table]

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Whatever LanceDB raises becomes `IndexUnusable`."""
        try:
            yield
        except (OSError, ValueError, RuntimeError) as error:
            raise IndexUnusable(
                f"{self.place}: LanceDB: {str(error).strip().splitlines()[0]}: allow access to "
                "that place, or free space there; the index itself is whole, "
                "and `mmrag store migrate --to faiss` does without LanceDB"
            ) from error


def _numbers(found: "pa.Table") -> Int64:
    column = found.column(_NUMBER).to_numpy()
    return np.asarray(column, dtype=np.int64)
