"""Vectors of another encoder, beside those in use until they are complete: then they take over."""

from collections.abc import Iterator, Sequence

from mmrag.store.covered import OF_VECTOR
from mmrag.store.items import items_of
from mmrag.store.session import Session
from mmrag.store.vectors import Vectors, counts_in, spaces_in, stored_rows
from mmrag.types import ChannelName, Space, VectorBatch

_SPACE = "channel, model, weights, preprocessing, dimension"
_IS_WHOLE = f"checksum is {OF_VECTOR}"


class NextVectors:
    """The tables of vectors that come next, and of their spaces.

    What becomes of a document meanwhile becomes of its vectors here, too: they go with it, and one
    whose text changed is missing again.
    """

    def __init__(self, session: Session, vectors: Vectors) -> None:
        self._session = session
        self._vectors = vectors

    def begin(self, channel: ChannelName, space: Space) -> None:
        """Make room for vectors of a space; those of another that were begun are forgotten."""
        if self.spaces().get(channel) == space:
            return
        with self._session.transaction():
            self.forget(channel)
            self._session.execute(
                f"insert into next_spaces ({_SPACE}) values (?, ?, ?, ?, ?)",
                [channel, space.model, space.weights, space.preprocessing, space.dimension],
            )

    def forget(self, channel: ChannelName) -> None:
        """Forget what was begun of a channel."""
        with self._session.transaction():
            self._session.execute("delete from next_spaces where channel = ?", [channel])

    def spaces(self) -> dict[ChannelName, Space]:
        """The space of every channel that was begun."""
        return spaces_in(self._session, "next_spaces")

    def counts(self) -> dict[ChannelName, int]:
        """How many vectors of each channel are there."""
        return counts_in(self._session, "next_vectors")

    def missing(self, channel: ChannelName) -> Iterator[str]:
        """Items without their vector here, or with a damaged one, in order of their IDs."""
        rows = self._session.execute(
            f"select id from ({items_of(channel)}) where id not in "
            f"(select item_id from next_vectors where channel = ? and {_IS_WHOLE}) order by id",
            [channel],
        ).fetchall()
        return (row["id"] for row in rows)

    def put(self, batch: VectorBatch) -> None:
        """Keep vectors of a channel that was begun; in use they are not."""
        rows = stored_rows(self._session, batch)
        with self._session.transaction():
            self._session.execute_many(
                """insert or replace into next_vectors
                (channel, item_id, document_id, row, checksum)
                values (:channel, :item, :document, :row, checksum(:channel, :item, :row))""",
                rows,
            )

    def take_over(self, channels: Sequence[ChannelName]) -> None:
        """Put the vectors of channels in the place of those in use, all in one transaction."""
        with self._session.transaction():
            for channel in channels:
                self._vectors.drop_channel(channel)
                self._session.execute(
                    f"insert into spaces ({_SPACE}) select {_SPACE} from next_spaces "
                    "where channel = ?",
                    [channel],
                )
                self._session.execute(
                    f"""insert into vectors (channel, item_id, document_id, row, checksum)
                    select channel, item_id, document_id, row, checksum from next_vectors
                    where channel = ? and {_IS_WHOLE}
                    and item_id in (select id from ({items_of(channel)})) order by item_id""",
                    [channel],
                )
                self.forget(channel)
