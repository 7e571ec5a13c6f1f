"""An engine on a cluster of Ray: a reader on each machine, an encoder on every second core.

A cluster of this machine alone that would have one encoder of each kind has none: this process
encodes, as in a local run, which saves the start of two and what is sent to them.

Nothing but this process writes the index. Files are read where a reader has them under the same
path with the same bytes, and sent to it where not; pictures and files within files come back. A
reader that dies costs the files that it had, which are read again; what dies with this process is
what was not stored.
"""

import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from functools import cache, partial
from typing import Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from mmrag.config import IngestSettings
from mmrag.errors import UsageError
from mmrag.ingest.counting import counting_first
from mmrag.ingest.events import ParseEvent, ParseTask
from mmrag.ingest.formats import passwords
from mmrag.models import Models
from mmrag.pipeline.engine import OpenEngine, RunEngine, SavePicture
from mmrag.pipeline.ray_actors import Describing, ImageEncoding, TextEncoding
from mmrag.pipeline.ray_cluster import connected, free_cores
from mmrag.pipeline.ray_describers import RayDescribers
from mmrag.pipeline.ray_encoders import RayImageEncoder, RayTextEncoder
from mmrag.pipeline.ray_reader import PROCESSES_EACH, Reader, ReaderSetup
from mmrag.pipeline.ray_reading import Readers
from mmrag.pipeline.ray_slots import ReaderSlots

ENCODER_CORES = 2
"""Cores for each encoder: of a run here, half the time of the processors encodes (eval/README.md,
"Speed and memory")."""
RESTARTS = 3
"""Of an encoder that is lost; its work is done again. Chosen by hand."""


def on(address: str = "") -> OpenEngine:
    """An engine on the cluster at an address; without one on a cluster of this machine's own.

    Opening it raises `UsageError` where no cluster answers there, or one of other versions.
    """
    return partial(_opened, address)


@contextmanager
def _opened(address: str, ingest: IngestSettings, models: Models) -> Iterator[RunEngine]:
    with ExitStack() as stack:
        stack.enter_context(connected(address, ingest.workers))
        stack.enter_context(redirect_stdout(sys.stderr))  # where Ray tells of processes it lost
        free = free_cores()
        if free == 0:
            raise UsageError(f"{address or 'Ray'}: no core of the cluster is free: try again later")
        count = min(ingest.workers or free, free)
        known = passwords.read(ingest.password_file)
        setup = ReaderSetup(ingest, known, models.ocr_factory(), models.settings.ocr.dpi)

        @cache
        def started() -> Readers:
            replacement = partial(_reader, setup, 0, "SPREAD")  # with its machine cores may be lost
            readers = Readers(ReaderSlots(_places(setup, count, free), replacement))
            stack.callback(readers.close)
            return readers

        def parse(
            tasks: Sequence[ParseTask], save_picture: SavePicture
        ) -> Generator[ParseEvent, None, None]:
            def read(some: Iterable[ParseTask]) -> Iterator[ParseEvent]:
                return started().read(some, save_picture)

            if len(tasks) > 1:
                yield from counting_first(read, tasks, started().is_at_hand)
            else:
                yield from read(tasks)

        cluster = _Models(models, max(1, count // ENCODER_CORES))
        encoding = models
        if not (cluster.has_one_encoder and _is_of_this_machine()):
            encoding = cluster.encoding()
            stack.callback(encoding.text_encoder.close)
            if models.has_image_encoder:
                stack.callback(encoding.image_encoder.close)
        if cluster.describes:
            encoding = cluster.describing(encoding, stack)
        yield RunEngine(parse, encoding, lambda files: started().fetch(files))


def _is_of_this_machine() -> bool:
    """Whether the cluster has no other machine."""
    here = ray.get_runtime_context().get_node_id()
    return {node["NodeID"] for node in ray.nodes() if node["Alive"]} == {here}


def _actor(kind: type, *arguments: Any, **options: Any) -> Any:
    return ray.remote(kind).options(**options).remote(*arguments)


def _reader(setup: ReaderSetup, cores: int, where: Any, processes: int) -> Any:
    return _actor(
        Reader, setup, processes,
        num_cpus=cores, max_concurrency=processes, scheduling_strategy=where,
    )  # fmt: skip


def _places(
    setup: ReaderSetup, count: int, free: int
) -> Sequence[tuple[int, Callable[[int], Any]]]:
    """For each reader its processes, `count` in all, and what starts it: one on each machine.

    Where others use some of the `free` cores, each reader has one process, and Ray finds it a core.
    """
    cores = {
        node["NodeID"]: int(node["Resources"].get("CPU", 0))
        for node in ray.nodes()
        if node["Alive"]
    }
    if sum(cores.values()) != free:
        return [(1, partial(_reader, setup, 1, "DEFAULT"))] * count
    places = []
    for machine, held in cores.items():
        here = NodeAffinitySchedulingStrategy(machine, soft=False)
        while held and count:
            size = min(held, count, PROCESSES_EACH)
            places.append((size, partial(_reader, setup, size, here)))
            held, count = held - size, count - size
    return places


class _Models:
    """What a cluster does in the place of the models of a profile.

    GPUs are shared: half a GPU for texts and half for pictures, and where the cluster describes
    figures, half of these and the other half to describe.
    """

    def __init__(self, models: Models, count: int) -> None:
        """`count` encoders of each kind where there are no GPUs."""
        self._models = models
        self._gpus = int(ray.cluster_resources().get("GPU", 0))
        self._count = self._gpus or count
        settings = models.settings
        self.describes = settings.describe.by == "vlm" and settings.vlm.backend == "transformers"
        """A model behind a server is asked from here: it keeps its requests under way itself."""

    @property
    def has_one_encoder(self) -> bool:
        """Whether it would have one encoder of each kind."""
        return self._count == 1

    def _actors(self, kind: type, count: int, gpu: float) -> list[Any]:
        options: dict[str, Any] = {
            "num_cpus": 0,  # readers leave it its share of a core while they wait
            "num_gpus": gpu if self._gpus else 0,
            "max_restarts": RESTARTS,
            "max_task_retries": -1,  # while restarts last: a machine may be slow to be given up
            "scheduling_strategy": "SPREAD",
        }
        settings = self._models.settings
        return [_actor(kind, settings, **options) for _ in range(count)]

    def encoding(self) -> Models:
        """Encoders on the cluster; batches are larger, for each encoder takes a part of them."""
        models, settings, count = self._models, self._models.settings, self._count
        text = settings.text.model_copy(update={"batch_size": settings.text.batch_size * count})
        image = settings.image.model_copy(update={"batch_size": settings.image.batch_size * count})
        gpu = 0.25 if self.describes else 0.5
        return models.encoding_by(
            settings.model_copy(update={"text": text, "image": image}),
            lambda: RayTextEncoder(self._actors(TextEncoding, count, gpu)),
            (lambda: RayImageEncoder(self._actors(ImageEncoding, count, gpu)))
            if models.has_image_encoder
            else None,
        )

    def describing(self, models: Models, stack: ExitStack) -> Models:
        """Describers on the cluster: one a GPU, or a machine; started when they are asked for."""

        @cache
        def started() -> RayDescribers:
            count = self._gpus or sum(node["Alive"] for node in ray.nodes())
            made = RayDescribers(lambda: self._actors(Describing, count, 0.5))
            stack.callback(made.close)
            return made

        return models.describing_by(started, lambda: started().grid_reader())
