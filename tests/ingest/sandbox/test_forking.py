"""Workers forked from one process: alike at their start, and apart from then on."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psutil
import pytest

import mmrag
from mmrag.config import IngestSettings
from mmrag.ingest.events import FileFailed, FileParsed, PageParsed, ParseEvent, ParseTask
from mmrag.ingest.sandbox import forking
from mmrag.ingest.sandbox.pool import parse_files

pytestmark = pytest.mark.skipif(not forking.is_possible(), reason="no process is forked here")
Task = Callable[[Path], ParseTask]
Parse = Callable[..., object]
Read = Callable[..., Iterator[ParseEvent]]
TELLS = '''
"""Parsing that tells of its process: a page for each file, with what the file's name asks for."""

import os
import signal
import sys

import mmrag_told  # which the server has never seen
from mmrag.ingest.raw import Opened, RawPage


def parse(job, enter):
    enter("open", 0)
    yield Opened(1, 1, "", {}, ())
    enter("text", 1)
    match job.task.path.stem:
        case "surroundings":
            told = f"{os.environ['MMRAG_TOLD']} {os.getcwd()} {mmrag_told.WORD}"
        case "descriptors":
            told = "".join(
                f"{at} {os.readlink(f'/proc/self/fd/{at}').split(':')[0]};"
                for at in sorted(map(int, os.listdir("/proc/self/fd")))
                if os.path.exists(f"/proc/self/fd/{at}")
            )
        case "server":
            told = f"{os.getppid()} of {os.getpid()}"
        case "treason":
            os.kill(os.getppid(), signal.SIGKILL)
            signal.pause()
        case _:
            told = "with the layout model" if "pymupdf.layout" in sys.modules else "fine"
    yield RawPage(1, 100.0, 100.0, told, (), "pdf", marks=(("layout", 1.0),))
    if job.task.path.stem == "endless":
        signal.pause()
