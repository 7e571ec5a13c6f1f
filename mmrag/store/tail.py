"""The vectors that came after what a store holds: read from SQLite, and searched beside it."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from mmrag.store import nearest
from mmrag.store.vectors import Int64, Vectors, VectorState
from mmrag.types import ChannelName, Float32


@dataclass(frozen=True, slots=True)
class Tail:
    """Numbers and rows of one channel, ascending."""

    start: int
    end: int  # numbers above `start` and up to it were read
    deleted: int  # as many of the channel's vectors were deleted by then
    numbers: Int64
    rows: Float32

    @classmethod
    def after(cls, start: int, dimension: int) -> Self:
        """What is to come after a number; nothing of it was read."""
        return cls(start, start, 0, np.empty(0, np.int64), np.empty((0, dimension), np.float32))

    def comes_before(self, state: VectorState) -> bool:
        """Whether it was read in this state or in one that came before it."""
        return self.end <= state.last_id and self.deleted <= state.deleted

    def grown(self, vectors: Vectors, channel: ChannelName, state: VectorState) -> "Tail":
        """With the rows that arrived since it was read, and without those that went."""
        if self.end >= state.last_id and self.deleted >= state.deleted:
            return self
        assert state.dimension is not None
        kept = np.ones(len(self.numbers), bool)
        if self.deleted < state.deleted:
            there = vectors.items(self.numbers.tolist())
            kept = np.array([number in there for number in self.numbers.tolist()], bool)
        new = list(vectors.read(channel, state.dimension, self.end))
        return Tail(
            self.start,
            state.last_id,
            state.deleted,
            np.concatenate([self.numbers[kept], *(numbers for numbers, _ in new)]),
            np.concatenate([self.rows[kept], *(rows for _, rows in new)]),
        )

    def nearest(self, queries: Float32, wanted: int, among: Int64 | None) -> list[Int64]:
        """Places of the `wanted` nearest rows of each query, among some numbers or all."""
        places = np.arange(len(self.numbers))
        if among is not None:
            places = places[np.isin(self.numbers, among)]
        return nearest.places(self.rows, queries, wanted, places)
