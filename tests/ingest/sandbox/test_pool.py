"""Real worker processes: what one file does wrong costs one step of it and nothing else."""

import errno
import gc
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from mmrag.config import IngestSettings
from mmrag.errors import MmragError
from mmrag.ingest.events import (
    FileCounted,
    FileFailed,
    FileParsed,
    PageParsed,
    ParseEvent,
    ParseTask,
)
from mmrag.ingest.sandbox import forking, pool, progress
from mmrag.ingest.sandbox.pool import parse_files
from mmrag.types import Picture

Faulty = Callable[..., list[ParseEvent]]


@pytest.fixture
def run_faulty(faulty_parse: Callable[..., object], task: Callable[[Path], ParseTask]) -> Faulty:
    def run(*names: str, **changes: object) -> list[ParseEvent]:
        settings = IngestSettings.model_validate({"workers": 1, "page_timeout_s": 1.0, **changes})
        tasks = [task(Path(name)) for name in names]
        return list(parse_files(tasks, settings, None, lambda _: None, parse=faulty_parse))

    return run


@pytest.fixture
def no_server() -> None:
    """The next process to be started is the one that workers are forked from."""
    forking.stop()


def parsed(events: list[ParseEvent]) -> dict[str, FileParsed]:
    return {event.path.name: event for event in events if isinstance(event, FileParsed)}


def failed(events: list[ParseEvent]) -> dict[str, str]:
    return {e.path.name: str(e.problem) for e in events if isinstance(e, FileFailed)}


@pytest.mark.promise(11)
def test_steps_that_hang_or_crash_are_recorded_and_left_out_and_the_rest_completes(
    run_faulty: Faulty,
) -> None:
    events = run_faulty(
        "fine.pdf", "hang-render1.pdf", "crash-drawings3.pdf", "exit-text4.pdf", "killed-text2.pdf"
    )
    documents = {name: event.document for name, event in parsed(events).items()}
    assert {name: document.document.status for name, document in documents.items()} == {
        "fine.pdf": "ok",
        "hang-render1.pdf": "partial",
        "crash-drawings3.pdf": "partial",
        "exit-text4.pdf": "partial",
        "killed-text2.pdf": "partial",
    }
    assert {name: [str(p) for p in d.document.problems] for name, d in documents.items()} == {
        "fine.pdf": [],
        "hang-render1.pdf": ["render page 1: timeout after 1 s"],
        "crash-drawings3.pdf": ["drawings page 3: signal 11"],
        "exit-text4.pdf": ["text page 4: the parser process ended (exit code 7)"],
        "killed-text2.pdf": ["text page 2: killed by the system (signal 9): out of memory?"],
    }
    for document in documents.values():
        assert [page.number for page in document.pages] == [1, 2, 3, 4]
        assert all(page.text.startswith(f"page {page.number} of") for page in document.pages)


@pytest.mark.promise(12)
def test_a_file_that_cannot_be_opened_without_a_crash_fails_and_the_next_is_read(
    run_faulty: Faulty,
) -> None:
    events = run_faulty("unopenable.pdf", "fine.pdf")
    assert failed(events) == {"unopenable.pdf": "open: signal 11"}
    assert list(parsed(events)) == ["fine.pdf"]


@pytest.mark.promise(12)
def test_a_page_that_fails_at_every_step_costs_no_page_after_it(run_faulty: Faulty) -> None:
    document = parsed(run_faulty("stuck-2.pdf"))["stuck-2.pdf"].document
    assert [bool(page.text) for page in document.pages] == [True, False, True, True]
    assert {problem.page for problem in document.document.problems} == {2}


@pytest.mark.promise(12)
def test_a_file_whose_pages_are_lost_one_after_another_is_given_up_with_what_was_read(
    run_faulty: Faulty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "MAX_LOST_PAGES", 2)
    document = parsed(run_faulty("stuck-23.pdf"))["stuck-23.pdf"].document
    assert document.document.status == "partial"
    assert "pages 3 to 4 were not read: too many failures before them" in str(
        document.document.problems[-1]
    )
    assert [bool(page.text) for page in document.pages] == [True, False, False, False]


@pytest.mark.promise(19)
def test_one_process_reads_many_files_until_it_has_read_enough(
    run_faulty: Faulty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "RECYCLE_PAGES", 8)
    events = run_faulty(*(f"fine{at}.pdf" for at in range(4)))
    processes = [event.document.pages[0].text for event in parsed(events).values()]
    assert len(set(processes)) == 2  # four pages a file: two files, then a fresh process


