"""FAISS files on disk: one per channel and generation, published whole or not at all.

A generation is an inner-product index of all rows as the database has them, in half precision,
whose IDs are the numbers of the vectors in SQLite, or an approximate one of as many
(`mmrag.store.faiss_lists`). Its manifest says which epoch it was made of and the checksum of its
bytes. Nothing is handed to FAISS before the checksum of what it reads has been compared: FAISS
loads damaged files without a word. However many readers a process has, threads or indexes, it holds
the rows of a file once.
"""

import hashlib
import json
import os
import random
import re
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Lock
from weakref import WeakValueDictionary

import faiss
import numpy as np

from mmrag.channels import VECTOR_NAMES
from mmrag.errors import IndexUnusable
from mmrag.store import faiss_lists
from mmrag.store.faiss_lists import Trained
from mmrag.store.layout import IndexLayout
from mmrag.store.private import open_private, replace_file
from mmrag.store.vectors import Int64, VectorState
from mmrag.types import ChannelName, Float32

DIGESTED_BYTES = 1 << 20
"""Read at once where a file is hashed. Chosen by hand."""
_FILE = re.compile(r"[a-z]+-[0-9a-f]{12}\.faiss")


@dataclass(frozen=True, slots=True)
class Generation:
    """The manifest of one FAISS file. `last_id` and `deleted` are those of `VectorState`."""

    file: str
    size: int
    sha256: str
    index_id: str
    epoch: str  # of the state that it was made of
    dimension: int
    count: int
    last_id: int
    deleted: int
    head: int = 0  # bytes of an approximate file that are read as it is opened; 0: it is exact
    head_sha256: str = ""
    trained_count: int = 0  # vectors that there were, and had been deleted, when it was trained
    trained_deleted: int = 0

    @property
    def is_exact(self) -> bool:
        """Whether the file holds the rows as they are, all of them to be read."""
        return not self.head

    @property
    def state(self) -> VectorState:
        """The state that the file was made of."""
        return VectorState(self.index_id, self.dimension, self.last_id, self.deleted)


