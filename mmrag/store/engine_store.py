"""Nearest vectors by a vector database: it proposes, and the catalog's own rows decide.

A table holds the vectors of a channel up to some number; what came later is read from SQLite and
searched beside it, as with FAISS files. Rows reach a table after their document was committed, and
the note on the table says up to which number after the rows are there: whatever is killed in
between leaves rows too many, never too few, and rows that the catalog does not have are never
shown. So an interrupted publication goes on where its last note stands.
"""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from mmrag import ids
from mmrag.channels import VECTOR_NAMES
from mmrag.errors import IndexUnusable
from mmrag.protocols import Nearest, StoreFault
from mmrag.store import nearest
from mmrag.store.catalog import Catalog
from mmrag.store.engine import Held, VectorEngine, forget_held, prefix, read_held, write_held
from mmrag.store.lock import FileLock
from mmrag.store.tail import Tail
from mmrag.store.vectors import Int64, VectorState
from mmrag.types import ChannelName, Float32

TAIL_ROWS = 2000
"""Vectors that may have come since before they are added to the table: reading as many from SQLite
costs a search from a cold start 10 ms. Chosen by hand."""
GONE_SHARE = 0.25
"""Of a table's rows that may be deleted ones before they are looked for. Chosen by hand."""
MAX_TAIL_ROWS = 500_000
"""Rows that a search reads from SQLite where a table lacks them: 770 MB of 384 dimensions, some
seconds. Where more are lacking it says what to do instead. Chosen by hand."""
NOTED_ROWS = 65_536
"""Rows after which a publication notes how far it came: 100 MB of 384 dimensions. By hand."""


