"""A cluster of Ray on this machine reads and encodes; its readers die, and lack files."""

import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import psutil
import pymupdf
import pytest
from ray_cluster import readers
from store.index_content import content

from mmrag import ids
from mmrag.config import IngestSettings, Settings
from mmrag.errors import ConfigError, MmragError, UsageError
from mmrag.ingest.events import FileCounted, FileFailed, FileParsed, PageParsed, ParseTask
from mmrag.models import Models
from mmrag.pipeline.engines import engine
from mmrag.pipeline.run import index_paths
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout

pytestmark = pytest.mark.usefixtures("ray_cluster")


@pytest.fixture(scope="module")
def models() -> Iterator[Models]:
    settings = {"ocr": {"engine": "none"}, "ingest": {"workers": 2}}
    with Models(Settings.model_validate(settings)) as models:
        yield models


@pytest.fixture(autouse=True)
def other_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cluster is taken for one of several machines: on one alone this process would encode."""
    from mmrag.pipeline import ray_engine

    monkeypatch.setattr(ray_engine, "_is_of_this_machine", lambda: False)


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """Six small files: one is broken, and one holds another."""
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, pages in (("a.pdf", 4), ("b.pdf", 3), ("c.pdf", 1)):
        with pymupdf.open() as document:
            for number in range(1, pages + 1):
                page = document.new_page(width=300, height=200)
                page.insert_text((20, 40), f"Page {number} of {name} tells of towers.")
                page.draw_rect((100, 80, 160, 140), fill=(0, 0, number / 9))
                page.insert_text((90, 160), f"Figure {number}: a tower")
            document.save(folder / name)
    with zipfile.ZipFile(folder / "held.zip", "w") as archive:
        archive.write(folder / "c.pdf", "inner.pdf")
        archive.writestr("more.md", "# More\n\nThe towers stand on granite.\n")
    (folder / "notes.md").write_text("# Notes\n\nCables run over four valleys.\n")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    return folder


def vectors(layout: IndexLayout) -> dict[str, tuple[list[str], np.ndarray]]:
    with Catalog.open(layout) as catalog:
        rows = catalog.session.execute("select channel, item_id, row from vectors order by 1, 2")
        found: dict[str, tuple[list[str], list[np.ndarray]]] = {}
        for channel, item, row in rows:
            names, held = found.setdefault(channel, ([], []))
            names.append(item)
            held.append(np.frombuffer(row, np.float32))
    return {channel: (names, np.array(held)) for channel, (names, held) in found.items()}


def same(one: IndexLayout, other: IndexLayout) -> bool:
    """Whether two indexes are the same row by row, vectors but for their rounding."""
    found, wanted = content(one.root), content(other.root)
    assert found["faults"] == wanted["faults"] == []
    del found["vectors"], wanted["vectors"]
    assert found == wanted
    ours, theirs = vectors(one), vectors(other)
    assert ours.keys() == theirs.keys() != set()
    for channel, (names, rows) in ours.items():
        assert names == theirs[channel][0]
        assert np.allclose(rows, theirs[channel][1], atol=1e-3)
    return True


@pytest.mark.promise(65)
def test_the_index_is_that_of_a_local_run_also_where_readers_are_killed(
    documents: Path, models: Models, tmp_path: Path
) -> None:
    truth = IndexLayout(tmp_path / "truth")
    wanted = index_paths(truth, [documents], models)
    events, killed = [], []

    def note(progress) -> None:
        events.append(progress)
        if progress.stage == "read" and progress.pages == 2 and not killed:
            killed.extend(readers())
            for process in killed:
                process.send_signal(signal.SIGKILL)

    layout = IndexLayout(tmp_path / "made")
    report = index_paths(layout, [documents], models, open_engine=engine("ray"), on_event=note)
    assert len(killed) == 1, "it reads with two processes"
    assert same(layout, truth)
    assert (report.stored, len(report.failed)) == (wanted.stored, 1)
    assert (report.pages, report.figures) == (wanted.pages, wanted.figures)
    last = [e for e in events if e.stage == "read" and e.files_total == 6][-1]
    assert last.pages == last.pages_total == 10, "the file within one is read in a second round"
    psutil.wait_procs(readers(), timeout=20)
    assert readers() == []


def task(path: Path) -> ParseTask:
    sha256 = ids.file_sha256(path)
    return ParseTask(path, sha256, ids.document_id(sha256))


def test_a_file_that_a_machine_does_not_have_is_sent_to_it(documents, models, tmp_path) -> None:
    path = documents / "a.pdf"
    elsewhere = replace(task(path), sha256="0" * 64)  # the reader finds other bytes there
    with engine("ray")(IngestSettings(workers=1), models) as opened:
        events = list(opened.parse([elsewhere], lambda picture: None))
    assert [type(event) for event in events] == [PageParsed] * 4 + [FileParsed]


class Installed:
    """A reader of the version of mmrag that is here."""

    def version(self) -> str:
        from mmrag import __version__

        return __version__


class Fatal(Installed):
    """A reader that does not survive a file."""

    def read(self, task: ParseTask, data: bytes | None, draws: bool) -> Iterator[None]:
        os._exit(1)
        yield


class Picky(Installed):
    """A reader that one file ends, once it has begun with another."""

    def read(self, task: ParseTask, data: bytes | None, draws: bool) -> Iterator[object]:
        from mmrag.pipeline.ray_reader import EventTold

        if task.path.name == "a.pdf":
            os._exit(1)
        yield EventTold(PageParsed(task.path, 1, 1), ())
        time.sleep(0.3)  # the other file is begun meanwhile
        yield EventTold(FileCounted(task.path, 1), ())


class Unborn(Installed):
    """A reader that starts at the third try."""

    def __init__(self, tries: Path) -> None:
        with tries.open("a") as told:
            told.write("x")
        if len(tries.read_text()) < 3:
            os._exit(1)

    def read(self, task: ParseTask, data: bytes | None, draws: bool) -> Iterator[object]:
        from mmrag.pipeline.ray_reader import EventTold

        yield EventTold(FileCounted(task.path, 1), ())


class Full(Installed):
    """A reader on a machine whose objects have no room."""

    def read(self, task: ParseTask, data: bytes | None, draws: bool) -> Iterator[None]:
        import ray

        raise ray.exceptions.OutOfDiskError("the local disk is full")
        yield


class Older:
    """A reader of another version of mmrag."""

    def version(self) -> str:
        return "0.0.1"


class Endless(Installed):
    """A reader that counts what it has told."""

    def __init__(self, counted: Path) -> None:
        self._counted = counted

    def read(self, task: ParseTask, data: bytes | None, draws: bool) -> Iterator[object]:
        from mmrag.pipeline.ray_reader import EventTold

        for page in range(1, 201):
            self._counted.write_text(str(page))
            yield EventTold(PageParsed(task.path, page, 200), ())


@pytest.fixture
def reading() -> Iterator[Callable[..., object]]:
    """Readers of a class of ours."""
    import ray

    from mmrag.pipeline.ray_reading import Readers
    from mmrag.pipeline.ray_slots import ReaderSlots

    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    made = []

    def make(kind: type, *arguments: object, processes: int = 1, cores: int = 0) -> object:
        def start(processes: int, cores: int = 0) -> object:
            options = {"num_cpus": cores, "max_concurrency": processes}
            return ray.remote(kind).options(**options).remote(*arguments)

        slots = ReaderSlots([(processes, partial(start, cores=cores))], start)
        made.append(Readers(slots))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.mark.promise(65)
def test_a_file_with_which_readers_are_lost_is_given_up_and_told(reading, documents) -> None:
    [event] = reading(Fatal).read([task(documents / "a.pdf")], lambda picture: None)
    assert isinstance(event, FileFailed)
    assert "3 readers were lost with it" in event.problem.message


@pytest.mark.promise(65)
def test_no_other_file_is_given_up_with_the_one_that_ends_readers(reading, documents) -> None:
    tasks = [task(documents / name) for name in ("a.pdf", "b.pdf", "c.pdf")]
    events = list(reading(Picky, processes=3).read(tasks, lambda picture: None))
    [failed] = [event for event in events if isinstance(event, FileFailed)]
    assert failed.path.name == "a.pdf"
    counted = sorted(event.path.name for event in events if isinstance(event, FileCounted))
    assert counted == ["b.pdf", "c.pdf"]


@pytest.mark.promise(65)
def test_a_reader_that_is_lost_while_it_starts_is_started_again(
    reading, documents, tmp_path
) -> None:
    readers = reading(Unborn, tmp_path / "tries")
    [event] = readers.read([task(documents / "a.pdf")], lambda picture: None)
    assert isinstance(event, FileCounted)
    assert (tmp_path / "tries").read_text() == "xxx"


@pytest.mark.promise(65)
def test_a_reader_that_does_not_start_in_its_time_is_started_elsewhere(
    reading, documents, monkeypatch
) -> None:
    import ray

    from mmrag.pipeline import ray_slots

    monkeypatch.setattr(ray_slots, "START_SECONDS", 0.0)
    late = reading(Picky, cores=1000)  # which no machine has
    with pytest.raises(UsageError, match="did not start within 0 s: the cluster is busy"):
        list(late.read([task(documents / "b.pdf")], lambda picture: None))
    monkeypatch.undo()
    slots = late._slots
    [pending], slots.all[1:] = slots.all, reading(Picky)._slots.all
    slots._hear_of_start(slots.all[1])
    events = late.read([task(documents / "b.pdf")], lambda picture: None)
    assert [type(event) for event in events] == [PageParsed, FileCounted]
    assert slots.all[0] is not pending
    assert ray.get(slots.all[0].version) == Picky().version()


def test_an_object_store_that_is_full_ends_the_run_and_says_what_to_do(reading, documents) -> None:
    with pytest.raises(MmragError, match=r"object store .* full: .*--object-store-memory.*kept"):
        list(reading(Full).read([task(documents / "a.pdf")], lambda picture: None))


def test_an_object_store_without_room_for_a_file_is_told_as_well(
    reading, documents, monkeypatch
) -> None:
    import ray

    readers = reading(Full)

    class NoRoom:
        def options(self, **options: object) -> "NoRoom":
            return self

        def remote(self, *arguments: object) -> None:
            raise ray.exceptions.ObjectStoreFullError("no room for 3 GB")

    class Sender:
        read = NoRoom()

    [slot] = readers._slots.all
    readers._slots._hear_of_start(slot)
    monkeypatch.setattr(slot, "reader", Sender())
    with pytest.raises(MmragError, match=r"object store of the cluster is full: .*no room"):
        list(readers.read([task(documents / "a.pdf")], lambda picture: None))
    readers._slots.all.clear()


def test_a_machine_with_another_version_of_mmrag_is_told_with_both(reading, documents) -> None:
    from mmrag import __version__

    with pytest.raises(UsageError, match=rf"mmrag 0\.0\.1, and this one has {__version__}"):
        list(reading(Older).read([task(documents / "a.pdf")], lambda picture: None))


def test_readers_that_never_stay_alive_end_the_run(reading, documents, monkeypatch) -> None:
    from mmrag.pipeline import ray_slots

    monkeypatch.setattr(ray_slots, "MAX_LOST_IN_A_ROW", 3)
    tasks = [task(path) for path in sorted(documents.iterdir())] * 2
    with pytest.raises(MmragError, match="do not stay alive"):
        list(reading(Fatal).read(tasks, lambda picture: None))


@pytest.mark.promise(65)
def test_a_reader_pauses_while_nobody_takes_what_it_tells(reading, documents, tmp_path) -> None:
    counted = tmp_path / "counted"
    events = reading(Endless, counted).read([task(documents / "a.pdf")], lambda picture: None)
    next(events)
    time.sleep(1.0)
    assert int(counted.read_text()) <= 40
    events.close()


def mmrag(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mmrag", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_an_address_where_nothing_answers_is_told_at_once(documents, tmp_path) -> None:
    started = time.monotonic()
    ran = mmrag("index", documents, "--index", tmp_path / "x", "--engine", "ray", "--address",
                "127.0.0.1:1")  # fmt: skip
    assert ran.returncode == 2
    assert "127.0.0.1:1: nothing answers there" in ran.stderr
    assert "ray start --head" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("address", ["ray://127.0.0.1:10001", "127.0.0.1", ":6379"])
def test_what_is_no_address_is_told(address, monkeypatch) -> None:
    import ray

    from mmrag.pipeline import ray_cluster

    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    with pytest.raises(UsageError, match="HOST:PORT"), ray_cluster.connected(address, 1):
        raise AssertionError("joined")


@pytest.mark.parametrize(
    "error, told",
    [
        (
            RuntimeError(
                "Version mismatch: The cluster was started with:\n    Ray: 2.9.0\n    Python: "
                "3.11.9\nThis process on node 10.0.0.7 was started with:\n    Ray: 2.60.0\n"
            ),
            r"Ray: 2\.9\.0.*Ray: 2\.60\.0.*ray start --head",
        ),
        (Exception("Head node session dir not found"), "session dir.*ray start --head"),
    ],
)
def test_a_cluster_that_cannot_be_joined_is_told_with_what_ray_says(
    error, told, monkeypatch
) -> None:
    import ray

    from mmrag.pipeline import ray_cluster

    def refuse(address: str, **options: object) -> None:
        raise error

    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "init", refuse)
    with socket.create_server(("127.0.0.1", 0)) as head:
        address = f"127.0.0.1:{head.getsockname()[1]}"
        with pytest.raises(UsageError, match=told):
            ray_cluster.connected(address, 1).__enter__()


@pytest.fixture
def starting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], list[subprocess.Popen]]]:
    """Lets so many starts fail as on a busy machine; what each of them left."""
    import ray

    left: list[subprocess.Popen] = []

    def fails(times: int) -> list[subprocess.Popen]:
        def init(address: str, **options: object) -> None:
            if len(left) == times:
                return
            script = [sys.executable, "-c", "import time; time.sleep(600)", ray.__file__]
            left.append(subprocess.Popen(script))
            raise Exception("The current node timed out during startup.")

        monkeypatch.setattr(ray, "is_initialized", lambda: False)
        monkeypatch.setattr(ray, "init", init)
        monkeypatch.setattr(ray, "shutdown", lambda: None)  # that of the tests stays
        return left

    yield fails
    for process in left:
        process.kill()
        process.wait()


@pytest.mark.promise(65)
def test_a_cluster_that_does_not_start_in_time_is_started_again(starting) -> None:
    from mmrag.pipeline import ray_cluster

    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        left = starting(ray_cluster.STARTS - 1)
        with ray_cluster.connected("", 1):
            assert len(left) == ray_cluster.STARTS - 1
            assert all(process.poll() is not None for process in left)
            assert other.poll() is None, "it is none of Ray"
    finally:
        other.kill()
        other.wait()


def test_cores_of_a_run_that_has_just_ended_are_waited_for(monkeypatch) -> None:
    import ray

    from mmrag.pipeline import ray_cluster

    told = iter([{}, {"CPU": 0.5}, {"CPU": 2.0}])
    monkeypatch.setattr(ray, "available_resources", lambda: next(told))
    assert ray_cluster.free_cores() == 2
    monkeypatch.setattr(ray_cluster, "FREE_SECONDS", 0.0)
    monkeypatch.setattr(ray, "available_resources", dict)
    with (
        pytest.raises(UsageError, match="no core of the cluster is free"),
        engine("ray")(IngestSettings(), Models(Settings())),
    ):
        raise AssertionError("it has none")


def test_what_nobody_asks_of_a_cluster_of_our_own_does_not_run() -> None:
    running = {
        Path(part).name
        for process in psutil.Process().children()
        if process.status() != "zombie"
        for part in process.cmdline()
        if "/ray/" in part
    }
    assert {"raylet", "gcs_server"} <= running
    assert not running & {"monitor.py", "log_monitor.py", "dashboard.py"}


@pytest.mark.promise(65)
def test_one_that_never_starts_is_told_with_what_to_do(starting) -> None:
    from mmrag.pipeline import ray_cluster

    left = starting(100)
    with pytest.raises(UsageError, match=r"timed out during startup.*--engine local"):
        ray_cluster.connected("", 1).__enter__()
    assert len(left) == ray_cluster.STARTS
    assert all(process.poll() is not None for process in left)


def test_the_image_encoder_of_a_profile_is_on_the_cluster_too() -> None:
    from PIL import Image

    pictures = [Image.new("RGB", (64, 48), colour) for colour in ("red", "navy", "white")]
    with (
        Models.open("embedded") as models,
        engine("ray")(IngestSettings(workers=2), models) as opened,
    ):
        wanted, made = models.image_encoder(), opened.models.image_encoder()
        assert (made.space, made.text_space) == (wanted.space, wanted.text_space)
        assert made.logit_scale == wanted.logit_scale
        rows = made.encode_images(pictures)
        assert np.allclose(rows, wanted.encode_images(pictures), atol=1e-3)


def test_a_setting_that_no_encoder_takes_is_told_as_it_is_here() -> None:
    """Ray itself would hand on a trace of it, in colours, and the run would go on without."""
    image = {"backend": "open_clip", "model": "ViT-B-32", "pretrained": "nobody"}
    with (
        Models(Settings.model_validate({"image": image})) as models,
        engine("ray")(IngestSettings(workers=2), models) as opened,
        pytest.raises(ConfigError, match=r"\[image\] pretrained: ViT-B-32 has no tag 'nobody'"),
    ):
        opened.models.image_encoder()


@pytest.mark.parametrize("workers", [2, 3, 4])
@pytest.mark.parametrize("other", ["none", "dead", "alive"])
def test_a_cluster_of_this_machine_with_one_encoder_leaves_encoding_to_this_process(
    workers, other, models, monkeypatch
) -> None:
    import ray

    from mmrag.pipeline import ray_engine

    monkeypatch.undo()
    nodes = ray.nodes()
    if other != "none":
        nodes.append({**nodes[0], "NodeID": "0" * 56, "Alive": other == "alive"})
    monkeypatch.setattr(ray, "nodes", lambda: nodes)
    monkeypatch.setattr(ray, "available_resources", lambda: {"CPU": 8.0})
    with engine("ray")(IngestSettings(workers=workers), models) as opened:
        is_here = opened.models is models
    assert is_here == (workers < 2 * ray_engine.ENCODER_CORES and other != "alive")


def test_so_does_one_with_one_gpu_however_many_cores_it_has(models, monkeypatch) -> None:
    import ray

    monkeypatch.undo()
    monkeypatch.setattr(ray, "cluster_resources", lambda: {"CPU": 8.0, "GPU": 1.0})
    with engine("ray")(IngestSettings(workers=8), models) as opened:
        assert opened.models is models


@pytest.mark.first
@pytest.mark.promise(65)
def test_figures_are_read_described_and_encoded_as_they_are_here_also_where_any_worker_is_killed(
    documents: Path, tiny_vlms: Path, sample_corpus: Path, tmp_path: Path
) -> None:
    for name in ("invoice-2291-lake-orsa-boatyard.pdf", "ferry-passengers-chart.png"):
        (documents / name).write_bytes((sample_corpus / "docs" / name).read_bytes())
    told = {
        "ocr": {"engine": "none"},
        "ingest": {"workers": 2, "pictures": "kept"},
        "image": {"backend": "open_clip", "model": "mmrag-pictures-1"},
        "describe": {"by": "vlm"},
        "vlm": {
            "backend": "transformers", "model": str(tiny_vlms / "llava"), "device": "cpu",
            "max_new_tokens": 8,
        },
    }  # fmt: skip
    killed: set[str] = set()  # how many of a kind are up by then, the machine decides

    def note(progress) -> None:
        """Kill each kind of worker once, at the first event for which it is at work."""
        is_under_way = progress.stage != "read" or progress.pages >= 2
        for kind in {"Reader", "TextEncoding", "ImageEncoding", "Describing"} - killed:
            if is_under_way and (found := readers(kind)):
                killed.add(kind)
                for process in found:
                    process.send_signal(signal.SIGKILL)

    def not_here() -> None:
        raise AssertionError("the model was loaded by the driver")

    settings = Settings.model_validate(told)
    truth, made = IndexLayout(tmp_path / "truth"), IndexLayout(tmp_path / "made")
    with Models(settings) as models:
        wanted = index_paths(truth, [documents], models)
    with Models(settings, chat_model=not_here) as models:
        ray = engine("ray")
        report = index_paths(made, [documents], models, open_engine=ray, on_event=note)
    assert killed == {"Reader", "TextEncoding", "ImageEncoding", "Describing"}
    assert report.problems == ()
    assert (report.pages, report.figures) == (wanted.pages, wanted.figures)
    assert report.described.describer == wanted.described.describer
    assert report.described.described == wanted.described.described > 0
    assert same(made, truth)
