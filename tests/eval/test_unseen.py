"""Question sets of documents that nobody tuned on, from checkouts made up here."""

import json
import subprocess
import sys
from pathlib import Path

import pymupdf
import pytest

from mmrag.evaluate import datasets

sys.path.insert(0, str(Path(__file__).parents[2] / "eval"))

import unseen


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of the first benchmark, with one report of nine pages and one that is missing."""
    folder = tmp_path / "checkout"
    (folder / "data").mkdir(parents=True)
    (folder / "pdfs").mkdir()
    with pymupdf.open() as document:
        for number in range(1, 10):
            document.new_page().insert_text((72, 72), f"This is page {number}")
        document.save(folder / "pdfs" / "BEES_2031.pdf")
    rows = [
        {
            "doc_name": name,
            "question": f"What is on page 6 of {name}?",
            "answer": "six",
            "question_type": "made",
            "evidence": [{"evidence_page_num": 5}],
        }
        for name in ("BEES_2031", "GONE_2031")
    ]
    lines = "\n".join(map(json.dumps, rows))
    (folder / "data" / "financebench_open_source.jsonl").write_text(lines, encoding="utf-8")
    whose = ["-c", "user.name=Bee", "-c", "user.email=bee@example.org"]
    for command in (["init", "-q"], ["add", "."], [*whose, "commit", "-qm", "Reports"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def test_a_document_keeps_its_first_page_and_those_around_its_answers(checkout, tmp_path, capsys):
    asked = list(unseen.of_financebench(checkout))
    rows = [row for one in asked for row in unseen.written([one], tmp_path / "set" / "docs", 1)]
    unseen.describe(tmp_path / "set", rows)
    found = datasets.load(tmp_path / "set")
    assert [(one.text, [page.page for page in one.pages]) for one in found.questions] == [
        ("What is on page 6 of BEES_2031?", [3])
    ]
    with pymupdf.open(tmp_path / "set" / "docs" / "BEES_2031.pdf") as document:
        texts = [page.get_text().split()[-1] for page in document]
    assert texts == ["1", "5", "6", "7"]
    assert "not in the checkout: pdfs/GONE_2031.pdf" in capsys.readouterr().out


def test_documents_of_other_datasets_are_known_by_both_their_names(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "new.pdf").write_bytes(b"")
    (tmp_path / "docs.jsonl").write_text('{"orig_name": "OLD_2031.pdf"}\n', encoding="utf-8")
    assert set(unseen.documents_of(tmp_path)) == {"new", "OLD_2031"}


@pytest.mark.parametrize(
    ("kind", "told", "answer"),
    [
        ("boolean", "True", "Yes"),
        ("boolean", "False", "No"),
        ("names", "Chair,Director", '["Chair", "Director"]'),
        ("names", "Chair", "Chair"),
        ("number", "12.5", "12.5"),
    ],
)
def test_answers_are_written_as_datasets_have_them(kind, told, answer):
    assert unseen.answer_of({"kind": kind, "answers": [told]}) == answer
