"""An indexing run: compare, read, describe, encode, store; resumable at any moment.

What is on disk is right after each step: a document and all that belongs to it are one
transaction, and what a run leaves undone the next run finds undone.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from mmrag.config import IngestSettings
from mmrag.describe.extracted import ExtractedDescriber
from mmrag.errors import IndexUnusable, MmragError, ModelError, UsageError
from mmrag.ingest.characters import named
from mmrag.ingest.events import (
    FileCounted,
    FileFailed,
    FileParsed,
    FileUnreached,
    PageParsed,
    ParseEvent,
    ParseTask,
)
from mmrag.ingest.formats import passwords
from mmrag.ingest.reasons import ran_out_of_time
from mmrag.ingest.walk import FoundFiles, find_files
from mmrag.models import Models
from mmrag.paths import is_address, text_of
from mmrag.pipeline import group, summary
from mmrag.pipeline.backfill import fill_lacking
from mmrag.pipeline.describing import describe_missing
from mmrag.pipeline.encoders import Encoders
from mmrag.pipeline.engine import OpenEngine, RunEngine, local
from mmrag.pipeline.member_files import MAX_DEPTH, MemberFiles
from mmrag.pipeline.plan import DEFAULT, Plan, RunOptions, compare, source_of
from mmrag.pipeline.progress import OnEvent, Progress, RunProgress, Stage
from mmrag.pipeline.remote_files import RemoteFiles
from mmrag.pipeline.run_pictures import RunPictures
from mmrag.pipeline.trace import Trace
from mmrag.pipeline.writing import DocumentWriter
from mmrag.reports import IndexReport
from mmrag.store import keyword_store, picture_place
from mmrag.store import tags as store_tags
from mmrag.store.catalog import Catalog
from mmrag.store.item_pictures import ItemPictures
from mmrag.store.layout import IndexLayout
from mmrag.store.sources import Failure, SourceFile
from mmrag.store.vector_store import open_page_index, open_vector_store
from mmrag.types import Problem

NO_IMAGE_MODEL = (
    "the image channel is empty: this profile has no image checkpoint; "
    "`mmrag index --channel image` with a profile that has one fills it in later"
)


def index_paths(
    layout: IndexLayout,
    paths: Sequence[Path | str],
    models: Models,
    options: RunOptions = DEFAULT,
    *,
    password_file: str | None = None,
    tags: Sequence[str] = (),
    open_engine: OpenEngine = local,
    on_event: OnEvent | None = None,
    trace: Path | None = None,
) -> IndexReport:
    """Bring an index up to date with files and folders; it is made where there is none.

    A path may be an address, as of a bucket (`s3://...`) or a folder of a web server
    (`https://.../`), which fsspec reads.

    New files are added, changed ones replaced, renamed ones recognised, and those that vanished
    from below `paths` removed. Files that failed are not read again before they change. `options`
    say where it is otherwise. Ctrl-C ends the run early; the next one goes on.

    `password_file` goes before the profile's; what lies at or below the paths has `tags`;
    `open_engine` says who reads and encodes; `trace` is a file that tells what ran when.

    A file that cannot be read is a line in the report. Raises `UsageError` for a path that does not
    exist, and where most of the files that the index holds of these folders have vanished (so looks
    a share that is not mounted) unless the options allow it; `IndexLocked`, `SpaceMismatch`, and
    `IndexUnusable` where the disk is full.
    """
    ingest = models.settings.ingest
    if password_file is not None:
        ingest = ingest.model_copy(update={"password_file": password_file})
    passwords.read(ingest.password_file)  # or the user is told before anything is read
    found = find_files(paths, ingest.ignore)
    with (
        Catalog.create(layout) as catalog,
        Trace(trace) as spans,
        open_engine(ingest, models) as engine,
    ):
        run = _IndexRun(catalog, ingest, engine, on_event, spans)
        if tags:
            store_tags.add(catalog, map(text_of, found.roots), tags)
        with RemoteFiles(layout, found, ingest.fetch_mb << 20, engine.fetch) as remote:
            return run.execute(found, options, remote)


class _IndexRun:
    def __init__(
        self,
        catalog: Catalog,
        ingest: IngestSettings,
        engine: RunEngine,
        on_event: OnEvent | None,
        trace: Trace,
    ) -> None:
        self._catalog = catalog
        self._ingest = ingest
        self._models = engine.models
        self._settings = engine.models.settings
        self._parse = engine.parse
        self._extracted = ExtractedDescriber()
        self._pictures = RunPictures(
            catalog.layout,
            picture_place.kept_for_run(catalog, self._settings.store.pictures),
            keeps=ingest.pictures == "kept",
            encodes=engine.models.has_image_encoder or engine.models.has_page_encoder,
        )
        self._encoders = Encoders(engine.models, catalog)
        self._trace = trace
        self._progress = RunProgress(on_event, trace)
        self._report = IndexReport()
        self._late = 0  # files that the next run reads again, for their time ran out
        self._has_orphans = False  # pictures that no document refers to may be left
        self._orphans_left = ""  # why they could not be removed

    def execute(self, found: FoundFiles, options: RunOptions, remote: RemoteFiles) -> IndexReport:
        start = time.monotonic()
        last = self._catalog.runs.last(1)
        was_broken = bool(last) and last[0].status != "done"
        self._has_orphans = was_broken
        number = self._catalog.runs.begin()
        status = "failed"
        try:
            try:
                plan = self._compare(found, options, remote)
                self._read(plan, remote)
                if was_broken or plan.tasks or plan.held or plan.gone:  # else no path is new
                    self._retitle()
                self._describe()
                self._fill()
                self._finish()
            except KeyboardInterrupt:
                self._report = replace(self._report, interrupted=True)
            self._progress.seconds["total"] = time.monotonic() - start
            self._report = summary.completed(
                replace(
                    self._report,
                    seconds=dict(self._progress.seconds),
                    notes=(*self._notes(), *remote.notes()),
                    problems=tuple(self._encoders.problems),
                ),
                self._catalog,
                found,
            )
            status = "interrupted" if self._report.interrupted else "done"
        finally:
            self._pictures.close()
            with suppress(MmragError):  # the error that ended the run is the one to tell
                self._catalog.runs.end(number, status, summary.as_json(self._report))
        return self._report

    def _notes(self) -> Iterator[str]:
        """What the user should know."""
        if self._settings.image.backend == "none":
            yield NO_IMAGE_MODEL
        if told := picture_place.elsewhere(self._catalog, self._settings.store.pictures):
            yield told
        if self._orphans_left:
            yield self._orphans_left
        if self._late:
            yield (
                f"{self._late} files ran out of time ([ingest] page_timeout_s = "
                f"{self._ingest.page_timeout_s:g}): the next run reads them again, once"
            )

    def _compare(self, found: FoundFiles, options: RunOptions, remote: RemoteFiles) -> Plan:
        """Plan, and do at once what needs no reading."""
        total = len(found.files)
        with self._progress.timed("compare"):
            plan = compare(
                self._catalog,
                found,
                options,
                retry_locked=bool(self._ingest.password_file),
                sha256_of=remote.sha256,
                expect=remote.expect,
                on_file=lambda number, path: self._progress.tell(
                    files=number, files_total=total, path=path
                ),
            )
            if plan.loses_most and not options.allow_removals:
                raise _too_many_gone(found, plan)
            if plan.held or plan.gone:
                self._catalog.update_sources(plan.held, plan.gone)
            for failure in plan.failures:
                self._catalog.set_failure(failure, keep_document=True)
        self._has_orphans |= bool(plan.gone)
        self._report = replace(
            self._report,
            unchanged=plan.unchanged,
            copies=plan.copies,
            renamed=plan.renamed,
            removed=plan.removed,
        )
        return plan

    def _read(self, plan: Plan, remote: RemoteFiles) -> None:
        """Read the files, then those within them, and so on."""
        if not plan.tasks:
            return
        with closing(MemberFiles(self._catalog)) as members:
            for tasks in remote.rounds(plan.tasks, partial(self._lose, plan)):
                plan.tasks = tasks
                for depth in range(MAX_DEPTH + 1):
                    plan.tasks = members.unpacking(plan.tasks)
                    self._read_round(plan, members, remote)
                    members.next_round(plan, is_last=depth == MAX_DEPTH)
                    if not plan.tasks:
                        break
            members.finish()
        self._has_orphans |= self._pictures.keeps_at_once or plan.replaces

    def _lose(self, plan: Plan, task: ParseTask, problem: Problem) -> None:
        """Note that a file cannot be read now; what the index holds of it stays."""
        for source in plan.waiting[task.sha256]:
            failure = Failure(SourceFile(source.path), None, problem)
            self._catalog.set_failure(failure, keep_document=True)

    def _read_round(self, plan: Plan, members: MemberFiles, remote: RemoteFiles) -> None:
        """Read files, and encode and store what comes of them."""
        first: Stage = "count" if len(plan.tasks) > 1 else "read"
        self._progress.now = Progress(first, files_total=len(plan.tasks))
        self._encoders.start()
        with (
            closing(self._parse(plan.tasks, self._pictures.taker)) as events,
            DocumentWriter(
                self._catalog,
                self._pictures,
                self._encoders,
                self._settings,
                self._progress,
                self._count,
            ) as writer,
        ):
            while (event := self._next(events)) is not None:
                match event:
                    case FileCounted():
                        self._progress.counted(event.path, event.page_count)
                    case PageParsed():
                        self._trace.page(event)
                        self._progress.page_read(event.path, event.page_count)
                    case FileParsed():
                        ready = self._file(event, plan, members)
                        if ready is not None:
                            writer.add(ready)
                    case FileFailed():
                        self._failed(event, plan)
                        members.note_failed(text_of(event.path))
                    case FileUnreached():
                        self._progress.file_put_off(event.path)
                        remote.miss(event.path, event.why)
                writer.go_on()
            writer.finish()

    def _next(self, events: Iterator[ParseEvent]) -> ParseEvent | None:
        with self._progress.timed("read"):
            return next(events, None)

    def _file(
        self, event: FileParsed, plan: Plan, members: MemberFiles
    ) -> group.ReadyDocument | None:
        """Describe a document that was read; None where its file changed meanwhile."""
        sources = plan.waiting[event.document.document.sha256]
        here = next(source for source in sources if source.path == text_of(event.path))
        self._progress.file_read(event.path)
        if not _is_still(here, members.real_file(here.path)):
            self._progress.tell(
                pages_encoded=self._progress.now.pages_encoded + len(event.document.pages)
            )
            problem = Problem("open", "changed while it was read: run again")
            failure = Failure(SourceFile(here.path), None, problem)
            self._catalog.set_failure(failure, keep_document=True)
            return None
        with self._progress.timed("describe"):
            parsed = event.document
            grids = {grid.figure_id: grid for grid in parsed.grids}
            title = parsed.document.title
            descriptions = group.describe(
                parsed.figures, grids, parsed.graphs, title, self._extracted
            )
        held = self._stamped(plan, parsed.document.sha256, parsed.document.problems)
        return group.ReadyDocument(parsed, descriptions, tuple(members.note(event, held)))

    def _stamped(
        self, plan: Plan, sha256: str, problems: Sequence[Problem]
    ) -> Sequence[SourceFile]:
        """The files of a document, without their stamps where the next run is to read it again.

        That is where it ran out of time, and did not when it was read before.
        """
        sources = plan.waiting[sha256]
        if sha256 in plan.late or not any(map(ran_out_of_time, problems)):
            return sources
        self._late += 1
        return [SourceFile(source.path) for source in sources]

    def _failed(self, event: FileFailed, plan: Plan) -> None:
        """Record a file that could not be read, and its copies with it."""
        sha256 = event.sha256 or next(t.sha256 for t in plan.tasks if t.path == event.path)
        for source in self._stamped(plan, sha256, [event.problem]):
            self._catalog.set_failure(Failure(source, event.sha256, event.problem))
        self._progress.file_failed(event.path)

    def _count(self, item: group.ReadyDocument) -> None:
        report, parsed = self._report, item.parsed
        self._report = replace(
            report,
            stored=report.stored + 1,
            copies=report.copies + len(item.sources) - 1,
            pages=report.pages + len(parsed.pages),
            figures=report.figures + len(parsed.figures),
            passages=report.passages + len(parsed.passages),
        )
        self._progress.tell(figures=self._report.figures, path=item.sources[0].path)

    def _retitle(self) -> None:
        """Documents that are called as their files follow them, and so do their descriptions."""
        with self._progress.timed("describe"):
            for document in self._catalog.documents.all():
                title = named(Path(document.path))
                if document.is_named and document.title != title:
                    figures = self._catalog.figures.of_document(document.id)
                    grids = self._catalog.grids.of_figures(figure.id for figure in figures)
                    graphs = self._catalog.graphs.of_figures(figure.id for figure in figures)
                    descriptions = group.describe(figures, grids, graphs, title, self._extracted)
                    self._catalog.retitle(document.id, title, descriptions)

    def _describe(self) -> None:
        """Let the profile's model describe the figures that no model has described."""
        if not self._models.has_describer or not self._catalog.descriptions.is_any_missing():
            return
        self._progress.now = Progress("describe")
        with self._progress.timed("describe"):
            try:
                describer = self._models.describer()
            except ModelError as error:
                self._encoders.problems.append(f"figures not described by a model: {error}")
                return
            told = describe_missing(
                self._catalog,
                ItemPictures(self._catalog, self._models.page_reader),
                describer,
                self._models.grid_reader(),
                on_figure=lambda done, total: self._progress.tell(
                    figures=done, figures_total=total
                ),
            )
        self._report = replace(self._report, described=told)

    def _fill(self) -> None:
        """Encode what has no vector yet: new descriptions, and what earlier runs left undone."""
        with self._progress.timed("encode"):
            self._progress.now = Progress("encode")
            fill_lacking(self._catalog, self._models, self._encoders, self._progress.vectors)

    def _finish(self) -> None:
        """Bring up to date what is derived."""
        with self._progress.timed("finish"):
            self._progress.tell(stage="finish")
            self._catalog.vectors.forget_empty_spaces()
            open_vector_store(self._catalog, self._settings.store).publish()
            self._publish_pages()
            keyword_store.publish(self._catalog.session, self._catalog.layout, self._settings.store)
            if self._has_orphans:
                self._remove_orphans()
            self._catalog.checkpoint()

    def _publish_pages(self) -> None:
        """Let an index hold the vectors of pages, where it is to find more than are compared."""
        index = open_page_index(self._catalog, self._settings.store)
        if index is None:
            return
        late = self._settings.late
        if late.finds and self._catalog.page_vectors.count() > late.compared_pages:
            index.publish()
        else:
            index.remove()
        index.close()

    def _remove_orphans(self) -> None:
        """Remove pictures that no document refers to; a bucket that refuses that is told."""
        try:
            self._pictures.kept.remove_orphans(set(self._catalog.picture_hashes()))
        except (IndexUnusable, UsageError) as error:  # the latter where no connection is allowed
            self._orphans_left = f"pictures that nothing refers to are left: {error}"


def _is_still(source: SourceFile, file: Path) -> bool:
    """Whether a file is as it was when its bytes were hashed, or those of what it lies within.

    Of one behind an address a copy was read.
    """
    if is_address(source.path):
        return True
    try:
        return replace(source_of(file), path=source.path) == source
    except OSError:
        return False


def _too_many_gone(found: FoundFiles, plan: Plan) -> UsageError:
    return UsageError(
        f"{', '.join(map(text_of, found.roots))}: {plan.removed} of the {plan.indexed} files that "
        "the index holds from there have vanished, and nothing was changed: if the folder is not "
        "mounted or was moved, mount it or index it where it is now; if they are meant to go, "
        "run this again with --allow-removals; --keep-missing keeps them"
    )
