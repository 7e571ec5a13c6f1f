"""What figures show, by each describer, and where a describer failed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mmrag.store.session import Session
from mmrag.store.storable import storable
from mmrag.types import EXTRACTED, Description


@dataclass(frozen=True, slots=True)
class DescriptionFailure:
    """A figure that a describer failed on, why, and how often."""

    figure_id: str
    describer: str
    reason: str
    attempts: int


class Descriptions:
    """The tables of descriptions and of describers' failures."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_figures(self, figure_ids: Iterable[str]) -> dict[str, tuple[Description, ...]]:
        """What each figure shows, by every describer: a model's words before the extracted ones."""
        rows = self._session.rows_of(
            "select figure_id, text, describer, prompt_version, trust from descriptions "
            "where figure_id in",
            figure_ids,
        )
        found: dict[str, list[Description]] = {}
        for row in rows:
            found.setdefault(row["figure_id"], []).append(Description(**row))
        return {
            figure_id: tuple(
                sorted(items, key=lambda item: (item.describer == EXTRACTED, item.describer))
            )
            for figure_id, items in found.items()
        }

    def missing(self, describer: str, prompt_version: str, *, retry: bool = False) -> list[str]:
        """Figures that a describer has not described with this prompt, in order of their IDs.

        Those it failed on are left out, unless `retry`.
        """
        rows = self._session.execute(
            """select id from figures where not exists (
                select 1 from descriptions where figure_id = figures.id
                and describer = :describer and prompt_version = :prompt_version
            ) and (:retry or not exists (
                select 1 from description_failures where figure_id = figures.id
                and describer = :describer
            )) order by id""",
            {"describer": describer, "prompt_version": prompt_version, "retry": retry},
        )
        return [row["id"] for row in rows]

    def is_any_missing(self) -> bool:
        """Whether there is a figure that no model has described or failed on."""
        found = self._session.value(
            """select 1 from figures where not exists (
                select 1 from descriptions
                where figure_id = figures.id and describer <> :extracted
            ) and not exists (
                select 1 from description_failures where figure_id = figures.id
            ) limit 1""",
            {"extracted": EXTRACTED},
        )
        return found is not None

    def remove(self, figure_id: str, describer: str) -> None:
        """Forget what a describer said of a figure. In a transaction."""
        self._session.execute(
            "delete from descriptions where figure_id = ? and describer = ?",
            [figure_id, describer],
        )

    def by_describer(self) -> dict[str, int]:
        """How many descriptions there are of each describer."""
        rows = self._session.execute(
            "select describer, count(*) as count from descriptions group by describer"
        )
        return {row["describer"]: row["count"] for row in rows}

    def insert(self, descriptions: Sequence[Description]) -> None:
        """In place of those by the same describer; clears its failures. In a transaction."""
        self._session.execute_many(
            """insert or replace into descriptions
                (figure_id, describer, prompt_version, trust, text)
            values (:figure_id, :describer, :prompt_version, :trust, :text)""",
            (
                {
                    "figure_id": item.figure_id,
                    "describer": item.describer,
                    "prompt_version": storable(item.prompt_version),
                    "trust": item.trust,
                    "text": storable(item.text),
                }
                for item in descriptions
            ),
        )
        self._session.execute_many(
            "delete from description_failures where figure_id = ? and describer = ?",
            ((item.figure_id, item.describer) for item in descriptions),
        )

    def failures(self) -> list[DescriptionFailure]:
        """Figures that a describer failed on, in order of their IDs."""
        rows = self._session.execute(
            "select figure_id, describer, reason, attempts from description_failures "
            "order by figure_id"
        )
        return [DescriptionFailure(**row) for row in rows]

    def set_failure(self, figure_id: str, describer: str, reason: str) -> None:
        """Record that a describer failed on a figure, once more."""
        with self._session.transaction():
            self._session.execute(
                """insert into description_failures (figure_id, describer, reason, attempts)
                values (?, ?, ?, 1) on conflict (figure_id, describer) do update
                set reason = excluded.reason, attempts = attempts + 1""",
                [figure_id, describer, storable(reason)],
            )
