import hashlib
import json
import os
from pathlib import Path

import pytest

from mmrag.backends import digests
from mmrag.backends.files import checked_file


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of weights, and nothing remembered."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"weights")
    return file


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were read through."""
    read: list[Path] = []
    whole = digests.file_sha256
    monkeypatch.setattr(digests, "file_sha256", lambda path: read.append(path) or whole(path))
    return read


def test_a_file_that_stays_as_it_was_is_hashed_once(weights: Path, reads: list[Path]) -> None:
    expected = hashlib.sha256(b"weights").hexdigest()
    assert [digests.sha256(weights) for _ in range(3)] == [expected] * 3
    assert reads == [weights]


@pytest.mark.parametrize("time", ["as it was", "new"])
def test_a_file_with_other_bytes_is_hashed_again(weights: Path, time: str) -> None:
    digests.sha256(weights)
    before = weights.stat()
    weights.write_bytes(b"WEIGHTS")  # of the same length
    if time == "as it was":
        os.utime(weights, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert digests.sha256(weights) == hashlib.sha256(b"WEIGHTS").hexdigest()


def test_a_file_that_takes_the_place_of_another_is_hashed(weights: Path, tmp_path: Path) -> None:
    digests.sha256(weights)
    other = tmp_path / "other"
    other.write_bytes(b"WEIGHTS")
    other.replace(weights)
    assert digests.sha256(weights) == hashlib.sha256(b"WEIGHTS").hexdigest()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a": 1}', '{"a": ["b"]}', "\x00"])
def test_what_is_remembered_may_be_damaged(
    weights: Path, tmp_path: Path, reads: list[Path], content: str
) -> None:
    digests.sha256(weights)
    (remembered,) = (tmp_path / "cache").rglob("*.json")
    remembered.write_text(content)
    assert digests.sha256(weights) == hashlib.sha256(b"weights").hexdigest()
    assert len(reads) == 2


def test_where_nothing_can_be_remembered_a_file_is_hashed_each_time(
    weights: Path, tmp_path: Path, reads: list[Path]
) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert digests.sha256(weights) == digests.sha256(weights)
    assert len(reads) == 2


def test_what_is_remembered_is_its_owners_alone_and_bounded(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "MAX_FILES", 2)
    for name in "abc":
        file = tmp_path / name
        file.write_text(name)
        digests.sha256(file)
    (remembered,) = (tmp_path / "cache").rglob("*.json")
    assert remembered.stat().st_mode & 0o777 == 0o600
    assert list(json.loads(remembered.read_text())) == [str(tmp_path / "b"), str(tmp_path / "c")]


def test_verifying_models_reads_a_file_through_whatever_is_remembered(weights: Path) -> None:
    digests.sha256(weights)
    assert checked_file(weights).sha256 == hashlib.sha256(b"weights").hexdigest()
    (cache,) = weights.parent.joinpath("cache").rglob("*.json")
    told = json.loads(cache.read_text())
    cache.write_text(json.dumps({path: [look, "0" * 64] for path, (look, _) in told.items()}))
    assert digests.sha256(weights) == "0" * 64  # believed, as the file looks the same
    assert checked_file(weights).sha256 == hashlib.sha256(b"weights").hexdigest()
