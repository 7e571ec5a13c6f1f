"""The sample corpus is what its script makes, and its truth fits its documents."""

import json
import subprocess
import sys
from pathlib import Path

import pymupdf
import pytest

CORPORA = Path(__file__).resolve().parents[1] / "corpora"
SAMPLE = CORPORA / "sample"


def rows(name: str) -> list[dict]:
    return [json.loads(line) for line in (SAMPLE / name).read_text(encoding="utf-8").splitlines()]


def table(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (SAMPLE / name).read_text(encoding="utf-8").splitlines()]


def document(stem: str) -> Path:
    return next((SAMPLE / "docs").glob(f"{stem}.*"))


def test_the_script_makes_the_truth_that_is_kept(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, str(CORPORA / "make_sample.py"), str(tmp_path)], check=True,
        capture_output=True,
    )  # fmt: skip
    for kept in SAMPLE.glob("*.*l*"):
        if kept.is_file():
            assert (tmp_path / kept.name).read_bytes() == kept.read_bytes(), kept.name
    for kept in (SAMPLE / "docs").glob("*.pdf"):
        with pymupdf.open(kept) as one, pymupdf.open(tmp_path / "docs" / kept.name) as other:
            assert [page.get_text() for page in one] == [page.get_text() for page in other]


def test_it_is_large_and_varied_enough() -> None:
    pages = 0
    for path in (SAMPLE / "docs").iterdir():
        with pymupdf.open(path) as opened:
            pages += opened.page_count
    queries = rows("queries.jsonl")
    assert len(list((SAMPLE / "docs").iterdir())) >= 6
    assert pages >= 40
    assert len(queries) >= 40
    assert len(rows("unanswerable.jsonl")) >= 8
    assert sum(query["type"] == "figure-only" for query in queries) >= 8
    assert len(table("qrels_figures.tsv")) >= 15
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 3_000_000


def test_every_question_has_an_id_of_its_own_and_a_page_that_exists() -> None:
    queries = {query["qid"]: query for query in rows("queries.jsonl")}
    assert len(queries) == len(rows("queries.jsonl"))
    judged = table("qrels.tsv")
    assert {qid for qid, *_ in judged} == set(queries)
    for qid, _, place, relevance in judged:
        stem, _, number = place.partition("#")
        assert queries[qid]["doc"] == stem
        assert relevance == "1"
        with pymupdf.open(document(stem)) as opened:
            assert 1 <= int(number) <= opened.page_count


def test_answers_stand_on_their_page_where_the_page_has_text() -> None:
    pages = {qid: place for qid, _, place, _ in table("qrels.tsv")}
    for query in rows("queries.jsonl"):
        stem, _, number = pages[query["qid"]].partition("#")
        with pymupdf.open(document(stem)) as opened:
            text = " ".join(opened[int(number) - 1].get_text().split())
        if text and query["type"] not in ("yes-no", "comparison"):
            assert query["answer"].lower() in text.lower(), query


def test_boxes_lie_on_their_page_and_captions_outside_them() -> None:
    for figure in rows("figures.jsonl"):
        with pymupdf.open(document(figure["doc"])) as opened:
            page = opened[figure["page"] - 1].rect
        x0, y0, x1, y1 = figure["bbox"]
        assert 0 <= x0 < x1 <= page.width
        assert 0 <= y0 < y1 <= page.height
        assert figure["caption_bbox"][1] >= y1 or figure["caption_bbox"][3] <= y0 + 6


@pytest.mark.parametrize("stem", ["harbour-noise-slides", "scanned-letter-notary"])
def test_scans_have_no_text_layer(stem: str) -> None:
    with pymupdf.open(document(stem)) as opened:
        assert not any(page.get_text().strip() for page in opened)


def test_the_report_in_seven_languages_is_what_its_script_makes(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, str(CORPORA / "make_languages.py"), str(tmp_path)], check=True,
        capture_output=True,
    )  # fmt: skip
    kept = CORPORA / "languages"
    for name in ("queries.jsonl", "qrels.tsv"):
        assert (tmp_path / name).read_bytes() == (kept / name).read_bytes()
    for path in (kept / "docs").iterdir():
        with pymupdf.open(path) as one, pymupdf.open(tmp_path / "docs" / path.name) as other:
            assert [page.get_text() for page in one] == [page.get_text() for page in other]
    lines = (kept / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    kinds = [json.loads(line)["type"] for line in lines]
    assert {kinds.count(kind) for kind in kinds} == {20}
    assert len(set(kinds)) == 8  # seven languages, and German by the parts of compounds
