"""What a run has to do is known from sizes, times and hashes, before any file is read."""

import os
from pathlib import Path

import pytest

from mmrag.ingest.walk import find_files
from mmrag.pipeline.plan import Plan, RunOptions, compare, source_of
from mmrag.store.catalog import Catalog


@pytest.fixture
def plan(layout, folder):
    """Compares the folder with the index, as a run does."""

    def make(**options: bool) -> Plan:
        with Catalog.open(layout) as catalog:
            return compare(catalog, find_files([folder]), RunOptions(**options))

    return make


@pytest.fixture
def indexed(run, write) -> Path:
    """One file that is in the index."""
    path = write("a.pdf", "alpha one")
    assert run().complete
    return path


def names(plan: Plan) -> list[str]:
    return [task.path.name for task in plan.tasks]


def test_a_file_that_did_not_change_is_not_opened(indexed, plan) -> None:
    indexed.chmod(0)
    found = plan()
    assert (found.tasks, found.held, found.gone, found.unchanged) == ([], [], [], 1)


def test_a_new_file_is_read_and_told(indexed, plan, write) -> None:
    write("b.pdf", "beta")
    found = plan()
    assert names(found) == ["b.pdf"]
    assert found.unchanged == 1
    assert [source.path for source in found.waiting[found.tasks[0].sha256]] == [
        str(indexed.with_name("b.pdf"))
    ]


def test_a_file_that_was_touched_keeps_its_document(indexed, plan) -> None:
    os.utime(indexed, ns=(1, 1))
    found = plan()
    assert (found.tasks, found.unchanged) == ([], 1)
    assert [source.mtime_ns for _, source in found.held] == [1]


def test_a_file_with_other_bytes_is_read_again(indexed, plan, write) -> None:
    write("a.pdf", "alpha two")
    assert names(plan()) == ["a.pdf"]


def test_a_renamed_file_keeps_its_document(indexed, plan) -> None:
    indexed.rename(indexed.with_name("z.pdf"))
    found = plan()
    assert (found.tasks, found.renamed, found.copies, found.removed) == ([], 1, 0, 0)
    assert found.gone == [str(indexed)]
    assert [Path(source.path).name for _, source in found.held] == ["z.pdf"]


def test_a_copy_is_not_read(indexed, plan) -> None:
    indexed.with_name("copy.pdf").write_bytes(indexed.read_bytes())
    found = plan()
    assert (found.tasks, found.renamed, found.copies) == ([], 0, 1)


def test_two_new_files_with_the_same_bytes_are_read_once(indexed, plan, write) -> None:
    for name in ("b.pdf", "c.pdf"):
        write(name, "beta")
    found = plan()
    assert names(found) == ["b.pdf"]
    assert len(found.waiting[found.tasks[0].sha256]) == 2


def test_a_file_that_has_vanished_is_gone_unless_missing_ones_are_kept(
    indexed, plan, write
) -> None:
    write("b.pdf", "beta")
    indexed.unlink()
    assert (plan().gone, plan().removed) == ([str(indexed)], 1)
    kept = plan(keep_missing=True)
    assert (kept.gone, kept.removed) == ([], 0)


def test_a_rebuild_reads_all_of_them_under_the_ids_they_had(indexed, plan, layout) -> None:
    found = plan(rebuild=True)
    assert names(found) == ["a.pdf"]
    with Catalog.open(layout) as catalog:
        assert [task.document_id for task in found.tasks] == [
            document.id for document in catalog.documents.all()
        ]


def test_a_file_that_cannot_be_read_is_a_failure_with_its_reason(indexed, plan, write) -> None:
    path = write("b.pdf", "beta")
    path.unlink()
    path.symlink_to(path.with_name("nowhere.pdf"))
    (failure,) = plan().failures
    assert failure.source.path == str(path)
    assert "cannot be read: No such file" in str(failure.problem)


def test_every_file_is_told_while_they_are_compared(indexed, layout, folder, write) -> None:
    write("b.pdf", "beta")
    told: list[tuple[int, str]] = []
    with Catalog.open(layout) as catalog:
        compare(
            catalog,
            find_files([folder]),
            on_file=lambda number, path: told.append((number, Path(path).name)),
        )
    assert told == [(1, "a.pdf"), (2, "b.pdf")]


def test_a_source_is_a_file_with_its_size_and_time(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"1234")
    os.utime(path, ns=(5, 7))
    source = source_of(path)
    assert (source.path, source.size, source.mtime_ns) == (str(path), 4, 7)
    assert source.is_stamped
