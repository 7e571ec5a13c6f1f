"""FAISS files on disk: one per channel and generation, published whole or not at all.

A generation is a flat inner-product index whose IDs are the numbers of the vectors in SQLite. Its
manifest says which epoch it was made of and the checksum of its bytes. Nothing is handed to FAISS
before the checksum has been compared: FAISS loads damaged files without a word. However many
readers a process has, threads or indexes, it holds the rows of a file once.
"""

import hashlib
import json
import os
import re
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from weakref import WeakValueDictionary

import faiss
import numpy as np

from mmrag.channels import VECTOR_NAMES
from mmrag.errors import IndexUnusable
from mmrag.store.layout import IndexLayout
from mmrag.store.private import open_private, sync
from mmrag.store.vectors import Int64, VectorState
from mmrag.types import ChannelName, Float32

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
    path = layout.vectors / generation.file
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return None if found == generation.sha256 else "is damaged: its checksum differs"


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Bulk:
    """The rows of a file in memory. Nothing changes them, so any thread may search them."""

    index: "faiss.Index"
    ids: Int64  # numbers of the rows, ascending: in that order they were added

    @classmethod
    def of(cls, index: "faiss.Index") -> "Bulk":
        """What a FAISS index holds."""
        return cls(index, faiss.vector_to_array(index.id_map))  # type: ignore[attr-defined]

    def rows(self, places: Int64) -> Float32:
        """The rows at some places."""
        if not len(places):
            return np.empty((0, self.index.d), np.float32)
        found: Float32 = self.index.index.reconstruct_batch(places)  # type: ignore[attr-defined]
        return found

    def sample(self, count: int) -> tuple[Int64, Float32]:
        """Numbers and rows of `count` vectors drawn at random, or of all, by ascending number."""
        few = min(count, len(self.ids))
        drawn = np.random.default_rng().choice(len(self.ids), few, replace=False)
        places = drawn[np.argsort(self.ids[drawn])]
        return self.ids[places], self.rows(places)


_held: WeakValueDictionary[str, Bulk] = WeakValueDictionary()
"""What is in memory, by the SHA-256 of its file, for as long as a reader has it."""
_loading = Lock()


def load(layout: IndexLayout, generation: Generation) -> Bulk | None:
    """The rows of a generation; None where the file is absent or not as published.

    Who loads the same file while another thread has it shares the copy of that one.
    """
    if fault(layout, generation) is not None:
        return None
    with _loading:
        found = _held.get(generation.sha256)
        if found is None:
            found = _held[generation.sha256] = Bulk.of(_read(layout.vectors / generation.file))
    if found.index.ntotal != generation.count or found.index.d != generation.dimension:
        return None
    return found


def build(batches: Iterable[tuple[Int64, Float32]], dimension: int) -> "faiss.Index":
    """A flat inner-product index in memory, of numbers and rows by ascending number."""
    index = faiss.index_factory(dimension, "IDMap,Flat", faiss.METRIC_INNER_PRODUCT)
    for ids, matrix in batches:
        index.add_with_ids(np.ascontiguousarray(matrix), ids)
    return index


def publish(
    layout: IndexLayout,
    channel: ChannelName,
    epoch: str,
    state: VectorState,
    batches: Iterable[tuple[Int64, Float32]],
) -> Generation | None:
    """Make the FAISS file of a state, which an epoch names, and let it replace the one before.

    Call it with the publish lock held. Written to a temporary file, synced, read back and compared
    in checksum, count and dimension, then renamed. Raises `IndexUnusable` and leaves what was
    there. None comes back for a channel without vectors: its files are removed.
    """
    if state.dimension is None:
        _manifest(layout, channel).unlink(missing_ok=True)
        remove_strays(layout)
        return None
    name = f"{channel}-{uuid.uuid4().hex[:12]}.faiss"
    temporary = layout.vectors / f"{name}.tmp"
    try:
        index = build(batches, state.dimension)
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
        del index
        _compare(temporary, generation)
        temporary.rename(layout.vectors / name)
        manifest = _manifest(layout, channel)
        note = manifest.with_suffix(".json.tmp")
        _write_synced(note, json.dumps(asdict(generation), indent=1).encode())
        note.rename(manifest)
        sync(layout.vectors)
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


def _write_synced(path: Path, data: bytes) -> None:
    with open_private(path) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _compare(path: Path, generation: Generation) -> None:
    """Read a written file back. Raises `OSError` where it is not what was meant."""
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != generation.sha256:
            raise OSError(f"{path.name} reads back differently from what was written")
    index = _read(path)
    if (index.ntotal, index.d) != (generation.count, generation.dimension):
        raise OSError(f"{path.name} holds {index.ntotal} vectors instead of {generation.count}")


def _read(path: Path) -> "faiss.Index":
    with path.open("rb") as file:
        return faiss.read_index(faiss.PyCallbackIOReader(file.read))  # type: ignore[attr-defined]


def _manifest(layout: IndexLayout, channel: ChannelName) -> Path:
    return layout.vectors / f"{channel}.json"


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
