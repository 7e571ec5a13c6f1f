"""Small sets in the forms in which the field publishes them."""

import json
from pathlib import Path

import pytest

from mmrag.errors import UsageError
from mmrag.evaluate import datasets, published


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    for name in ("reef.pdf", "tide.pdf", "page-7.png"):
        (folder / name).touch()
    return folder


def jsonl(path: Path, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


MMLONGBENCH = [
    {
        "doc_id": "reef.pdf", "doc_type": "Guidebook", "question": "Which fish?",
        "answer": "Wrasse", "evidence_pages": "[3, 5]", "evidence_sources": "['Chart', 'Table']",
    },
    {
        "doc_id": "tide.pdf", "doc_type": "Guidebook", "question": "Which moon?",
        "answer": "Not answerable", "evidence_pages": "[]", "evidence_sources": "[]",
    },
    {
        "doc_id": "tide.pdf", "doc_type": "Guidebook", "question": "Which page is told?",
        "answer": "none", "evidence_pages": "[]", "evidence_sources": "[]",
    },
]  # fmt: skip
MMDOCIR = {
    "doc_name": "tide", "domain": "Brochure", "page_indices": [0, 9],
    "questions": [
        {"Q": "How high?", "A": "2 m", "page_id": [0, 4], "type": "['Figure']",
         "layout_mapping": []},
    ],
}  # fmt: skip


def test_mmlongbench_counts_pages_from_1_and_knows_what_has_no_answer(docs, tmp_path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "samples.json").write_text(json.dumps(MMLONGBENCH))
    published.write(published.read(tmp_path / "set"), docs, tmp_path / "out")
    dataset = datasets.load(tmp_path / "out")
    [question] = dataset.questions
    assert [truth.name for truth in question.pages] == ["reef#3", "reef#5"]
    assert question.types == ("Guidebook", "Chart", "Table")
    assert question.scope == "document"
    assert dataset.unanswerable == (("Which moon?", "tide"),)
    assert dataset.documents.resolve() == docs


def test_mmdocir_counts_pages_from_0(docs, tmp_path) -> None:
    path = jsonl(tmp_path / "MMDocIR_annotations.jsonl", MMDOCIR)
    published.write(published.read(path), docs, tmp_path / "out")
    [question] = datasets.load(tmp_path / "out").questions
    assert [truth.name for truth in question.pages] == ["tide#1", "tide#5"]
    assert question.types == ("Brochure", "Figure")


@pytest.mark.parametrize("place", ["qrels/test.tsv", "qrels.tsv"])
def test_beir_over_page_images(docs, tmp_path, place) -> None:
    source = tmp_path / "vidore"
    jsonl(source / "queries.jsonl", {"_id": "1", "text": "reefs"}, {"_id": "2", "text": "none"})
    (source / place).parent.mkdir(exist_ok=True)
    (source / place).write_text(
        "query-id\tcorpus-id\tscore\n1\tpage-7\t2\n1\treef\t0\n"
        if "test" in place
        else "1\t0\tpage-7\t1\n"
    )
    published.write(published.read(source), docs, tmp_path / "out")
    [question] = datasets.load(tmp_path / "out").questions
    assert (question.id, question.text, question.scope) == ("1", "reefs", "corpus")
    assert [truth.name for truth in question.pages] == ["page-7#1"]


def test_a_folder_without_a_known_set_is_refused(tmp_path) -> None:
    with pytest.raises(UsageError, match=r"not a set that is known: .*samples\.json"):
        published.read(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("samples.json", "{", r"samples\.json, the whole of it"),
        ("samples.json", '[{"doc_id": "a"}]', r"samples\.json, question 1: 'answer' is missing"),
        ("x_annotations.jsonl", '{"doc_name": "a"}', r"line 1: 'questions' is missing"),
        ("queries.jsonl", "[1]", r"queries\.jsonl, line 1: not a JSON object"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, name, text, message) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=message):
        published.read(tmp_path / name)


def test_documents_that_are_not_there_are_named(docs, tmp_path) -> None:
    (docs / "tide.pdf").unlink()
    path = jsonl(tmp_path / "MMDocIR_annotations.jsonl", MMDOCIR)
    items = published.read(path)
    with pytest.raises(UsageError, match=r"1 documents of the questions are not there: tide"):
        published.write(items, docs, tmp_path / "out")
    with pytest.raises(UsageError, match="no such folder"):
        published.write(items, tmp_path / "nowhere", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_command_says_what_it_made(docs, tmp_path, capsys) -> None:
    from mmrag.cli import main

    path = jsonl(tmp_path / "MMDocIR_annotations.jsonl", MMDOCIR)
    command = ["eval", "import", str(path), "--docs", str(docs), "--out", str(tmp_path / "out")]
    for code in (0, 2):
        with pytest.raises(SystemExit) as ended:
            main(command)
        assert int(ended.value.code or 0) == code
    assert "1 questions, 0 without an answer" in capsys.readouterr().out
