import json
from pathlib import Path

from mmrag.ingest.walk import find_files
from mmrag.pipeline import summary
from mmrag.reports import IndexReport
from mmrag.store.catalog import Catalog


def completed(layout, *folders: Path) -> IndexReport:
    with Catalog.open(layout) as catalog:
        return summary.completed(IndexReport(), catalog, find_files(folders))


def test_files_that_failed_before_or_are_there_in_part_are_told_again(run, write, layout, folder):
    write("good.pdf", "alpha")
    write("half.pdf", "PARTIAL beta")
    write("bad.pdf", "FAIL broken")
    run()
    report = completed(layout, folder)
    assert [Path(item.path).name for item in report.partial] == ["half.pdf"]
    assert [Path(item.path).name for item in report.failed] == ["bad.pdf"]
    assert "broken" in str(report.failed[0].problems[0])
    assert report.index_pages == 2
    assert report.index_bytes > 0


def test_only_the_folders_of_the_run_are_told_of(run, write, layout, folder):
    write("one/bad.pdf", "FAIL broken")
    write("two/good.pdf", "alpha")
    run()
    assert completed(layout, folder / "two").failed == ()
    assert [Path(item.path).name for item in completed(layout, folder / "one").failed] == [
        "bad.pdf"
    ]


def test_a_folder_with_nothing_to_read_is_told_and_other_files_are_counted(
    run, write, layout, folder
):
    write("a.pdf", "alpha")
    run()
    write("empty/notes.xyz", "words")
    report = completed(layout, folder / "empty")
    [(told,)] = [item.problems for item in report.failed]
    assert told == summary.NOTHING_FOUND
    assert report.unread == {".xyz": 1}


def test_the_figures_of_a_run_are_json() -> None:
    told = json.loads(summary.as_json(IndexReport(stored=2, seconds={"read": 0.12345})))
    assert (told["stored"], told["failed"], told["seconds"]) == (2, 0, {"read": 0.123})
