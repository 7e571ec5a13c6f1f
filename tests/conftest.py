"""What all tests share: the command line, the data measured against, and the sample corpus."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mmrag import network
from mmrag.cli import main

if TYPE_CHECKING:
    from made_once import MadeOnce

network.forbid()  # the whole suite runs without a network, and so do the commands it starts
os.environ[network.OFFLINE] = "1"

ROOT = Path(__file__).resolve().parents[1]
pytest_plugins = [
    "made_once",
    "ray_cluster",
    "remote_places",
    "tiny_encoders",
    "tiny_page_models",
    "tiny_vlms",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins, where several processes run: or one would end alone with it.

    What asks for a cluster comes next, so that most of it shares that of one process.
    """

    def place(item: pytest.Item) -> tuple[bool, bool]:
        return item.get_closest_marker("first") is None, "ray" not in Path(item.nodeid).name

    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=place)


@pytest.fixture(scope="session", autouse=True)
def _without_settings_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test depends on the config file or the data of who runs it; started commands neither."""
    home = tmp_path_factory.mktemp("user")
    os.environ["XDG_CONFIG_HOME"] = str(home / "config")
    os.environ["XDG_DATA_HOME"] = str(home / "data")
    os.environ["XDG_CACHE_HOME"] = str(home / "cache")
    (home / "cache").mkdir()  # torch keeps kernels below it, and warns where it is not there
    for variable in ("MMRAG_INDEX", "MMRAG_PROFILE"):
        os.environ.pop(variable, None)


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
def sample_index(sample_corpus: Path, made_once: "MadeOnce") -> Path:
    """The sample corpus, indexed with the embedded profile; read it, do not change it."""
    from mmrag.index import Index

    def make(root: Path) -> None:
        with Index.open(root, "embedded", create=True) as index:
            assert index.add(sample_corpus / "docs").complete

    return made_once("sample-index", make)


@pytest.fixture
def small_index(sample_index: Path, tmp_path: Path) -> Path:
    """A copy of the sample's index that may be changed, with a paper of some figures and a chart.

    Describing every figure of the sample takes a tiny model half a minute.
    """
    from mmrag.store.catalog import Catalog
    from mmrag.store.layout import IndexLayout
    from mmrag.store.pictures import PictureStore

    layout = IndexLayout(shutil.copytree(sample_index, tmp_path / "index"))
    with Catalog.open(layout, write=True) as catalog:
        kept = ("drift-sensors-paper.pdf", "ferry-passengers-chart.png")
        catalog.update_sources(
            [], [path for path in catalog.sources.all() if not path.endswith(kept)]
        )
        PictureStore(layout).remove_orphans(set(catalog.picture_hashes()))
    return layout.root


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


@pytest.fixture
def mmrag(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run the command line in this process: exit code, standard output, standard error."""

    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as exit:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Ran(int(exit.value.code or 0), out, err)

    return run
