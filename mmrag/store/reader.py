"""Reading the catalog: documents, pages, figures, passages, descriptions, words."""

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import TypeVar

from mmrag.errors import UsageError
from mmrag.store import keywords, rows
from mmrag.store.rows import Row
from mmrag.store.state import StateReader
from mmrag.types import Description, Document, Figure, Page, Passage

T = TypeVar("T")
_ID_START = re.compile("[0-9a-f]{4,64}")
CHUNK = 500  # IDs in one statement; SQLite has a limit of its own


class CatalogReader(StateReader):
    """All that can be asked of `index.db`. Use one per thread."""

    def documents(self) -> list[Document]:
        """All documents, by path."""
        found = self.db.execute(f"select {rows.DOCUMENT_COLUMNS} from documents d order by 2")
        return [rows.document_of(row) for row in found]

    def document(self, document_id: str) -> Document:
        """Raises `UsageError` for an ID that is not in the index."""
        return self._one(self.documents_by_id, document_id, "document")

    def page(self, page_id: str) -> Page:
        """Raises `UsageError` for an ID that is not in the index."""
        return self._one(self.pages_by_id, page_id, "page")

    def figure(self, figure_id: str) -> Figure:
        """Raises `UsageError` for an ID that is not in the index."""
        return self._one(self.figures_by_id, figure_id, "figure")

    def passage(self, passage_id: str) -> Passage:
        """Raises `UsageError` for an ID that is not in the index."""
        return self._one(self.passages_by_id, passage_id, "passage")

    def documents_by_id(self, ids: Iterable[str]) -> dict[str, Document]:
        sql = f"select {rows.DOCUMENT_COLUMNS} from documents d where d.id in "
        return {item.id: item for item in self._bulk(sql, ids, rows.document_of)}

    def pages_by_id(self, ids: Iterable[str]) -> dict[str, Page]:
        """Those of `ids` that exist, by ID; so do the other bulk getters."""
        sql = f"select {rows.PAGE_COLUMNS} from pages p where p.id in "
        return {item.id: item for item in self._bulk(sql, ids, rows.page_of)}

    def figures_by_id(self, ids: Iterable[str]) -> dict[str, Figure]:
        sql = f"select {rows.FIGURE_COLUMNS} from figures f where f.id in "
        return {item.id: item for item in self._bulk(sql, ids, rows.figure_of)}

    def passages_by_id(self, ids: Iterable[str]) -> dict[str, Passage]:
        sql = (
            f"select {rows.PASSAGE_COLUMNS} from passages t join pages p on p.id = t.page_id "
            "where t.id in "
        )
        return {item.id: item for item in self._bulk(sql, ids, rows.passage_of)}

    def pages(self, document_id: str) -> list[Page]:
        """The pages of a document, in order."""
        sql = f"select {rows.PAGE_COLUMNS} from pages p where p.document_id = ? order by p.number"
        return [rows.page_of(row) for row in self.db.execute(sql, [document_id])]

    def figures_of_page(self, page_id: str) -> list[Figure]:
        """The figures of a page, in reading order."""
        sql = f"select {rows.FIGURE_COLUMNS} from figures f where f.page_id = ? order by f.ordinal"
        return [rows.figure_of(row) for row in self.db.execute(sql, [page_id])]

    def figures_of_pages(self, page_ids: Iterable[str]) -> list[Figure]:
        """The figures of several pages."""
        sql = f"select {rows.FIGURE_COLUMNS} from figures f where f.page_id in "
        return list(self._bulk(sql, page_ids, rows.figure_of))

    def figures_of_document(self, document_id: str) -> list[Figure]:
        """The figures of a document, in reading order."""
        sql = (
            f"select {rows.FIGURE_COLUMNS} from figures f join pages p on p.id = f.page_id "
            "where p.document_id = ? order by p.number, f.ordinal"
        )
        return [rows.figure_of(row) for row in self.db.execute(sql, [document_id])]

    def passages_of_page(self, page_id: str) -> list[Passage]:
        """The passages of a page, in order."""
        sql = (
            f"select {rows.PASSAGE_COLUMNS} from passages t join pages p on p.id = t.page_id "
            "where t.page_id = ? order by t.start, t.id"
        )
        return [rows.passage_of(row) for row in self.db.execute(sql, [page_id])]

    def descriptions(self, figure_ids: Iterable[str]) -> dict[str, tuple[Description, ...]]:
        """What each figure shows, by every describer: a model's words before the extracted ones."""
        sql = f"select {rows.DESCRIPTION_COLUMNS} from descriptions where figure_id in "
        found: dict[str, tuple[Description, ...]] = {}
        for item in self._bulk(sql, figure_ids, rows.description_of):
            found[item.figure_id] = (*found.get(item.figure_id, ()), item)
        for figure_id, items in found.items():
            order = sorted(items, key=lambda item: (item.describer == "extracted", item.describer))
            found[figure_id] = tuple(order)
        return found

    def resolve_document(self, id_or_glob: str) -> list[str]:
        """IDs of the documents that are meant: by ID or its beginning, file name, path or title.

        A pattern may hold `*`, `?` and `[...]`; case does not matter. Empty where nothing fits.
        """
        wanted = id_or_glob.strip().lower()
        documents = self.documents()
        if _ID_START.fullmatch(wanted):
            by_id = [item.id for item in documents if item.id.startswith(wanted)]
            if by_id:
                return by_id
        paths: dict[str, list[str]] = {}
        for key, document_id in self.db.execute("select path, document_id from sources"):
            paths.setdefault(document_id, []).append(rows.path_text(key).lower())
        return [
            item.id
            for item in documents
            if any(
                fnmatch.fnmatchcase(name, wanted)
                for name in _names(item.title.lower(), paths.get(item.id, []))
            )
        ]

    def keyword(
        self,
        words: str,
        k: int,
        document_ids: Sequence[str] | None = None,
        phrases: Sequence[str] = (),
    ) -> list[tuple[str, float]]:
        """The `k` best passages and figures for plain words: item ID, score (see `keywords`)."""
        return keywords.search(self.db, words, k, document_ids, phrases)

    def _one(self, getter: Callable[[Iterable[str]], dict[str, T]], item_id: str, kind: str) -> T:
        found = getter([item_id])
        if item_id not in found:
            raise UsageError(f"no {kind} {rows.storable(item_id)!r} in {self.layout.root}")
        return found[item_id]

    def _bulk(self, sql: str, ids: Iterable[str], make: Callable[[Row], T]) -> Iterator[T]:
        """Rows of `sql` + `(?, ...)` for any number of IDs."""
        wanted = [rows.storable(item) for item in dict.fromkeys(ids)]
        for start in range(0, len(wanted), CHUNK):
            part = wanted[start : start + CHUNK]
            yield from map(make, self.db.execute(f"{sql} ({', '.join('?' * len(part))})", part))


def _names(title: str, paths: Sequence[str]) -> Iterator[str]:
    yield title
    for path in paths:
        yield from (path, PurePath(path).name, PurePath(path).stem)
