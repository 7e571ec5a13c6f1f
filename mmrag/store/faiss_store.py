"""Nearest vectors: FAISS over the bulk of a channel, the newest rows straight from SQLite.

FAISS is derived. A channel's file holds the vectors up to some number; what came later is read
from the database and searched beside it, so that adding one document costs what it costs. FAISS
and the tail propose; scores are computed from their rows in double precision, each by itself, and
the database says which of them are still there, so that the state of the files never changes a
result. A file is used where the database knows the epoch that it was made
of: one of a future that a restored backup or a power cut took back is made anew.

From a size on the file approximates (`mmrag.store.faiss_lists`): it proposes more candidates, whose
rows are read from the database, and it is added to, and trained anew only when it has doubled.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import faiss
import numpy as np

from mmrag.channels import VECTOR_NAMES
from mmrag.errors import IndexUnusable
from mmrag.protocols import Nearest, StoreFault
from mmrag.store import faiss_check, faiss_files, faiss_lists, nearest
from mmrag.store.catalog import Catalog
from mmrag.store.faiss_files import Bulk, Generation
from mmrag.store.faiss_lists import Trained
from mmrag.store.lock import FileLock
from mmrag.store.tail import Tail
from mmrag.store.vectors import Int64, VectorState
from mmrag.types import ChannelName, Float32

TAIL_SHARE = 0.25
TAIL_ROWS = 2000
"""What may have come or gone since before a file is written anew: this share of its vectors, or
this many where that is more. Chosen by hand."""
APPROXIMATE_TAIL_SHARE = 0.02
"""The same share of an approximate file, which is added to and not made anew: 20,000 of a million
rows, which a search from a cold start reads in 0.1 s. Chosen by hand."""
APPROXIMATE_FROM = 500_000
"""Vectors of a channel from which its file approximates; as in `config.StoreSettings`."""
RETRAINED_GROWTH = 2
"""Times as many vectors as an approximate file was trained for, from which it is trained anew."""
ONE_THREAD_ROWS = 200_000
"""Rows times queries up to which one thread searches: to wake others cost 5 ms a channel, measured
on two cores. The number was chosen by hand."""
_THREADS: int = faiss.omp_get_max_threads()
SAMPLE_ROWS = 64
"""Rows of a file that are compared with the database as it is loaded; they cost a millisecond. By
hand: where a tenth of the rows differ, one in a thousand loads does not see it."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The rows of a file in memory, shared with other readers, and those that came after it."""

    file: str  # "" where it was built in memory
    bulk: Bulk
    state: VectorState  # what `bulk` was made of
    tail: Tail


