"""Files that are not what they should be: an error that names them, and no traceback."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from mmrag.evaluate import published

DEEP = "[" * 100_000
EXAMPLES = 60  # of each fuzz: some seconds
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
fuzzed = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def refused(ran: object, *, naming: str = "") -> None:
    """The command ended with an error of ours that names the file."""
    assert ran.code in (1, 2, 3)
    assert "a fault of mmrag" not in ran.err
    assert "Traceback" not in ran.err
    assert naming in ran.err


def dataset(folder: Path, queries: str, qrels: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "queries.jsonl").write_text(queries, encoding="utf-8", errors="replace")
    (folder / "qrels.tsv").write_text(qrels, encoding="utf-8", errors="replace")
    return folder


@pytest.mark.parametrize(
    ("queries", "qrels", "names"),
    [
        (DEEP, "q\t0\ta#1\t1\n", "queries.jsonl, line 1"),
        ('{"qid": "q", "query": "x", "doc_id": "a"}', "q\t0\ta#1e999\t1\n", "qrels.tsv, line 1"),
        ('{"qid": "q", "query": "x", "doc_id": "a"}', f"q\t0\ta#{'9' * 5000}\t1\n", "line 1"),
        ('{"qid": "q", "query": "x", "doc_id": "a"}', "q\t0\ta#9999999999\t1\n", "line 1"),
        ('{"query": {}}', "q\t0\ta#1\t1\n", "queries.jsonl, line 1"),
    ],
)
def test_a_dataset_that_cannot_be_is_refused_with_its_line(mmrag, tmp_path, queries, qrels, names):
    ran = mmrag("eval", "retrieval", dataset(tmp_path / "set", queries, qrels))
    refused(ran, naming=names)


@pytest.mark.parametrize(
    "text",
    [DEEP, "3", "[3]", "null", '{"a": 1}',
     '[{"doc_id": "a", "question": "q", "answer": "x", "evidence_pages": [1e999]}]',
     f'[{{"doc_id": "a", "question": "q", "answer": "x", "evidence_pages": "{"[" * 9000}"}}]'],
)  # fmt: skip
def test_a_published_set_that_cannot_be_is_refused_by_name(mmrag, tmp_path, text):
    (tmp_path / "samples.json").write_text(text)
    ran = mmrag("eval", "import", tmp_path, "--docs", tmp_path, "--out", tmp_path / "out")
    refused(ran, naming="samples.json")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", [DEEP, "[]", '{"per_question": 3}', '{"metrics": {"a": 1e999}}'])
def test_a_report_that_is_none_is_refused_by_name(mmrag, tmp_path, text):
    report = tmp_path / "report.json"
    report.write_text(text)
    refused(mmrag("eval", "compare", report, report), naming="report.json")


@pytest.mark.parametrize("text", ["a = " + DEEP, "[vlm]\nextra = 3", "name = [[[", "\0"])
def test_a_profile_that_is_none_is_refused_by_name(mmrag, tmp_path, text):
    profile = tmp_path / "odd.toml"
    profile.write_text(text)
    refused(mmrag("doctor", "--profile", profile), naming="odd.toml")


def parquet(path: Path, columns: dict[str, list[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(pyarrow.table(columns), path)


def test_an_import_that_unpacks_to_more_than_memory_is_refused(mmrag, tmp_path, monkeypatch):
    monkeypatch.setattr(published, "MOST_UNPACKED_BYTES", 1000)
    parquet(tmp_path / "set/queries/0.parquet", {"query-id": [1], "query": ["x" * 5000]})
    parquet(tmp_path / "set/qrels/0.parquet", {"query-id": [1], "corpus-id": [2], "score": [1]})
    ran = mmrag("eval", "import", tmp_path / "set", "--out", tmp_path / "out")
    refused(ran, naming="0.parquet")
    assert "unpacks to" in ran.err


def test_a_picture_bomb_in_an_import_is_refused(mmrag, tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    picture = io.BytesIO()
    Image.new("1", (100, 100)).save(picture, "PNG")
    parquet(tmp_path / "set/queries/0.parquet", {"query-id": [1], "query": ["x"]})
    parquet(tmp_path / "set/qrels/0.parquet", {"query-id": [1], "corpus-id": [2], "score": [1]})
    parquet(
        tmp_path / "set/corpus/0.parquet",
        {"corpus-id": [2], "image": [{"bytes": picture.getvalue()}]},
    )
    ran = mmrag("eval", "import", tmp_path / "set", "--out", tmp_path / "out")
    refused(ran, naming="0.parquet, row 1")


@fuzzed
@given(value=json_values, key=st.sampled_from(["qid", "query", "doc_id", "type", "page"]))
def test_any_question_is_taken_or_refused(mmrag: Callable[..., object], tmp_path, value, key):
    row = {"qid": "q", "query": "x", "doc_id": "a", key: value}
    folder = dataset(tmp_path / "set", json.dumps(row), "q\t0\ta#1\t1\n")
    ran = mmrag("eval", "retrieval", folder, "--index", tmp_path / "none")
    refused(ran)


@fuzzed
@given(value=json_values, key=st.sampled_from(["doc_id", "question", "answer", "evidence_pages"]))
def test_any_published_question_is_taken_or_refused(mmrag, tmp_path, value, key):
    row = {"doc_id": "a", "question": "q", "answer": "x", "evidence_pages": [1], key: value}
    (tmp_path / "samples.json").write_text(json.dumps([row]))
    (tmp_path / "a.pdf").touch()
    ran = mmrag("eval", "import", tmp_path / "samples.json", "--docs", tmp_path, "--out", "")
    refused(ran)


@fuzzed
@given(arguments=st.lists(st.text(max_size=12), max_size=4))
def test_any_arguments_are_taken_or_refused(mmrag, tmp_path, arguments):
    for command in ("search", "ask", "show", "open"):
        cleaned = [argument.replace("\0", "") for argument in arguments]
        ran = mmrag(command, *cleaned, "--index", tmp_path / "none")
        assert ran.code in (0, 2, 3)
        assert "a fault of mmrag" not in ran.err
        assert "\x1b" not in ran.err


@pytest.mark.parametrize(
    "command", [("status", "--index", ""), ("index", ""), ("show", "x", "--save", "")]
)
def test_an_empty_path_is_not_the_folder_one_stands_in(mmrag, command):
    ran = mmrag(*command)
    assert ran.code == 2
    assert "the path is empty" in ran.err
