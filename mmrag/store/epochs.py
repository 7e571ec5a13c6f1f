"""Epochs: random names of states of the vectors, known to the database that was in them.

Numbers alone do not tell whether a derived file belongs to a database: after a restored backup or
a power cut they are given out again, for other vectors. A name that was drawn later than the backup
is not in it, so that whatever carries it is made anew.
"""

import uuid
from dataclasses import dataclass

from mmrag.store.session import Session

KEPT_EPOCHS = 1000
"""Epochs that are remembered: three years of a run a day. A file of one forgotten is made anew."""

_NOW = """select
    coalesce((select seq from sqlite_sequence where name = 'vectors'), 0) as last_id,
    coalesce((select sum(vectors) from deletions), 0) as deleted"""


@dataclass(frozen=True, slots=True)
class Epoch:
    """The newest epoch that a state knows; `is_now` where nothing changed since it began."""

    name: str  # "" before the first
    is_now: bool


class Epochs:
    """The table of epochs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def latest(self) -> Epoch:
        """The newest epoch of the state that this connection sees; cheap for any size of index."""
        row = self._session.execute(
            f"select name, (epochs.last_id, epochs.deleted) = (now.last_id, now.deleted) as is_now "
            f"from epochs, ({_NOW}) now order by id desc limit 1"
        ).fetchone()
        return Epoch("", False) if row is None else Epoch(row["name"], bool(row["is_now"]))

    def knows(self, name: str) -> bool:
        """Whether the database was once in the state of that name, and has gone on from there."""
        found = self._session.value("select 1 from epochs where name = ?", [name])
        return found is not None

    def begin(self) -> None:
        """Name the present state, unless it has a name, and let it reach the disk with that.

        What is derived from it may be published afterwards: no power cut takes away the state that
        it was made of. Call it outside of a transaction.
        """
        if self.latest().is_now:
            return
        with self._session.synced(), self._session.transaction():
            self._session.execute(
                f"insert into epochs (name, last_id, deleted) select ?, last_id, deleted "
                f"from ({_NOW})",
                [uuid.uuid4().hex],
            )
            self._session.execute(
                "delete from epochs where id <= (select max(id) from epochs) - ?", [KEPT_EPOCHS]
            )
