"""What an index of words beside the database must offer to find what has them.

An engine keeps tables of rows: a number, a version, the document and the words. It only proposes:
what it finds is looked up in the database by number and version, so that it may hold more than that
(what is gone since, what an interrupted run left) without any of it showing.

A new one is a file beside this one that passes `tests/contracts/test_full_text.py`, a line in
`mmrag.store.keyword_store`, and its name in `config.StoreSettings`.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

K1, B = 1.2, 0.75
"""Of BM25, as FTS5 has them."""


class WordRow(NamedTuple):
    """The words of a passage or figure, as they are looked for: stemmed, a space between them."""

    number: int
    version: int
    document_id: str
    words: str


class Proposed(NamedTuple):
    """A row that was found, with its score: BM25, rising with quality."""

    number: int
    version: int
    score: float


class WordEngine(Protocol):
    """Tables of words in a database of its own kind. Use one per thread.

    All of it raises `IndexUnusable` that names the place, where that does not answer or refuses.
    """

    @property
    def name(self) -> str:
        """What its faults are told under, and its setting: "tantivy"."""
        ...

    @property
    def place(self) -> str:
        """The folder, URI or address that it writes to."""
        ...

    @property
    def finds_phrases(self) -> bool:
        """Whether it finds words that stand behind one another; of others FTS5 finds these."""
        ...

    def tables(self) -> list[str]:
        """The names of all tables at that place, those of others too."""
        ...

    def has(self, table: str) -> bool:
        """Whether a table is there; what it holds is looked at anew."""
        ...

    def make(self, table: str) -> None:
        """Make an empty table."""
        ...

    def add(self, table: str, rows: Sequence[WordRow]) -> None:
        """Add rows, which may be found from `settle` on."""
        ...

    def remove(self, table: str, numbers: Sequence[int]) -> None:
        """Remove rows by their numbers, none that is added after it."""
        ...

    def settle(self, table: str) -> None:
        """Bring what searches quickly up to date after rows came or went."""
        ...

    def best(
        self,
        table: str,
        wanted: Sequence[Sequence[str]],
        k: int,
        documents: Sequence[str] | None = None,
        numbers: Sequence[int] | None = None,
    ) -> list[Proposed]:
        """The `k` best rows by any of the words and phrases, best first.

        They are among some documents or numbers, or all. A phrase has several words.
        """
        ...

    def versions(self, table: str) -> Iterator[tuple[int, int]]:
        """Number and version of all rows, in any order."""
        ...

    def drop(self, table: str) -> None:
        """Remove a table."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