def test_pages_are_reported_as_they_come(run_faulty: Faulty) -> None:
    events = run_faulty("fine.pdf")
    pages = [event for event in events if isinstance(event, PageParsed)]
    assert events[:4] == pages
    assert [(item.path.name, item.page, item.page_count) for item in pages] == [
        ("fine.pdf", at, 4) for at in (1, 2, 3, 4)
    ]
    assert isinstance(events[4], FileParsed)


def test_pages_are_counted_before_the_first_is_read(
    faulty_parse: Callable[..., object], task: Callable[[Path], ParseTask]
) -> None:
    """Not those of text, which would be set on pages; what cannot be opened has failed then."""
    names = ("fine.pdf", "unopenable.pdf", "fine2.pdf", "fine3.txt")
    tasks = [task(Path(name)) for name in names]
    settings = IngestSettings(workers=1)
    events = list(
        parse_files(tasks, settings, None, lambda _: None, parse=faulty_parse, count_first=True)
    )
    assert events[0] == FileCounted(Path("fine.pdf"), 4)
    assert [type(event) for event in events[1:3]] == [FileFailed, FileCounted]
    assert failed(events) == {"unopenable.pdf": "open: signal 11"}
    assert sum(isinstance(event, FileCounted) for event in events) == 2
    assert list(parsed(events)) == ["fine.pdf", "fine2.pdf", "fine3.txt"]
    assert sum(isinstance(event, PageParsed) for event in events) == 12


BUSY = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\nwhile True: pass"


@pytest.mark.promise(45)
@pytest.mark.skipif(sys.platform != "linux", reason="one processor for all of them")
def test_a_page_that_gets_no_processor_is_not_timed_out(run_faulty: Faulty) -> None:
    """Two others that go before it leave a thirtieth of a processor to the one that reads."""
    others = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(2)]
    try:
        document = parsed(run_faulty("starved-render2.pdf"))["starved-render2.pdf"].document
    finally:
        for other in others:
            other.kill()
            other.wait()
    assert (document.document.status, document.document.problems) == ("ok", ())


@pytest.mark.promise(45)
def test_processes_that_do_not_start_at_once_are_started_again(
    run_faulty: Faulty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_server: None
) -> None:
    left = tmp_path / "left"
    left.write_text("xxx")
    boot = (
        f"import pathlib; left = pathlib.Path({str(left)!r}); tries = left.read_text();"
        "left.write_text(tries[1:]); tries and exit('not yet');" + forking.BOOT
    )
    monkeypatch.setattr(forking, "BOOT", boot)
    monkeypatch.setattr(pool, "START_PAUSE_S", 0.01)
    assert list(parsed(run_faulty("fine.pdf"))) == ["fine.pdf"]
    assert left.read_text() == ""


@pytest.mark.promise(45)
def test_a_system_without_room_for_a_process_is_asked_again(
    run_faulty: Faulty, monkeypatch: pytest.MonkeyPatch, no_server: None
) -> None:
    full = iter(range(3))
    start = subprocess.Popen

    def popen(*arguments: object, **options: object) -> object:
        if next(full, None) is not None:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return start(*arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", popen)
    monkeypatch.setattr(pool, "START_PAUSE_S", 0.01)
    assert list(parsed(run_faulty("fine.pdf"))) == ["fine.pdf"]


def test_processes_that_do_not_start_end_the_run_with_a_reason(
    task: Callable[[Path], ParseTask], monkeypatch: pytest.MonkeyPatch, no_server: None
) -> None:
    monkeypatch.setattr(pool, "START_PAUSE_S", 0.01)
    monkeypatch.setattr(forking, "BOOT", "raise SystemExit('no such library')")
    events = parse_files([task(Path("a.pdf"))], IngestSettings(workers=1), None, lambda _: None)
    with pytest.raises(MmragError, match=r"5 in a row: .* no such library.*workers = 1"):
        list(events)


def workers() -> list[psutil.Process]:
    """Processes that were forked from the one that all are forked from."""
    ours = psutil.Process()
    return [child for child in ours.children(recursive=True) if child.ppid() != ours.pid]


def test_closing_the_events_ends_the_processes_even_one_that_hangs(
    faulty_parse: Callable[..., object], task: Callable[[Path], ParseTask]
) -> None:
    tasks = [task(Path("fine.pdf")), task(Path("hang-render1.pdf"))]
    settings = IngestSettings(workers=2)
    events = parse_files(tasks, settings, None, lambda _: None, parse=faulty_parse)
    before = workers()
    next(events)
    until = time.monotonic() + 60  # the other one is forked by a process that has its own pace
    while len(set(workers()) - set(before)) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    started = set(workers()) - set(before)
    events.close()
    assert len(started) == 2
    assert [worker for worker in workers() if worker not in before] == []


@pytest.mark.promise(66)
@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's signal at a parent's death")
def test_processes_end_when_the_parent_is_killed(
    tmp_path: Path, faulty_parse: Callable[..., object]
) -> None:
    script = """
from pathlib import Path
from mmrag.config import IngestSettings
from mmrag.ingest.events import ParseTask
from mmrag.ingest.sandbox.pool import parse_files
import mmrag_faulty_parse
task = ParseTask(Path("hang-render2.pdf"), "ab" * 32, "abababab")
settings = IngestSettings(workers=1)
for event in parse_files([task], settings, None, print, parse=mmrag_faulty_parse.parse):
    print("page", flush=True)
"""
    root = Path(__file__).resolve().parents[3]
    places = os.pathsep.join([str(tmp_path / "modules"), str(root)])
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": places},
    )
    with parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"page\n"
        started = psutil.Process(parent.pid).children(recursive=True)
        assert len(started) == 2  # one that is hanging, and the one that it was forked from
        parent.kill()
    _, left = psutil.wait_procs(started, timeout=60)
    assert left == []


