"""What a vector database must offer to hold the vectors of an index, and the note of what it holds.

An engine keeps tables of numbers, documents and rows. It only ever proposes: what is found is
looked up and scored in the catalog's database, so that an engine may hold more than the catalog
(what was deleted since, what an interrupted run left) without any of it showing.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from mmrag import network
from mmrag.errors import UsageError
from mmrag.store.layout import IndexLayout
from mmrag.store.private import make_folder, replace_file
from mmrag.store.session import Session
from mmrag.store.vectors import Int64, VectorState
from mmrag.types import ChannelName, Float32


class VectorEngine(Protocol):
    """Tables of vectors in a database of its own kind. Use one per thread.

    All of it raises `IndexUnusable` that names the place, where that does not answer or refuses.
    """

    @property
    def name(self) -> str:
        """What its faults are told under, and its setting: "lancedb"."""
        ...

    @property
    def place(self) -> str:
        """The folder, URI or address that it writes to."""
        ...

    def tables(self) -> list[str]:
        """The names of all tables at that place, those of others too."""
        ...

    def has(self, table: str) -> bool:
        """Whether a table is there; what it holds is looked at anew."""
        ...

    def make(self, table: str, dimension: int) -> None:
        """Make an empty table."""
        ...

    def add(self, table: str, numbers: Int64, documents: Sequence[str], rows: Float32) -> None:
        """Add rows of unit length with their numbers and the IDs of their documents."""
        ...

    def remove(self, table: str, numbers: Int64) -> None:
        """Remove rows by their numbers."""
        ...

    def remove_above(self, table: str, number: int) -> None:
        """Remove all rows with a number above `number`."""
        ...

    def settle(self, table: str, count: int, *, approximate: bool) -> None:
        """Bring what searches quickly up to date after rows came or went; `count` are there."""
        ...

    def nearest(
        self, table: str, queries: Float32, wanted: int, documents: Sequence[str] | None
    ) -> list[Int64]:
        """Numbers of about the `wanted` nearest rows of each query, among some documents or all."""
        ...

    def numbers(self, table: str) -> Int64:
        """The numbers of all rows, in any order."""
        ...

    def rows(self, table: str) -> Iterator[tuple[Int64, Float32]]:
        """All rows with their numbers, some thousands at a time, in any order."""
        ...

    def drop(self, table: str) -> None:
        """Remove a table."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True, slots=True)
class Held:
    """What a table holds of a channel: all vectors up to `last_id`, and maybe more.

    Vectors that were deleted before the count of deletions was `deleted` may be gone from it.
    """

    table: str
    index_id: str
    epoch: str  # a state of the database that had all of them
    dimension: int
    count: int
    last_id: int
    deleted: int
    approximate: bool

    @property
    def state(self) -> VectorState:
        """The state of the channel that the table is made of."""
        return VectorState(self.index_id, self.dimension, self.last_id, self.deleted)


def read_held(folder: Path, channel: ChannelName) -> Held | None:
    """The note on the table of a channel; None where there is none that can be understood."""
    try:
        return Held(**json.loads(_note(folder, channel).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def write_held(folder: Path, channel: ChannelName, held: Held) -> None:
    """Let a note replace the one before it, whole or not at all."""
    make_folder(folder)
    replace_file(_note(folder, channel), json.dumps(asdict(held), indent=1).encode())


def forget_held(folder: Path, channel: ChannelName) -> None:
    """Remove the note on the table of a channel."""
    _note(folder, channel).unlink(missing_ok=True)


def prefix(layout: IndexLayout, index_id: str, place: str) -> str:
    """What the names of an index's tables begin with, so that indexes may share a place.

    A copy of an index folder has tables of its own wherever they do not lie in the folder itself.
    """
    inside = Path(place).is_relative_to(layout.root)
    owner = index_id if inside else f"{index_id} {layout.root.resolve()}"
    return f"mmrag_{hashlib.sha256(os.fsencode(owner)).hexdigest()[:12]}_"


def own_prefix(session: Session, layout: IndexLayout, place: str) -> str:
    """The same of the index that a database is of."""
    index_id = session.value("select value from settings where key = 'index_id'")
    return prefix(layout, str(index_id), place)


def place_of(name: str, uri: str, layout: IndexLayout) -> str:
    """Where a database of some name holds what it has of an index: in its folder without a URI."""
    folder = layout.engine(name)
    inside = {"lancedb": folder / "tables", "milvus": folder / "vectors.db"}
    return uri or str(inside.get(name, folder))


def is_remote(place: str) -> bool:
    """Whether a place is an address or a bucket, and no file or folder."""
    return "://" in place and not place.startswith("file://")


def check_reachable(setting: str, place: str) -> None:
    """Raise `UsageError` for a place beyond this machine while no network is allowed."""
    if is_remote(place) and network.is_forbidden(place):
        raise UsageError(
            f"{setting} = {place!r}: beyond this machine, and {network.OFFLINE} forbids that"
        )


def _note(folder: Path, channel: ChannelName) -> Path:
    return folder / f"{channel}.json"
