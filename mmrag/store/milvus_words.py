"""Words in Milvus: the sparse vectors that its BM25 function makes of texts.

It finds words, no phrases: of Milvus Lite and servers alike FTS5 finds those. Words are known by
their hash. Milvus Lite scores each of its segments by the words of that segment alone, and in
Python, so that it is for small indexes.
"""

from collections.abc import Iterator, Sequence

from pymilvus import DataType, Function, FunctionType, MilvusClient

from mmrag.store.engine import is_remote
from mmrag.store.milvus_place import (
    DOCUMENT,
    MOST_WANTED,
    NUMBER,
    ROWS_AT_ONCE,
    MilvusPlace,
    among_documents,
)
from mmrag.store.word_engine import K1, B, Proposed, WordRow

_ID, _VERSION, _TEXT, _WORDS = "id", "version", "text", "words"
MAX_BYTES = 65_535
"""Of one text: Milvus takes no longer ones, which become several rows of the same number."""


class MilvusWords:
    """`mmrag.store.word_engine.WordEngine` by Milvus."""

    name = "milvus"
    finds_phrases = False

    def __init__(self, place: str, token_env: str = "") -> None:
        self.place = place
        self._held = MilvusPlace(place, token_env, '`[store] keywords = "fts5"`')

    def tables(self) -> list[str]:
        return self._held.tables()

    def has(self, table: str) -> bool:
        return self._held.has(table)

    def make(self, table: str) -> None:
        # Lite has no such tokenizer; its own takes apart only what our words do not hold
        tokenizer = "whitespace" if is_remote(self.place) else "standard"
        schema = MilvusClient.create_schema(auto_id=True, enable_dynamic_field=False)
        schema.add_field(_ID, DataType.INT64, is_primary=True)
        schema.add_field(NUMBER, DataType.INT64)
        schema.add_field(_VERSION, DataType.INT64)
        schema.add_field(DOCUMENT, DataType.VARCHAR, max_length=64)
        schema.add_field(
            _TEXT,
            DataType.VARCHAR,
            max_length=MAX_BYTES,
            enable_analyzer=True,
            analyzer_params={"tokenizer": tokenizer},
        )
        schema.add_field(_WORDS, DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(Function("bm25", FunctionType.BM25, [_TEXT], [_WORDS]))
        with self._held.errors():
            params = self._held.client.prepare_index_params()
            params.add_index(
                _WORDS,
                index_type="SPARSE_INVERTED_INDEX",
                metric_type="BM25",
                params={"bm25_k1": K1, "bm25_b": B},
            )
            self._held.client.create_collection(
                table, schema=schema, index_params=params, consistency_level="Strong"
            )

    def add(self, table: str, rows: Sequence[WordRow]) -> None:
        self._held.insert(
            table,
            (
                {NUMBER: row.number, _VERSION: row.version, DOCUMENT: row.document_id, _TEXT: part}
                for row in rows
                for part in _parts(row.words)
            ),
        )

    def remove(self, table: str, numbers: Sequence[int]) -> None:
        with self._held.errors():
            for start in range(0, len(numbers), ROWS_AT_ONCE):
                self._held.load(table)
                part = list(numbers[start : start + ROWS_AT_ONCE])
                self._held.client.delete(table, filter=f"{NUMBER} in {part}")

    def settle(self, table: str) -> None:
        with self._held.errors():
            self._held.client.flush(table)
            self._held.load(table)

    def best(
        self,
        table: str,
        wanted: Sequence[Sequence[str]],
        k: int,
        documents: Sequence[str] | None = None,
        numbers: Sequence[int] | None = None,
    ) -> list[Proposed]:
        among = [] if documents is None else [among_documents(documents)]
        among += [] if numbers is None else [f"{NUMBER} in {list(numbers)}"]
        with self._held.errors():
            self._held.load(table)
            (found,) = self._held.client.search(
                table,
                data=[" ".join(words[0] for words in wanted)],
                anns_field=_WORDS,
                limit=min(k, MOST_WANTED),
                filter=" and ".join(among),
                output_fields=[NUMBER, _VERSION],
                search_params={"metric_type": "BM25"},
            )
        best: dict[int, Proposed] = {}
        for hit in found:  # Lite tells the score as a distance, below 0
            row = Proposed(hit[NUMBER], hit[_VERSION], abs(hit["distance"]))
            best.setdefault(row.number, row)  # the first of the parts of a text is the best
        return list(best.values())

    def versions(self, table: str) -> Iterator[tuple[int, int]]:
        for part in self._held.read(table, [NUMBER, _VERSION]):
            yield from ((row[NUMBER], row[_VERSION]) for row in part)

    def drop(self, table: str) -> None:
        self._held.drop(table)

    def close(self) -> None:
        self._held.close()


def _parts(words: str) -> Iterator[str]:
    """The words in texts that Milvus takes; one of their own where they are few."""
    while len(words.encode()) > MAX_BYTES:
        end = words.rfind(" ", 0, MAX_BYTES // 4)  # of four bytes a character at most
        end = end if end > 0 else MAX_BYTES // 4
        yield words[:end]
        words = words[end:].lstrip()
    yield words
