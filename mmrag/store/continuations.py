"""What goes on from one page to the next, in an index."""

from collections.abc import Iterable

from mmrag.store.session import Session
from mmrag.types import Continuation

_COLUMNS = ("page_id", "kind", "before_id", "before_start", "before_end", "start", "end")
_NAMES = ", ".join(f'"{name}"' for name in _COLUMNS)


class Continuations:
    """The table of continuations; their text is that of their pages."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_pages(self, page_ids: Iterable[str]) -> dict[str, Continuation]:
        """What goes on on those of the pages where something does, by page ID."""
        rows = self._session.rows_of(
            f"select {_NAMES} from continuations where page_id in", page_ids
        )
        return {row["page_id"]: Continuation(**row) for row in rows}

    def from_pages(self, page_ids: Iterable[str]) -> list[Continuation]:
        """What begins on these pages and goes on on others."""
        rows = self._session.rows_of(
            f"select {_NAMES} from continuations where before_id in", page_ids
        )
        return [Continuation(**row) for row in rows]

    def insert(self, continuations: Iterable[Continuation]) -> None:
        """Call it in a transaction, after their pages."""
        self._session.execute_many(
            f"insert into continuations ({_NAMES}) values ({', '.join('?' * len(_COLUMNS))})",
            ([getattr(item, name) for name in _COLUMNS] for item in continuations),
        )
