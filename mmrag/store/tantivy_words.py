"""The words of the keyword channel in tantivy, which finds the best without scoring all matches.

Tantivy skips blocks of passages that cannot be among the best (block-max WAND, Ding and Suel 2011),
where FTS5 scores every passage that has any of the words. What it holds is derived: it proposes
rows by number and version, and those that the database does not have so are not shown. `state.json`
names the state of the words that it was made of, which the database knows (as an epoch of vectors,
`mmrag.store.epochs`). Where words changed since, FTS5 is asked, until the next run publishes.
"""

import json
import re
import shutil
import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from mmrag.protocols import StoreFault
from mmrag.store.full_text import Fts5
from mmrag.store.keywords import quoted, tokens
from mmrag.store.layout import IndexLayout
from mmrag.store.private import PRIVATE_FILE, make_folder, replace_file
from mmrag.store.session import Session

_FORMAT = "1"
"""Changes with what is stored, so that an index of before is made anew."""
_TOKENIZER = "spaced"
_NUMBER, _VERSION, _DOCUMENT, _TEXT = "number", "version", "document", "text"
_HEAP_BYTES = 64_000_000
"""That tantivy holds of new rows before it writes them; it wants 15 MB at least. By hand."""
_BREAK = "\x1f"
"""Between heading, caption and body, so that no phrase is found across them."""
_BEHIND = "is not of the words that are there: FTS5 is asked meanwhile"
_KEPT_STATES = 1000
"""States of the words that are remembered, as many as epochs of vectors."""
_AT_ONCE = 500  # rows in one statement

Row = tuple[int, int, float]
"""Number, version and score."""


