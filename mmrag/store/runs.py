"""The indexing runs of an index, and facts about it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mmrag.channels import VECTOR_NAMES
from mmrag.store.session import Session
from mmrag.types import ChannelName

if TYPE_CHECKING:
    from mmrag.reports import Run

KEPT_RUNS = 100
"""Runs that are remembered: a year of one every few days. Chosen by hand."""
FIRST_CHANNELS = "image description passage"
"""The channels with vectors that the first schema knew."""


class Runs:
    """The table of runs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def last(self, count: int = 10) -> "list[Run]":
        """The latest runs, newest first."""
        from mmrag.reports import Run  # a search tells of none

        rows = self._session.execute(
            "select started_at, finished_at, status, summary from runs order by id desc limit ?",
            [count],
        )
        return [Run(**row) for row in rows]

    def begin(self) -> int:
        """Note that a run begins; one that never ended is marked as interrupted."""
        with self._session.transaction():
            self._session.execute("update runs set status = 'interrupted' where status = 'running'")
            self._session.execute(
                "delete from runs where id <= (select max(id) from runs) - ?", [KEPT_RUNS]
            )
            cursor = self._session.execute(
                "insert into runs (started_at, status, summary) values (?, 'running', '{}')",
                [_now()],
            )
            assert cursor.lastrowid is not None
            return cursor.lastrowid

    def end(self, run: int, status: str, summary: str) -> None:
        """Note how a run ended: "done", "interrupted" or "failed"; `summary` is JSON."""
        with self._session.transaction():
            self._session.execute(
                "update runs set finished_at = ?, status = ?, summary = ? where id = ?",
                [_now(), status, summary, run],
            )


class Facts:
    """The table of settings: texts by key, known of one index."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def tuned(self) -> str | None:
        """The settings that were tuned for this index, as `set_tuned` got them."""
        return self._get("tuned")

    def set_tuned(self, value: str | None) -> None:
        """Keep settings that were tuned for this index; None forgets them."""
        self._set("tuned", value)

    def store(self) -> str | None:
        """The settings of the store that this index was moved to, as `set_store` got them."""
        return self._get("store")

    def set_store(self, value: str) -> None:
        """Keep the settings of the vector store that this index was moved to."""
        self._set("store", value)

    def pictures(self) -> str | None:
        """The place where pictures are kept, as `set_pictures` got it; None: in the index."""
        return self._get("pictures")

    def set_pictures(self, value: str | None) -> None:
        """Note the place where pictures are kept; None is the folder of the index."""
        self._set("pictures", value)

    def tags(self) -> str | None:
        """The paths that have each tag, as `set_tags` got them."""
        return self._get("tags")

    def set_tags(self, value: str) -> None:
        """Keep which paths have which tags."""
        self._set("tags", value)

    def new_channels(self) -> list[ChannelName]:
        """Channels with vectors that came to mmrag after this index was last opened to write."""
        known = (self._get("channels") or FIRST_CHANNELS).split()
        return [channel for channel in VECTOR_NAMES if channel not in known]

    def set_channels_known(self) -> None:
        """Note that all channels with vectors are known."""
        self._set("channels", " ".join(VECTOR_NAMES))

    def statement_rules(self) -> str | None:
        """The version of the rules by which statements were recognised; None: by none yet."""
        return self._get("statement_rules")

    def set_statement_rules(self, version: str) -> None:
        """Note the version of the rules by which statements are recognised."""
        self._set("statement_rules", version)

    def language_rules(self) -> str | None:
        """The version of the rules by which languages were told; None: by none yet."""
        return self._get("language_rules")

    def set_language_rules(self, version: str) -> None:
        """Note the version of the rules by which languages are told."""
        self._set("language_rules", version)

    def _get(self, key: str) -> str | None:
        found = self._session.value("select value from settings where key = ?", [key])
        return None if found is None else str(found)

    def _set(self, key: str, value: str | None) -> None:
        with self._session.transaction():
            self._session.execute("delete from settings where key = ?", [key])
            if value is not None:
                self._session.execute(
                    "insert into settings (key, value) values (?, ?)", [key, value]
                )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
