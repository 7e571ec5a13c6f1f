"""Question sets of MMLongBench-Doc's documents, from a checkout made up here."""

import json
import subprocess
import sys
from pathlib import Path

import pymupdf
import pytest

from mmrag.evaluate import datasets

sys.path.insert(0, str(Path(__file__).parents[2] / "eval"))

import mmlongbench


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Documents of one, two and nine pages, one that is a pointer, and their questions."""
    folder = tmp_path / "checkout"
    (folder / "data" / "documents").mkdir(parents=True)
    for name, count in (("bees", 1), ("wasps", 2), ("long", 9)):
        with pymupdf.open() as document:
            for _ in range(count):
                document.new_page().insert_text((72, 72), name)
            document.save(folder / "data" / "documents" / f"{name}.pdf")
    (folder / "data" / "documents" / "far.pdf").write_text("version https://git-lfs")
    rows = [
        {
            "doc_id": f"{name}.pdf",
            "question": f"What are {name}?",
            "answer": answer,
            "evidence_pages": pages,
            "evidence_sources": "['Chart']",
        }
        for name, answer, pages in (
            ("bees", "insects", "[1]"),
            ("bees", "Not answerable", "[]"),
            ("wasps", "insects", "[2, 1]"),
            ("long", "insects", "[1]"),
            ("far", "insects", "[1]"),
        )
    ]
    (folder / "data" / "samples.json").write_text(json.dumps(rows), encoding="utf-8")
    whose = ["-c", "user.name=Bee", "-c", "user.email=bee@example.org"]
    for command in (["init", "-q"], ["add", "."], [*whose, "commit", "-qm", "Documents"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def test_documents_are_taken_by_their_pages_and_their_questions_with_them(checkout, tmp_path):
    found = mmlongbench.documents(checkout, set(), 5)
    assert list(found) == ["bees", "wasps"]
    rows = json.loads((checkout / "data" / "samples.json").read_text())
    assert mmlongbench.write(tmp_path / "set", found, rows) == (2, 1)
    dataset = datasets.load(tmp_path / "set")
    assert [
        (one.text, one.document, [page.page for page in one.pages]) for one in dataset.questions
    ] == [
        ("What are bees?", "bees", [1]),
        ("What are wasps?", "wasps", [1, 2]),
    ]
    assert dataset.unanswerable == (("What are bees?", "bees"),)


def test_documents_of_other_datasets_are_left_out(checkout):
    assert list(mmlongbench.documents(checkout, {"bees"}, 9)) == ["wasps", "long"]
