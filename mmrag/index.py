"""Index: open, add, search, ask - the whole story on one screen.

    from mmrag import Index

    with Index.open("indexes/papers", create=True) as index:
        index.add("papers/")
        for hit in index.search("ablation of the encoder", unit="figure").hits:
            print(hit.image_id, hit.page, hit.caption)
        answer = index.ask("Which encoder was best?")
        index.show(answer.citations[0].image_id, save="evidence.png")

Nothing heavy is loaded before it is needed: opening an index costs milliseconds, and a question
loads the small query encoder alone. An Index belongs to one thread.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Self

from mmrag import ids
from mmrag.channels import IMAGE
from mmrag.closing import Closing
from mmrag.config import Settings, StoreSettings, Tuned
from mmrag.errors import UsageError
from mmrag.locations import IndexLocation, index_location
from mmrag.models import Models
from mmrag.open_index import OpenIndex
from mmrag.paths import is_address
from mmrag.protocols import Answerer, Turn, VectorStore
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.types import (
    Answer,
    BBox,
    ChannelName,
    Document,
    Evidence,
    FigureKind,
    MarkedEvidence,
    SearchResult,
    Unit,
)

if TYPE_CHECKING:
    from PIL import Image

    from mmrag.answer.chat import Chat, OnText
    from mmrag.pipeline.engines import EngineName
    from mmrag.pipeline.progress import OnEvent
    from mmrag.readings import PictureSource
    from mmrag.reports import (
        BackupReport,
        ChannelReport,
        DescribeReport,
        Duplicates,
        Exported,
        ExportedRecords,
        Fault,
        IndexReport,
        IndexStatus,
        Migrated,
        PicturesMoved,
        Shown,
    )
    from mmrag.retrieve.query import Query
    from mmrag.retrieve.search import Searcher
    from mmrag.store.item_pictures import ItemPictures
    from mmrag.store.records import FileFormat

AnyPath = str | PathLike[str]


class Index(Closing):
    """A folder of documents made searchable. Use `Index.open`; close it, or use `with`."""

    def __init__(
        self, location: IndexLocation, models: Models, *, closes_models: bool = False
    ) -> None:
        self.location = location
        self.root = location.path
        self.models = models
        self.settings = models.settings
        self._closes_models = closes_models
        self.layout = IndexLayout(self.root)
        self._open = OpenIndex(self.layout, models)

    @classmethod
    def open(
        cls,
        path: AnyPath | IndexLocation | None = None,
        profile: str | Settings | None = None,
        *,
        create: bool = False,
        models: Models | None = None,
    ) -> Self:
        """Open the index at `path` with a profile by name, by path or as Settings.

        None takes the index that `MMRAG_INDEX` or the user's config file names, else the default
        of the checkout or of the user (`mmrag.locations`). `models` are those of a profile that are
        shared with others: the index does not close them. Raises `IndexMissing` where there is
        none, unless `create`; `ConfigError`; `SchemaTooNew`.
        """
        if models is not None and profile is not None:
            raise UsageError("give a profile or models, not both: models are those of a profile")
        location = path if isinstance(path, IndexLocation) else index_location(path)
        index = cls(location, models or Models.open(profile), closes_models=models is None)
        if not create:
            _ = index.catalog
        return index

    def close(self) -> None:
        """Let go of files and models; the next call opens them again. Shared models stay."""
        self._let_go_of_files()
        if self._closes_models:
            self.models.close()

    @property
    def catalog(self) -> Catalog:
        """What is in the index, for reading."""
        return self._open.catalog

    @property
    def pictures(self) -> "ItemPictures":
        """The pictures of pages and figures, by their IDs."""
        return self._open.pictures

    @property
    def vectors(self) -> VectorStore:
        """The vectors of this index, for searching."""
        return self._open.vectors

    @property
    def searcher(self) -> "Searcher":
        """Retrieval over this index."""
        return self._open.searcher

    @property
    def tuned(self) -> Settings:
        """The settings of the profile, and before them those that were tuned for this index."""
        return self._open.tuned

    @property
    def answerer(self) -> Answerer:
        """Who answers, by the profile."""
        return self._open.answerer

    def _let_go_of_files(self) -> None:
        """What is read next is what a run has left."""
        self._open.close()
        self._open = OpenIndex(self.layout, self.models)

    def tune(self, tuned: Tuned | None) -> None:
        """Keep settings in this index, to go before any profile; None forgets them.

        Raises `IndexLocked` where another process writes.
        """
        self._let_go_of_files()
        with Catalog.open(self.layout, write=True) as catalog:
            catalog.facts.set_tuned(None if tuned is None else tuned.model_dump_json())

    def add(
        self,
        *paths: AnyPath,
        keep_missing: bool = False,
        retry_failed: bool = False,
        rebuild: bool = False,
        allow_removals: bool = False,
        verify: bool = False,
        password_file: AnyPath | None = None,
        tags: Sequence[str] = (),
        engine: "EngineName" = "local",
        address: str = "",
        on_event: "OnEvent | None" = None,
        trace: AnyPath | None = None,
    ) -> "IndexReport":
        """Index files and folders: add what is new, replace what changed, remove what vanished.

        A path may be an address: a bucket, or a folder of a web server that ends with "/".
        `verify` compares the bytes of files that have the size and time of before. `password_file`
        holds passwords for encrypted PDFs, one a line. What lies at or below `paths`, now and
        later, has the `tags`. The engine "ray" reads and encodes on the cluster at `address`, or on
        one of this machine's own. `trace` is a file that tells what each process did when. A file
        that cannot be read is a line in the report, not an error. Raises `IndexLocked` where
        another process writes, `SpaceMismatch` where the profile's encoder is not the index's.
        """
        from mmrag.pipeline import engines, plan, run

        self._let_go_of_files()
        return run.index_paths(
            self.layout,
            [str(path) if is_address(str(path)) else Path(path) for path in paths],
            self.models,
            plan.RunOptions(
                keep_missing=keep_missing,
                retry_failed=retry_failed,
                rebuild=rebuild,
                verify=verify,
                allow_removals=allow_removals,
            ),
            password_file=None if password_file is None else str(password_file),
            tags=tags,
            open_engine=engines.engine(engine, address),
            on_event=on_event,
            trace=None if trace is None else Path(trace),
        )

    def remove(self, *names: str) -> list[Document]:
        """Take documents out, with those within their files; the files stay as they are.

        `names` are paths, IDs, beginnings of IDs or name patterns. The next run over their folder
        brings them back, unless its ignore patterns leave them out. Raises `UsageError` for a name
        that no document has, and `IndexLocked` where another process writes.
        """
        from mmrag.store import removal
        from mmrag.store.vector_store import open_vector_store

        self._let_go_of_files()
        with Catalog.open(self.layout, write=True) as catalog:
            removed = removal.remove(catalog, names)
            open_vector_store(catalog, self.settings.store).publish()
        self._let_go_of_files()
        return removed

    def fill(self, channel: ChannelName, *, on_event: "OnEvent | None" = None) -> "ChannelReport":
        """Encode what one channel lacks."""
        from mmrag.pipeline import backfill

        self._let_go_of_files()
        return backfill.fill_channel(self.layout, channel, self.models, on_event=on_event)

    def reencode(
        self, *channels: ChannelName, on_event: "OnEvent | None" = None
    ) -> "list[ChannelReport]":
        """Encode channels anew by the profile's encoders; none named are those of other encoders.

        The old vectors are searched until all new ones are there. Interrupted, it goes on when it
        is called again.
        """
        from mmrag.pipeline import reencoding

        self._let_go_of_files()
        return reencoding.reencode(self.layout, self.models, channels, on_event)

    def describe(
        self, *, retry: bool = False, on_event: "OnEvent | None" = None
    ) -> "DescribeReport":
        """Let the profile's model describe what it has not described yet."""
        from mmrag.pipeline import backfill

        self._let_go_of_files()
        return backfill.describe_figures(self.layout, self.models, retry=retry, on_event=on_event)

    def documents(self) -> list[Document]:
        """All documents in the index, by path."""
        return self.catalog.documents.all()

    def search(
        self,
        question: str = "",
        *,
        image: "Image.Image | AnyPath | None" = None,
        k: int | None = None,
        unit: Unit = "any",
        documents: Sequence[str] = (),
        tags: Sequence[str] = (),
        kinds: Sequence[FigureKind] = (),
        pages: range | None = None,
        channels: Sequence[ChannelName] = (),
    ) -> SearchResult:
        """The pages and figures that match a question, a picture, or both, best first.

        `documents` are IDs, beginnings of IDs or name patterns; `tags` narrow them to those that
        have all of these. Raises `UsageError` for an empty
        query or a filter that nothing can match, `SpaceMismatch`, `ModelError`.
        """
        query, notes = self.query(
            question,
            image=image,
            k=k,
            unit=unit,
            documents=documents,
            tags=tags,
            kinds=kinds,
            pages=pages,
            channels=channels,
        )
        result = self.searcher.search(query)
        return replace(result, notes=(*notes, *result.notes))

    def query(
        self,
        question: str = "",
        *,
        image: "Image.Image | AnyPath | None" = None,
        k: int | None = None,
        unit: Unit = "any",
        documents: Sequence[str] = (),
        tags: Sequence[str] = (),
        kinds: Sequence[FigureKind] = (),
        pages: range | None = None,
        channels: Sequence[ChannelName] = (),
    ) -> "tuple[Query, tuple[str, ...]]":
        """What `search` asks the searcher, and what the user should know of it."""
        from mmrag.retrieve.query import Query, bounded
        from mmrag.store import selection

        question, notes = bounded(question)
        query = Query(
            text=question,
            image=self._picture(image),
            k=self.settings.retrieve.k if k is None else k,
            unit=unit,
            documents=selection.documents(self.catalog, documents, tags),
            kinds=tuple(kinds),
            pages=pages,
            channels=tuple(channels) or None,
        )
        return query, notes

    def evidence(
        self,
        question: str = "",
        *,
        image: "Image.Image | AnyPath | None" = None,
        k: int | None = None,
        documents: Sequence[str] = (),
        tags: Sequence[str] = (),
        kinds: Sequence[FigureKind] = (),
        pages: range | None = None,
        images: bool = True,
        tables: bool = False,
    ) -> tuple[Evidence, ...]:
        """What an answer would be made of, best first: source text, place, and picture of each hit.

        `images=False` leaves the pictures on disk; `tables` come with it as data. Raises
        what `search` raises.
        """
        result = self.search(
            question,
            image=image,
            k=self.settings.answer.k if k is None else k,
            documents=documents,
            tags=tags,
            kinds=kinds,
            pages=pages,
        )
        return self._open.evidence(result, images=images, tables=tables)

    def ask(
        self,
        question: str,
        *,
        k: int | None = None,
        documents: Sequence[str] = (),
        tags: Sequence[str] = (),
        kinds: Sequence[FigureKind] = (),
        pages: range | None = None,
        history: Sequence[Turn] = (),
        on_text: Callable[[str], None] | None = None,
        on_evidence: Callable[[Sequence[MarkedEvidence]], None] | None = None,
    ) -> Answer:
        """Answer from what is retrieved; every citation is validated against it.

        A summary is asked of one document, that of the best hit, and made of its outline.
        `on_text` gets the answer in pieces as it is generated, markers resolved; the returned
        answer is the validated one. `on_evidence` gets the evidence before that, under the markers
        by which the text cites it. Raises what `search` raises.
        """
        result = self.search(
            question,
            k=self.settings.answer.k if k is None else k,
            documents=documents,
            tags=tags,
            kinds=kinds,
            pages=pages,
        )
        return self._open.answer(result, history=history, on_text=on_text, on_evidence=on_evidence)

    def chat(self, *, k: int | None = None, documents: Sequence[str] = ()) -> "Chat":
        """A talk: each follow-up is made into a question of its own and searched anew."""
        from mmrag.answer.chat import Chat

        def ask(question: str, *, history: Sequence[Turn], on_text: "OnText | None") -> Answer:
            return self.ask(question, k=k, documents=documents, history=history, on_text=on_text)

        return Chat(ask, self.models.rewriter())

    def show(
        self,
        image_id: str,
        *,
        save: AnyPath | None = None,
        cells: Sequence[tuple[int, int]] = (),
        boxes: Sequence[BBox] = (),
        draw: bool = False,
    ) -> "Shown":
        """All about one page or figure; `save` writes its page with the box drawn on it.

        With `draw`, a picture that is not kept is drawn from its file.

        `cells` of a table, by row and column from 0, and `boxes` of the page, in points, are framed
        as well. Raises `UsageError` for an ID that is not in the index, a cell that is not in the
        table, a box beside the page or a file name of unknown format.
        """
        from mmrag.store import picture_place, show

        shown = show.show(self.catalog, picture_place.kept(self.catalog), image_id)
        if draw and shown.picture is None:
            try:
                shown = replace(shown, picture=str(self.pictures.file(image_id)))
            except UsageError as error:
                shown = replace(shown, unshown=str(error))
        page = self.catalog.pages.get(ids.page_of(image_id))
        framed = show.framed(shown, page, cells, boxes)
        if save is not None:
            marked = show.mark(self.pictures.open(page.id), page, shown.bbox, framed)
            show.save(marked, Path(save))
        return shown

    def source(self, image_id: str) -> "PictureSource":
        """Where a page or figure lies to be looked at: in its file, or as a picture that is kept.

        Raises `UsageError` where neither is there.
        """
        shown = self.show(image_id)
        source = shown.source() or (shown := self.show(image_id, draw=True)).source()
        if source is None:
            raise UsageError(
                f"{image_id}: its file is gone, and no picture of it is there: {shown.path} "
                f"{shown.unshown}".rstrip()
            )
        return source

    def export_tables(self, folder: AnyPath) -> "Exported":
        """Write tables and charts as CSV into a folder, diagrams in DOT; `tables.csv` lists them.

        Raises `UsageError` where the folder cannot be written.
        """
        from mmrag.store import export

        return export.tables(self.catalog, Path(folder))

    def export_records(
        self, folder: AnyPath, kinds: Sequence[str] = (), file_format: "FileFormat" = "jsonl"
    ) -> "ExportedRecords":
        """Write documents, pages, passages, figures, grids, descriptions and vectors into files.

        Each kind is a file in the folder, of JSON lines or Parquet; `kinds` are all where none is
        named. Raises `UsageError` where the folder cannot be written, and without pyarrow.
        """
        from mmrag.store import records

        return records.write(self.catalog, Path(folder), kinds, file_format)

    def status(self, *, lists_documents: bool = True) -> "IndexStatus":
        """What the index holds, and what went wrong; its documents where they are to be listed."""
        from mmrag.store import status

        return status.of(self.catalog, self.layout, self.vectors, lists_documents=lists_documents)

    def duplicates(self) -> "list[Duplicates]":
        """Groups of pictures that are alike by image vectors and by pixels, the largest first.

        Raises `UsageError` where the image channel is empty.
        """
        from mmrag.retrieve import duplicates

        if IMAGE.name not in self.catalog.vectors.spaces():
            raise UsageError(
                "near-duplicates are found by image vectors, and the image channel is empty: "
                "`mmrag index --channel image` fills it"
            )
        return duplicates.duplicates(self.vectors, self.pictures.open, prepare=self.pictures.files)

    def check(self, *, repair: bool = False) -> "list[Fault]":
        """Compare catalog, vectors, FAISS files and pictures; `repair` rebuilds what is derived."""
        from mmrag.store import check

        return check.check(self.layout, repair=repair, settings=self.settings.store)

    def migrate(self, store: StoreSettings) -> "Migrated":
        """Let another vector store hold what is searched: copied, compared, and kept in the index.

        Resumable. Raises what `mmrag.store.migrate` raises.
        """
        from mmrag.store import migrate

        self._let_go_of_files()
        return migrate.migrate(self.layout, self.settings.store, store)

    def move_pictures(self, to: str) -> "PicturesMoved":
        """Keep pictures in a folder or bucket, or in the index ("index"): copied, compared.

        Resumable. Raises what `mmrag.store.move_pictures` raises.
        """
        from mmrag.store import move_pictures

        self._let_go_of_files()
        return move_pictures.move(self.layout, to)

    def backup(self, file: AnyPath, *, answers: bool = True) -> "BackupReport":
        """Write the database and the pictures into one file; others may read and write meanwhile.

        `answers` are those that a server gave, with what readers called right or wrong. Raises
        `UsageError` where the file is there already, `IndexUnusable` where the database is damaged
        or the disk is full.
        """
        from mmrag.store import backup

        return backup.back_up(self.catalog, Path(file), answers=answers)

    @classmethod
    def restore(cls, file: AnyPath, path: AnyPath | IndexLocation | None = None) -> "BackupReport":
        """Make an index of a backup, at a place where there is none.

        Raises `UsageError` where there is one or the file is no backup, and `IndexUnusable`.
        """
        from mmrag.store import backup

        location = path if isinstance(path, IndexLocation) else index_location(path)
        return backup.restore(Path(file), IndexLayout(location.path))

    def _picture(self, image: "Image.Image | AnyPath | None") -> "Image.Image | None":
        if not isinstance(image, str | PathLike):
            return image
        from mmrag.ingest.formats.pictures import open_picture

        return open_picture(Path(image), self.settings.ingest.max_pixels)
