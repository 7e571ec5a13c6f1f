"""What leaves an index for other programs."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from contract_schema import conforming

from mmrag.store.records import KINDS

QUESTION = "What was the operating profit of Halden Tidal in 2024?"


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_records_of_all_kinds_are_written_as_json_lines(
    mmrag: Callable, sample_index: Path, tmp_path: Path
) -> None:
    ran = mmrag("export", "--records", tmp_path / "out", "--index", sample_index, "--json")
    assert ran.code == 0, ran.err
    report = conforming("exported_records", ran.out)
    assert list(report["files"]) == [f"{kind}.jsonl" for kind in KINDS]
    found = {kind: lines(tmp_path / "out" / f"{kind}.jsonl") for kind in KINDS}
    assert {name.partition(".")[0]: count for name, count in report["files"].items()} == {
        kind: len(records) for kind, records in found.items()
    }
    status = json.loads(mmrag("status", "--index", sample_index, "--json").out)
    assert [len(found[kind]) for kind in ("documents", "pages", "figures", "passages")] == [
        len(status["documents"]), status["pages"], status["figures"], status["passages"],
    ]  # fmt: skip
    assert {item["language"] for item in found["documents"]} <= {"en", ""}
    assert len(found["vectors"][0]["vector"]) > 100
    figures = {item["id"] for item in found["figures"]}
    assert {item["image_id"] for item in found["grids"]} <= figures


def test_records_are_written_as_parquet_with_the_same_content(
    mmrag: Callable, sample_index: Path, tmp_path: Path
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs pyarrow")
    options = ("export", "--records", tmp_path, "--index", sample_index)
    assert mmrag(*options, "--format", "parquet").code == 0
    assert mmrag(*options).code == 0
    for kind in KINDS:
        told = lines(tmp_path / f"{kind}.jsonl")
        rows = parquet.read_table(tmp_path / f"{kind}.parquet").to_pylist()
        assert len(rows) == len(told)
        if kind != "vectors":
            assert rows == told


def test_some_kinds_are_chosen_and_others_refused(
    mmrag: Callable, sample_index: Path, tmp_path: Path
) -> None:
    options = ("export", "--records", tmp_path, "--index", sample_index)
    assert mmrag(*options, "--kind", "documents").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["documents.jsonl"]
    ran = mmrag(*options, "--kind", "sounds")
    assert ran.code == 2
    assert "choose among documents, pages" in ran.err
    assert mmrag("export", "--index", sample_index).code == 2


def test_hits_are_printed_as_csv(mmrag: Callable, sample_index: Path) -> None:
    ran = mmrag("search", QUESTION, "-k", 3, "--csv", "--index", sample_index)
    assert ran.code == 0
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    told = json.loads(mmrag("search", QUESTION, "-k", 3, "--index", sample_index, "--json").out)
    assert [row["image_id"] for row in rows] == [hit["image_id"] for hit in told["hits"]]
    assert rows[0]["page"] == str(told["hits"][0]["page"])


def test_an_answer_is_printed_as_markdown_with_links_to_its_pages(
    mmrag: Callable, sample_index: Path
) -> None:
    ran = mmrag("ask", QUESTION, "--markdown", "--index", sample_index)
    assert ran.code == 0
    question, _, answer, _, link = ran.out.splitlines()[:5]
    assert question == f"## {QUESTION}"
    assert "85.5" in answer
    assert "](file:///" in answer
    assert link.startswith("1. [")
    assert "#page=" in link
