"""A machine of a cluster is lost in the middle of a run."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pymupdf
import pytest
from ray_cluster import readers
from store.index_content import content

from mmrag import network

FILES, PAGES = 24, 12


@pytest.fixture
def cluster() -> Iterator[object]:
    """Two machines of two cores each, as far as Ray can tell."""
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'mmrag[ray]'")
    from ray.cluster_utils import Cluster

    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 2, "include_dashboard": False})
    try:
        yield made
    finally:
        made.shutdown()


def indexed(documents: Path, index: Path, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "mmrag", "index", str(documents), "--index", str(index)]
    online = {**os.environ, network.OFFLINE: "0"}  # Ray's machines have no loopback address
    return subprocess.Popen([*command, *options], env=online)


def documents_stored(index: Path) -> int:
    if not (index / "index.db").is_file():
        return 0
    with closing(sqlite3.connect(f"file:{index}/index.db?mode=ro", uri=True)) as db:
        try:
            return db.execute("select count(*) from documents").fetchone()[0]
        except sqlite3.OperationalError:  # its tables are being made
            return 0


@pytest.mark.long
@pytest.mark.promise(65)
@pytest.mark.parametrize("when", ["its reader starts", "documents are stored"])
def test_what_a_lost_machine_had_is_done_again(when, cluster, tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    for number in range(FILES):
        with closing(pymupdf.open()) as document:
            for page in range(PAGES):
                text = f"Page {page} of tower {number} tells of granite and of cables."
                document.new_page(width=300, height=200).insert_text((20, 40), text)
            document.save(documents / f"{number}.pdf")
    machine = cluster.add_node(num_cpus=2)
    run = indexed(documents, tmp_path / "made", "--engine", "ray", "--address", cluster.address)
    deadline = time.monotonic() + 120
    made = tmp_path / "made"
    [raylet] = machine.all_processes["raylet"]
    is_starting = when == "its reader starts"
    while not (readers(above=raylet.process.pid) if is_starting else documents_stored(made)):
        assert run.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    cluster.remove_node(machine, allow_graceful=False)
    assert documents_stored(made) < FILES
    assert run.wait(timeout=300) == 0
    assert indexed(documents, tmp_path / "truth").wait(timeout=300) == 0
    found, truth = content(made), content(tmp_path / "truth")
    del found["vectors"], truth["vectors"]  # which are rounded otherwise in other batches
    assert found == truth
