"""Documents that were read, encoded in a thread of its own and stored by this one, in their order.

So the next documents are read while some are encoded. SQLite, the models' checks and the progress
stay with the thread that reads: the other one sees texts, pictures and encoders alone.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from mmrag.closing import Closing
from mmrag.config import Settings
from mmrag.pipeline import group
from mmrag.pipeline.encoders import Encoders
from mmrag.pipeline.progress import RunProgress
from mmrag.pipeline.run_pictures import RunPictures
from mmrag.store.catalog import Catalog
from mmrag.types import VectorBatch

_TICK_S = 0.2  # between two looks at how far the encoder is, while it is waited for; by hand


class _Closed(Exception):
    """Nobody waits for the vectors any more."""


@dataclass(slots=True)
class _UnderWay:
    """Documents that are being encoded."""

    ready: Sequence[group.ReadyDocument]
    vectors: Future[list[list[VectorBatch]]]
    pages: int
    told: int = 0  # of its pages, as encoded


class DocumentWriter(Closing):
    """Takes documents one by one; `on_stored` is told of each that is in the index.

    One group is encoded at a time, while the next one gathers.
    """

    def __init__(
        self,
        catalog: Catalog,
        pictures: RunPictures,
        encoders: Encoders,
        settings: Settings,
        progress: RunProgress,
        on_stored: Callable[[group.ReadyDocument], None],
    ) -> None:
        self._catalog = catalog
        self._pictures = pictures
        self._encoders = encoders
        self._settings = settings
        self._progress = progress
        self._on_stored = on_stored
        self._waiting = group.DocumentGroup()
        self._under_way: _UnderWay | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="encode")
        self._is_closed = False
        self._done = (0, 1)  # vectors of what is being encoded, and all of them

    def close(self) -> None:
        """End with the batch that the encoder has; documents that are not stored are left out."""
        self._is_closed = True
        self._thread.shutdown(cancel_futures=True)

    def add(self, ready: group.ReadyDocument) -> None:
        """Take a document that was read."""
        self._waiting.add(ready)

    def go_on(self) -> None:
        """Store what is encoded, and have encoded what waits, once it is time.

        Waits for the encoder where so much was read meanwhile that memory would grow.
        """
        now = self._under_way
        if now is not None and not now.vectors.done() and not self._waiting.is_full:
            self._tell(now)
        elif now is not None or self._waiting.is_due:
            self._next(begins=self._waiting.is_due)

    def finish(self) -> None:
        """Encode and store all that was taken."""
        while self._waiting or self._under_way is not None:
            self._next(begins=bool(self._waiting))

    def _next(self, *, begins: bool) -> None:
        """Store what is under way once it is encoded, while what waits is encoded in turn."""
        before = self._under_way
        vectors = self._encoded(before) if before is not None else []
        self._under_way = self._begun(self._waiting.take()) if begins else None
        if before is not None:
            self._store(before.ready, vectors)

    def _begun(self, ready: Sequence[group.ReadyDocument]) -> _UnderWay:
        """Documents that the other thread encodes from now on."""
        text, image = self._encoders.text, self._encoders.image  # checked against the index here

        def encode() -> list[list[VectorBatch]]:
            with self._progress.timed("encode"):
                return group.encode(ready, text, image, self._pictures, self._settings, self._note)

        self._done = (0, 1)
        pages = sum(len(item.parsed.pages) for item in ready)
        return _UnderWay(ready, self._thread.submit(encode), pages)

    def _note(self, done: int, total: int) -> None:
        """For the other thread: so many vectors are there."""
        if self._is_closed:
            raise _Closed
        self._done = (done, total)

    def _encoded(self, now: _UnderWay) -> list[list[VectorBatch]]:
        """The vectors once they are there. Raises what the encoder raises."""
        stage = self._progress.now.stage
        while not wait([now.vectors], _TICK_S).done:
            self._progress.tell(stage="encode")
            self._tell(now)
        vectors = now.vectors.result()
        encoded = self._progress.now.pages_encoded + now.pages - now.told
        self._progress.tell(stage=stage, pages_encoded=encoded)
        return vectors

    def _tell(self, now: _UnderWay) -> None:
        """Pass on how far the encoder is."""
        done, total = self._done
        more = now.pages * done // total - now.told
        if more > 0:
            now.told += more
            self._progress.tell(pages_encoded=self._progress.now.pages_encoded + more)

    def _store(
        self, ready: Sequence[group.ReadyDocument], vectors: Sequence[list[VectorBatch]]
    ) -> None:
        """Store documents with their vectors in one transaction: they were encoded as one, too.

        What a crash costs is what it costs while they are encoded.
        """
        with self._progress.timed("store"):
            self._pictures.keep(item.parsed for item in ready)
            with self._catalog.transaction():
                for item, own in zip(ready, vectors, strict=True):
                    first, *copies = item.sources
                    self._catalog.put(item.parsed, item.descriptions, own, first)
                    if copies:
                        self._catalog.update_sources([(item.parsed.document.id, s) for s in copies])
            for item in ready:
                self._on_stored(item)
            self._pictures.let_go(item.parsed for item in ready)
