"""Words in LanceDB's full-text index, in a folder or a bucket.

Its words are what stands between the spaces of a text, with their places, so that phrases are
found. Its BM25 has the k1 and b of FTS5. Rows that came after the index are scored one by one.
"""

from collections.abc import Iterator, Sequence

import pyarrow as pa
from lancedb.index import FTS, BTree
from lancedb.query import BooleanQuery, FullTextQuery, MatchQuery, Occur, PhraseQuery

from mmrag.store.lancedb_place import (
    DOCUMENT,
    KEPT_VERSIONS,
    NUMBER,
    LancePlace,
    among_documents,
    among_numbers,
)
from mmrag.store.word_engine import Proposed, WordRow

UNINDEXED_ROWS = 10_000
"""Rows that may have come since the index was made before it is made anew, where it has more: a
search scores so many in 34 ms, and to make the index takes 5 s for each 100,000. By hand."""
_VERSION, _TEXT, _SCORE = "version", "text", "_score"
_INDEX = f"{_TEXT}_idx"
_SCHEMA = pa.schema(
    [
        pa.field(NUMBER, pa.int64(), nullable=False),
        pa.field(_VERSION, pa.int64(), nullable=False),
        pa.field(DOCUMENT, pa.string(), nullable=False),
        pa.field(_TEXT, pa.string(), nullable=False),
    ]
)
_AS_WRITTEN = {
    "base_tokenizer": "whitespace",
    "stem": False,
    "remove_stop_words": False,
    "lower_case": False,
    "ascii_folding": False,
    "max_token_length": None,
}
"""The words are mmrag's own: LanceDB is to change and leave out none."""


class LanceWords:
    """`mmrag.store.word_engine.WordEngine` by LanceDB."""

    name = "lancedb"
    finds_phrases = True

    def __init__(self, place: str) -> None:
        self.place = place
        self._held = LancePlace(place, '`[store] keywords = "fts5"`')

    def tables(self) -> list[str]:
        return self._held.tables()

    def has(self, table: str) -> bool:
        return self._held.has(table)

    def make(self, table: str) -> None:
        """As the protocol says; the index is there from the start, or others would split words."""
        with self._held.errors():
            made = self._held.make(table, _SCHEMA)
            made.create_index(_TEXT, config=FTS(with_position=True, **_AS_WRITTEN), name=_INDEX)
            made.create_index(NUMBER, config=BTree())
            made.create_index(DOCUMENT, config=BTree())

    def add(self, table: str, rows: Sequence[WordRow]) -> None:
        with self._held.errors():
            columns = [pa.array(column) for column in zip(*rows, strict=True)]
            self._held.opened(table).add(pa.Table.from_arrays(columns, schema=_SCHEMA))

    def remove(self, table: str, numbers: Sequence[int]) -> None:
        self._held.remove(table, numbers)

    def settle(self, table: str) -> None:
        with self._held.errors():
            opened = self._held.opened(table)
            held = opened.index_stats(_INDEX)
            if held.num_unindexed_rows > min(UNINDEXED_ROWS, held.num_indexed_rows):
                opened.optimize(cleanup_older_than=KEPT_VERSIONS)

    def best(
        self,
        table: str,
        wanted: Sequence[Sequence[str]],
        k: int,
        documents: Sequence[str] | None = None,
        numbers: Sequence[int] | None = None,
    ) -> list[Proposed]:
        among = [] if documents is None else [among_documents(documents)]
        among += [] if numbers is None else [among_numbers(numbers)]
        with self._held.errors():
            search = self._held.opened(table).search(_query(wanted), query_type="fts")
            search = search.limit(k).select([NUMBER, _VERSION, _SCORE])
            if among:
                search = search.where(" and ".join(among), prefilter=True)
            found = search.to_arrow()
        columns = (found.column(name).to_pylist() for name in (NUMBER, _VERSION, _SCORE))
        return [Proposed(*row) for row in zip(*columns, strict=True)]

    def versions(self, table: str) -> Iterator[tuple[int, int]]:
        with self._held.errors():
            every = self._held.opened(table).search().select([NUMBER, _VERSION])
            for batch in every.to_batches():
                columns = (batch.column(name).to_pylist() for name in (NUMBER, _VERSION))
                yield from zip(*columns, strict=True)

    def drop(self, table: str) -> None:
        self._held.drop(table)

    def close(self) -> None:
        self._held.close()


def _query(wanted: Sequence[Sequence[str]]) -> FullTextQuery:
    """Any of the words, which are one query and skip what cannot be among the best, and phrases."""
    single = " ".join(words[0] for words in wanted if len(words) == 1)
    parts = [MatchQuery(single, _TEXT)] if single else []
    parts += [PhraseQuery(" ".join(words), _TEXT) for words in wanted if len(words) > 1]
    if len(parts) == 1:
        return parts[0]
    return BooleanQuery([(Occur.SHOULD, part) for part in parts])