class FaissStore:
    """`protocols.VectorStore` by FAISS files in the folder of the index."""

    name = "faiss"

    def __init__(
        self,
        catalog: Catalog,
        tail_share: float = TAIL_SHARE,
        tail_rows: int = TAIL_ROWS,
        approximate_from: int = APPROXIMATE_FROM,
    ) -> None:
        self._layout = catalog.layout
        self._catalog = catalog
        self._vectors = catalog.vectors
        self._tail_share = tail_share
        self._tail_rows = tail_rows
        self._approximate_from = approximate_from
        self._loaded: dict[ChannelName, _Loaded] = {}

    def search(
        self,
        channel: ChannelName,
        queries: Float32,
        k: int,
        document_ids: Sequence[str] | None = None,
    ) -> list[Nearest]:
        """As the protocol says; scores are cosines in double precision."""
        with self._catalog.snapshot():
            state = self._vectors.state(channel)
            if state.dimension is None or k < 1:
                return [[] for _ in queries]
            queries = nearest.checked(channel, state, queries)
            if document_ids is None:
                return self._search(channel, state, queries, k, None)
            among = self._vectors.numbers_of_documents(channel, document_ids)
            if len(among) > nearest.EXACT_ROWS:
                return self._search(channel, state, queries, k, among)
            return nearest.among(self._vectors, state.dimension, among, queries, k)

    def rows(self, channel: ChannelName) -> tuple[list[str], Float32]:
        """All item IDs of a channel and their vectors, shape `(n, dimension)`, oldest first."""
        with self._catalog.snapshot():
            return self._vectors.all_rows(channel)

    def method(self, channel: ChannelName) -> str:
        """How a channel is searched, in words."""
        held = faiss_files.read_manifest(self._layout, channel)
        return "exact" if held is None or held.is_exact else "approximate"

    def publish(
        self, channels: Sequence[ChannelName] | None = None, *, force: bool = False
    ) -> list[ChannelName]:
        """Write FAISS files anew where too much came or went since; and tidy up, for all channels.

        Raises `IndexUnusable` where the disk is full; what was there stays in use.
        """
        self._catalog.epochs.begin()  # on the disk before what is derived from it
        wanted = VECTOR_NAMES if channels is None else channels
        published = [channel for channel in wanted if self._publish(channel, force)]
        if channels is None and faiss_files.strays(self._layout):
            with FileLock(self._layout.publish_lock).acquire(wait=True):
                faiss_files.remove_strays(self._layout)
        return published

    def check(self) -> list[StoreFault]:
        """FAISS files that are absent, damaged or of other content than the rows; stray files."""
        return list(faiss_check.faults(self._catalog))

    def remove(self) -> None:
        """Remove the files of all channels."""
        with FileLock(self._layout.publish_lock).acquire(wait=True):
            for channel in VECTOR_NAMES:
                faiss_files.forget(self._layout, channel)
            faiss_files.remove_strays(self._layout)
        self.close()

    def close(self) -> None:
        """Forget what was loaded."""
        self._loaded.clear()

    def _publish(self, channel: ChannelName, force: bool) -> bool:
        with self._catalog.snapshot():
            state = self._vectors.state(channel)
            if not force and not self._is_due(channel, state):
                return False
            with FileLock(self._layout.publish_lock).acquire(wait=True):
                held = None if force else faiss_files.read_manifest(self._layout, channel)
                self._make(channel, state, self._catalog.epochs.latest().name, held)
        return True

    def _make(
        self, channel: ChannelName, state: VectorState, epoch: str, held: Generation | None
    ) -> Generation | None:
        """Write the file of a state: exact, approximate, or `held` with more in it."""
        base, after = self._base(channel, state, held)
        rows = self._rows(channel, state, after)
        return faiss_files.publish(self._layout, channel, epoch, state, rows, base)

    def _base(
        self, channel: ChannelName, state: VectorState, held: Generation | None
    ) -> tuple[Trained | None, int]:
        """What rows are added to, and the number after which they are; None is an exact index."""
        count = self._vectors.counts().get(channel, 0)
        if state.dimension is None or count < self._approximate_from:
            return None, 0
        if held is not None and not held.is_exact and self._is_of_past(held, state):
            gone = state.deleted - held.trained_deleted
            is_alike = count <= RETRAINED_GROWTH * held.trained_count and gone <= count * TAIL_SHARE
            whole = faiss_files.whole(self._layout, held) if is_alike else None
            if whole is not None:
                return whole, held.last_id
        drawn = faiss_lists.sample(self._vectors.numbers(channel))
        _, rows, _ = self._vectors.read_some(drawn, state.dimension)
        return faiss_lists.train(rows, count, state.deleted), 0

    def _is_due(self, channel: ChannelName, state: VectorState) -> bool:
        held = faiss_files.read_manifest(self._layout, channel)
        if state.dimension is None:
            return held is not None
        if (
            held is None
            or not self._is_of_past(held, state)
            or not faiss_files.is_there(self._layout, held)
        ):
            return True
        arrived = self._vectors.count_after(channel, held.last_id)
        changed = arrived + state.deleted - held.deleted
        if held.is_exact != (held.count + arrived < self._approximate_from):
            return True
        share = self._tail_share if held.is_exact else APPROXIMATE_TAIL_SHARE
        return changed > max(self._tail_rows, share * held.count)

    def _rows(
        self, channel: ChannelName, state: VectorState, after: int = 0
    ) -> Iterator[tuple[Int64, Float32]]:
        if state.dimension is None:
            return iter(())
        return self._vectors.read(channel, state.dimension, after)

    def _search(
        self,
        channel: ChannelName,
        state: VectorState,
        queries: Float32,
        k: int,
        among: Int64 | None,
    ) -> list[Nearest]:
        """Candidates of FAISS and of the tail; more of them while deleted rows take the places."""
        assert state.dimension is not None
        loaded = self._refresh(channel, state)
        held = loaded.bulk.count
        total = held + len(loaded.tail.numbers) if among is None else len(among)
        wanted = nearest.candidates(k, exact=loaded.bulk.is_exact)
        while True:
            bulk = _bulk(loaded.bulk, queries, min(wanted, held), among)
            tail = loaded.tail.nearest(queries, wanted, among)
            found = self._there(loaded, queries, list(zip(bulk, tail, strict=True)), k)
            if wanted >= total or all(len(items) >= k for items in found):
                return found
            wanted *= nearest.GROWTH

    def _there(
        self,
        loaded: _Loaded,
        queries: Float32,
        candidates: Sequence[tuple[Int64, Int64]],
        k: int,
    ) -> list[Nearest]:
        """The best of the candidates that this state has: numbers in FAISS, places in the tail."""
        numbers = [np.concatenate([bulk, loaded.tail.numbers[tail]]) for bulk, tail in candidates]
        if not loaded.bulk.is_exact:
            dimension = loaded.bulk.index.d
            return nearest.of_numbers(self._vectors, dimension, numbers, queries, k)
        items = self._vectors.items({number for own in numbers for number in own.tolist()})
        found: list[Nearest] = []
        for query, own, (bulk, tail) in zip(queries, numbers, candidates, strict=True):
            places = np.searchsorted(loaded.bulk.ids, bulk)
            rows = np.concatenate([loaded.bulk.rows(places), loaded.tail.rows[tail]])
            scored = zip(own.tolist(), nearest.cosines(rows, query), strict=True)
            there = [(items[number], score) for number, score in scored if number in items]
            found.append(
                nearest.best([item for item, _ in there], [score for _, score in there], k)
            )
        return found

    def _refresh(self, channel: ChannelName, state: VectorState) -> _Loaded:
        """What is in memory, brought up to the state that this reader sees."""
        loaded = self._loaded.get(channel)
        held = faiss_files.read_manifest(self._layout, channel)
        for _ in range(2):  # a file may be replaced between the manifest and the look at it
            if held is None or (loaded is not None and held.file == loaded.file):
                break
            loaded = self._from_file(held, state) or loaded
            held = faiss_files.read_manifest(self._layout, channel)
        if loaded is None or not loaded.state.comes_before(state):
            loaded = self._rebuild(channel, state, held)
        tail = loaded.tail.grown(self._vectors, channel, state)
        self._loaded[channel] = loaded = replace(loaded, tail=tail)
        return loaded

    def _from_file(self, held: Generation, state: VectorState) -> _Loaded | None:
        """What a FAISS file holds; None where it is of no use to this reader."""
        if not self._is_of_past(held, state):
            return None
        bulk = faiss_files.load(self._layout, held)
        if bulk is None or not self._holds_sample(bulk):
            return None
        return _without_tail(held.file, bulk, held.state)

    def _is_of_past(self, held: Generation, state: VectorState) -> bool:
        """Whether a file was made of this state or of one that it has come from."""
        return self._catalog.epochs.knows(held.epoch) and held.state.comes_before(state)

    def _holds_sample(self, bulk: Bulk) -> bool:
        """Whether some rows, drawn at random, are those of the database; deleted ones may be."""
        numbers, rows = bulk.sample(SAMPLE_ROWS)
        there, stored, _ = self._vectors.read_some(numbers, bulk.index.d)
        return np.array_equal(rows[np.searchsorted(numbers, there)], stored)

    def _rebuild(
        self, channel: ChannelName, state: VectorState, held: Generation | None
    ) -> _Loaded:
        """A FAISS index of this state: on disk where that is possible, else in memory."""
        epoch = self._catalog.epochs.latest()
        if epoch.is_now and self._may_replace(held, state):
            try:
                with FileLock(self._layout.publish_lock).acquire():
                    made = self._make(channel, state, epoch.name, held)
            except IndexUnusable:  # no right to write, no space, or another process is at it
                made = None
            loaded = self._from_file(made, state) if made is not None else None
            if loaded is not None:
                return loaded
        assert state.dimension is not None
        index = faiss_files.build(self._rows(channel, state), state.dimension)
        return _without_tail("", Bulk.of(index), state)

    def _may_replace(self, held: Generation | None, state: VectorState) -> bool:
        """Whether a file is of no use to anyone: not even the newest state knows its epoch."""
        if held is None or self._is_of_past(held, state):
            return True
        with Catalog.open(self._layout) as newest:
            return not newest.epochs.knows(held.epoch)


def _without_tail(file: str, bulk: Bulk, state: VectorState) -> _Loaded:
    return _Loaded(file, bulk, state, Tail.after(state.last_id, bulk.index.d))


def _bulk(bulk: Bulk, queries: Float32, wanted: int, among: Int64 | None) -> list[Int64]:
    """Numbers of the `wanted` nearest rows that FAISS holds, for each query."""
    if wanted < 1:
        return [np.empty(0, np.int64) for _ in queries]
    index = bulk.index
    is_small = index.ntotal * len(queries) <= ONE_THREAD_ROWS
    faiss.omp_set_num_threads(1 if is_small or not bulk.is_exact else _THREADS)
    if not bulk.is_exact:
        return faiss_lists.nearest(index, queries, wanted, among)
    only = None
    if among is not None:
        only = faiss.SearchParameters(sel=faiss.IDSelectorBatch(among))  # type: ignore[call-arg]
    _, ids = index.search(queries, wanted, params=only)
    return [row[row >= 0] for row in ids]  # -1 where fewer were found
