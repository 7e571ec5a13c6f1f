"""Milvus as an engine: a file of Milvus Lite, or a server by its address.

Similarities are inner products, which are cosines of rows of unit length. From a size on a
collection has lists of 8-bit codes (IVF_SQ8); until then rows are compared one by one.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from pymilvus import DataType, MilvusClient

from mmrag.store.lists import PROBED_LISTS, list_count
from mmrag.store.milvus_place import (
    DOCUMENT,
    MOST_WANTED,
    NUMBER,
    ROWS_AT_ONCE,
    MilvusPlace,
    among_documents,
)
from mmrag.store.vectors import Int64
from mmrag.types import Float32

MOST_LISTS = 65_536
"""Lists of a collection: Milvus makes no more, so that these are all."""
_ROW = "row"


class MilvusEngine:
    """`mmrag.store.engine.VectorEngine` by Milvus."""

    name = "milvus"

    def __init__(self, place: str, token_env: str = "") -> None:
        self.place = place
        self._held = MilvusPlace(place, token_env, "`mmrag store migrate --to faiss`")

    def tables(self) -> list[str]:
        return self._held.tables()

    def has(self, table: str) -> bool:
        return self._held.has(table)

    def make(self, table: str, dimension: int) -> None:
        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field(NUMBER, DataType.INT64, is_primary=True)
        schema.add_field(DOCUMENT, DataType.VARCHAR, max_length=64)
        schema.add_field(_ROW, DataType.FLOAT_VECTOR, dim=dimension)
        with self._held.errors():
            self._held.client.create_collection(
                table, schema=schema, index_params=self._index("FLAT"), consistency_level="Strong"
            )

    def add(self, table: str, numbers: Int64, documents: Sequence[str], rows: Float32) -> None:
        columns = zip(numbers.tolist(), documents, rows, strict=True)
        self._held.insert(
            table,
            (
                {NUMBER: number, DOCUMENT: document, _ROW: row.tolist()}
                for number, document, row in columns
            ),
        )

    def remove(self, table: str, numbers: Int64) -> None:
        with self._held.errors():
            for start in range(0, len(numbers), ROWS_AT_ONCE):
                part = numbers[start : start + ROWS_AT_ONCE].tolist()
                self._held.client.delete(table, ids=part)

    def remove_above(self, table: str, number: int) -> None:
        with self._held.errors():
            self._held.load(table)
            self._held.client.delete(table, filter=f"{NUMBER} > {int(number)}")

    def settle(self, table: str, count: int, *, approximate: bool) -> None:
        kind = "IVF_SQ8" if approximate else "FLAT"
        with self._held.errors():
            held = self._held.client.describe_index(table, _ROW) or {}
            if held.get("index_type") != kind:
                self._held.release(table)
                self._held.client.drop_index(table, _ROW)
                self._held.client.create_index(table, self._index(kind, count))
            self._held.client.flush(table)
            self._held.load(table)

    def nearest(
        self, table: str, queries: Float32, wanted: int, documents: Sequence[str] | None
    ) -> list[Int64]:
        wanted = min(wanted, MOST_WANTED)
        only = among_documents(documents)
        found = self._nearest(table, queries, wanted, only, PROBED_LISTS)
        if any(len(numbers) < wanted for numbers in found):  # those lists hold too few
            found = self._nearest(table, queries, wanted, only, MOST_LISTS)
        return found

    def _nearest(
        self, table: str, queries: Float32, wanted: int, only: str, probed: int
    ) -> list[Int64]:
        with self._held.errors():
            self._held.load(table)
            found = self._held.client.search(
                table,
                data=queries.tolist(),
                anns_field=_ROW,
                limit=wanted,
                filter=only,
                search_params={"metric_type": "IP", "params": {"nprobe": probed}},
            )
            return [np.array([hit[NUMBER] for hit in hits], dtype=np.int64) for hits in found]

    def numbers(self, table: str) -> Int64:
        found = [numbers for numbers, _ in self._read(table, [NUMBER])]
        return np.concatenate([np.empty(0, np.int64), *found])

    def rows(self, table: str) -> Iterator[tuple[Int64, Float32]]:
        return self._read(table, [NUMBER, _ROW])

    def _read(self, table: str, fields: list[str]) -> Iterator[tuple[Int64, Float32]]:
        for part in self._held.read(table, fields):
            numbers = np.array([row[NUMBER] for row in part], dtype=np.int64)
            yield numbers, np.array([row.get(_ROW, ()) for row in part], dtype=np.float32)

    def drop(self, table: str) -> None:
        self._held.drop(table)

    def close(self) -> None:
        self._held.close()

    def _index(self, kind: str, count: int = 0) -> object:
        params = self._held.client.prepare_index_params()
        build = {"nlist": list_count(count)} if count else {}
        params.add_index(_ROW, index_type=kind, metric_type="IP", params=build)
        return params