@pytest.mark.promise(13)
@pytest.mark.promise(19)
def test_the_parent_holds_nothing_of_the_files_it_has_handed_on(
    faulty_parse: Callable[..., object], task: Callable[[Path], ParseTask]
) -> None:
    """What the parent holds after 40 files and after 400; garbage that waits is not held.

    Some of them end with the page after which their process does, and are whole.
    """
    tasks = (task(Path(f"fine{at}.pdf")) for at in range(400))
    settings = IngestSettings(workers=1)
    held: list[int] = []
    tracemalloc.start()
    try:
        for event in parse_files(tasks, settings, None, lambda _: None, parse=faulty_parse):
            if isinstance(event, FileParsed):
                assert event.document.document.problems == ()
                if len(held) in (39, 399):
                    gc.collect()
                held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert len(held) == 400
    assert held[-1] - held[39] < 200_000


@pytest.mark.promise(13)
def test_memory_beyond_the_limit_is_refused(run_faulty: Faulty) -> None:
    document = parsed(run_faulty("greedy-text2.pdf", memory_mb=300))["greedy-text2.pdf"].document
    assert [str(p) for p in document.document.problems] == [
        "text page 2: the parser process ended (exit code 9)"
    ]


@pytest.mark.promise(15)
def test_real_files_of_every_kind_in_one_run(
    make_pdf: Callable[..., Path],
    scanned_pdf: Path,
    task: Callable[[Path], ParseTask],
    tmp_path: Path,
) -> None:
    make_pdf("one page", "another page", name="good.pdf")
    (tmp_path / "page.pdf").write_bytes(b"<html></html>")  # its content decides
    (tmp_path / "empty.pdf").write_bytes(b"")
    whole = (tmp_path / "good.pdf").read_bytes()
    (tmp_path / "cut.pdf").write_bytes(whole[: whole.rindex(b"xref")])
    odd = tmp_path / os.fsdecode(b"odd\xff.pdf")
    odd.write_bytes(whole)
    pictures: list[Picture] = []
    paths = [*sorted(tmp_path.glob("*.pdf"), key=os.fsencode), tmp_path / "gone.pdf"]
    settings = IngestSettings(workers=2, layout="never")
    events = list(parse_files(map(task, paths), settings, None, pictures.append))
    assert failed(events) == {
        "empty.pdf": "open: the file is empty (0 bytes)",
        "gone.pdf": "open: the file is gone",
        "page.pdf": "open: there is nothing in it to read",
    }
    documents = {name: event.document for name, event in parsed(events).items()}
    assert {name: d.document.status for name, d in documents.items()} == {
        "good.pdf": "ok",
        "cut.pdf": "partial",
        "scan.pdf": "ok",
        "odd\udcff.pdf": "ok",
    }
    stored = {picture.sha256 for picture in pictures}
    for document in documents.values():
        document.document.path.encode("utf-8")
        assert all(page.picture in stored for page in document.pages)
    good = documents["good.pdf"]
    assert [passage.text for passage in good.passages] == ["one page", "another page"]
    assert good.pages[0].id == "abababab-p0001"


def test_tasks_are_taken_only_as_processes_become_free(
    faulty_parse: Callable[..., object], task: Callable[[Path], ParseTask]
) -> None:
    taken: list[int] = []

    def tasks() -> Iterator[ParseTask]:
        for at in range(100):
            taken.append(at)
            yield task(Path(f"fine{at}.pdf"))

    settings = IngestSettings(workers=1)
    events = parse_files(tasks(), settings, None, lambda _: None, parse=faulty_parse)
    next(event for event in events if isinstance(event, FileParsed))
    events.close()
    assert len(taken) <= 2
