"""Words in tantivy, in a folder: it finds the best without scoring all that match.

It skips blocks of passages that cannot be among the best (block-max WAND, Ding and Suel 2011),
where FTS5 scores every passage that has any of the words. Its BM25 has the k1 and b of FTS5, and
keeps the length of a passage in one byte.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from mmrag.errors import IndexUnusable
from mmrag.store.private import PRIVATE_FILE, make_folder
from mmrag.store.word_engine import Proposed, WordRow

_TOKENIZER = "spaced"
_NUMBER, _VERSION, _DOCUMENT, _TEXT = "number", "version", "document", "text"
_HEAP_BYTES = 64_000_000
"""That tantivy holds of new rows before it writes them; it wants 15 MB at least. By hand."""


class TantivyWords:
    """`mmrag.store.word_engine.WordEngine` by tantivy, one table at a time."""

    name = "tantivy"
    finds_phrases = True

    def __init__(self, place: str) -> None:
        self.place = place
        self._schema = _schema()
        self._indexes: dict[str, tantivy.Index] = {}
        self._writers: dict[str, tantivy.IndexWriter] = {}

    def tables(self) -> list[str]:
        place = Path(self.place)
        return [path.name for path in place.iterdir() if path.is_dir()] if place.is_dir() else []

    def has(self, table: str) -> bool:
        if not (Path(self.place) / table).is_dir():
            return False
        with self._errors():
            self._index(table).reload()
        return True

    def make(self, table: str) -> None:
        """As the protocol says; whatever else lies in the folder goes, what others made too."""
        shutil.rmtree(self.place, ignore_errors=True)
        make_folder(Path(self.place) / table)

    def add(self, table: str, rows: Sequence[WordRow]) -> None:
        with self._errors():
            for row in rows:
                made = tantivy.Document()
                made.add_unsigned(_NUMBER, row.number)
                made.add_unsigned(_VERSION, row.version)
                made.add_text(_DOCUMENT, row.document_id)
                made.add_text(_TEXT, row.words)
                self._writer(table).add_document(made)

    def remove(self, table: str, numbers: Sequence[int]) -> None:
        if numbers:  # by a query: a term of a number is none of an unsigned one (tantivy 0.27)
            with self._errors():
                query = Query.term_set_query(self._schema, _NUMBER, list(numbers))
                self._writer(table).delete_documents_by_query(query)

    def settle(self, table: str) -> None:
        with self._errors():
            writer = self._writer(table)
            writer.commit()
            writer.wait_merging_threads()
            del self._writers[table]
            for path in (Path(self.place) / table).iterdir():
                path.chmod(PRIVATE_FILE)
            self._index(table).reload()

    def best(
        self,
        table: str,
        wanted: Sequence[Sequence[str]],
        k: int,
        documents: Sequence[str] | None = None,
        numbers: Sequence[int] | None = None,
    ) -> list[Proposed]:
        with self._errors():
            either = Query.boolean_query([(Occur.Should, self._query(words)) for words in wanted])
            among = [
                (Occur.Must, Query.const_score_query(self._any_of(field, values), 0.0))
                for field, values in ((_DOCUMENT, documents), (_NUMBER, numbers))
                if values is not None
            ]
            query = Query.boolean_query([*among, (Occur.Must, either)]) if among else either
            searcher = self._index(table).searcher()
            return _proposed(searcher, searcher.search(query, k, count=False))

    def versions(self, table: str) -> Iterator[tuple[int, int]]:
        with self._errors():
            searcher = self._index(table).searcher()
            every = searcher.search(Query.all_query(), max(1, searcher.num_docs), count=False)
            for row in _proposed(searcher, every):
                yield row.number, row.version

    def drop(self, table: str) -> None:
        self._indexes.pop(table, None)
        self._writers.pop(table, None)
        shutil.rmtree(Path(self.place) / table, ignore_errors=True)

    def close(self) -> None:
        self._indexes.clear()
        self._writers.clear()

    def _query(self, words: Sequence[str]) -> Query:
        if len(words) > 1:
            return Query.phrase_query(self._schema, _TEXT, list(words))
        return Query.term_query(self._schema, _TEXT, words[0], "freq")

    def _any_of(self, field: str, values: Sequence[str] | Sequence[int]) -> Query:
        return Query.term_set_query(self._schema, field, list(values))

    def _index(self, table: str) -> tantivy.Index:
        """The index of a table; the words of its texts are what stands between their spaces."""
        if table not in self._indexes:
            index = tantivy.Index(self._schema, str(Path(self.place) / table), reuse=True)
            analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
            index.register_tokenizer(_TOKENIZER, analyzer)
            index.config_reader("manual")
            self._indexes[table] = index
        return self._indexes[table]

    def _writer(self, table: str) -> tantivy.IndexWriter:
        if table not in self._writers:
            index = self._index(table)
            self._writers[table] = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        return self._writers[table]

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Whatever tantivy raises becomes `IndexUnusable`."""
        try:
            yield
        except (OSError, ValueError) as error:
            raise IndexUnusable(
                f"{self.place}: tantivy: {str(error).strip().partition(chr(10))[0]}: free space "
                "there, or let `mmrag check --repair` make it anew"
            ) from error


def _schema() -> tantivy.Schema:
    made = tantivy.SchemaBuilder()
    made.add_unsigned_field(_NUMBER, indexed=True, fast=True)
    made.add_unsigned_field(_VERSION, fast=True)
    made.add_text_field(_DOCUMENT, tokenizer_name="raw", index_option="basic")
    made.add_text_field(_TEXT, tokenizer_name=_TOKENIZER, index_option="position")
    return made.build()


def _proposed(searcher: tantivy.Searcher, found: tantivy.SearchResult) -> list[Proposed]:
    places = [place for _, place in found.hits]
    numbers = searcher.fast_field_values(_NUMBER, places)
    versions = searcher.fast_field_values(_VERSION, places)
    scores = [float(score or 0.0) for score, _ in found.hits]
    return [
        Proposed(int(number or 0), int(version or 0), score)
        for number, version, score in zip(numbers, versions, scores, strict=True)
    ]
