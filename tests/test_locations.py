"""Where the index is when a call names none, and who said so."""

from pathlib import Path

import pytest

from mmrag import Index, locations
from mmrag.config import of_user, user_file
from mmrag.errors import ConfigError, IndexMissing

PROJECT = '[project]\nname = "mmrag"\n'


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without any settings, who stands in a folder that is no checkout."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("MMRAG_INDEX", raising=False)
    monkeypatch.delenv("MMRAG_PROFILE", raising=False)
    (tmp_path / "papers").mkdir()
    monkeypatch.chdir(tmp_path / "papers")
    return tmp_path


def configured(text: str) -> Path:
    file = user_file()
    file.parent.mkdir(parents=True)
    file.write_text(text)
    return file


def checkout(folder: Path, project: str = PROJECT) -> Path:
    (folder / "indexes").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(project)
    return folder


def test_what_the_call_names_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMRAG_INDEX", "elsewhere")
    found = locations.index_location("here")
    assert (found.path, found.chosen_by) == (Path("here"), "call")


def test_then_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    configured('index = "/configured"\n')
    monkeypatch.setenv("MMRAG_INDEX", "/elsewhere")
    found = locations.index_location()
    assert (found.path, found.chosen_by) == (Path("/elsewhere"), "environment")
    assert "MMRAG_INDEX" in found.why


def test_then_the_users_config_file_which_beats_the_checkout(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout(home / "mmrag"))
    file = configured('index = "papers"\n')
    found = locations.index_location()
    assert (found.path, found.chosen_by) == (file.parent / "papers", "config")
    assert str(file) in found.why


def test_then_the_checkout_that_one_stands_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = checkout(home / "mmrag")
    monkeypatch.chdir(root)
    assert locations.index_location().path == Path("indexes/default")
    (root / "tests").mkdir()
    monkeypatch.chdir(root / "tests")
    found = locations.index_location()
    assert (found.path, found.chosen_by) == (root / "indexes" / "default", "checkout")
    assert locations.sibling("eval-sample") == root / "indexes" / "eval-sample"


@pytest.mark.parametrize("project", ['[project]\nname = "other"\n', "not TOML [", "x = 1\n"])
def test_another_project_is_no_checkout(
    home: Path, monkeypatch: pytest.MonkeyPatch, project: str
) -> None:
    monkeypatch.chdir(checkout(home / "other", project))
    assert locations.checkout() is None


def test_last_the_users_data_folder(home: Path) -> None:
    found = locations.index_location()
    assert (found.path, found.chosen_by) == (home / "data" / "mmrag" / "default", "user data")
    assert locations.sibling("eval-sample") == home / "data" / "mmrag" / "eval-sample"


def test_an_index_that_is_opened_without_a_path_is_that_one(home: Path) -> None:
    with Index.open(create=True) as index:
        assert index.root == home / "data" / "mmrag" / "default"
        assert index.location.chosen_by == "user data"
    with pytest.raises(IndexMissing, match="default"):
        Index.open()


def test_the_users_profile_is_taken_where_none_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mmrag import config

    file = configured('profile = "mine.toml"\n')
    (file.parent / "mine.toml").write_text("[answer]\nk = 2\n")
    assert config.load().answer.k == 2
    assert config.load("embedded").answer.k != 2
    monkeypatch.setenv("MMRAG_PROFILE", "embedded")
    assert config.load().name == "embedded"


@pytest.mark.parametrize(
    ("text", "says"),
    [("indx = 'a'\n", "known here: index, profile"), ("index = 3\n", "index"), ("[", "TOML")],
)
def test_a_config_file_that_cannot_be_used_is_named_with_its_fault(text: str, says: str) -> None:
    file = configured(text)
    with pytest.raises(ConfigError, match=says) as raised:
        of_user()
    assert str(file) in str(raised.value)