class TantivyWords:
    """`FullText` by an index in the folder `tantivy`, over the words of one database."""

    name = "tantivy"

    def __init__(self, session: Session, layout: IndexLayout) -> None:
        self._session = session
        self._folder = layout.engine(self.name)
        self._fts5 = Fts5(session)
        self._open: tuple[str, tantivy.Index] | None = None  # by the name of its state
        self._schema = _schema()

    def search(
        self, wanted: Sequence[str], k: int, document_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """As the protocol says; scores as tantivy computes them, with lengths in one byte each."""
        index = self._current()
        if index is None:
            return self._fts5.search(wanted, k, document_ids)
        words = [own for term in wanted if (own := tokens(term))]
        room = k + self._session.count("words_gone")
        rows = self._best(index, words, room, document_ids)
        named = self._named(rows)
        found = [(named[row[:2]], row[2]) for row in rows if row[:2] in named]
        return found[:k]

    def publish(self, *, force: bool = False) -> None:
        """As the protocol says. Killed in between, it has rows too many, and does them again."""
        version = self._version()
        last = -1 if force else self._version_of(self._state())
        if last == version and not self._session.count("words_gone"):
            return
        if last < 0:
            shutil.rmtree(self._folder, ignore_errors=True)
        make_folder(self._folder)
        self._write(last)
        name = uuid.uuid4().hex
        with self._session.synced(), self._session.transaction():
            self._session.execute(
                "insert into word_states (name, version) values (?, ?)", [name, version]
            )
            self._session.execute(
                "delete from word_states where id <= (select max(id) from word_states) - ?",
                [_KEPT_STATES],
            )
            self._session.execute("delete from words_gone")
        for path in self._folder.iterdir():
            path.chmod(PRIVATE_FILE)
        told = json.dumps({"format": _FORMAT, "name": name})
        replace_file(self._state_file, told.encode())

    def behind(self) -> str:
        """Why FTS5 is asked: words changed since, or none were taken up yet."""
        return (
            "" if self._current() is not None else f"tantivy: {_BEHIND}; `mmrag index` mends that"
        )

    def check(self) -> Iterator[StoreFault]:
        """Rows that it lacks, or has in another version; those too many are harmless."""
        index = self._current()
        if index is None:
            yield StoreFault("state", _BEHIND)
            return
        searcher = index.searcher()
        every = searcher.search(Query.all_query(), max(1, searcher.num_docs), count=False)
        held = {row[:2] for row in _rows(searcher, every)}
        for row in self._session.execute("select id, version, item_id from searchable"):
            if (row["id"], row["version"]) not in held:
                yield StoreFault(row["item_id"], "is lacking")

    @property
    def _state_file(self) -> Path:
        return self._folder / "state.json"

    def _state(self) -> str:
        """The name of the state that is held; empty for none."""
        try:
            told = json.loads(self._state_file.read_text(encoding="utf-8"))
            return str(told["name"]) if told["format"] == _FORMAT else ""
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def _version_of(self, state: str) -> int:
        """The version of the words in a state; -1 of one that the database does not know."""
        sql = "select version from word_states where name = ?"
        found = self._session.value(sql, [state])
        return -1 if found is None else int(str(found))

    def _version(self) -> int:
        return int(str(self._session.value("select version from word_version")))

    def _current(self) -> tantivy.Index | None:
        """The index where it holds the words as they are; None where it does not, or is damaged."""
        state = self._state()
        if self._version_of(state) != self._version():
            return None
        if self._open is None or self._open[0] != state:
            try:
                index = tantivy.Index(self._schema, str(self._folder), reuse=True)
                _prepare(index)
            except (OSError, ValueError):
                return None
            self._open = (state, index)
        return self._open[1]

    def _write(self, last: int) -> None:
        """Take up the rows that changed after a version, and take out those that are gone."""
        index = tantivy.Index(self._schema, str(self._folder), reuse=True)
        _prepare(index)
        writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        gone = self._session.execute("select number from words_gone")
        self._remove(writer, [row["number"] for row in gone])
        rows = self._session.execute(
            "select searchable.id as number, version, document_id, heading, caption, body "
            "from searchable join words on words.rowid = searchable.id where version > ?",
            [last],
        )
        while part := rows.fetchmany(_AT_ONCE):
            if last >= 0:
                self._remove(writer, [row["number"] for row in part])
            for row in part:
                writer.add_document(_document(row))
        writer.commit()
        writer.wait_merging_threads()

    def _remove(self, writer: tantivy.IndexWriter, numbers: list[int]) -> None:
        if numbers:  # by a query: a term of a number is none of an unsigned one (tantivy 0.27)
            query = Query.term_set_query(self._schema, _NUMBER, numbers)
            writer.delete_documents_by_query(query)

    def _best(
        self,
        index: tantivy.Index,
        words: Sequence[Sequence[str]],
        k: int,
        document_ids: Sequence[str] | None,
    ) -> list[Row]:
        """The best rows by words alone, and by phrases alone: scored by both.

        A phrase among the words would keep tantivy from skipping.
        """
        searcher = index.searcher()
        among: list[tuple[Occur, Query]] = []
        if document_ids is not None:
            of_documents = Query.term_set_query(self._schema, _DOCUMENT, list(document_ids))
            among = [(Occur.Must, Query.const_score_query(of_documents, 0.0))]
        single = [self._query(word) for word in words if len(word) == 1]
        phrases = [self._query(word) for word in words if len(word) > 1]
        found = [
            row
            for part in (single, phrases)
            if part
            for row in _rows(searcher, searcher.search(_any(part, among), k, count=False))
        ]
        if phrases and found:
            numbers = list({row[0] for row in found})
            chosen = Query.term_set_query(self._schema, _NUMBER, numbers)
            of_them = [(Occur.Must, Query.const_score_query(chosen, 0.0))]
            again = searcher.search(_any([*single, *phrases], of_them), len(numbers), count=False)
            found = _rows(searcher, again)
        return sorted(found, key=lambda row: (-row[2], row[0]))

    def _query(self, word: Sequence[str]) -> Query:
        if len(word) > 1:
            return Query.phrase_query(self._schema, _TEXT, list(word))
        if quoted(word[0]).endswith("*"):
            return Query.regex_query(self._schema, _TEXT, f"{re.escape(word[0])}.?")
        return Query.term_query(self._schema, _TEXT, word[0], "freq")

    def _named(self, rows: Sequence[Row]) -> dict[tuple[int, int], str]:
        """The items of rows that the database has in the same version."""
        named: dict[tuple[int, int], str] = {}
        for start in range(0, len(rows), _AT_ONCE):
            numbers = ", ".join(str(row[0]) for row in rows[start : start + _AT_ONCE])
            sql = f"select id, version, item_id from searchable where id in ({numbers})"
            for row in self._session.execute(sql):
                named[row["id"], row["version"]] = row["item_id"]
        return named


def _schema() -> tantivy.Schema:
    made = tantivy.SchemaBuilder()
    made.add_unsigned_field(_NUMBER, indexed=True, fast=True)
    made.add_unsigned_field(_VERSION, fast=True)
    made.add_text_field(_DOCUMENT, tokenizer_name="raw", index_option="basic")
    made.add_text_field(_TEXT, tokenizer_name=_TOKENIZER, index_option="position")
    return made.build()


def _document(row: sqlite3.Row) -> tantivy.Document:
    made = tantivy.Document()
    made.add_unsigned(_NUMBER, row["number"])
    made.add_unsigned(_VERSION, row["version"])
    made.add_text(_DOCUMENT, row["document_id"])
    parts = (" ".join(tokens(row[name])) for name in ("heading", "caption", "body"))
    made.add_text(_TEXT, f" {_BREAK} ".join(parts))
    return made


def _prepare(index: tantivy.Index) -> None:
    """Let the words of a text be what stands between its spaces."""
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_TOKENIZER, analyzer)
    index.config_reader("manual")
    index.reload()


def _any(queries: Sequence[Query], among: Sequence[tuple[Occur, Query]]) -> Query:
    """What has any of the queries, and is among what is looked through."""
    either = Query.boolean_query([(Occur.Should, query) for query in queries])
    return Query.boolean_query([*among, (Occur.Must, either)]) if among else either


def _rows(searcher: tantivy.Searcher, found: tantivy.SearchResult) -> list[Row]:
    places = [place for _, place in found.hits]
    numbers = searcher.fast_field_values(_NUMBER, places)
    versions = searcher.fast_field_values(_VERSION, places)
    scores = [float(score or 0.0) for score, _ in found.hits]
    return [
        (int(number or 0), int(version or 0), score)
        for number, version, score in zip(numbers, versions, scores, strict=True)
    ]