def read_manifest(layout: IndexLayout, channel: ChannelName) -> Generation | None:
    """The generation that a channel has; None where there is none that can be understood."""
    try:
        generation = Generation(**json.loads(_manifest(layout, channel).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
    return generation if _FILE.fullmatch(str(generation.file)) else None


def is_there(layout: IndexLayout, generation: Generation) -> bool:
    """Whether the file is there with its full length."""
    try:
        return (layout.vectors / generation.file).stat().st_size == generation.size
    except OSError:
        return False


def fault(layout: IndexLayout, generation: Generation) -> str | None:
    """What is wrong with a file, in words; None where its bytes are those that were published."""
    return _fault(layout, generation, generation.size, generation.sha256)


def head_fault(layout: IndexLayout, generation: Generation) -> str | None:
    """The same of those bytes that FAISS reads as it opens the file: all, or those of its head."""
    if generation.is_exact:
        return fault(layout, generation)
    return _fault(layout, generation, generation.head, generation.head_sha256)


def _fault(layout: IndexLayout, generation: Generation, count: int, sha256: str) -> str | None:
    path = layout.vectors / generation.file
    try:
        if path.stat().st_size != generation.size:
            return f"is damaged: it has not {generation.size} bytes"
        found = _digest(path, count)
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return None if found == sha256 else "is damaged: its checksum differs"


def _digest(path: Path, count: int) -> str:
    """SHA-256 of the first `count` bytes of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while count and (data := file.read(min(count, DIGESTED_BYTES))):
            digest.update(data)
            count -= len(data)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Bulk:
    """The rows of a file in memory. Nothing changes them, so any thread may search them."""

    index: "faiss.Index"
    ids: Int64  # numbers of the rows, ascending: in that order they were added; none of codes
    is_exact: bool = True  # else its rows are codes, and the numbers with them

    @classmethod
    def of(cls, index: "faiss.Index") -> "Bulk":
        """What an exact FAISS index holds."""
        return cls(index, faiss.vector_to_array(index.id_map))  # type: ignore[attr-defined]

    @property
    def count(self) -> int:
        """How many rows it holds."""
        return int(self.index.ntotal)

    def rows(self, places: Int64) -> Float32:
        """The rows at some places."""
        if not len(places):
            return np.empty((0, self.index.d), np.float32)
        found: Float32 = self.index.index.reconstruct_batch(places)  # type: ignore[attr-defined]
        return found

    def sample(self, count: int) -> tuple[Int64, Float32]:
        """Numbers and rows of `count` vectors drawn at random, or of all, by ascending number."""
        few = min(count, len(self.ids))
        drawn = random.sample(range(len(self.ids)), few)  # a question need not load NumPy's
        places = np.array(sorted(drawn, key=self.ids.__getitem__), np.int64)
        return self.ids[places], self.rows(places)


_held: WeakValueDictionary[str, Bulk] = WeakValueDictionary()
"""What is in memory, by the SHA-256 of its file, for as long as a reader has it."""
_loading = Lock()


def load(layout: IndexLayout, generation: Generation) -> Bulk | None:
    """The rows of a generation; None where the file is absent or not as published.

    Who loads the same file while another thread has it shares the copy of that one.
    """
    if head_fault(layout, generation) is not None:
        return None
    path = layout.vectors / generation.file
    with _loading:
        found = _held.get(generation.sha256)
        if found is None and generation.is_exact:
            found = Bulk.of(_read(path))
        elif found is None:
            found = Bulk(faiss_lists.mapped(path), np.empty(0, np.int64), is_exact=False)
        _held[generation.sha256] = found
    if found.count != generation.count or found.index.d != generation.dimension:
        return None
    return found


def build(
    batches: Iterable[tuple[Int64, Float32]], dimension: int, base: "faiss.Index | None" = None
) -> "faiss.Index":
    """An index in memory with numbers and rows added by ascending number.

    To `base`, or to one of half precision, which is what the database has (`vectors.ROW_TYPE`).
    """
    index = base or faiss.index_factory(dimension, "IDMap,SQfp16", faiss.METRIC_INNER_PRODUCT)
    for ids, matrix in batches:
        index.add_with_ids(np.ascontiguousarray(matrix), ids)
    return index


def whole(layout: IndexLayout, generation: Generation) -> Trained | None:
    """An approximate index to add to, in memory; None where its file is not as published."""
    if fault(layout, generation) is not None:
        return None
    index = _read(layout.vectors / generation.file)
    return Trained(index, generation.trained_count, generation.trained_deleted)


def publish(
    layout: IndexLayout,
    channel: ChannelName,
    epoch: str,
    state: VectorState,
    batches: Iterable[tuple[Int64, Float32]],
    base: Trained | None = None,
) -> Generation | None:
    """Make the FAISS file of a state, which an epoch names, and let it replace the one before.

    It holds the `batches` as they are, or as codes behind those of the approximate index `base`.

    Call it with the publish lock held. Written to a temporary file, synced, read back and compared
    in checksum, count and dimension, then renamed. Raises `IndexUnusable` and leaves what was
    there. None comes back for a channel without vectors: its files are removed.
    """
    if state.dimension is None:
        forget(layout, channel)
        remove_strays(layout)
        return None
    name = f"{channel}-{uuid.uuid4().hex[:12]}.faiss"
    temporary = layout.vectors / f"{name}.tmp"
    try:
        index = build(batches, state.dimension, base.index if base else None)
        size, sha256 = _write(index, temporary)
        generation = Generation(
            name,
            size,
            sha256,
            state.index_id,
            epoch,
            state.dimension,
            index.ntotal,
            state.last_id,
            state.deleted,
        )
        if base is not None:
            head = faiss_lists.head_size(index, size)
            generation = replace(
                generation,
                head=head,
                head_sha256=_digest(temporary, head),
                trained_count=base.count,
                trained_deleted=base.deleted,
            )
        del index
        _compare(temporary, generation)
        temporary.rename(layout.vectors / name)
        manifest = json.dumps(asdict(generation), indent=1).encode()
        replace_file(_manifest(layout, channel), manifest)  # the new file's name is synced with it
    except (OSError, RuntimeError) as error:
        with suppress(OSError):
            temporary.unlink()
        raise IndexUnusable(
            f"{layout.vectors}: cannot write the search file of the {channel} channel: {error}: "
            "free disk space and run again; nothing is lost, search goes on without it"
        ) from error
    remove_strays(layout)
    return generation


def _write(index: "faiss.Index", path: Path) -> tuple[int, str]:
    """Write through Python, where every error shows; the size and the SHA-256 that it must have."""
    digest, size = hashlib.sha256(), 0

    def write(data: bytes) -> int:
        nonlocal size
        digest.update(data)
        size += len(data)
        return file.write(data)

    with open_private(path) as file:
        faiss.write_index(index, faiss.PyCallbackIOWriter(write))  # type: ignore[attr-defined]
        file.flush()
        os.fsync(file.fileno())
    return size, digest.hexdigest()


def _compare(path: Path, generation: Generation) -> None:
    """Read a written file back. Raises `OSError` where it is not what was meant."""
    if _digest(path, generation.size) != generation.sha256:
        raise OSError(f"{path.name} reads back differently from what was written")
    index = _read(path) if generation.is_exact else faiss_lists.mapped(path)
    if (index.ntotal, index.d) != (generation.count, generation.dimension):
        raise OSError(f"{path.name} holds {index.ntotal} vectors instead of {generation.count}")


def _read(path: Path) -> "faiss.Index":
    with path.open("rb") as file:
        return faiss.read_index(faiss.PyCallbackIOReader(file.read))  # type: ignore[attr-defined]


def _manifest(layout: IndexLayout, channel: ChannelName) -> Path:
    return layout.vectors / f"{channel}.json"


def forget(layout: IndexLayout, channel: ChannelName) -> None:
    """Remove the manifest of a channel; its file is a stray from then on."""
    _manifest(layout, channel).unlink(missing_ok=True)


def strays(layout: IndexLayout) -> list[Path]:
    """Files that no manifest refers to: what an interrupted publication left."""
    held = (read_manifest(layout, channel) for channel in VECTOR_NAMES)
    known = {generation.file for generation in held if generation is not None}
    known |= {layout.publish_lock.name, *(f"{channel}.json" for channel in VECTOR_NAMES)}
    return [path for path in sorted(layout.vectors.glob("*")) if path.name not in known]


def remove_strays(layout: IndexLayout) -> None:
    """Remove them. Call it with the publish lock held, so that nothing is being published."""
    for path in strays(layout):
        if path.is_file():
            path.unlink(missing_ok=True)
