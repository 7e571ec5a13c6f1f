"""What all tests share: the data measured against, when it is there, and the sample corpus."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of third-party documents; the test is skipped where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the third-party evaluation data is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def sample_corpus() -> Path:
    """The sample corpus that ships with mmrag."""
    return ROOT / "corpora" / "sample"
