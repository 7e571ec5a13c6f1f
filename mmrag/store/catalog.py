"""`index.db` as repositories, one for each kind of thing; what concerns several stands here.

with Catalog.open(layout) as catalog, catalog.snapshot():
    page = catalog.pages.get("3fa9c1d2-p0012")
    figures = catalog.figures.of_page(page.id)
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Self

from mmrag.channels import of_source
from mmrag.closing import Closing
from mmrag.config import StoreSettings
from mmrag.errors import SchemaTooOld
from mmrag.statements.kinds import RULES
from mmrag.store import languages as store_languages
from mmrag.store.checksums import Checksums
from mmrag.store.connection import connect_reader, connect_writer, missing
from mmrag.store.continuations import Continuations
from mmrag.store.descriptions import Descriptions
from mmrag.store.documents import Documents
from mmrag.store.epochs import Epochs
from mmrag.store.figures import Figures
from mmrag.store.full_text import FullText
from mmrag.store.graphs import Graphs
from mmrag.store.grids import Grids
from mmrag.store.items import owners
from mmrag.store.keyword_store import open_full_text
from mmrag.store.layout import IndexLayout
from mmrag.store.line_boxes import LineBoxes
from mmrag.store.lock import FileLock
from mmrag.store.next_vectors import NextVectors
from mmrag.store.page_vectors import PageVectors
from mmrag.store.pages import Pages
from mmrag.store.passages import Passages
from mmrag.store.runs import Facts, Runs
from mmrag.store.session import Session
from mmrag.store.sources import Failure, Failures, SourceFile, Sources
from mmrag.store.statements import Statements
from mmrag.store.vectors import Vectors
from mmrag.store.words import Words
from mmrag.text import languages
from mmrag.types import ChannelName, Description, Grid, ParsedDocument, Status, VectorBatch


@dataclass(frozen=True, slots=True)
class Counts:
    """How much an index holds. `descriptions` counts by describer."""

    documents: Mapping[Status, int]
    pages: int
    figures: int
    passages: int
    failures: int
    descriptions: Mapping[str, int]
    description_failures: int
    vectors: Mapping[ChannelName, int]
    stale_vectors: int  # their text changed since


class Catalog(Closing):
    """All that an index knows. Use one per thread.

    Reading needs no more than `open`; writing holds the lock of the index. What writes raises
    `IndexUnusable` where the disk is full, and `UsageError` where it was opened for reading only.
    """

    def __init__(self, session: Session, lock: FileLock | None = None) -> None:
        self.session = session
        self.layout = session.layout
        self._lock = lock
        self.sources = Sources(session)
        self.failures = Failures(session)
        self.documents = Documents(session)
        self.pages = Pages(session)
        self.figures = Figures(session)
        self.grids = Grids(session)
        self.graphs = Graphs(session)
        self.line_boxes = LineBoxes(session)
        self.passages = Passages(session)
        self.continuations = Continuations(session)
        self.statements = Statements(session)
        self.descriptions = Descriptions(session)
        self.words = Words(session, self.figures, self.passages, self.grids, self.graphs)
        self.vectors = Vectors(session)
        self.next_vectors = NextVectors(session, self.vectors)
        self.page_vectors = PageVectors(session)
        self.epochs = Epochs(session)
        self.checksums = Checksums(session)
        self.runs = Runs(session)
        self.facts = Facts(session)

    @classmethod
    def create(cls, layout: IndexLayout) -> Self:
        """Open for writing, made first where there is no index.

        Raises `IndexLocked` naming the writer that is at work, `SchemaTooNew`, `IndexUnusable`.
        """
        lock = FileLock(layout.writer_lock)
        lock.acquire()
        try:
            catalog = cls(Session(layout, connect_writer(layout), can_write=True), lock)
            catalog._note_new_channels()
            catalog._recognise_statements()
            catalog._tell_languages()
            return catalog
        except BaseException:
            lock.close()
            raise

    @classmethod
    def open(cls, layout: IndexLayout, write: bool = False) -> Self:
        """Open an index that exists; `write` takes the lock as `create` does.

        One of an older mmrag is brought up to date first. Raises `IndexMissing`, `SchemaTooOld`
        where that cannot be, and what `create` raises.
        """
        if not layout.db.is_file():
            raise missing(layout)
        if write:
            return cls.create(layout)
        try:
            db = connect_reader(layout)
        except SchemaTooOld:
            if not os.access(layout.db, os.W_OK):
                raise
            cls.create(layout).close()
            db = connect_reader(layout)
        return cls(Session(layout, db, can_write=False))

    def close(self) -> None:
        """Close the database and give the lock back."""
        try:
            self.session.close()
        finally:
            if self._lock is not None:
                self._lock.close()

    def find_words_by(self, settings: StoreSettings) -> FullText:
        """Let the words be searched by whom some settings name; it is brought up to date by others.

        Raises `UsageError` without the package that it needs.
        """
        full_text = open_full_text(self.session, self.layout, settings)
        self.words.find_by(full_text)
        return full_text

    def snapshot(self) -> AbstractContextManager[None]:
        """Within it every read sees one state, whatever a writer does; may be nested.

        Raises `IndexUnusable` where the database turns out to be damaged.
        """
        return self.session.snapshot()

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing; may be nested."""
        return self.session.transaction()

    def checkpoint(self) -> None:
        """Move what was committed from the log into the database file, where no reader holds it."""
        self.session.checkpoint()

    def counts(self) -> Counts:
        """How much the index holds."""
        return Counts(
            documents=self.documents.by_status(),
            pages=self.pages.count(),
            figures=self.figures.count(),
            passages=self.passages.count(),
            failures=len(self.failures.all()),
            descriptions=self.descriptions.by_describer(),
            description_failures=len(self.descriptions.failures()),
            vectors=self.vectors.counts(),
            stale_vectors=self.vectors.stale_count(),
        )

    def picture_hashes(self) -> Iterator[str]:
        """SHA-256 of every picture that is kept of a page or figure, each once."""
        rows = self.session.execute(
            "with kept as (select id from documents where keeps_pictures) "
            "select picture from pages where picture is not null and document_id in kept "
            "union select picture from figures where picture is not null and page_id in "
            "(select id from pages where document_id in kept)"
        )
        return (row["picture"] for row in rows)

    def put(
        self,
        parsed: ParsedDocument,
        descriptions: Sequence[Description],
        batches: Sequence[VectorBatch],
        source: SourceFile,
    ) -> None:
        """Store a document found at `source`, in place of what was at that path before.

        One transaction, its vectors included; pictures of what was replaced may be left. Raises
        `SpaceMismatch` where a batch is of another space than its channel.
        """
        document_id = parsed.document.id
        with self.transaction():
            before = self.sources.holders([source.path])
            copies = self.sources.of_document(document_id)
            self.documents.remove(document_id)
            self.documents.insert(parsed.document)
            self.pages.insert(parsed.pages)
            self.figures.insert(parsed.figures)
            self.grids.insert(parsed.grids)
            self.graphs.insert(parsed.graphs)
            self.line_boxes.insert(parsed.line_boxes)
            self.passages.insert(parsed.passages)
            self.continuations.insert(parsed.continuations)
            self.statements.insert(parsed.pages, parsed.figures, parsed.grids)
            self.words.insert_passages(document_id, parsed.passages)
            self.words.insert_figures(document_id, parsed.figures, parsed.grids, parsed.graphs)
            self._insert_descriptions(descriptions)
            for batch in batches:
                self.vectors.put(batch)
            self.vectors.set_unfilled(self.vectors.lacking(document_id))
            for held in (*copies, source):
                self.sources.attach(document_id, held)
            self.documents.remove_unheld(before)
            self.checksums.seal(document_id)

    def update_sources(
        self, held: Sequence[tuple[str, SourceFile]] = (), gone: Sequence[str] = ()
    ) -> None:
        """Let each file of `held` be a source of the document of that ID; forget the paths `gone`.

        One step for copies, renamed files, touched files and removed ones, so that files may even
        change places. Documents that no path holds any more are removed.
        """
        with self.transaction():
            before = self.sources.holders([*(source.path for _, source in held), *gone])
            for document_id, source in held:
                self.sources.attach(document_id, source)
            for path in gone:
                self.sources.detach(path)
            self.documents.remove_unheld(before)

    def remove_path(self, path: str) -> None:
        """Forget a path, and its document where no other path holds it."""
        self.update_sources(gone=[path])

    def set_failure(self, failure: Failure, *, keep_document: bool = False) -> None:
        """Record that a file could not be read.

        What was stored from that path before goes with it, unless `keep_document`.
        """
        with self.transaction():
            if not keep_document:
                self.remove_path(failure.source.path)
            self.failures.put(failure)

    def put_descriptions(self, descriptions: Sequence[Description]) -> None:
        """Store descriptions beside those of other describers; clears their failures.

        The figures are found by the new words at once; their vectors count as missing until they
        are encoded anew.
        """
        with self.transaction():
            self._insert_descriptions(descriptions)
            for channel in of_source("descriptions"):
                self.vectors.set_stale(channel.name, [item.figure_id for item in descriptions])
            figures = [item.figure_id for item in descriptions]
            for document_id in dict.fromkeys(owners(self.session, figures).values()):
                self.checksums.seal(document_id)

    def put_grid(self, grid: Grid) -> None:
        """Store a table that had no grid; its figure is found by its rows from then on."""
        with self.transaction():
            self.grids.insert([grid])
            self.words.refresh_figures([grid.figure_id])
            self.checksums.seal(owners(self.session, [grid.figure_id])[grid.figure_id])

    def retitle(self, document_id: str, title: str, descriptions: Sequence[Description]) -> None:
        """Give a document another title, and its figures the descriptions that name it."""
        with self.transaction():
            self.documents.set_title(document_id, title)
            self.put_descriptions(descriptions)
            self.checksums.seal(document_id)

    def _insert_descriptions(self, descriptions: Sequence[Description]) -> None:
        self.descriptions.insert(descriptions)
        self.words.refresh_figures(item.figure_id for item in descriptions)

    def _note_new_channels(self) -> None:
        """Note channels that this index has never heard of: all their items lack a vector."""
        new = self.facts.new_channels()
        if new:
            with self.transaction():
                self.vectors.set_unfilled(new)
                self.facts.set_channels_known()

    def _recognise_statements(self) -> None:
        """Find the statements of an index whose statements other rules found, or none."""
        if self.facts.statement_rules() != RULES:
            with self.transaction():
                self.statements.fill(self.pages, self.figures, self.grids)
                self.facts.set_statement_rules(RULES)

    def _tell_languages(self) -> None:
        """Tell the languages of an index whose languages other rules told, or none."""
        if self.facts.language_rules() != languages.RULES:
            with self.transaction():
                store_languages.tell(self.session, self.passages, self.words, self.checksums)
                self.facts.set_language_rules(languages.RULES)
