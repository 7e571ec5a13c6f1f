"""The words of the keyword channel in an index beside the database, which is derived from it.

It proposes rows by number and version, and those that the database does not have so are not shown.
`state.json` names the state of the words that it was made of, which the database knows (as an epoch
of vectors, `mmrag.store.epochs`), and where it lies. Where words changed since, or it cannot be
asked, FTS5 is asked, until the next run publishes.
"""

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from mmrag.errors import IndexUnusable
from mmrag.protocols import StoreFault
from mmrag.store.engine import own_prefix
from mmrag.store.full_text import Fts5
from mmrag.store.keywords import quoted, tokens
from mmrag.store.layout import IndexLayout
from mmrag.store.private import make_folder, replace_file
from mmrag.store.session import Session
from mmrag.store.word_engine import Proposed, WordEngine, WordRow

_FORMAT = "2"
"""Changes with what is stored, so that an index of before is made anew."""
_BREAK = "\x1f"
"""Between heading, caption and body, so that no phrase is found across them."""
_BEHIND = "is not of the words that are there: FTS5 is asked meanwhile"
_KEPT_STATES = 1000
"""States of the words that are remembered, as many as epochs of vectors."""
_NAMED_AT_ONCE = 500  # rows in one statement
_ADDED_AT_ONCE = 10_000  # rows: 5 MB of 80 words each
PHRASE_ROWS = 1000
"""Rows that FTS5 finds by phrases, at least, where an engine finds none. Chosen by hand."""
AWAY_SECONDS = 60.0
"""For which a place that did not answer is not asked again. Chosen by hand."""


@dataclass(frozen=True, slots=True)
class HeldWords:
    """What a table of words was made of, and where it lies."""

    format: str
    name: str  # of the state of the database; empty for one that is not to be asked
    table: str
    uri: str = ""  # of the settings
    token_env: str = ""


def read_held(folder: Path) -> HeldWords | None:
    """The note on the table of words; None where there is none that can be understood."""
    try:
        held = msgspec.json.decode((folder / "state.json").read_bytes(), type=HeldWords)
    except (OSError, ValueError):
        return None
    return held if held.format == _FORMAT else None


