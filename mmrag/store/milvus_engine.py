"""Milvus as an engine: a file of Milvus Lite, or a server by its address.

Similarities are inner products, which are cosines of rows of unit length. From a size on a
collection has lists of 8-bit codes (IVF_SQ8); until then rows are compared one by one.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np
from pymilvus import DataType, MilvusClient, MilvusException

from mmrag.errors import ConfigError, IndexUnusable
from mmrag.store.engine import is_remote
from mmrag.store.lists import PROBED_LISTS, list_count
from mmrag.store.private import make_folder
from mmrag.store.vectors import Int64
from mmrag.types import Float32

MOST_WANTED = 16_384
"""Results of one search: Milvus allows no more (`quotaAndLimits.limits.topK`)."""
MOST_LISTS = 65_536
"""Lists of a collection: Milvus makes no more, so that these are all."""
ROWS_AT_ONCE = 5_000
"""Rows in one message: 8 MB of 384 dimensions, of 64 MB that Milvus takes. Chosen by hand."""
SECONDS = 30.0
"""Until a server that does not answer is given up. Chosen by hand."""
_NUMBER, _DOCUMENT, _ROW = "number", "document_id", "row"


class MilvusEngine:
    """`mmrag.store.engine.VectorEngine` by Milvus."""

    name = "milvus"

    def __init__(self, place: str, token_env: str = "") -> None:
        self.place = place
        self._token_env = token_env
        self._loaded: set[str] = set()

    @cached_property
    def _client(self) -> MilvusClient:
        token = os.environ.get(self._token_env, "") if self._token_env else ""
        if self._token_env and not token:
            raise ConfigError(f"[store] token_env: the variable {self._token_env} is not set")
        if not is_remote(self.place):
            make_folder(Path(self.place).parent)
        return MilvusClient(uri=self.place, token=token, timeout=SECONDS)

    def tables(self) -> list[str]:
        with self._errors():
            return list(self._client.list_collections())

    def has(self, table: str) -> bool:
        with self._errors():
            return bool(self._client.has_collection(table))

    def make(self, table: str, dimension: int) -> None:
        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field(_NUMBER, DataType.INT64, is_primary=True)
        schema.add_field(_DOCUMENT, DataType.VARCHAR, max_length=64)
        schema.add_field(_ROW, DataType.FLOAT_VECTOR, dim=dimension)
        with self._errors():
            self._client.create_collection(
                table, schema=schema, index_params=self._index("FLAT"), consistency_level="Strong"
            )

    def add(self, table: str, numbers: Int64, documents: Sequence[str], rows: Float32) -> None:
        columns = list(zip(numbers.tolist(), documents, rows, strict=True))
        with self._errors():
            for start in range(0, len(columns), ROWS_AT_ONCE):
                part = columns[start : start + ROWS_AT_ONCE]
                self._client.insert(
                    table,
                    [
                        {_NUMBER: number, _DOCUMENT: document, _ROW: row.tolist()}
                        for number, document, row in part
                    ],
                )

    def remove(self, table: str, numbers: Int64) -> None:
        with self._errors():
            for start in range(0, len(numbers), ROWS_AT_ONCE):
                part = numbers[start : start + ROWS_AT_ONCE].tolist()
                self._client.delete(table, ids=part)

    def remove_above(self, table: str, number: int) -> None:
        with self._errors():
            self._load(table)
            self._client.delete(table, filter=f"{_NUMBER} > {int(number)}")

    def settle(self, table: str, count: int, *, approximate: bool) -> None:
        kind = "IVF_SQ8" if approximate else "FLAT"
        with self._errors():
            held = self._client.describe_index(table, _ROW) or {}
            if held.get("index_type") != kind:
                self._client.release_collection(table)
                self._client.drop_index(table, _ROW)
                self._client.create_index(table, self._index(kind, count))
                self._loaded.discard(table)
            self._client.flush(table)
            self._load(table)

    def nearest(
        self, table: str, queries: Float32, wanted: int, documents: Sequence[str] | None
    ) -> list[Int64]:
        wanted = min(wanted, MOST_WANTED)
        only = "" if documents is None else f"{_DOCUMENT} in {list(documents)}"
        found = self._nearest(table, queries, wanted, only, PROBED_LISTS)
        if any(len(numbers) < wanted for numbers in found):  # those lists hold too few
            found = self._nearest(table, queries, wanted, only, MOST_LISTS)
        return found

    def _nearest(
        self, table: str, queries: Float32, wanted: int, only: str, probed: int
    ) -> list[Int64]:
        with self._errors():
            self._load(table)
            found = self._client.search(
                table,
                data=queries.tolist(),
                anns_field=_ROW,
                limit=wanted,
                filter=only,
                search_params={"metric_type": "IP", "params": {"nprobe": probed}},
            )
            return [np.array([hit[_NUMBER] for hit in hits], dtype=np.int64) for hits in found]

    def numbers(self, table: str) -> Int64:
        found = [numbers for numbers, _ in self._read(table, [_NUMBER])]
        return np.concatenate([np.empty(0, np.int64), *found])

    def rows(self, table: str) -> Iterator[tuple[Int64, Float32]]:
        return self._read(table, [_NUMBER, _ROW])

    def _read(self, table: str, fields: list[str]) -> Iterator[tuple[Int64, Float32]]:
        """All rows, a part of them after the other by their numbers."""
        with self._errors():
            self._load(table)
            iterator = self._client.query_iterator(
                table, batch_size=ROWS_AT_ONCE, filter=f"{_NUMBER} >= 0", output_fields=fields
            )
            while part := iterator.next():
                numbers = np.array([row[_NUMBER] for row in part], dtype=np.int64)
                yield numbers, np.array([row.get(_ROW, ()) for row in part], dtype=np.float32)
            iterator.close()

    def drop(self, table: str) -> None:
        self._loaded.discard(table)
        with self._errors():
            self._client.drop_collection(table)

    def close(self) -> None:
        self._loaded.clear()

    def _load(self, table: str) -> None:
        """Let the server hold a collection in memory, without which it searches none."""
        if table not in self._loaded:
            self._client.load_collection(table)
            self._loaded.add(table)

    def _index(self, kind: str, count: int = 0) -> object:
        params = self._client.prepare_index_params()
        build = {"nlist": list_count(count)} if count else {}
        params.add_index(_ROW, index_type=kind, metric_type="IP", params=build)
        return params

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Whatever the client raises becomes `IndexUnusable`."""
        try:
            yield
        except (MilvusException, OSError, ValueError, RuntimeError) as error:
            told = str(error).strip().partition("\n")[0] or type(error).__name__
            raise IndexUnusable(
                f"{self.place}: Milvus: {told}: start it, or correct its address; the index "
                "itself is whole, and `mmrag store migrate --to faiss` does without Milvus"
            ) from error