'''


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, task: Task) -> Read:
    """Read files of these names by parsing that tells of its process."""
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "mmrag_tells.py").write_text(TELLS, encoding="utf-8")
    (folder / "mmrag_told.py").write_text("WORD = 'told'", encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    for name in ("mmrag_tells", "mmrag_told"):
        sys.modules.pop(name, None)
    import mmrag_tells

    def run(*names: str, workers: int = 1) -> Iterator[ParseEvent]:
        tasks = [task(Path(f"{name}.pdf")) for name in names]
        settings = IngestSettings(workers=workers)
        return parse_files(tasks, settings, None, None, parse=mmrag_tells.parse)

    return run


def texts(events: Iterator[ParseEvent]) -> list[str]:
    return [
        event.document.pages[0].text if isinstance(event, FileParsed) else str(event.problem)
        for event in events
        if isinstance(event, FileParsed | FileFailed)
    ]


@pytest.mark.promise(66)
def test_all_are_forked_from_one_process_which_has_one_thread(read: Read) -> None:
    told = [text.split(" of ") for _ in range(2) for text in texts(read("server"))]
    (server,) = {server for server, _ in told}
    assert len({worker for _, worker in told}) == 2
    assert psutil.Process(int(server)).ppid() == os.getpid()
    assert psutil.Process(int(server)).num_threads() == 1  # others would hold locks in the fork


@pytest.mark.promise(66)
def test_a_thread_that_ends_does_not_end_what_it_has_started(read: Read) -> None:
    forking.stop()
    told: list[str] = []
    thread = threading.Thread(target=lambda: told.extend(texts(read("server"))))
    thread.start()
    thread.join()
    told += texts(read("server"))
    assert len({text.split(" of ")[0] for text in told}) == 1


@pytest.mark.promise(66)
def test_a_worker_has_the_surroundings_of_the_moment(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts(read("fine"))
    monkeypatch.setenv("MMRAG_TOLD", "now")
    monkeypatch.chdir(tmp_path)
    assert texts(read("surroundings")) == [f"now {tmp_path} told"]


@pytest.mark.promise(66)
def test_a_worker_has_no_descriptor_but_its_own(read: Read) -> None:
    """Not those of the process that reads a file beside it, nor the server's or the caller's."""
    with closing(read("descriptors", "descriptors", "descriptors", workers=2)) as events:
        for text in texts(events):
            kinds = [part.split(maxsplit=1) for part in text.split(";") if part]
            assert [at for at, _ in kinds[:3]] == ["0", "1", "2"]
            assert [kind for _, kind in kinds[:2]] == ["/dev/null"] * 2
            others = sorted("socket" if kind == "socket" else "file" for _, kind in kinds[3:])
            assert others == ["file", "socket"], text  # the board, and the line to the parent


@pytest.mark.promise(66)
def test_where_the_server_is_killed_each_file_is_read_again_in_full(
    faulty_parse: Parse, task: Task
) -> None:
    tasks = [task(Path(f"fine{at}.pdf")) for at in range(6)]
    settings = IngestSettings(workers=2)
    servers: set[int] = set()
    ends = []
    for event in parse_files(tasks, settings, None, None, parse=faulty_parse):
        if isinstance(event, PageParsed) and not servers:
            servers.add(psutil.Process(event.worker).ppid())
            os.kill(*servers, signal.SIGKILL)
        if isinstance(event, FileParsed | FileFailed):
            ends.append(event)
    assert len(ends) == 6
    for end in ends:
        assert isinstance(end, FileParsed)
        assert (end.document.document.status, len(end.document.pages)) == ("ok", 4)


@pytest.mark.promise(66)
@pytest.mark.parametrize(("of_all", "status"), [(True, "ok"), (False, "partial")])
def test_a_file_whose_last_page_has_come_is_not_read_beyond_it(
    read: Read, of_all: bool, status: str
) -> None:
    """Where all workers end, or its own alone: that is told of it, and no page that it has not."""
    ends = []
    for event in read("endless"):
        if isinstance(event, PageParsed):
            os.kill(psutil.Process(event.worker).ppid() if of_all else event.worker, signal.SIGKILL)
        else:
            ends.append(event)
    (end,) = ends
    assert isinstance(end, FileParsed)
    assert (end.document.document.status, len(end.document.pages)) == (status, 1)
    told = [problem.message for problem in end.document.document.problems]
    assert told == ([] if of_all else ["killed by the system (signal 9): out of memory?"])


@pytest.mark.promise(66)
def test_a_file_that_kills_the_server_each_time_costs_its_pages_and_no_other(read: Read) -> None:
    events = list(read("treason", "fine"))
    treason, fine = (event.document for event in events if isinstance(event, FileParsed))
    assert treason.document.status == "partial"
    assert "text page 1: killed by the system (signal 9)" in str(treason.document.problems[0])
    assert fine.pages[0].text == "fine"


@pytest.mark.promise(66)
def test_workers_share_the_layout_model_once_one_has_needed_it(read: Read) -> None:
    forking.stop()
    assert [text for _ in range(2) for text in texts(read("page"))] == [
        "fine",
        "with the layout model",
    ]
    told = texts(read("server"))[0].split(" of ")
    assert psutil.Process(int(told[0])).num_threads() == 1


FORKS = """
import os, sys, time
from pathlib import Path
from mmrag.config import IngestSettings
from mmrag.ingest.events import ParseTask
from mmrag.ingest.sandbox.pool import parse_files
import mmrag_faulty_parse

def read(name):
    task, settings = ParseTask(Path(name), "ab" * 32, "abababab"), IngestSettings(workers=1)
    return parse_files([task], settings, None, None, parse=mmrag_faulty_parse.parse)

events = read("hang-render2.pdf")
first = next(events).worker
if not (forked := os.fork()):  # it holds all that its parent has
    others = read("hang-render2.pdf")
    print(first, next(others).worker, flush=True)
    time.sleep(600)
os.waitpid(forked, 0)
"""


@pytest.mark.promise(66)
def test_all_end_with_the_process_that_asked_for_them_and_only_then(
    tmp_path: Path, faulty_parse: Parse
) -> None:
    """Killed, while a process that it has forked lives on, which has a server of its own."""
    root = Path(mmrag.__file__).parents[1]
    places = os.pathsep.join([str(tmp_path / "modules"), str(root)])
    asks = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", FORKS],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": places},
    )
    with asks, ExitStack() as ends:
        ends.callback(asks.kill)
        assert asks.stdout is not None
        worker, of_the_forked = map(psutil.Process, map(int, asks.stdout.readline().split()))
        server, another = psutil.Process(worker.ppid()), psutil.Process(of_the_forked.ppid())
        forked = psutil.Process(another.ppid())
        ends.callback(forked.kill)
        assert (server.ppid(), forked.ppid()) == (asks.pid, asks.pid)
        asks.kill()
        _, left = psutil.wait_procs([worker, server], timeout=60)
        assert left == []
        assert another.is_running()
    _, left = psutil.wait_procs([of_the_forked, another], timeout=60)
    assert left == []


@pytest.mark.promise(66)
def test_where_no_process_can_be_forked_each_is_started(
    faulty_parse: Parse, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forking, "is_possible", lambda: False)
    tasks = [task(Path("crash-drawings3.pdf")), task(Path("fine.pdf"))]
    settings = IngestSettings(workers=1)
    parents, documents = set(), []
    for event in parse_files(tasks, settings, None, None, parse=faulty_parse):
        if isinstance(event, PageParsed):
            parents.add(psutil.Process(event.worker).ppid())
        if isinstance(event, FileParsed):
            documents.append(event.document.document)
    assert parents == {os.getpid()}
    assert [[str(problem) for problem in document.problems] for document in documents] == [
        ["drawings page 3: signal 11"],
        [],
    ]
