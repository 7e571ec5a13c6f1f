"""Every `--json` of the command line keeps to the JSON Schema that ships with mmrag."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from contract_schema import conforming

QUESTION = "What was the operating profit of Halden Tidal in 2024?"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("search", ["search", QUESTION]),
        ("search", ["search", "revenue", "--unit", "figure", "--explain"]),
        ("search", ["search", "revenue", "--kind", "table", "--pages", "999-"]),
        ("answer", ["ask", QUESTION]),
        ("answer", ["ask", "What is the melting point of tungsten?"]),
        ("status", ["status"]),
        ("duplicates", ["status", "--duplicates"]),
        ("checked", ["check"]),
        ("filled", ["index", "--channel", "passage"]),
    ],
)
def test_what_is_told_of_an_index_keeps_to_the_contract(
    mmrag: Callable, sample_index: Path, name: str, arguments: list[str]
) -> None:
    ran = mmrag(*arguments, "--index", sample_index, "--json")
    assert ran.code == 0, ran.err
    conforming(name, ran.out)


def test_pages_and_figures_that_are_shown_keep_to_the_contract(
    mmrag: Callable, sample_index: Path
) -> None:
    options = ("--index", sample_index, "--json")
    figure = json.loads(mmrag("search", "revenue", "--unit", "figure", *options).out)["hits"][0]
    assert conforming("shown", mmrag("show", figure["image_id"], *options).out)["descriptions"]
    page = figure["image_id"].rpartition("-")[0]
    assert conforming("shown", mmrag("show", page, *options).out)["bbox"] is None


def test_tables_as_data_keep_to_the_contract(
    mmrag: Callable, sample_index: Path, tmp_path: Path
) -> None:
    options = ("--index", sample_index, "--json")
    told = mmrag("export", "--tables", tmp_path / "tables", *options)
    report = conforming("exported", told.out)
    files = sorted((tmp_path / "tables").glob("*-f*.csv"))
    assert len(files) == report["tables"] + report["charts"] > 0
    assert len(list((tmp_path / "tables").glob("*.dot"))) == report["diagrams"] > 0
    table = conforming(
        "grid", mmrag("show", files[0].stem, "--index", sample_index, "--data", "json").out
    )
    assert len(table["columns"]) == 1 + max(cell["column_end"] for cell in table["cells"])


def test_an_indexing_run_in_part_keeps_to_the_contract(
    mmrag: Callable, sample_corpus: Path, tmp_path: Path
) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    shutil.copy(sample_corpus / "docs" / "ferry-passengers-chart.png", docs)
    (docs / "empty.pdf").write_bytes(b"")
    options = ("--index", tmp_path / "index", "--json")
    ran = mmrag("index", docs, *options)
    assert ran.code == 1
    report = conforming("indexed", ran.out)
    assert (report["stored"], len(report["failed"]), report["complete"]) == (1, 1, False)
    assert conforming("status", mmrag("status", *options).out)["problems"]
    next((tmp_path / "index" / "vectors").glob("*.faiss")).unlink()
    ran = mmrag("check", *options)
    assert ran.code == 1
    assert conforming("checked", ran.out)["faults"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("doctor", ["doctor"]), ("models", ["models", "list"]), ("files", ["models", "verify"])],
)
def test_what_is_told_of_models_keeps_to_the_contract(
    mmrag: Callable,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    arguments: list[str],
) -> None:
    (tmp_path / "sitecustomize.py").write_text("import os\nos.abort()\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))  # no encoder is loaded: doctor's own tests do
    conforming(name, mmrag(*arguments, "--json").out)


def test_labels_of_a_picture_keep_to_the_contract(mmrag: Callable, sample_corpus: Path) -> None:
    picture = sample_corpus / "docs" / "ferry-passengers-chart.png"
    ran = mmrag("vision", "classify", picture, "--labels", "chart,table", "--json")
    assert conforming("vision", ran.out)["image"] == str(picture)


def test_measures_keep_to_the_contract(
    mmrag: Callable, sample_index: Path, sample_corpus: Path, tmp_path: Path
) -> None:
    docs, questions, report = sample_corpus / "docs", tmp_path / "made", tmp_path / "report.json"
    options = ("--index", sample_index, "--json")
    made = mmrag("eval", "make", docs, "--per-document", 1, "--out", questions, *options)
    assert conforming("eval_make", made.out)["questions"] > 0
    measured = mmrag("eval", "retrieval", questions, *options)
    assert conforming("eval_retrieval", measured.out)["per_question"]
    answered = mmrag("eval", "answers", questions, *options)
    assert conforming("eval_answers", answered.out)["per_question"]
    report.write_text(measured.out)
    compared = mmrag("eval", "compare", report, report, "--json")
    assert conforming("eval_compare", compared.out)["difference"] == 0
    tuned = mmrag("eval", "tune", questions, "--dry-run", *options)
    conforming("eval_tune", tuned.out)


def test_backups_keep_to_the_contract_and_come_back(
    mmrag: Callable, sample_index: Path, tmp_path: Path
) -> None:
    file, restored = tmp_path / "saved.mmrag", tmp_path / "restored"
    written = mmrag("backup", file, "--index", sample_index, "--json")
    assert written.code == 0, written.err
    assert conforming("backup", written.out)["documents"] > 3
    made = mmrag("restore", file, "--index", restored, "--json")
    assert made.code == 0, made.err
    assert conforming("backup", made.out)["index"] == str(restored)
    searched = [
        mmrag("search", QUESTION, "--index", at, "--json").out for at in (sample_index, restored)
    ]
    hits = [json.loads(out)["hits"] for out in searched]
    assert hits[0] == hits[1]
    again = mmrag("backup", file, "--index", restored)
    assert (again.code, again.out) == (2, "")
    assert "there already" in again.err
