import subprocess
import sys

import pytest

from mmrag.errors import IndexLocked, UsageError
from mmrag.pipeline.engine import local
from mmrag.pipeline.engines import engine
from mmrag.pipeline.run import index_paths
from mmrag.store.catalog import Catalog


def test_this_machine_is_the_default_and_has_no_address():
    assert engine("local") is local
    with pytest.raises(UsageError, match="--engine ray"):
        engine("local", "127.0.0.1:6379")


def test_without_ray_it_is_said_how_to_get_it(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("mmrag.pipeline.ray_")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("mmrag.pipeline.ray_engine", raising=False)
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UsageError, match=r"pip install 'mmrag\[ray\]'"):
        engine("ray")


def test_a_second_driver_is_told_who_writes_before_a_cluster_is_started(
    layout, folder, write, models
):
    write("a.pdf", "words")

    def started(ingest, models):
        raise AssertionError("a cluster was started")

    with Catalog.create(layout), pytest.raises(IndexLocked, match="process"):
        index_paths(layout, [folder], models, open_engine=started)


def test_nothing_of_ray_is_loaded_without_it():
    code = (
        "import sys; from mmrag.pipeline.engines import engine; import mmrag.pipeline; "
        "engine('local'); sys.exit('ray' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
