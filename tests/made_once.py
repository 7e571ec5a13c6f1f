"""What several of pytest's processes share is made by the first of them.

A fixture for the whole suite: `tests/conftest.py` makes it known.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

MadeOnce = Callable[[str, Callable[[Path], object]], Path]
"""Gives the folder of that name, which the function has made."""


@pytest.fixture(scope="session")
def made_once(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """A folder that the first of pytest's processes makes and the others of the run wait for."""
    root = tmp_path_factory.getbasetemp()
    if hasattr(pytestconfig, "workerinput"):  # one of several processes
        root = root.parent  # the base of this run, above that of each process

    def make_once(name: str, make: Callable[[Path], object]) -> Path:
        folder, made = root / name, root / f"{name}.made"
        with FileLock(root / f"{name}.lock"):
            if not made.exists():
                make(folder)
                made.touch()
        return folder

    return make_once
