"""What all tests share: the data measured against, when it is there, and the sample corpus."""

import os
from pathlib import Path

import pytest

from mmrag import network

network.forbid()  # the whole suite runs without a network, and so do the commands it starts
os.environ[network.OFFLINE] = "1"

ROOT = Path(__file__).resolve().parents[1]
pytest_plugins = ["tiny_encoders", "tiny_vlms"]


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


@pytest.fixture(scope="session")
def sample_index(sample_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample corpus, indexed with the embedded profile; read it, do not change it."""
    from mmrag.index import Index

    root = tmp_path_factory.mktemp("sample") / "index"
    with Index.open(root, "embedded", create=True) as index:
        assert index.add(sample_corpus / "docs").complete
    return root
