import json

import pytest

from mmrag.errors import UsageError
from mmrag.vision.results import ResultsFile


def lines(path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines() if line.startswith("{")]


def test_what_an_earlier_run_did_is_known_by_its_key(tmp_path):
    path = tmp_path / "deep" / "results.jsonl"
    with ResultsFile(path) as file:
        file.append({"key": "k1", "image": "a.png", "status": "done"})
        file.append({"key": "k2", "image": "b.png", "status": "failed"})
        file.append({"key": "gone.png", "image": "gone.png", "status": "failed"})
    with ResultsFile(path) as again:
        assert (again.status("k1"), again.status("k2")) == ("done", "failed")
        assert again.status("gone.png") == "failed"
        assert again.status("k3") is None
        again.append({"key": "k2", "image": "b.png", "status": "done"})
    with ResultsFile(path) as last:
        assert last.status("k2") == "done"
    assert len(lines(path)) == 4


@pytest.mark.promise(51)
def test_a_line_that_a_kill_cut_off_costs_that_line_alone(tmp_path):
    path = tmp_path / "results.jsonl"
    path.write_text('{"key": "k1", "image": "a", "status": "done"}\n{"key": "k2", "ima')
    with ResultsFile(path) as file:
        assert (file.status("k1"), file.status("k2")) == ("done", None)
        file.append({"key": "k2", "image": "b", "status": "done"})
    with ResultsFile(path) as file:
        assert file.status("k2") == "done"


@pytest.mark.promise(51)
def test_a_line_is_on_the_disk_when_the_next_picture_begins(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr("mmrag.vision.results.os.fsync", lambda number: synced.append(number))
    with ResultsFile(tmp_path / "results.jsonl") as file:
        for key in "ab":
            file.append({"key": key, "image": key, "status": "done"})
            assert lines(tmp_path / "results.jsonl")[-1]["key"] == key
    assert len(synced) == 2


def test_a_place_that_cannot_be_written_is_a_usage_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written"):
        ResultsFile(tmp_path / "file" / "results.jsonl")
