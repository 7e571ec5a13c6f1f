"""The indexes that are served, by name, and the models that all of them share."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from mmrag.closing import Closing
from mmrag.config import Settings
from mmrag.errors import MmragError
from mmrag.index import Index
from mmrag.locations import IndexLocation
from mmrag.models import Models
from mmrag.serve.jobs import Jobs
from mmrag.serve.metrics import Metrics
from mmrag.serve.pool import IndexPool, location_of
from mmrag.serve.settings import ServeSettings
from mmrag.serve.stopping import stoppable

Result = TypeVar("Result")


class Forbidden(MmragError):
    """The server does not do that."""


class Engine(Closing):
    """All that the routes share. Searches and answers have threads of their own: none waits for
    the others.
    """

    def __init__(
        self, locations: Sequence[IndexLocation], models: Models, settings: ServeSettings
    ) -> None:
        self.settings = settings
        self.locations = named(locations)
        self.metrics = Metrics()
        self._owned = models
        self.models = stoppable(models)
        self._searches = IndexPool(
            "searches", self.locations, self.models, settings.threads, settings.waiting
        )
        self.asks = IndexPool(
            "questions",
            self.locations,
            self.models,
            replies_at_once(models.settings, settings.threads),
            settings.asks_waiting,
        )
        self.jobs = Jobs(self.locations, self.models)

    def check_writable(self) -> None:
        """Raise `Forbidden` where the server only reads."""
        if self.settings.read_only:
            raise Forbidden("this server only reads: it was started with --read-only")

    async def read(self, name: str, call: Callable[[Index], Result]) -> Result:
        """Let a thread read an index. Raises `UnknownIndex`, `Busy`, and what `call` raises."""
        return await asyncio.wrap_future(self._searches.submit(name, call))

    def location(self, name: str) -> IndexLocation:
        """Where the index of that name is. Raises `UnknownIndex`."""
        return location_of(self.locations, name)

    def gauges(self) -> Mapping[str, float]:
        """How much is under way now."""
        return {
            "searches_under_way": self._searches.under_way,
            "searches_refused": self._searches.refused,
            "questions_under_way": self.asks.under_way,
            "questions_refused": self.asks.refused,
        }

    def close(self) -> None:
        """Let what runs come to its end, and let go of all."""
        self.jobs.close()
        self.asks.close()
        self._searches.close()
        self.models.close()
        self._owned.close()


def named(locations: Sequence[IndexLocation]) -> dict[str, IndexLocation]:
    """Indexes by the names of their folders, as an address may hold them; twins are numbered."""
    found: dict[str, IndexLocation] = {}
    for location in locations:
        name = first = _name(location.path)
        number = 2
        while name in found:
            name, number = f"{first}-{number}", number + 1
        found[name] = location
    return found


def replies_at_once(profile: Settings, threads: int) -> int:
    """Answers that are made at once: as many as the model makes, or as there are threads."""
    if profile.answer.by == "extracted":
        return threads
    return profile.vlm.at_once


def _name(path: Path) -> str:
    folder = path.absolute().name
    return re.sub(r"[^a-z0-9_-]+", "-", folder.lower()).strip("-") or "index"
