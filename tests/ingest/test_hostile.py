"""Files that attack the parser, through real worker processes: each ends with a reason."""

from collections.abc import Callable, Iterable
from pathlib import Path

import hostile
import psutil
import pytest

from mmrag.config import IngestSettings
from mmrag.ingest.events import FileFailed, FileParsed, PageParsed, ParseTask
from mmrag.ingest.sandbox.pool import parse_files

Task = Callable[[Path], ParseTask]
OUTCOMES = {
    "strokes": ("partial", "render page 1: timeout after 1 s"),
    "nested-forms": ("partial", "draw page 1: timeout after 1 s"),
    "form-in-itself": ("ok", "Circular dependencies"),
    "deep-page-tree": ("ok", "page tree load failed"),
    "page-tree-in-a-circle": ("partial", "cycle in page tree"),
    "flate-bomb": ("partial", "draw page 1: timeout after 1 s"),
    "picture-bomb": ("partial", "too large: 15000 x 15000 pixels"),
}
"""How each ends, and what the reason must tell."""


def ends(paths: Iterable[Path], task: Task, **settings: object) -> list[FileParsed | FileFailed]:
    limits = {"workers": 1, "page_timeout_s": 1.0, "memory_mb": 1024, "layout": "never", **settings}
    events = parse_files(
        map(task, paths), IngestSettings.model_validate(limits), None, lambda _: None
    )
    return [event for event in events if isinstance(event, FileParsed | FileFailed)]


def outcome(
    path: Path, task: Task, **settings: object
) -> tuple[FileParsed | FileFailed, list[str]]:
    (end,) = ends([path], task, **settings)
    if isinstance(end, FileFailed):
        return end, [str(end.problem)]
    return end, [str(problem) for problem in end.document.document.problems]


@pytest.mark.promise(11)
@pytest.mark.promise(12)
@pytest.mark.promise(17)
@pytest.mark.parametrize("name", hostile.ATTACKS)
def test_an_attack_costs_its_page_and_says_why(tmp_path: Path, task: Task, name: str) -> None:
    path = tmp_path / f"{name}.pdf"
    path.write_bytes(hostile.ATTACKS[name]())
    end, reasons = outcome(path, task)
    found = end.document.document.status if isinstance(end, FileParsed) else "failed"
    status, reason = OUTCOMES[name]
    assert (found, reason) == (status, reason if reason in " ".join(reasons) else reasons)


@pytest.mark.promise(18)
@pytest.mark.parametrize("count", [600, pytest.param(10_000, marks=pytest.mark.long)])
def test_memory_is_flat_over_thousands_of_pages(tmp_path: Path, task: Task, count: int) -> None:
    path = tmp_path / "many.pdf"
    path.write_bytes(hostile.many_pages(count))
    used: dict[int, int] = {}
    settings = IngestSettings(workers=1, layout="never")
    for event in parse_files([task(path)], settings, None, lambda _: None):
        if isinstance(event, PageParsed) and event.page % 100 == 0:
            used[event.page] = psutil.Process(event.worker).memory_info().rss
        elif isinstance(event, FileParsed):
            assert len(event.document.pages) == count
            assert event.document.document.status == "ok"
    early = max(rss for page, rss in used.items() if page <= min(1000, count // 2))
    assert max(used.values()) < 1.1 * early


@pytest.mark.promise(18)
def test_a_page_limit_is_told(tmp_path: Path, task: Task) -> None:
    path = tmp_path / "many.pdf"
    path.write_bytes(hostile.many_pages(30))
    end, reasons = outcome(path, task, max_pages=10)
    assert isinstance(end, FileParsed)
    assert (len(end.document.pages), end.document.document.page_count) == (10, 30)
    assert "10" in reasons[0] and "30" in reasons[0] and "max_pages" in reasons[0]


@pytest.mark.promise(21)
def test_names_that_a_careless_program_trips_over_are_read(tmp_path: Path, task: Task) -> None:
    paths = [tmp_path / name for name in hostile.NAMES]
    for path in paths:
        path.write_bytes(hostile.one_page(b""))
    read = ends(paths, task)
    assert len(read) == len(paths)
    for end in read:
        assert isinstance(end, FileParsed), end.problem
        told = end.document.document.path
        assert "plain words" in end.document.pages[0].text
        assert told.encode("utf-8")
        assert not {"\n", "\u202e", "\U000e0041"} & set(told)
