"""`mmrag store migrate` on the sample's index, and all that searches it afterwards."""

import json
import shutil
from pathlib import Path

import pytest
from contract_schema import conforming

QUESTION = "operating profit of the group"


@pytest.fixture
def index(sample_index: Path, tmp_path: Path) -> Path:
    return shutil.copytree(sample_index, tmp_path / "index")


@pytest.mark.parametrize("store", ["lancedb", "milvus"])
def test_an_index_that_was_moved_is_searched_checked_and_told_there(
    mmrag, index: Path, store: str
) -> None:
    pytest.importorskip({"lancedb": "lancedb", "milvus": "milvus_lite"}[store])

    def hits() -> list[str]:
        ran = mmrag("search", QUESTION, "-k", 5, "--index", index, "--json")
        return [hit["image_id"] for hit in json.loads(ran.out)["hits"]]

    before = hits()
    ran = mmrag("store", "migrate", "--to", store, "--index", index, "--json")
    moved = conforming("migrated", ran.out)
    assert (moved["before"], moved["now"], moved["notes"]) == ("faiss", store, [])
    assert hits() == before
    assert mmrag("check", "--index", index).code == 0
    channels = json.loads(mmrag("status", "--index", index, "--json").out)["channels"]
    assert all(item["search"].startswith(f"{store}, exact") for item in channels)
    ran = mmrag("store", "migrate", "--to", "faiss", "--index", index)
    assert "is searched by faiss; before that by" in ran.out
    assert hits() == before
