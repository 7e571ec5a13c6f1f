"""A small cluster of Ray on this machine, which all tests of it share."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def ray_cluster() -> Iterator[None]:
    """Two cores, and no dashboard; tests that want it are skipped without Ray."""
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'mmrag[ray]'")
    from mmrag.pipeline import ray_cluster

    with ray_cluster.connected("", workers=2):
        yield
