"""A folder or bucket of LanceDB: its tables by name, and its errors in our words."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from pathlib import Path

import lancedb
import pyarrow as pa
from lancedb.query import LanceVectorQueryBuilder

from mmrag.errors import IndexUnusable
from mmrag.store.engine import is_remote
from mmrag.store.lists import PROBED_LISTS
from mmrag.store.private import make_folder

KEPT_VERSIONS = timedelta(hours=1)
"""Age up to which older versions of a table stay for those who read them. Chosen by hand."""
NUMBER, DOCUMENT = "number", "document_id"
_NAMED_AT_ONCE = 10_000  # an expression of 100 kB


class LancePlace:
    """The tables at one place, each opened once. `without` says how to do without LanceDB."""

    def __init__(self, place: str, without: str) -> None:
        self.name = place
        self._without = without
        self._tables: dict[str, lancedb.table.Table] = {}

    @cached_property
    def _db(self) -> "lancedb.DBConnection":
        if not is_remote(self.name):
            make_folder(Path(self.name))
        return lancedb.connect(self.name)

    def tables(self) -> list[str]:
        """The names of all."""
        with self.errors():
            return list(self._db.list_tables(limit=100_000).tables)

    def has(self, table: str) -> bool:
        """Whether a table is there; what it holds is looked at anew."""
        with self.errors():
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

    def make(self, table: str, schema: "pa.Schema") -> "lancedb.table.Table":
        """Make an empty table."""
        with self.errors():
            self._tables[table] = self._db.create_table(table, schema=schema)
            return self._tables[table]

    def opened(self, table: str) -> "lancedb.table.Table":
        """A table that is there. Within `errors`."""
        if table not in self._tables:
            self._tables[table] = self._db.open_table(table)
        return self._tables[table]

    def remove(self, table: str, numbers: Sequence[int]) -> None:
        """Remove rows by their numbers."""
        with self.errors():
            for start in range(0, len(numbers), _NAMED_AT_ONCE):
                self.opened(table).delete(among_numbers(numbers[start : start + _NAMED_AT_ONCE]))

    def drop(self, table: str) -> None:
        """Remove a table."""
        self._tables.pop(table, None)
        with self.errors():
            self._db.drop_table(table)

    def close(self) -> None:
        """Let go of the tables that were opened."""
        self._tables.clear()

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Whatever LanceDB raises becomes `IndexUnusable`."""
        try:
            yield
        except (OSError, ValueError, RuntimeError) as error:
            raise IndexUnusable(
                f"{self.name}: LanceDB: {str(error).strip().splitlines()[0]}: allow access to "
                "that place, or free space there; the index itself is whole, "
                f"and {self._without} does without LanceDB"
            ) from error


def among_numbers(numbers: Sequence[int]) -> str:
    """The rows with one of the numbers, as a filter."""
    return f"{NUMBER} in ({', '.join(map(str, numbers))})"


def among_documents(documents: Sequence[str]) -> str:
    """The rows of some documents, as a filter."""
    names = ", ".join(f"'{name}'" for name in documents)  # of hexadecimal digits
    return f"{DOCUMENT} in ({names})"


def probing(
    search: LanceVectorQueryBuilder, documents: Sequence[str] | None
) -> LanceVectorQueryBuilder:
    """A search of vectors that looks through some lists, among some documents or all."""
    search = search.minimum_nprobes(PROBED_LISTS).maximum_nprobes(PROBED_LISTS)
    if documents is None:
        return search
    search = search.where(among_documents(documents), prefilter=True)
    return search.maximum_nprobes(0)  # more lists where the filter leaves too few
