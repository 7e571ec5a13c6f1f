"""A small cluster of Ray on this machine, which all tests of it share."""

from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest


@pytest.fixture(scope="session")
def ray_cluster() -> Iterator[None]:
    """Two cores, and no dashboard; tests that want it are skipped without Ray."""
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'mmrag[ray]'")
    from mmrag.pipeline import ray_cluster

    with ray_cluster.connected("", workers=2):
        yield


def readers(kind: str = "Reader", above: int | None = None) -> list[psutil.Process]:
    """The processes of readers, or of other actors, that live below this process or another."""
    found = []
    for process in psutil.Process(above).children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it ends while it is looked at
            if process.name().startswith(f"ray::{kind}") and process.status() != "zombie":
                found.append(process)
    return found
