"""A file of Milvus Lite or a server of Milvus: its collections by name, its errors in our words."""

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from pymilvus import MilvusClient, MilvusException

from mmrag.errors import ConfigError, IndexUnusable
from mmrag.store.engine import is_remote
from mmrag.store.private import make_folder

ROWS_AT_ONCE = 5_000
"""Rows in one message: 8 MB of 384 dimensions, of 64 MB that Milvus takes. Chosen by hand."""
MOST_WANTED = 16_384
"""Results of one search: Milvus allows no more (`quotaAndLimits.limits.topK`)."""
SECONDS = 30.0
"""Until a server that does not answer is given up. Chosen by hand."""
NUMBER, DOCUMENT = "number", "document_id"

logging.getLogger("pymilvus").setLevel(logging.ERROR)  # what fails is raised, too


class MilvusPlace:
    """The collections at one place. `without` says how to do without Milvus."""

    def __init__(self, place: str, token_env: str, without: str) -> None:
        self.name = place
        self._token_env = token_env
        self._without = without
        self._loaded: set[str] = set()

    @cached_property
    def client(self) -> MilvusClient:
        """The connection, made when first used. Within `errors`."""
        token = os.environ.get(self._token_env, "") if self._token_env else ""
        if self._token_env and not token:
            raise ConfigError(f"[store] token_env: the variable {self._token_env} is not set")
        if not is_remote(self.name):
            make_folder(Path(self.name).parent)
        return MilvusClient(uri=self.name, token=token, timeout=SECONDS)

    def tables(self) -> list[str]:
        """The names of all."""
        with self.errors():
            return list(self.client.list_collections())

    def has(self, table: str) -> bool:
        """Whether a collection is there."""
        with self.errors():
            return bool(self.client.has_collection(table))

    def insert(self, table: str, rows: Iterable[dict[str, object]]) -> None:
        """Add rows, of which a part at a time is in memory."""
        rest = iter(rows)
        with self.errors():
            while part := list(islice(rest, ROWS_AT_ONCE)):
                self.client.insert(table, part)

    def read(self, table: str, fields: Sequence[str]) -> Iterator[list[dict[str, Any]]]:
        """Fields of all rows, a part of them after the other."""
        with self.errors():
            self.load(table)
            iterator = self.client.query_iterator(
                table,
                batch_size=ROWS_AT_ONCE,
                filter=f"{NUMBER} >= 0",
                output_fields=list(fields),
            )
            while part := iterator.next():
                yield part
            iterator.close()

    def load(self, table: str) -> None:
        """Let the server hold a collection in memory, without which it searches none."""
        if table not in self._loaded:
            self.client.load_collection(table)
            self._loaded.add(table)

    def release(self, table: str) -> None:
        """Let the server hold it no longer, without which it changes no index of one."""
        self.client.release_collection(table)
        self._loaded.discard(table)

    def drop(self, table: str) -> None:
        """Remove a collection."""
        self._loaded.discard(table)
        with self.errors():
            self.client.drop_collection(table)

    def close(self) -> None:
        """Forget what was loaded."""
        self._loaded.clear()

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Whatever the client raises becomes `IndexUnusable`."""
        try:
            yield
        except (MilvusException, OSError, ValueError, RuntimeError) as error:
            told = str(error).strip().partition("\n")[0] or type(error).__name__
            raise IndexUnusable(
                f"{self.name}: Milvus: {told}: start it, or correct its address; the index "
                f"itself is whole, and {self._without} does without Milvus"
            ) from error


def among_documents(documents: Sequence[str] | None) -> str:
    """The rows of some documents, or of all, as a filter."""
    return "" if documents is None else f"{DOCUMENT} in {list(documents)}"
