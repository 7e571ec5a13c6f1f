"""Small sets in the forms in which the field publishes them."""

import io
import json
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pymupdf
import pytest
from PIL import Image

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


def test_trec_columns_and_texts_become_documents_of_one_page(tmp_path) -> None:
    source = tmp_path / "beir"
    jsonl(
        source / "corpus.jsonl",
        {"_id": "MED-1", "title": "Reefs <of> the sea", "text": "wrasse " * 3000},
        {"_id": "../../MED 2", "title": "", "text": "Das Café & die Ebbe"},
    )
    (source / "queries.tsv").write_text("q1\tWhich fish?\r\nq2\tWelches Café?\n")
    (source / "qrels.txt").write_text("q1 0 MED-1 1\nq2 0 ../../MED 0\n")
    with pytest.raises(UsageError, match=r"qrels\.txt, line 2: 5 columns"):
        (source / "qrels.txt").write_text("q1 0 MED-1 1\nq2 0 ../../MED 2 1\n")
        published.read(source)
    (source / "qrels.txt").unlink()
    (source / "qrels.tsv").write_text("q1\t0\tMED-1\t1\nq2\t0\t../../MED 2\t1\n")
    published.write(published.read(source), None, tmp_path / "out")
    dataset = datasets.load(tmp_path / "out")
    [first, _] = (truth for question in dataset.questions for truth in question.pages)
    assert first.name == "MED-1#1"
    assert sorted(path.suffix for path in dataset.documents.iterdir()) == [".pdf", ".pdf"]
    assert (dataset.documents / f"{first.document}.pdf").parent == tmp_path / "out" / "docs"
    with pymupdf.open(dataset.documents / "MED-1.pdf") as document:
        [page] = document
        text = page.get_text()
    assert "Reefs <of> the sea" in text
    assert text.count("wrasse") == 3000


def vidore(folder: Path, picture: bytes) -> Path:
    rows = {
        "queries": [{"query-id": 7, "query": "Which reef?"}],
        "qrels": [{"query-id": 7, "corpus-id": 3, "score": 1}],
        "corpus": [{"corpus-id": 3, "image": {"bytes": picture, "path": "../x.png"}}],
    }
    for name, table in rows.items():
        (folder / name).mkdir(parents=True)
        file = folder / name / "test-00000-of-00001.parquet"
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(table), file)
    return folder


def test_vidore_brings_its_page_images(tmp_path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG")
    published.write(
        published.read(vidore(tmp_path / "vidore", buffer.getvalue())), None, tmp_path / "out"
    )
    dataset = datasets.load(tmp_path / "out")
    [question] = dataset.questions
    assert (question.id, question.text) == ("7", "Which reef?")
    assert [truth.name for truth in question.pages] == ["3#1"]
    assert [path.name for path in dataset.documents.iterdir()] == ["3.png"]
    assert (dataset.documents / "3.png").read_bytes() == buffer.getvalue()


def test_parquet_files_that_cannot_be_read_are_named(tmp_path) -> None:
    source = vidore(tmp_path / "vidore", b"no picture")
    with pytest.raises(UsageError, match=r"corpus/.*parquet, row 1: its picture cannot be read"):
        published.write(published.read(source), None, tmp_path / "out")
    (source / "queries" / "test-00000-of-00001.parquet").write_bytes(b"PAR1")
    with pytest.raises(UsageError, match=r"queries/.*not a Parquet file"):
        published.read(source)


def test_a_set_without_documents_asks_for_them(tmp_path) -> None:
    path = jsonl(tmp_path / "MMDocIR_annotations.jsonl", MMDOCIR)
    with pytest.raises(UsageError, match="say where they are with --docs"):
        published.write(published.read(path), None, tmp_path / "out")


def test_judgements_of_nothing_that_is_asked_are_refused(tmp_path) -> None:
    jsonl(tmp_path / "queries.jsonl", {"_id": "1", "text": "reefs"})
    with pytest.raises(UsageError, match="no question has a document that answers it"):
        published.read(tmp_path)


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
    found = published.read(path)
    with pytest.raises(UsageError, match=r"1 documents of the questions are not there: tide"):
        published.write(found, docs, tmp_path / "out")
    with pytest.raises(UsageError, match="no such folder"):
        published.write(found, tmp_path / "nowhere", tmp_path / "out")
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
