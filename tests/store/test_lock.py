import os
import subprocess
import sys

import pytest

from mmrag.errors import IndexLocked, IndexUnusable
from mmrag.store.catalog import Catalog
from mmrag.store.lock import FileLock

HOLD = """
import sys
from pathlib import Path
from mmrag.store.lock import FileLock
FileLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(layout):
    """Another process that holds the writer lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, layout.writer_lock],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


@pytest.mark.promise(8)
def test_a_second_writer_is_told_at_once_who_writes(layout, holder):
    with pytest.raises(IndexLocked, match=rf"process {holder.pid} on .*since"):
        Catalog.create(layout)
    assert not layout.db.exists()


def test_readers_do_not_need_the_lock(layout, catalog, make_document, put):
    put(catalog, make_document("/docs/a.pdf", "alpha"))
    with Catalog.open(layout) as reader:
        assert len(reader.documents.all()) == 1
        with pytest.raises(IndexLocked, match=rf"process {os.getpid()} "):
            Catalog.open(layout, write=True)


@pytest.mark.promise(8)
def test_the_lock_of_a_killed_process_is_free(layout, holder):
    holder.kill()
    holder.wait()
    Catalog.create(layout).close()


def test_the_lock_is_free_after_a_writer_that_could_not_open(layout):
    layout.root.mkdir()
    layout.db.write_bytes(b"not a database, and long enough to be looked at" * 100)
    for _ in range(2):
        with pytest.raises(IndexUnusable, match="not an index"):
            Catalog.create(layout)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(IndexUnusable, match="cannot write here"):
        FileLock(tmp_path / "file" / "writer.lock").acquire()
