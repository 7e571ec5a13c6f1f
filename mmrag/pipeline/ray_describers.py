"""Figures described, and tables read, by the models of a cluster's machines."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

import ray

from mmrag.pipeline.ray_actors import DescriberFacts
from mmrag.pipeline.ray_encoders import got
from mmrag.protocols import FigureView
from mmrag.types import Grid


class RayDescribers:
    """A `Describer`: each figure goes to a machine whose model is free; and its `GridReader`."""

    def __init__(self, start: Callable[[], Sequence[Any]]) -> None:
        """`start` starts the actors, each of which loads the model. Raises `ModelError`."""
        self._actors = start()
        self._facts: DescriberFacts = got([self._actors[0].facts.remote()])[0]
        self._free: SimpleQueue[Any] = SimpleQueue()
        for actor in [*self._actors] * self._facts.parallel:
            self._free.put(actor)

    @property
    def name(self) -> str:
        return self._facts.name

    @property
    def prompt_version(self) -> str:
        return self._facts.prompt_version

    @property
    def parallel(self) -> int:
        return self._facts.parallel * len(self._actors)

    def describe(self, view: FigureView) -> str:
        """One paragraph. Raises what the model raised, and `ModelError` where it is lost."""
        with self._taken() as actor:
            return str(got([actor.describe.remote(view)])[0])

    def grid_reader(self) -> "RayGridReader | None":
        """Who reads tables; None where the profile has none."""
        return None if self._facts.reader is None else RayGridReader(self._facts.reader, self._read)

    def _read(self, view: FigureView) -> Grid:
        with self._taken() as actor:
            grid: Grid = got([actor.read.remote(view)])[0]
            return grid

    @contextmanager
    def _taken(self) -> Iterator[Any]:
        actor = self._free.get()
        try:
            yield actor
        finally:
            self._free.put(actor)

    def close(self) -> None:
        """End the actors."""
        for actor in self._actors:
            ray.kill(actor)


class RayGridReader:
    """A `GridReader` by the models of a cluster."""

    def __init__(self, name: str, read: Callable[[FigureView], Grid]) -> None:
        self.name = name
        self.read = read