class EngineStore:
    """`protocols.VectorStore` by an engine, over the vectors of one catalog."""

    def __init__(
        self,
        catalog: Catalog,
        engine: VectorEngine,
        approximate_from: int,
        tail_rows: int = TAIL_ROWS,
    ) -> None:
        self._catalog = catalog
        self._vectors = catalog.vectors
        self._engine = engine
        self._approximate_from = approximate_from
        self._tail_rows = tail_rows
        self._folder = catalog.layout.engine(engine.name)
        self._seen: dict[ChannelName, Held] = {}
        self._tails: dict[ChannelName, Tail] = {}

    @property
    def name(self) -> str:
        return self._engine.name

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
            among = None
            if document_ids is not None:
                among = self._vectors.numbers_of_documents(channel, document_ids)
                if len(among) <= nearest.EXACT_ROWS:
                    return nearest.among(self._vectors, state.dimension, among, queries, k)
            held = self._usable(channel, state)
            tail = self._tail(channel, state, 0 if held is None else held.last_id)
            total = len(tail.numbers) + (0 if held is None else held.count)
            total = total if among is None else len(among)
            wanted = nearest.candidates(k, exact=held is None or not held.approximate)
            while True:
                proposed = [tail.numbers[own] for own in tail.nearest(queries, wanted, among)]
                if held is not None:
                    own = self._engine.nearest(held.table, queries, wanted, document_ids)
                    proposed = [np.concatenate(both) for both in zip(proposed, own, strict=True)]
                found = nearest.of_numbers(self._vectors, state.dimension, proposed, queries, k)
                if wanted >= total or all(len(items) >= k for items in found):
                    return found
                wanted *= nearest.GROWTH

    def rows(self, channel: ChannelName) -> tuple[list[str], Float32]:
        """All item IDs of a channel and their vectors, shape `(n, dimension)`, oldest first."""
        with self._catalog.snapshot():
            return self._vectors.all_rows(channel)

    def method(self, channel: ChannelName) -> str:
        """How a channel is searched, in words."""
        held = read_held(self._folder, channel)
        if held is None:
            return "exact, without a table"
        return f"{'approximate' if held.approximate else 'exact'}, {self._engine.place}"

    def publish(
        self, channels: Sequence[ChannelName] | None = None, *, force: bool = False
    ) -> list[ChannelName]:
        """Add what came since to the tables, where it is enough; remove tables of nothing.

        `force` makes them anew. Raises `IndexUnusable`; what was there stays in use.
        """
        self._catalog.epochs.begin()  # on the disk before what is derived from it
        wanted = VECTOR_NAMES if channels is None else channels
        published = [channel for channel in wanted if self._publish(channel, force)]
        if published:
            self._drop_strays()
        return published

    def check(self) -> list[StoreFault]:
        """Tables that are missing or hold other rows than the catalog; tables of nothing."""
        faults = []
        for channel in VECTOR_NAMES:
            message = self._fault(channel)
            if message is not None:
                faults.append(StoreFault(f"{self._engine.place} {channel}", message))
        faults += [StoreFault(name, "a table that nothing refers to") for name in self._strays()]
        return faults

    def remove(self) -> None:
        """Remove the tables of this index, and the notes on them."""
        with self._lock():
            for channel in VECTOR_NAMES:
                forget_held(self._folder, channel)
            self._drop_strays()
        self.close()

    def close(self) -> None:
        """Let go of the engine and of what was read."""
        self._tails.clear()
        self._seen.clear()
        self._engine.close()

    def _lock(self) -> FileLock:
        return FileLock(self._folder / "publish.lock").acquire(wait=True)

    def _usable(self, channel: ChannelName, state: VectorState) -> Held | None:
        """What is held of a channel, where it is of this state's past and still there."""
        held, seen = read_held(self._folder, channel), self._seen.get(channel)
        for each in (held, seen):  # one that was published a moment ago is newer than a snapshot
            if each is None or not self._is_of_past(each, state):
                continue
            if each == seen or self._engine.has(each.table):
                self._seen[channel] = each
                return each
        return None

    def _is_of_past(self, held: Held, state: VectorState) -> bool:
        return (
            held.table.startswith(self._prefix(state))
            and self._catalog.epochs.knows(held.epoch)
            and held.state.comes_before(state)
        )

    def _prefix(self, state: VectorState) -> str:
        return prefix(self._catalog.layout, state.index_id, self._engine.place)

    def _tail(self, channel: ChannelName, state: VectorState, start: int) -> Tail:
        """The rows above a number, of which those that were read before are kept."""
        assert state.dimension is not None
        tail = self._tails.get(channel)
        if tail is None or tail.start != start or not tail.comes_before(state):
            if self._vectors.count_after(channel, start) > MAX_TAIL_ROWS:
                raise IndexUnusable(
                    f"{self._engine.place}: {self.name} lacks more than {MAX_TAIL_ROWS:,} vectors "
                    f"of the {channel} channel: `mmrag check --repair` adds them"
                )
            tail = Tail.after(start, state.dimension)
        self._tails[channel] = tail = tail.grown(self._vectors, channel, state)
        return tail

    def _publish(self, channel: ChannelName, force: bool) -> bool:
        with self._catalog.snapshot():
            state = self._vectors.state(channel)
            held = read_held(self._folder, channel)
            if state.dimension is None:
                forget_held(self._folder, channel)
                return held is not None
            usable = not force and held is not None and self._is_of_past(held, state)
            if held is None or not (usable and self._engine.has(held.table)):
                held = self._made(channel, state)
            elif not self._is_due(channel, state, held):
                return False
            with self._lock():
                held = self._added(channel, state, held)
                held = self._pruned(channel, state, held)
                approximate = held.count >= self._approximate_from
                self._engine.settle(held.table, held.count, approximate=approximate)
                write_held(self._folder, channel, replace(held, approximate=approximate))
        return True

    def _is_due(self, channel: ChannelName, state: VectorState, held: Held) -> bool:
        came = self._vectors.count_after(channel, held.last_id)
        return came > self._tail_rows or self._has_many_gone(state, held)

    def _has_many_gone(self, state: VectorState, held: Held) -> bool:
        gone = state.deleted - held.deleted
        return gone > max(self._tail_rows, GONE_SHARE * held.count)

    def _made(self, channel: ChannelName, state: VectorState) -> Held:
        """An empty table for a channel, noted at once: what fills it goes on from the note."""
        assert state.dimension is not None
        table = f"{self._prefix(state)}{channel}_{uuid.uuid4().hex[:8]}"
        epoch = self._catalog.epochs.latest().name
        self._engine.make(table, state.dimension)
        return Held(table, state.index_id, epoch, state.dimension, 0, 0, state.deleted, False)

    def _added(self, channel: ChannelName, state: VectorState, held: Held) -> Held:
        """With the rows that came since; what an interruption left above them goes first."""
        self._engine.remove_above(held.table, held.last_id)
        epoch = self._catalog.epochs.latest().name
        numbers: list[Int64] = []
        rows: list[Float32] = []

        def flush() -> Held:
            together = np.concatenate(numbers)
            items = self._vectors.items(together.tolist())
            documents = [ids.document_of(items[number]) for number in together.tolist()]
            self._engine.add(held.table, together, documents, np.concatenate(rows))
            noted = replace(
                held, epoch=epoch, count=held.count + len(together), last_id=int(together[-1])
            )
            write_held(self._folder, channel, noted)
            numbers.clear()
            rows.clear()
            return noted

        for some, own in self._vectors.read(channel, held.dimension, held.last_id):
            numbers.append(some)
            rows.append(own)
            if sum(map(len, numbers)) >= NOTED_ROWS:
                held = flush()
        if numbers:
            held = flush()
        held = replace(held, epoch=epoch, last_id=state.last_id)
        write_held(self._folder, channel, held)
        return held

    def _pruned(self, channel: ChannelName, state: VectorState, held: Held) -> Held:
        """Without rows that the catalog has no more, where they are many."""
        if not self._has_many_gone(state, held):
            return held
        stored = self._engine.numbers(held.table)
        left = np.setdiff1d(stored, self._vectors.numbers(channel))
        pruned = replace(held, count=len(stored) - len(left), deleted=state.deleted)
        write_held(self._folder, channel, pruned)  # first: what is gone may then be missed by none
        self._engine.remove(held.table, left)
        return pruned

    def _fault(self, channel: ChannelName) -> str | None:
        state, held = self._vectors.state(channel), read_held(self._folder, channel)
        if state.dimension is None:
            return None if held is None else "the channel is empty, and has a table"
        if held is None:
            return "the channel has no table"
        if not self._is_of_past(held, state):
            return "made of another state of the index"
        if not self._engine.has(held.table):
            return f"the table {held.table} is missing"
        return self._difference(channel, state.dimension, held)

    def _difference(self, channel: ChannelName, dimension: int, held: Held) -> str | None:
        """How a table differs from the vectors that it holds; it may have others besides."""
        missing = np.setdiff1d(self._vectors.numbers(channel), self._engine.numbers(held.table))
        missing = missing[missing <= held.last_id]
        if len(missing):
            return f"vector {missing[0]} is not in it, and {len(missing) - 1} others are not"
        for numbers, rows in self._engine.rows(held.table):
            there, stored, _ = self._vectors.read_some(np.sort(numbers), dimension)
            own = rows[np.argsort(numbers)][np.isin(np.sort(numbers), there)]
            same = np.isclose(own, stored, atol=1e-6).all(axis=1) | (there > held.last_id)
            if not same.all():
                return f"vector {there[~same][0]} is another one in it"
        return None

    def _strays(self) -> list[str]:
        """Tables of this index that no note refers to: what an interrupted publication left."""
        notes = (read_held(self._folder, channel) for channel in VECTOR_NAMES)
        known = {held.table for held in notes if held is not None}
        prefix = self._prefix(self._vectors.state(VECTOR_NAMES[0]))
        own = tuple(f"{prefix}{channel}_" for channel in VECTOR_NAMES)  # words have others
        tables = self._engine.tables()
        return [name for name in tables if name.startswith(own) and name not in known]

    def _drop_strays(self) -> None:
        for table in self._strays():
            with suppress(IndexUnusable):  # the next publication tries again
                self._engine.drop(table)
