"""Pages by their many vectors in LanceDB: it proposes, and the rows in the database decide.

Its multi-vector index holds all vectors of a page in one row, in half precision, and finds pages by
their cosines with each vector of a question. The table is derived: pages are compared with the
database by the checksums of their vectors, and what it lacks is told, to be compared one by one.
"""

import hashlib
from collections.abc import Sequence

import msgspec
import numpy as np
import pyarrow as pa
from lancedb.index import BTree, IvfRq

from mmrag import ids
from mmrag.store.catalog import Catalog
from mmrag.store.engine import own_prefix
from mmrag.store.lancedb_engine import LISTS_PER_ROOT
from mmrag.store.lancedb_place import DOCUMENT, KEPT_VERSIONS, LancePlace, probing
from mmrag.store.lists import SAMPLED_ROWS, list_count
from mmrag.types import Float32, Space

UNINDEXED_PAGES = 500
"""Pages that may have come since the index was made before they are taken into it: a search
compares so many in 50 ms. Chosen by hand."""
ITERATIONS = 50
"""In which lists are formed: after 10, 0.81 of the ten best of 2,000 pages were among 200 that were
proposed, after 50 0.997, and it took no longer (each vector of a question has few near ones)."""
_ADDED_AT_ONCE = 1_000  # pages: 64 MB of 250 vectors of 128 dimensions
_PAGE, _VERSION, _ROWS = "page", "version", "rows"
_INDEX = f"{_ROWS}_idx"


class PageIndex:
    """The pages of one catalog that have vectors, in a table of LanceDB."""

    name = "lancedb"

    def __init__(self, catalog: Catalog, place: str) -> None:
        self._catalog = catalog
        self._vectors = catalog.page_vectors
        self._held = LancePlace(place, "`[late] finds = 0`")
        self._lacking: tuple[object, list[str]] | None = None  # by the states they are of

    def publish(self) -> None:
        """Let the table hold the pages that have vectors. Killed in between, the next run goes on.

        Raises `IndexUnusable`.
        """
        table, space = self._table, self._vectors.space()
        for stray in self._strays():
            self._held.drop(stray)
        if table is None or space is None:
            return
        if not self._held.has(table):
            self._make(table, space)
        held, wanted = self._versions(table), self._vectors.versions()
        gone = [page for page, version in held.items() if wanted.get(page) != version]
        new = [page for page, version in wanted.items() if held.get(page) != version]
        with self._held.errors():
            opened = self._held.opened(table)
            for start in range(0, len(gone), _ADDED_AT_ONCE):
                names = ", ".join(f"'{page}'" for page in gone[start : start + _ADDED_AT_ONCE])
                opened.delete(f"{_PAGE} in ({names})")
            for start in range(0, len(new), _ADDED_AT_ONCE):
                part = dict(self._vectors.of(new[start : start + _ADDED_AT_ONCE], space.dimension))
                opened.add(_rows(part, wanted, opened.schema))
            if gone or new:
                self._settle(table)

    def nearest(
        self, question: Float32, wanted: int, documents: Sequence[str] | None
    ) -> list[str] | None:
        """About the `wanted` best pages, among some documents or all; None without a table."""
        table = self._table
        if table is None or not self._held.has(table):
            return None
        with self._held.errors():
            search = self._held.opened(table).search(question, vector_column_name=_ROWS)
            search = search.distance_type("cosine").limit(wanted).select([_PAGE, "_distance"])
            found = probing(search, documents).to_arrow()
            pages: list[str] = found.column(_PAGE).to_pylist()
        return pages

    def lacking(self) -> list[str]:
        """Pages that have vectors which the table does not have."""
        table = self._table
        if table is None or not self._held.has(table):
            return self._vectors.pages()
        with self._held.errors():
            state = (self._vectors.state(), table, self._held.opened(table).version)
        if self._lacking is None or self._lacking[0] != state:
            held = self._versions(table)
            wanted = self._vectors.versions().items()
            lacking = [page for page, version in wanted if held.get(page) != version]
            self._lacking = (state, lacking)
        return self._lacking[1]

    def remove(self) -> None:
        """Remove all tables of pages of this index."""
        for table in self._tables():
            self._held.drop(table)

    def close(self) -> None:
        """Let go of the place."""
        self._held.close()

    @property
    def _prefix(self) -> str:
        catalog = self._catalog
        return f"{own_prefix(catalog.session, catalog.layout, self._held.name)}pages_"

    @property
    def _table(self) -> str | None:
        """The table of the space that the pages are in; None where none has vectors."""
        space = self._vectors.space()
        if space is None:
            return None
        return f"{self._prefix}{hashlib.sha256(msgspec.json.encode(space)).hexdigest()[:8]}"

    def _tables(self) -> list[str]:
        return [name for name in self._held.tables() if name.startswith(self._prefix)]

    def _strays(self) -> list[str]:
        """Tables of vectors of another encoder."""
        return [name for name in self._tables() if name != self._table]

    def _make(self, table: str, space: Space) -> None:
        rows = pa.list_(pa.list_(pa.float16(), space.dimension))
        fields = [(_PAGE, pa.string()), (_VERSION, pa.int64()), (DOCUMENT, pa.string())]
        self._held.make(table, pa.schema([*fields, (_ROWS, rows)]))

    def _versions(self, table: str) -> dict[str, int]:
        """The pages that the table has, each with the checksum of its vectors."""
        with self._held.errors():
            found = self._held.opened(table).search().select([_PAGE, _VERSION]).to_arrow()
            columns = (found.column(name).to_pylist() for name in (_PAGE, _VERSION))
            return dict(zip(*columns, strict=True))

    def _settle(self, table: str) -> None:
        """Make the index where there is none, or take into it what came since. Within `errors`."""
        opened = self._held.opened(table)
        held = opened.index_stats(_INDEX)
        if held is None:
            status = self._vectors.status()
            lists = list_count(0 if status is None else status.vectors, LISTS_PER_ROOT)
            codes = IvfRq(
                distance_type="cosine",
                num_partitions=lists,
                max_iterations=ITERATIONS,
                sample_rate=SAMPLED_ROWS,
            )
            opened.create_index(_ROWS, config=codes, name=_INDEX)
            opened.create_index(DOCUMENT, config=BTree())
        if held is None or held.num_unindexed_rows > UNINDEXED_PAGES:
            opened.optimize(cleanup_older_than=KEPT_VERSIONS)


def _rows(pages: dict[str, Float32], versions: dict[str, int], schema: "pa.Schema") -> "pa.Table":
    """The pages with their vectors as rows of a table."""
    flat = np.concatenate(list(pages.values())).astype(np.float16)
    ends = np.cumsum([0, *(len(own) for own in pages.values())], dtype=np.int32)
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(flat.reshape(-1)), flat.shape[1])
    columns = [
        pa.array(list(pages)),
        pa.array([versions[page] for page in pages], pa.int64()),
        pa.array([ids.document_of(page) for page in pages]),
        pa.ListArray.from_arrays(pa.array(ends), vectors),
    ]
    return pa.Table.from_arrays(columns, schema=schema)