class DerivedWords:
    """`FullText` by an engine, over the words of one database."""

    def __init__(
        self,
        session: Session,
        layout: IndexLayout,
        engine: WordEngine,
        uri: str = "",
        token_env: str = "",
    ) -> None:
        self._session = session
        self._layout = layout
        self._engine = engine
        self._uri = uri
        self._token_env = token_env
        self._folder = layout.engine(engine.name)
        self._fts5 = Fts5(session)
        self._seen: HeldWords | None = None
        self._away: tuple[float, str] | None = None  # until when, and why

    @property
    def name(self) -> str:
        """As the protocol says."""
        return self._engine.name

    def search(
        self, wanted: Sequence[str], k: int, document_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """As the protocol says; scores as the engine computes them."""
        if document_ids is not None and not document_ids:
            return []
        table = self._current()
        if table is not None:
            try:
                return self._found(table, wanted, k, document_ids)
            except IndexUnusable as error:
                self._leave_alone(error)
        return self._fts5.search(wanted, k, document_ids)

    def publish(self, *, force: bool = False) -> None:
        """As the protocol says. Killed in between, it has rows too many, and does them again."""
        version, held = self._version(), self._own()
        last = -1 if force or held is None else self._version_of(held.name)
        if held is None or last < 0 or not self._engine.has(held.table):
            held, last = None, -1
        if last == version and not self._session.count("words_gone"):
            return
        self._seen = None
        make_folder(self._folder)
        table = self._made() if held is None else held.table
        self._write(table, last)
        self._engine.settle(table)
        held = HeldWords(_FORMAT, uuid.uuid4().hex, table, self._uri, self._token_env)
        with self._session.synced(), self._session.transaction():
            self._session.execute(
                "insert into word_states (name, version) values (?, ?)", [held.name, version]
            )
            self._session.execute(
                "delete from word_states where id <= (select max(id) from word_states) - ?",
                [_KEPT_STATES],
            )
            self._session.execute("delete from words_gone")
        self._note(held)
        self._drop_strays()
        self._away = None

    def behind(self) -> str:
        """Why FTS5 is asked: words changed since, none were taken up yet, or the place is away."""
        self._away = None
        if self._current() is not None:
            return ""
        told = f"cannot be asked: {self._away[1]}" if self._away else _BEHIND
        return f"{self.name}: {told}; `mmrag index` mends that"

    def check(self) -> Iterator[StoreFault]:
        """Rows that it lacks, or has in another version, and tables of nothing.

        Rows too many are harmless.
        """
        self._away = None
        table = self._current()
        if table is None:
            yield StoreFault("state", self._away[1] if self._away else _BEHIND)
            return
        held = set(self._engine.versions(table))
        for row in self._session.execute("select id, version, item_id from searchable"):
            if (row["id"], row["version"]) not in held:
                yield StoreFault(row["item_id"], "is lacking")
        for stray in self._strays():
            yield StoreFault(stray, "a table that nothing refers to")

    def remove(self) -> None:
        """Remove what it holds; a place that does not answer keeps it, and is tried again."""
        held = self._own()
        if held is not None:  # not to be asked again, whatever comes next
            self._note(HeldWords(_FORMAT, "", held.table, held.uri, held.token_env))
        for table in self._tables():
            self._engine.drop(table)
        (self._folder / "state.json").unlink(missing_ok=True)
        self._engine.close()

    def _own(self) -> HeldWords | None:
        """The note on what this index has at this place."""
        held = read_held(self._folder)
        is_own = held is not None and held.uri == self._uri and held.table.startswith(self._prefix)
        return held if is_own else None

    @property
    def _prefix(self) -> str:
        return f"{own_prefix(self._session, self._layout, self._engine.place)}words_"

    def _note(self, held: HeldWords) -> None:
        replace_file(self._folder / "state.json", msgspec.json.encode(held))

    def _version_of(self, state: str) -> int:
        """The version of the words in a state; -1 of one that the database does not know."""
        sql = "select version from word_states where name = ?"
        found = self._session.value(sql, [state])
        return -1 if found is None else int(str(found))

    def _version(self) -> int:
        return int(str(self._session.value("select version from word_version")))

    def _current(self) -> str | None:
        """The table where it holds the words as they are; None where it does not, or is away."""
        if self._away is not None and time.monotonic() < self._away[0]:
            return None
        self._away = None
        held = self._own()
        if held is None or self._version_of(held.name) != self._version():
            return None
        if held != self._seen:
            try:
                if not self._engine.has(held.table):
                    return None
            except IndexUnusable as error:
                self._leave_alone(error)
                return None
            self._seen = held
        return held.table

    def _leave_alone(self, error: IndexUnusable) -> None:
        """Let a place that did not answer be asked no more for a while."""
        self._away = time.monotonic() + AWAY_SECONDS, str(error)

    def _made(self) -> str:
        table = f"{self._prefix}{uuid.uuid4().hex[:8]}"
        self._engine.make(table)
        return table

    def _write(self, table: str, last: int) -> None:
        """Take up the rows that changed after a version, and take out those that are gone."""
        if last >= 0:
            gone = self._session.execute("select number from words_gone")
            self._engine.remove(table, [row["number"] for row in gone])
        rows = self._session.execute(
            "select searchable.id as number, version, document_id, heading, caption, body "
            "from searchable join words on words.rowid = searchable.id where version > ?",
            [last],
        )
        while part := rows.fetchmany(_ADDED_AT_ONCE):
            if last >= 0:
                self._engine.remove(table, [row["number"] for row in part])
            texts = ((row["heading"], row["caption"], row["body"]) for row in part)
            self._engine.add(
                table,
                [
                    WordRow(row["number"], row["version"], row["document_id"], _words(own))
                    for row, own in zip(part, texts, strict=True)
                ],
            )

    def _found(
        self, table: str, wanted: Sequence[str], k: int, document_ids: Sequence[str] | None
    ) -> list[tuple[str, float]]:
        """The best items by words alone, and by phrases alone: scored by both.

        A phrase among the words would keep an engine from skipping.
        """
        terms = [own for term in wanted for own in self._terms(term) if own]
        single = [own for own in terms if len(own) == 1]
        phrases = [own for own in terms if len(own) > 1]
        room = k + self._session.count("words_gone")
        by_words = self._engine.best(table, single, room, document_ids) if single else []
        if not phrases:
            return self._items(by_words)[:k]
        if not self._engine.finds_phrases:
            return self._with_phrases(table, single, phrases, by_words, k, document_ids)
        by_phrases = self._engine.best(table, phrases, room, document_ids)
        numbers = list({row.number for row in (*by_words, *by_phrases)})
        if single and numbers:
            by_phrases = self._engine.best(table, terms, len(numbers), None, numbers)
        return self._items(by_phrases)[:k]

    def _with_phrases(
        self,
        table: str,
        single: Sequence[Sequence[str]],
        phrases: Sequence[Sequence[str]],
        by_words: Sequence[Proposed],
        k: int,
        document_ids: Sequence[str] | None,
    ) -> list[tuple[str, float]]:
        """The best items by the words of an engine and the phrases that FTS5 finds."""
        asked = [" ".join(words) for words in phrases]
        told = dict(self._fts5.search(asked, max(k, PHRASE_ROWS), document_ids))
        numbers = self._session.rows_of("select id from searchable where item_id in", list(told))
        lacking = list({row["id"] for row in numbers} - {row.number for row in by_words})
        if single and lacking:
            by_words = [*by_words, *self._engine.best(table, single, len(lacking), None, lacking)]
        scores = dict(self._items(by_words))
        for item, score in told.items():
            scores[item] = scores.get(item, 0.0) + score
        return sorted(scores.items(), key=lambda found: -found[1])[:k]

    def _terms(self, term: str) -> list[list[str]]:
        """The words of a term or phrase; for the beginning of words, all words with it."""
        words = tokens(term)
        if len(words) != 1 or not quoted(term).endswith("*"):
            return [words]
        self._session.execute(
            "create virtual table if not exists temp.vocabulary using fts5vocab(main, words, row)"
        )
        rows = self._session.execute(
            "select term from temp.vocabulary where term >= ? and term < ?",
            [words[0], f"{words[0]}\U0010ffff"],
        )
        return [[row["term"]] for row in rows]

    def _items(self, rows: Sequence[Proposed]) -> list[tuple[str, float]]:
        """The items of rows that the database has in the same version, best first."""
        named: dict[tuple[int, int], str] = {}
        for start in range(0, len(rows), _NAMED_AT_ONCE):
            numbers = ", ".join(str(row.number) for row in rows[start : start + _NAMED_AT_ONCE])
            sql = f"select id, version, item_id from searchable where id in ({numbers})"
            for row in self._session.execute(sql):
                named[row["id"], row["version"]] = row["item_id"]
        ordered = sorted(rows, key=lambda row: (-row.score, row.number))
        return [(named[row[:2]], row.score) for row in ordered if row[:2] in named]

    def _tables(self) -> list[str]:
        """All that this index has at this place."""
        return [name for name in self._engine.tables() if name.startswith(self._prefix)]

    def _strays(self) -> list[str]:
        """Tables that the note does not name: what an interrupted publication left."""
        held = self._own()
        return [name for name in self._tables() if held is None or name != held.table]

    def _drop_strays(self) -> None:
        with suppress(IndexUnusable):  # the next publication tries again
            for table in self._strays():
                self._engine.drop(table)


def _words(texts: Sequence[str]) -> str:
    """Heading, caption and body as the words that are looked for."""
    return f" {_BREAK} ".join(" ".join(tokens(text)) for text in texts)
